// SPDX-License-Identifier: MIT
/// The subcommands and their options, as CLI11 takes them. Included by cli*.cpp alone: it compiles
/// slowly.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/options.hpp"

namespace packwire::app {

/// Everything that may be asked for; only the values of the subcommand that was named count.
struct Program {
    CLI::App app{"Reads Daren/DR-1363 battery packs over RS485.", "packwire"};
    DemoOptions demo;
    ScanOptions scan;
    ReadOptions read;
    WatchOptions watch;
    ListenOptions listen;
    DecodeOptions decode;
    SimOptions sim;
    RunOptions run;
    StatusOptions status;
    RulesOptions rules;
    ParamsOptions params;
    std::vector<std::string> params_words;
    std::optional<std::string> params_changed;
    HistoryOptions history;
    std::vector<std::uint8_t> history_addresses;
    std::optional<Format> history_format;
    bool history_local = false;
    ExportOptions exported;
    ServicesOptions services;
    CheckConfigOptions check_config;
    std::string document;

    Program();
    CLI::App& add(const char* name, const char* what, const std::string& example);
    void add_demo();
    void add_scan();
    void add_read();
    void add_watch();
    void add_listen();
    void add_decode();
    void add_sim();
    void add_run();
    void add_status();
    void add_rules();
    void add_params();
    void add_history();
    void add_export();
    void add_services();
    void add_check_config();
    void add_document();
};

}  // namespace packwire::app
