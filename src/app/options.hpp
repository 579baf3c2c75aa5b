// SPDX-License-Identifier: MIT
/// What each subcommand was told, as plain values. Made by cli, tests and nobody else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"

namespace packwire::app {

enum class Format : std::uint8_t { table, json, csv, markdown };

/// `packwire demo`
struct DemoOptions {
    std::uint8_t packs = 4;
    std::optional<Duration> duration;  ///< absent: until interrupted
    std::uint64_t seed = 1;
    double speed = 120;  ///< a day of the packs takes 12 minutes
    /// Of the page, on loopback; where it is taken, the next one that is free. 0: any.
    std::uint16_t port = 8485;
    unsigned past_days = 30;  ///< how much history there is at the start
    bool open = false;        ///< show the page in the desktop's browser, if there is one
};

/// Where any dialect will do: whichever answers, or each frame by its first character.
inline constexpr std::string_view auto_dialect = "auto";

/// A port as the user wrote it: bus::parse_port_url takes it, cli has tried.
struct PortOptions {
    std::string port;
    /// Absent: not said; then the URL's, else the default of the command. Zero: auto.
    std::optional<std::uint32_t> baud;
    std::string dialect = "daren";
};

/// `packwire scan PORT`
struct ScanOptions {
    PortOptions line;                     ///< baud not said: auto
    std::vector<std::uint8_t> addresses;  ///< never empty; default 0 to 15
    Format format = Format::table;
};

/// `packwire read PORT --address A`
struct ReadOptions {
    PortOptions line;
    std::vector<std::uint8_t> addresses;  ///< never empty
    std::vector<std::string> services;    ///< each known to the dialect; empty: everything worth seeing
    Format format = Format::table;
};

/// `packwire watch PORT`
struct WatchOptions {
    PortOptions line;
    std::vector<std::uint8_t> addresses;  ///< empty: look for packs
    Duration interval = std::chrono::seconds(1);
    std::optional<Duration> duration;  ///< absent: until interrupted
};

/// `packwire listen PORT`
struct ListenOptions {
    PortOptions line;
    Format format = Format::table;
    std::optional<std::string> record;  ///< captures are appended to this file
    std::optional<Duration> duration;   ///< absent: until interrupted
    bool statistics = false;            ///< at the end, also where nobody sits at a terminal
};

/// `packwire decode [FILE…]`
struct DecodeOptions {
    std::vector<std::string> files;  ///< "-" is standard input; empty: only that
    std::vector<std::string>
        services;  ///< each known to the dialect; what an answer without a question may be
    std::string dialect{auto_dialect};
    Format format = Format::table;
};

/// `packwire sim`
struct SimOptions {
    std::optional<std::uint8_t> packs;    ///< absent: as many as addresses, else 1
    std::vector<std::uint8_t> addresses;  ///< empty: 1..packs
    std::optional<std::string> link;      ///< symbolic link to the pty, there when the line is ready
    std::optional<std::string> listen;    ///< host:port instead of a pty
    std::optional<std::string> model;     ///< one that the simulator has
    std::optional<std::uint32_t> baud;    ///< absent: the model's, as below
    std::optional<Duration> latency;      ///< from the end of a question to its answer
    std::optional<std::string> replay;    ///< file of frames to answer with
    std::vector<std::string> faults;      ///< as the simulator's script has them
    std::optional<std::string> control;   ///< file of timed commands
    std::optional<std::string> control_socket;
    std::optional<std::uint8_t> cells;
    std::optional<std::uint8_t> sensors;
    std::optional<double> capacity_ah;
    double soc = 67;                  ///< %
    std::optional<double> current_a;  ///< charge is positive; absent: a day's profile
    bool data_flag = true;
    bool master = false;          ///< one more pack, which polls the others
    std::uint16_t history = 200;  ///< records of each pack's past
    std::uint64_t seed = 1;
};

/// `packwire run`
struct RunOptions {
    std::optional<std::string> config;  ///< else `port`; never both
    std::optional<std::string> port;
    std::optional<std::uint32_t> baud;      ///< with `port`; zero: auto
    std::string dialect = "daren";          ///< with `port`
    std::vector<std::uint8_t> addresses;    ///< with `port`; empty: look for packs
    std::optional<std::string> venus;       ///< auto, session, system, off or an address; rules over the file
    std::optional<std::string> web;         ///< address:port, or "off"; rules over the file
    std::optional<std::string> store;       ///< a file, or "off"; rules over the file
    std::optional<std::string> json_lines;  ///< "-" or a file; rules over the file
    std::optional<std::string> log_level;   ///< rules over the file
    std::optional<std::string> socket;      ///< for `packwire status`, or "off"; rules over the file
};

/// `packwire status`
struct StatusOptions {
    std::optional<std::string> socket;  ///< absent: wherever a daemon listens
    Format format = Format::table;
    bool watch = false;  ///< again each second, until interrupted
};

/// `packwire rules`: those of a running daemon, unless there is a file to try.
struct RulesOptions {
    std::optional<std::string> config;  ///< with `dry_run` or `replay`
    bool dry_run = false;               ///< what each rule of the file would do now
    std::optional<std::string> replay;  ///< a recording of JSON lines; "-" is standard input
    std::optional<std::string> socket;  ///< absent: wherever a daemon listens
    Format format = Format::table;
};

/// `packwire params`
struct ParamsOptions {
    enum class Action : std::uint8_t { show, backup, diff };
    PortOptions line;  ///< port empty: files only
    Action action = Action::show;
    std::vector<std::string> files;       ///< to write for backup, to read else
    std::vector<std::uint8_t> addresses;  ///< packs to read, with a port
    Format format = Format::table;
};

/// `packwire history PORT --address A`
struct HistoryOptions {
    enum class What : std::uint8_t { all, records, events };
    PortOptions line;
    std::uint8_t address = 0;
    What what = What::all;
    Format format = Format::table;      ///< json or csv with `output`
    std::optional<std::size_t> limit;   ///< new records of each kind; absent: what no real history has
    std::optional<std::string> output;  ///< appended to, and gone on with; absent: standard output
};

/// `packwire export [FILE]`, and `packwire history --local`: what the daemon recorded.
struct ExportOptions {
    enum class Resolution : std::uint8_t { automatic, raw, minute, hour };
    std::string_view command = "export";  ///< how it was called
    std::optional<std::string> file;      ///< absent: where the daemon keeps it
    std::string from = "-1d";             ///< as parse_when takes it
    std::string to = "now";
    std::vector<std::string> metrics;  ///< each in the catalogue; empty: all
    std::vector<std::string> devices;  ///< ids of packs, or "bank"; empty: all
    Resolution resolution = Resolution::automatic;
    bool events = false;          ///< instead of readings
    Format format = Format::csv;  ///< table for events alone
    std::optional<std::string> output;
};

/// `packwire services`
struct ServicesOptions {
    std::vector<std::string> services;  ///< empty: all
    std::string dialect{auto_dialect};
    Format format = Format::table;
};

/// `packwire check-config FILE`
struct CheckConfigOptions {
    std::string file;
    bool keys = false;     ///< print every key instead, as docs/configuration.md
    bool example = false;  ///< print a file with every option commented out instead
};

using Command = std::variant<DemoOptions, ScanOptions, ReadOptions, WatchOptions, ListenOptions,
                             ParamsOptions, HistoryOptions, ExportOptions, DecodeOptions, SimOptions,
                             RunOptions, StatusOptions, RulesOptions, ServicesOptions, CheckConfigOptions>;

}  // namespace packwire::app
