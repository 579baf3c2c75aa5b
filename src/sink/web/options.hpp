// SPDX-License-Identifier: MIT
/// What the web server is told by whoever starts it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "bank/bank.hpp"
#include "bank/pack.hpp"
#include "bus/statistics.hpp"
#include "sink/web/page.hpp"
#include "store/desk.hpp"

namespace packwire::sink::web {

/// How a pack answers, and the line that it is on.
struct PackLine {
    std::string id;  ///< empty while it has no name
    std::uint8_t address = 0;
    bus::PackStatistics statistics;
};
struct BusLine {
    std::string bus;
    bool open = false;
    bus::LineCounters counters;
    bus::LineTime time;
    std::vector<PackLine> packs;
};

/// What only the daemon knows; all are called on the loop and give what holds until they return. Those that
/// are empty have nothing to say.
struct Hooks {
    std::function<std::string()> status;  ///< the status document
    std::function<std::string()> health;  ///< why the daemon does not do its work; empty: it does
    /// Brings up to date what became too old while the loop stood still. The others do so themselves.
    std::function<void()> refresh_ages;
    std::function<std::vector<const bank::Pack*>()> packs;
    std::function<const bank::Bank*()> bank;  ///< null before there is one
    std::function<std::vector<BusLine>()> lines;
    store::Desk* desk = nullptr;  ///< null: no history
};

/// What one client may take, and all of them together.
struct Limits {
    std::size_t connections = 64;  ///< HTTP
    std::size_t live = 64;         ///< WebSockets
    std::size_t header_bytes = 8192;
    std::size_t histories = 4;                       ///< answers of the history in the making
    Duration header = std::chrono::seconds(5);       ///< until the first request is whole
    Duration idle = std::chrono::seconds(15);        ///< the same for later ones
    Duration response = std::chrono::seconds(30);    ///< until an answer is taken
    Duration live_write = std::chrono::seconds(10);  ///< until a message of the live push is taken
    Duration live_idle = std::chrono::seconds(60);   ///< without a sign of life
    Duration pace = std::chrono::milliseconds(200);  ///< of the live push, and of looking at the clock
};

struct Options {
    std::string host = "127.0.0.1";  ///< an address, or localhost
    std::uint16_t port = 8485;       ///< 0: any that is free
    std::vector<std::string> hosts;  ///< names that a client may call this machine by, besides its own
    std::string token;               ///< empty: none is wanted
    std::string certificate;         ///< files in PEM format; both or none
    std::string key;
    std::string site;
    Hooks hooks;
    Limits limits;
    std::span<const Asset> page = page_assets();
};

}  // namespace packwire::sink::web
