// SPDX-License-Identifier: MIT
/// The options of each subcommand.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/cli_program.hpp"
#include "app/cli_values.hpp"
#include "app/values.hpp"
#include "sim/models.hpp"

namespace packwire::app {

namespace {

constexpr std::string_view exit_codes =
    "EXIT CODES\n  0 done, 1 the work failed, 2 wrong use or bad configuration\n";
constexpr const char* port_help = "/dev/ttyUSB0, serial:/dev/ttyUSB0?baud=9600 or tcp://host:4196";

/// An option whose text `read` turns into a value. Wrong text ends parsing with the words of `read`.
template <class T, class Into>
CLI::Option* value(CLI::App& app, const std::string& name, Into& into, Result<T> (*read)(std::string_view),
                   const std::string& help) {
    const auto take = [&into, name, read](const std::string& text) {
        auto result = read(text);
        if (!result) throw CLI::ValidationError(name.substr(0, name.find(',')), result.error().where);
        into = std::move(*result);
    };
    return app.add_option_function<std::string>(name, take, help)->type_name("");
}

void services_option(CLI::App& app, std::vector<std::string>& into) {
    const auto take = [&into](const std::vector<std::string>& texts) {
        for (const auto& text : texts) {
            const auto services = read_services(text);
            if (!services) throw CLI::ValidationError("--service", services.error().where);
            into.insert(into.end(), services->begin(), services->end());
        }
    };
    app.add_option_function<std::vector<std::string>>(
           "--service", take, "42, or 42,B0/4; may repeat. B0 alone is every module of it")
        ->type_name("CODE")
        ->type_size(1)
        ->allow_extra_args(false);
}

CLI::Option* dialect_option(CLI::App& app, std::string& into) {
    return value(app, "--dialect", into, &read_dialect, "what the packs speak: daren or sns (daren)")
        ->type_name("NAME");
}

void port_options(CLI::App& app, PortOptions& line) {
    value(app, "PORT", line.port, &read_port, port_help)->required();
    value(app, "--baud", line.baud, &read_baud,
          "bits a second, or auto: those that the dialect is known to use")
        ->type_name("N");
}

void line_options(CLI::App& app, PortOptions& line) {
    port_options(app, line);
    dialect_option(app, line.dialect);
}

std::string model_names() {
    std::vector<std::string_view> names;
    for (const auto& model : sim::models()) names.push_back(model.name);
    return fmt::format("{}", fmt::join(names, ", "));
}

Result<std::optional<std::string>> read_model(std::string_view text) {
    if (sim::find_model(text) != nullptr) return std::string(text);
    return fail(Errc::usage, fmt::format("expected one of {}, got \"{}\"", model_names(), text));
}

void format_option(CLI::App& app, Format& into, const char* help) {
    value(app, "--format", into, &read_format, help)->type_name("FORMAT");
}

CLI::Option* addresses_option(CLI::App& app, std::vector<std::uint8_t>& into, const char* help) {
    return value(app, "--address,--addresses", into, &read_addresses, help)->type_name("LIST");
}

template <class T>
CLI::Option* number(CLI::App& app, const char* name, T& into, double low, double high, const char* help) {
    return app.add_option(name, into, help)->check(CLI::Range(low, high))->type_name("N");
}

template <class T>
CLI::Option* values(CLI::App& app, const char* name, std::vector<T>& into,
                    Result<T> (*read)(std::string_view), const char* help) {
    const auto take = [&into, name, read](const std::vector<std::string>& texts) {
        for (const auto& text : texts) {
            auto one = read(text);
            if (!one) throw CLI::ValidationError(name, one.error().where);
            into.push_back(std::move(*one));
        }
    };
    return app.add_option_function<std::vector<std::string>>(name, take, help)
        ->type_size(1)
        ->allow_extra_args(false);
}

/// Which part of what the daemon has recorded.
void recorded_options(CLI::App& app, ExportOptions& into) {
    value(app, "--from", into.from, &read_when,
          "2026-11-22, 2026-11-22T10:00:00Z, -7d, yesterday, today (-1d)")
        ->type_name("TIME");
    value(app, "--to", into.to, &read_when, "the same; not included (now)")->type_name("TIME");
    app.add_option("--pack", into.devices, "id of a pack, or bank; may repeat (all)")
        ->type_name("ID")
        ->type_size(1)
        ->allow_extra_args(false);
}

}  // namespace

Program::Program() {
    app.set_help_flag("-h,--help", "this text");
    app.set_version_flag("--version", "packwire " PACKWIRE_VERSION, "the version");
    app.require_subcommand(1);
    app.footer("`packwire COMMAND --help` has the options of a command and an example.\n\n" +
               std::string(exit_codes));
    add_demo();
    add_scan();
    add_read();
    add_watch();
    add_listen();
    add_decode();
    add_sim();
    add_run();
    add_status();
    add_rules();
    add_params();
    add_history();
    add_export();
    add_services();
    add_check_config();
}

CLI::App& Program::add(const char* name, const char* what, const std::string& example) {
    auto* sub = app.add_subcommand(name, what);
    sub->footer(fmt::format("EXAMPLE\n{}\n{}", example, exit_codes));
    return *sub;
}

void Program::add_demo() {
    auto& sub = add("demo", "A simulated bank on a simulated line, read by the daemon: no hardware, no root",
                    "  packwire demo --packs 4\n");
    number(sub, "--packs", demo.packs, 1, 16, "how many (4)");
    value(sub, "--duration", demo.duration, &read_duration, "end after that long, such as 30s")
        ->type_name("TIME");
    number(sub, "--seed", demo.seed, 0, 1e15, "of what is random (1)");
    number(sub, "--speed", demo.speed, 1, 1000, "how much faster than life the packs live (120)");
    number(sub, "--port", demo.port, 0, 65535, "of the page on 127.0.0.1, or the next free one (8485)");
    number(sub, "--past-days", demo.past_days, 0, 365, "so much history at the start (30)");
    sub.add_flag("--open", demo.open, "show the page in the browser of the desktop");
}

void Program::add_scan() {
    auto& sub = add("scan", "Which packs answer, at which baud rate and address, and who they are",
                    "  packwire scan /dev/ttyUSB0\n  packwire scan tcp://gateway:4196 --addresses 0-31\n");
    for (std::uint8_t address = 0; address < 16; ++address) scan.addresses.push_back(address);
    port_options(sub, scan.line);
    value(sub, "--dialect", scan.line.dialect, &read_dialect_or_auto,
          "what to try: daren, sns or auto, which takes longer (daren)")
        ->type_name("NAME");
    addresses_option(sub, scan.addresses, "where to look (0-15)");
    format_option(sub, scan.format, "table, json or csv (table)");
}

void Program::add_read() {
    auto& sub = add("read", "One reading of one or more packs",
                    "  packwire read /dev/ttyUSB0 --address 1\n"
                    "  packwire read /dev/ttyUSB0 --address 1,2 --service 42,B0/4 --format json\n");
    line_options(sub, read.line);
    addresses_option(sub, read.addresses, "1, or 1,2,5, or 0-15")->required();
    services_option(sub, read.services);
    format_option(sub, read.format, "table, json or csv (table)");
}

void Program::add_watch() {
    auto& sub = add("watch", "A live table in the terminal", "  packwire watch /dev/ttyUSB0 --address 1,2\n");
    line_options(sub, watch.line);
    addresses_option(sub, watch.addresses, "1, or 1,2,5, or 0-15 (all that answer)");
    value(sub, "--interval", watch.interval, &read_duration, "how often (1s)")->type_name("TIME");
    value(sub, "--duration", watch.duration, &read_duration, "end after that long, such as 30s")
        ->type_name("TIME");
}

void Program::add_listen() {
    auto& sub = add("listen", "Decodes what others say on the line; transmits nothing",
                    "  packwire listen /dev/ttyUSB0\n"
                    "  packwire listen /dev/ttyUSB0 --baud auto --record capture.jsonl --duration 10min\n");
    line_options(sub, listen.line);
    format_option(sub, listen.format, "table, json or csv (table)");
    sub.add_option("--record", listen.record,
                   "append each frame to this file, for packwire decode and packwire sim --replay")
        ->type_name("FILE");
    value(sub, "--duration", listen.duration, &read_duration, "end after that long, such as 30s")
        ->type_name("TIME");
    sub.add_flag("--statistics", listen.statistics,
                 "who asked what how often, at the end, on standard error (always on a terminal)");
}

void Program::add_decode() {
    auto& sub = add("decode", "Frames to records, offline: one frame a line, or a capture in JSON lines",
                    "  packwire decode --format json capture.log\n"
                    "  echo '~22014A00E002C8FD14' | packwire decode --service 4F\n");
    sub.add_option("FILE", decode.files, "files of frames; - or none is standard input")->type_name("");
    services_option(sub, decode.services);
    value(sub, "--dialect", decode.dialect, &read_dialect_or_auto,
          "what the packs speak: daren, sns, or auto: by the first character of each frame (auto)")
        ->type_name("NAME");
    format_option(sub, decode.format, "table, json or csv (table)");
}

void Program::add_sim() {
    auto& sub =
        add("sim", "Simulated packs on a pty or a TCP port",
            "  packwire sim --packs 4 --link /tmp/ttyPACK\n"
            "  packwire sim --packs 2 --listen 127.0.0.1:4196 --latency 20ms --fault 'pack 2 silence on'\n");
    number(sub, "--packs", sim.packs, 1, 32, "how many (1)");
    addresses_option(sub, sim.addresses, "where they are (1 to the number of packs)");
    auto* link = sub.add_option("--link", sim.link, "make this symbolic link to the pty")->type_name("PATH");
    sub.add_option("--listen", sim.listen, "a TCP port instead of a pty")
        ->type_name("HOST:PORT")
        ->excludes(link);
    value(sub, "--model", sim.model, &read_model, "which firmware: " + model_names() + " (the first)")
        ->type_name("NAME");
    number(sub, "--baud", sim.baud, 0, 4e6, "of the line; 0: characters take no time (the model's: 19200)");
    value(sub, "--latency", sim.latency, &read_duration, "from question to answer")->type_name("TIME");
    sub.add_option("--replay", sim.replay, "answer with the frames of this capture")->type_name("FILE");
    sub.add_option("--fault", sim.faults,
                   "a command of docs/simulator.md, such as 'pack 2 silence on'; may repeat")
        ->type_name("FAULT")
        ->type_size(1)
        ->allow_extra_args(false);
    sub.add_option("--control", sim.control, "a file of commands, read again whenever it changes")
        ->type_name("FILE");
    sub.add_option("--control-socket", sim.control_socket, "take commands there")->type_name("PATH");
    number(sub, "--cells", sim.cells, 1, 32, "of each pack (the model's: 16)");
    number(sub, "--sensors", sim.sensors, 0, 20, "temperature sensors of each pack (the model's: 4)");
    number(sub, "--capacity", sim.capacity_ah, 1, 655, "Ah of each pack (the model's: 100)");
    number(sub, "--soc", sim.soc, 0, 100, "% to begin with (67)");
    number(sub, "--current", sim.current_a, -327, 327,
           "A of each pack, positive charges (a day of sun and household)");
    sub.add_flag("!--no-data-flag", sim.data_flag, "answers of 42 without DATAFLAG");
    sub.add_flag("--master", sim.master, "one more pack, at address 0, polls the others");
    number(sub, "--history", sim.history, 0, 5000, "records of each pack's past (200)");
    number(sub, "--seed", sim.seed, 0, 1e15, "of what is random (1)");
}

void Program::add_run() {
    auto& sub = add("run", "The daemon",
                    "  packwire run --config /etc/packwire.toml\n"
                    "  packwire run --port /dev/ttyUSB0 --address 1 --venus session\n");
    auto* config = sub.add_option("--config", run.config, "the configuration")->type_name("FILE");
    auto* port = value(sub, "--port", run.port, &read_port, port_help)->type_name("PORT")->excludes(config);
    addresses_option(sub, run.addresses, "with --port: 1, or 1,2,5, or 0-15 (all that answer)")->needs(port);
    value(sub, "--baud", run.baud, &read_baud, "with --port: bits a second, or auto")
        ->type_name("N")
        ->needs(port);
    dialect_option(sub, run.dialect)->needs(port);
    value(sub, "--venus", run.venus, &parse_bus_choice, "auto, session, system, off or a D-Bus address")
        ->type_name("BUS");
    sub.add_option("--json-lines", run.json_lines, "every reading to this file, or - for standard output")
        ->type_name("FILE");
    value(sub, "--log-level", run.log_level, &parse_log_level, "trace, debug, info, warn or error (info)")
        ->type_name("LEVEL");
    sub.add_option("--socket", run.socket, "answer packwire status there, or off")->type_name("PATH");
}

void Program::add_status() {
    auto& sub =
        add("status", "How a running daemon is doing: buses, packs, latencies, what went wrong",
            "  packwire status\n  packwire status --format json --socket /run/packwire/status.sock\n");
    sub.add_option("--socket", status.socket, "where the daemon listens (wherever one usually does)")
        ->type_name("PATH");
    value(sub, "--format", status.format, &read_status_format, "table or json (table)")->type_name("FORMAT");
    sub.add_flag("--watch", status.watch, "again each second, until interrupted");
}

void Program::add_rules() {
    auto& sub = add("rules", "What the battery switches: how its rules are doing, and what others would do",
                    "  packwire rules\n"
                    "  packwire rules --config packwire.toml --dry-run\n"
                    "  packwire rules --config packwire.toml --replay yesterday.jsonl\n");
    auto* config = sub.add_option("--config", rules.config, "rules of this file instead of the daemon's")
                       ->type_name("FILE");
    auto* dry =
        sub.add_flag("--dry-run", rules.dry_run,
                     "what each would do now, with the values of a running daemon; nothing is switched")
            ->needs(config);
    sub.add_option("--replay", rules.replay, "when each would have switched in this recording of JSON lines")
        ->type_name("FILE")
        ->needs(config)
        ->excludes(dry);
    sub.add_option("--socket", rules.socket, "where the daemon listens (wherever one usually does)")
        ->type_name("PATH");
    value(sub, "--format", rules.format, &read_status_format, "table or json (table)")->type_name("FORMAT");
}

void Program::add_params() {
    auto& sub = add("params", "What packs are configured to: show it, keep it in a file, compare it",
                    "  packwire params /dev/ttyUSB0 show --address 1\n"
                    "  packwire params /dev/ttyUSB0 backup pack1.toml --address 1\n"
                    "  packwire params /dev/ttyUSB0 diff --address 1,2\n"
                    "  packwire params /dev/ttyUSB0 diff pack1.toml --address 1\n"
                    "  packwire params diff january.toml june.toml\n");
    sub.add_option("WORDS", params_words, "[PORT] show, backup or diff, then files")->type_name("");
    value(sub, "--baud", params.line.baud, &read_baud, "bits a second (19200)")->type_name("N");
    addresses_option(sub, params.addresses, "packs to read, with a port");
    sub.add_option("--changed", params_changed, "show only what differs from this backup")->type_name("FILE");
    format_option(sub, params.format, "table or json (table)");
}

void Program::add_history() {
    auto& sub =
        add("history", "What a pack has recorded: history records and events, oldest first",
            "  packwire history /dev/ttyUSB0 --address 1\n"
            "  packwire history /dev/ttyUSB0 --address 1 --output pack1.jsonl\n"
            "  packwire history /dev/ttyUSB0 --address 1 --what events --output events.csv\n"
            "  packwire history --local --from -30d\n\n"
            "With --output each record is in the file before the next is asked for. The same command again\n"
            "goes on where the file ends, and later fetches what is new.\n");
    value(sub, "PORT", history.line.port, &read_port, port_help);
    value(sub, "--baud", history.line.baud, &read_baud, "bits a second")->type_name("N");
    dialect_option(sub, history.line.dialect);
    addresses_option(sub, history_addresses, "the pack");
    value(sub, "--what", history.what, &read_history_kind, "all, records or events (all)")->type_name("KIND");
    value(sub, "--format", history_format, &read_format,
          "table, json or csv (table; json for a file, or csv by its name)")
        ->type_name("FORMAT");
    sub.add_flag("--local", history_local, "what the daemon noted instead: events of its history file");
    sub.add_option("--file", exported.file, "with --local: the history (where the daemon keeps it)")
        ->type_name("FILE");
    recorded_options(sub, exported);
    number(sub, "--limit", history.limit, 1, 1e6, "new records of each kind at most (5000)");
    sub.add_option("--output", history.output, "append to this file, and go on where it ends")
        ->type_name("FILE");
}

void Program::add_export() {
    auto& sub = add("export", "What the daemon has recorded, for spreadsheets and programs",
                    "  packwire export --from -7d --metric state_of_charge --output week.csv\n"
                    "  packwire export --from yesterday --to today --pack bank --format json\n"
                    "  packwire export /var/lib/packwire/history.db --metric cell_voltage --resolution hour\n"
                    "  packwire export --events --from 2026-01-01\n\n"
                    "A line a value: mean (the value itself of readings), and least, greatest and last of a\n"
                    "minute or an hour. The daemon goes on writing meanwhile.\n");
    sub.add_option("FILE", exported.file, "the history (where the daemon keeps it)")->type_name("");
    recorded_options(sub, exported);
    values(sub, "--metric", exported.metrics, &read_metric, "a quantity, such as cell_voltage; may repeat")
        ->type_name("NAME");
    value(sub, "--resolution", exported.resolution, &read_resolution,
          "raw, minute, hour or auto: the finest that is left of each time (auto)")
        ->type_name("WHICH");
    sub.add_flag("--events", exported.events, "what happened, instead of what was read");
    format_option(sub, exported.format, "csv, json (lines), or with --events table (csv)");
    sub.add_option("--output", exported.output, "into this file instead of standard output")
        ->type_name("FILE");
}

void Program::add_services() {
    auto& sub = add("services", "The service tables: what packs are asked, and what they answer",
                    "  packwire services\n  packwire services --service 42 --format markdown\n");
    services_option(sub, services.services);
    value(sub, "--dialect", services.dialect, &read_dialect_or_auto, "daren, sns or auto: both (auto)")
        ->type_name("NAME");
    value(sub, "--format", services.format, &read_document_format, "table, json or markdown (table)")
        ->type_name("FORMAT");
}

void Program::add_check_config() {
    auto& sub =
        add("check-config", "Reads a configuration, says what is wrong with it, and does nothing else",
            "  packwire check-config /etc/packwire.toml\n");
    auto* file = sub.add_option("FILE", check_config.file, "the configuration")->type_name("");
    sub.add_flag("--keys", check_config.keys, "print what a configuration may say, as Markdown")
        ->excludes(file);
}

}  // namespace packwire::app
