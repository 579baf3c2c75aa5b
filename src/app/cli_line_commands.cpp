// SPDX-License-Identifier: MIT
/// The options of each subcommand that speaks with packs, or says what they can be asked.
#include <fmt/format.h>

#include "app/cli_options.hpp"

namespace packwire::app {

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

void Program::add_services() {
    auto& sub = add("services", "The service tables: what packs are asked, and what they answer",
                    "  packwire services\n  packwire services --service 42 --format markdown\n");
    services_option(sub, services.services);
    value(sub, "--dialect", services.dialect, &read_dialect_or_auto, "daren, sns or auto: both (auto)")
        ->type_name("NAME");
    value(sub, "--format", services.format, &read_document_format, "table, json or markdown (table)")
        ->type_name("FORMAT");
}

}  // namespace packwire::app
