// SPDX-License-Identifier: MIT
/// Who gives the limits where several services could. Source: bank 2, 13; docs/victron.md, "Two banks on one
/// D-Bus".
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "sink/venus/bus_client.hpp"

namespace packwire::sink::venus {

/// Finds the service that the bank leaves the limits to: any BMS that is not packwire's, and a packwire bank
/// with limits and a lower DeviceInstance (of equal ones: the lower name). A BMS is a battery service with
/// /Info/MaxChargeVoltage; each service is looked at when it appears, which is when it must have its paths.
///
///     none ──a ruler is found──▶ ruled ──it has left──▶ held ──for the whole of the hold──▶ none
///                                  ▲                     │
///                                  └──a ruler is found───┘
///
/// Held, the bank still is a monitor: a service that restarts gets its place back, and one that comes and
/// goes makes nobody else do so. Of several banks that could follow the one with the lowest instance is
/// first.
class BmsWatch {
public:
    static constexpr Duration hold = std::chrono::seconds(15);
    /// Longer by this for each packwire bank on the bus that comes first.
    static constexpr Duration hold_a_rank = std::chrono::seconds(5);
    /// A service that does not answer is asked again after this.
    static constexpr Duration look_again = std::chrono::seconds(30);

    /// The order among packwire banks.
    using Rank = std::pair<std::int32_t, std::string>;  ///< instance, service

    struct Hooks {
        std::function<bool(const std::string& service)> is_ours;
        /// Of our own bank; absent while it is not known which instance that has.
        std::function<std::optional<Rank>()> own_rank;
        /// From step(). `ruler`: the service, for people with the reason; both empty: the limits are ours.
        std::function<void(const std::string& ruler, const std::string& words)> on_change;
        std::function<void()> on_due;
    };
    /// `last_ruler`: who had the limits in the last run; the hold starts with it. Empty: nobody.
    BmsWatch(BusClient& bus, const Clock& clock, Hooks hooks, std::string last_ruler);
    BmsWatch(const BmsWatch&) = delete;
    BmsWatch& operator=(const BmsWatch&) = delete;

    /// Everybody who is on the bus was looked at, and step() knows.
    [[nodiscard]] bool looked() const;
    /// Decides; gives the time when something is due again.
    [[nodiscard]] TimePoint step();

private:
    struct Other {
        bool looking = true;
        bool is_bms = false;
        std::optional<Rank> packwire;  ///< it is a packwire bank
        TimePoint look_at = TimePoint::max();
    };
    void appeared(const std::string& service);
    void look_at(const std::string& service);
    void judge(const std::string& service, const std::optional<BusClient::Paths>& paths);
    void done(const std::string& service, bool is_bms, std::optional<Rank> packwire, bool answered);
    [[nodiscard]] std::optional<std::string> find_ruler(const Rank& own) const;
    [[nodiscard]] std::string words_for(const std::string& service, const Rank& own) const;
    [[nodiscard]] bool comes_after(const std::string& service, const Rank& own) const;
    [[nodiscard]] Duration hold_for(const Rank& own) const;
    [[nodiscard]] TimePoint look_again_at_who_was_silent();
    void tell(std::string ruler, std::string words);

    BusClient& bus_;
    const Clock& clock_;
    Hooks hooks_;
    std::map<std::string, Other> others_;
    std::string ruler_;  ///< as told
    std::string words_;
    std::optional<TimePoint> left_at_;  ///< held since
};

}  // namespace packwire::sink::venus
