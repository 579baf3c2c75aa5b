// SPDX-License-Identifier: MIT
/// The options of each subcommand that has no line of its own: the daemon, what it recorded, simulated packs.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/cli_options.hpp"
#include "sim/models.hpp"

namespace packwire::app {

namespace {

std::string model_names() {
    std::vector<std::string_view> names;
    for (const auto& model : sim::models()) names.push_back(model.name);
    return fmt::format("{}", fmt::join(names, ", "));
}

Result<std::optional<std::string>> read_model(std::string_view text) {
    if (sim::find_model(text) != nullptr) return std::string(text);
    return fail(Errc::usage, fmt::format("expected one of {}, got \"{}\"", model_names(), text));
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
    add_document();
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
    sub.add_option("--web", run.web, "the page and the API: an address such as 127.0.0.1:8485, or off")
        ->type_name("ADDRESS");
    sub.add_option("--store", run.store, "the history: a file, or off")->type_name("FILE");
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

void Program::add_check_config() {
    auto& sub =
        add("check-config", "Reads a configuration, says what is wrong with it, and does nothing else",
            "  packwire check-config /etc/packwire.toml\n");
    auto* file = sub.add_option("FILE", check_config.file, "the configuration")->type_name("");
    auto* keys = sub.add_flag("--keys", check_config.keys, "print what a configuration may say, as Markdown")
                     ->excludes(file);
    sub.add_flag("--example", check_config.example, "print a configuration with every option commented out")
        ->excludes(file)
        ->excludes(keys);
}

void Program::add_document() {
    auto& sub =
        add("document", "Prints one of the files of packaging/ that are made of what the program knows",
            "  packwire document\n  packwire document packaging/man/packwire.1\n");
    sub.add_option("PATH", document, "which; their names without it")->type_name("");
    sub.group("");  // for those who build it: not shown
}

}  // namespace packwire::app
