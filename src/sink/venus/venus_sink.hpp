// SPDX-License-Identifier: MIT
/// Each pack as a battery of Venus OS.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sink/log.hpp"
#include "sink/sink.hpp"
#include "sink/venus/options.hpp"
#include "sink/venus/paths.hpp"
#include "sink/venus/registry.hpp"

namespace packwire::sink::venus {

class BatteryService;

/// A service appears with the first live data of its pack, shows stale and lost, leaves when the pack is
/// gone, and comes back. A bus that is away is tried again after 1 s, then longer, at most every 30 s.
/// A monitor: no path of it limits charging or discharging. Source: bank 2, 7, 11.
class VenusSink final : public Sink {
public:
    VenusSink(Options options, bus::Time& time, bus::asio::any_io_executor executor, Log log);
    ~VenusSink() override;

    [[nodiscard]] std::string_view name() const override { return "venus"; }
    [[nodiscard]] std::string trouble() const override { return trouble_; }
    void publish(const bank::Pack& pack) override;
    /// All names leave the bus when it is cancelled; it then ends with what asio throws. The sink must live
    /// until it has ended, or until its loop runs no more.
    bus::Task<void> run() override;

private:
    struct Known;
    [[nodiscard]] TimePoint step();
    void drop_what_ended(Known& known);
    void open_what_waits();
    bool open(Known& known);
    [[nodiscard]] std::vector<Known*> waiting();
    [[nodiscard]] TimePoint tell(Known& known);
    bool rename(Known& known, const std::string& path, const std::string& name);
    void bus_failed(const std::string& reason);
    void bus_works();
    void say_appeared(const std::string& service, std::int32_t instance);
    void leave();

    Options options_;
    bus::Time& time_;
    bus::asio::any_io_executor executor_;
    Log log_;
    std::unique_ptr<bus::Timer> timer_;
    Registry registry_;
    std::map<std::string, std::unique_ptr<Known>> packs_;  ///< by id
    TimePoint retry_at_{};
    Duration back_off_;
    std::string trouble_;  ///< with D-Bus; empty when all is well
    bool said_monitor_ = false;
};

}  // namespace packwire::sink::venus
