// SPDX-License-Identifier: MIT
/// The bank, and each pack, as a battery of Venus OS.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/repeat_limit.hpp"
#include "sink/log.hpp"
#include "sink/sink.hpp"
#include "sink/venus/neighbours.hpp"
#include "sink/venus/options.hpp"
#include "sink/venus/registry.hpp"
#include "sink/venus/station.hpp"

namespace packwire::sink::venus {

/// The bank's service appears with the first publish_bank() and stays until the sink ends. A pack's appears
/// with its first live data, shows stale and lost, leaves when the pack is gone, and comes back; with one
/// pack there is only the bank. A bus that is away is tried again after 1 s, then longer, at most every 30 s.
/// Source: bank 2, 3, 7, 11; docs/victron.md.
class VenusSink final : public Sink {
public:
    VenusSink(Options options, bus::Time& time, bus::asio::any_io_executor executor, Log log);
    ~VenusSink() override;

    [[nodiscard]] std::string_view name() const override { return "venus"; }
    [[nodiscard]] std::string trouble() const override { return trouble_; }
    void publish(const bank::Pack& pack) override;
    void publish_bank(const bank::Bank& bank) override;
    /// All names leave the bus when it is cancelled, without a last word; it then ends with what asio throws.
    /// The sink must live until it has ended, or until its loop runs no more.
    bus::Task<void> run() override;

private:
    [[nodiscard]] TimePoint step();
    void save_registry();
    void drop_what_broke();
    void drop_what_ended();
    void look_around();
    void forget_neighbours();
    [[nodiscard]] Neighbours::Setup neighbours_setup();
    void introduce();
    void describe();
    void describe(Station& station, std::map<int, std::string>& taken);
    [[nodiscard]] int instance_for(const Station& station, std::map<int, std::string>& taken);
    void open_what_waits();
    /// Leaves out those whose instance another of ours still has.
    void wait_for_instances(std::vector<Station*>& due);
    [[nodiscard]] bool open(const std::vector<Station*>& stations);
    [[nodiscard]] bool appear(Station& station);

    [[nodiscard]] Station& station(const std::string& id);
    /// The bank first, then packs by bus and address.
    [[nodiscard]] std::vector<Station*> in_order();
    [[nodiscard]] bool is_wanted(const Station& station) const;
    [[nodiscard]] bool is_settled(const Station& station);
    [[nodiscard]] bool is_ours(const std::string& service) const;

    [[nodiscard]] bool take_write(Station& station, const PathSpec& spec, const Value& value);
    [[nodiscard]] bool rename(Station& station, const std::string& name);
    void say_nonsense(const Station& station, const PathSpec& spec, const std::string& got);
    void take_dvcc(std::optional<bool> on);
    void take_ruler(const std::string& ruler, const std::string& words);
    [[nodiscard]] std::optional<BmsWatch::Rank> bank_rank();
    void before_answer();
    /// Makes step() run again soon, also when it runs now.
    void wake();
    void save_registry();
    /// For what clients and other services can cause as often as they like.
    void say_seldom(const std::string& topic, Level level, const std::string& message);
    void bus_failed(const std::string& reason);
    void bus_works();
    void say_appeared(const Station& station);
    void leave();

    Options options_;
    bus::Time& time_;
    bus::asio::any_io_executor executor_;
    Log log_;
    std::unique_ptr<bus::Timer> timer_;
    Registry registry_;
    std::map<std::string, std::unique_ptr<Station>> stations_;  ///< by id
    std::unique_ptr<Neighbours> neighbours_;
    std::optional<std::string> neighbours_failure_;
    TimePoint settings_until_{};
    TimePoint retry_at_{};
    Duration back_off_;
    std::string trouble_;  ///< with D-Bus; empty when all is well
    std::optional<bool> dvcc_;
    bool ruled_ = false;  ///< another service gives the limits
    bool woken_ = false;
    TimePoint saved_at_{};
    MessageLimit messages_;
    std::optional<bool> said_monitor_;
    RepeatLimit<std::string> nonsense_{RepeatRate{.burst = 1}};  ///< a line a path and minute
};

}  // namespace packwire::sink::venus
