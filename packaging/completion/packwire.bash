# Completion of packwire for bash.
# Made by packaging/documents; a test compares.

_packwire_files() {
    local IFS=$'\n'
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$1"))
}

_packwire() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command='' word
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in
            -*) ;;
            *) command=$word; break ;;
        esac
    done
    COMPREPLY=()
    case $command in
        '') COMPREPLY=($(compgen -W 'demo scan read watch listen decode sim run status rules params history export services check-config --help --version' -- "$current")) ;;
        demo)
            case $previous in
                --packs) return ;;
                --duration) return ;;
                --seed) return ;;
                --speed) return ;;
                --port) return ;;
                --past-days) return ;;
            esac
            case $current in
                -*) COMPREPLY=($(compgen -W '--help --packs --duration --seed --speed --port --past-days --open' -- "$current")) ;;
                *) _packwire_files "$current" ;;
            esac ;;
        scan)
            case $previous in
                --baud) return ;;
                --dialect) COMPREPLY=($(compgen -W 'daren sns auto' -- "$current")); return ;;
                --address | --addresses) return ;;
                --format) COMPREPLY=($(compgen -W 'table json csv' -- "$current")); return ;;
            esac
            case $current in
                -*) COMPREPLY=($(compgen -W '--help --baud --dialect --address --addresses --format' -- "$current")) ;;
                *) _packwire_files "$current" ;;
            esac ;;
        read)
            case $previous in
                --baud) return ;;
                --dialect) COMPREPLY=($(compgen -W 'daren sns' -- "$current")); return ;;
                --address | --addresses) return ;;
                --service) return ;;
                --format) COMPREPLY=($(compgen -W 'table json csv' -- "$current")); return ;;
            esac
            case $current in
                -*) COMPREPLY=($(compgen -W '--help --baud --dialect --address --addresses --service --format' -- "$current")) ;;
                *) _packwire_files "$current" ;;
            esac ;;
        watch)
            case $previous in
                --baud) return ;;
                --dialect) COMPREPLY=($(compgen -W 'daren sns' -- "$current")); return ;;
                --address | --addresses) return ;;
                --interval) return ;;
                --duration) return ;;
            esac
            case $current in
                -*) COMPREPLY=($(compgen -W '--help --baud --dialect --address --addresses --interval --duration' -- "$current")) ;;
                *) _packwire_files "$current" ;;
            esac ;;
        listen)
            case $previous in
                --baud) return ;;
                --dialect) COMPREPLY=($(compgen -W 'daren sns' -- "$current")); return ;;
                --format) COMPREPLY=($(compgen -W 'table json csv' -- "$current")); return ;;
                --record) _packwire_files "$current"; return ;;
                --duration) return ;;
            esac
            case $current in
                -*) COMPREPLY=($(compgen -W '--help --baud --dialect --format --record --duration --statistics' -- "$current")) ;;
                *) _packwire_files "$current" ;;
            esac ;;
        decode)
            case $previous in
                --service) return ;;
                --dialect) COMPREPLY=($(compgen -W 'daren sns auto' -- "$current")); return ;;
                --format) COMPREPLY=($(compgen -W 'table json csv' -- "$current")); return ;;
            esac
            case $current in
                -*) COMPREPLY=($(compgen -W '--help --service --dialect --format' -- "$current")) ;;
                *) _packwire_files "$current" ;;
            esac ;;
        sim)
            case $previous in
                --packs) return ;;
                --address | --addresses) return ;;
                --link) _packwire_files "$current"; return ;;
                --listen) return ;;
                --model) COMPREPLY=($(compgen -W 'SIM01 STD08 HUANY04 ANZ09 15S SNS' -- "$current")); return ;;
                --baud) return ;;
                --latency) return ;;
                --replay) _packwire_files "$current"; return ;;
                --fault) return ;;
                --control) _packwire_files "$current"; return ;;
                --control-socket) _packwire_files "$current"; return ;;
                --cells) return ;;
                --sensors) return ;;
                --capacity) return ;;
                --soc) return ;;
                --current) return ;;
                --history) return ;;
                --seed) return ;;
            esac
            case $current in
                -*) COMPREPLY=($(compgen -W '--help --packs --address --addresses --link --listen --model --baud --latency --replay --fault --control --control-socket --cells --sensors --capacity --soc --current --no-data-flag --master --history --seed' -- "$current")) ;;
                *) _packwire_files "$current" ;;
            esac ;;
        run)
            case $previous in
                --config) _packwire_files "$current"; return ;;
                --port) return ;;
                --address | --addresses) return ;;
                --baud) return ;;
                --dialect) COMPREPLY=($(compgen -W 'daren sns' -- "$current")); return ;;
                --venus) COMPREPLY=($(compgen -W 'auto session system off' -- "$current")); return ;;
                --web) return ;;
                --store) _packwire_files "$current"; return ;;
                --json-lines) _packwire_files "$current"; return ;;
                --log-level) COMPREPLY=($(compgen -W 'trace debug info warn error' -- "$current")); return ;;
                --socket) _packwire_files "$current"; return ;;
            esac
            case $current in
                -*) COMPREPLY=($(compgen -W '--help --config --port --address --addresses --baud --dialect --venus --web --store --json-lines --log-level --socket' -- "$current")) ;;
                *) _packwire_files "$current" ;;
            esac ;;
        status)
            case $previous in
                --socket) _packwire_files "$current"; return ;;
                --format) COMPREPLY=($(compgen -W 'table json' -- "$current")); return ;;
            esac
            case $current in
                -*) COMPREPLY=($(compgen -W '--help --socket --format --watch' -- "$current")) ;;
                *) _packwire_files "$current" ;;
            esac ;;
        rules)
            case $previous in
                --config) _packwire_files "$current"; return ;;
                --replay) _packwire_files "$current"; return ;;
                --socket) _packwire_files "$current"; return ;;
                --format) COMPREPLY=($(compgen -W 'table json' -- "$current")); return ;;
            esac
            case $current in
                -*) COMPREPLY=($(compgen -W '--help --config --dry-run --replay --socket --format' -- "$current")) ;;
                *) _packwire_files "$current" ;;
            esac ;;
        params)
            case $previous in
                --baud) return ;;
                --address | --addresses) return ;;
                --changed) _packwire_files "$current"; return ;;
                --format) COMPREPLY=($(compgen -W 'table json' -- "$current")); return ;;
            esac
            case $current in
                -*) COMPREPLY=($(compgen -W '--help --baud --address --addresses --changed --format' -- "$current")) ;;
                *) _packwire_files "$current" ;;
            esac ;;
        history)
            case $previous in
                --baud) return ;;
                --dialect) COMPREPLY=($(compgen -W 'daren sns' -- "$current")); return ;;
                --address | --addresses) return ;;
                --what) COMPREPLY=($(compgen -W 'all records events' -- "$current")); return ;;
                --format) COMPREPLY=($(compgen -W 'table json csv' -- "$current")); return ;;
                --file) _packwire_files "$current"; return ;;
                --from) return ;;
                --to) return ;;
                --pack) return ;;
                --limit) return ;;
                --output) _packwire_files "$current"; return ;;
            esac
            case $current in
                -*) COMPREPLY=($(compgen -W '--help --baud --dialect --address --addresses --what --format --local --file --from --to --pack --limit --output' -- "$current")) ;;
                *) _packwire_files "$current" ;;
            esac ;;
        export)
            case $previous in
                --from) return ;;
                --to) return ;;
                --pack) return ;;
                --metric) return ;;
                --resolution) COMPREPLY=($(compgen -W 'raw minute hour auto' -- "$current")); return ;;
                --format) COMPREPLY=($(compgen -W 'csv json' -- "$current")); return ;;
                --output) _packwire_files "$current"; return ;;
            esac
            case $current in
                -*) COMPREPLY=($(compgen -W '--help --from --to --pack --metric --resolution --events --format --output' -- "$current")) ;;
                *) _packwire_files "$current" ;;
            esac ;;
        services)
            case $previous in
                --service) return ;;
                --dialect) COMPREPLY=($(compgen -W 'daren sns auto' -- "$current")); return ;;
                --format) COMPREPLY=($(compgen -W 'table json markdown' -- "$current")); return ;;
            esac
            case $current in
                -*) COMPREPLY=($(compgen -W '--help --service --dialect --format' -- "$current")) ;;
                *) _packwire_files "$current" ;;
            esac ;;
        check-config)
            case $current in
                -*) COMPREPLY=($(compgen -W '--help --keys --example' -- "$current")) ;;
                *) _packwire_files "$current" ;;
            esac ;;
    esac
}

complete -F _packwire packwire
