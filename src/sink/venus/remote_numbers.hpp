// SPDX-License-Identifier: MIT
/// Numbers of another service: in range, and of an owner that lives. Source: docs/victron.md, "What is read
/// of others".
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/repeat_limit.hpp"
#include "sink/log.hpp"
#include "sink/venus/bus_client.hpp"

namespace packwire::sink::venus {

/// What a number may be; anything else is unknown.
struct NumberRange {
    double lowest = 0;
    double highest = 0;
    /// A number outside by no more than this is taken as the bound.
    double overshoot = 0;
};

/// The number in the unit of the range. Absent: invalid, of another type, not finite, or out of range.
[[nodiscard]] std::optional<double> number_within(const NumberRange& range,
                                                  const std::optional<Value>& value);

/// Follows some paths of one service. A value that rests is a value for as long as its owner lives: the owner
/// is asked every `ask_every`, and what it has neither signalled nor answered for `silence_max` is unknown.
/// So is everything while the owner is off the bus, does not answer at all, or has a /Connected that is
/// not 1. Whatever the service does, on_change comes at most once a `pace`.
class RemoteNumbers {
public:
    static constexpr Duration ask_every = std::chrono::seconds(3);
    static constexpr Duration silence_max = std::chrono::seconds(10);
    static constexpr Duration pace = std::chrono::milliseconds(500);

    struct Quantity {
        std::string path;  ///< "/Soc"
        NumberRange range;
    };
    struct Hooks {
        /// From step(): a value changed, or was heard again.
        std::function<void()> on_change;
        /// step() has something to do before the time that it gave.
        std::function<void()> on_due;
    };
    RemoteNumbers(BusClient& bus, const Clock& clock, std::string service, std::vector<Quantity> quantities,
                  Hooks hooks, Log log);
    RemoteNumbers(const RemoteNumbers&) = delete;
    RemoteNumbers& operator=(const RemoteNumbers&) = delete;

    /// As of the last on_change, in the order of the constructor; absent while unknown.
    [[nodiscard]] std::optional<double> value(std::size_t i) const { return told_.at(i); }
    /// When the oldest of the values that are known was heard.
    [[nodiscard]] TimePoint heard() const { return told_heard_; }

    /// Asks, forgets and tells what is due; gives the time when something is due again.
    [[nodiscard]] TimePoint step();

private:
    struct Followed {
        Quantity quantity;
        bool open = false;      ///< a question is under way
        bool answered = false;  ///< since the service appeared
        bool known = false;     ///< heard, and not too long ago
        TimePoint ask_at{};
        TimePoint heard{};
        std::optional<Value> value;  ///< absent: the service has no such path
    };
    void appeared();
    void left();
    void ask(std::size_t i);
    void take(std::size_t i, const std::optional<Value>& value);
    void answered(std::size_t i, const BusClient::Answer& answer);
    void log_refused(const Followed& one, const Value& value);
    [[nodiscard]] bool connected(TimePoint now) const;
    void tell(TimePoint now);

    BusClient& bus_;
    const Clock& clock_;
    std::string service_;
    Hooks hooks_;
    Log log_;
    std::vector<Followed> followed_;  ///< the last one is /Connected
    bool present_ = false;
    unsigned presence_ = 0;  ///< answers of an earlier one do not count
    bool news_ = false;
    TimePoint tell_at_{};
    std::vector<std::optional<double>> told_;
    TimePoint told_heard_{};
    MessageLimit messages_{RepeatRate{.burst = 3, .pause = std::chrono::minutes(10)}};
};

}  // namespace packwire::sink::venus
