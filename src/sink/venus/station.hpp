// SPDX-License-Identifier: MIT
/// One pack, or the bank, and while it has one its service: what it shows, and when it speaks.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "sink/venus/battery_service.hpp"
#include "sink/venus/paths.hpp"

namespace packwire::sink::venus {

class Station {
public:
    /// `id` is the pack's, or Registry::bank_id; `name` what its services are called, without
    /// "com.victronenergy.battery.": it is also what settings know it by.
    Station(std::string id, std::string name) : id_(std::move(id)), name_(std::move(name)) {}

    [[nodiscard]] const std::string& id() const { return id_; }
    [[nodiscard]] const std::string& unique_id() const { return name_; }
    [[nodiscard]] std::string service_name() const { return "com.victronenergy.battery." + name_; }
    [[nodiscard]] bool is_bank() const { return bank_.has_value(); }
    /// What it shows; null when it is the other, or nothing yet.
    [[nodiscard]] const bank::Pack* pack() const { return pack_ ? &*pack_ : nullptr; }
    [[nodiscard]] const bank::Bank* bank() const { return bank_ ? &*bank_ : nullptr; }

    void show(const bank::Pack& pack);
    void show(const bank::Bank& bank);
    /// What the service says besides; a change is told as any other, but for that of the instance.
    [[nodiscard]] const About& about() const { return about_; }
    void set_about(About about);

    /// Has it anything to show? A pack has from its first live data until it is gone.
    [[nodiscard]] bool alive() const { return alive_; }
    [[nodiscard]] bool on_bus() const { return service_ != nullptr; }
    /// With which instance its service came to the bus; that of about() may be another by now.
    [[nodiscard]] std::optional<std::int32_t> instance_on_bus() const {
        return on_bus() ? std::optional(birth_.instance) : std::nullopt;
    }
    /// When the service must be replaced by one that clients look at again, because of another instance or
    /// other paths; absent: it need not. At once when it gives up its limits. Else the first time at once and
    /// then in growing pauses, whatever settings do: with its name chargers lose their limits for a moment.
    [[nodiscard]] std::optional<TimePoint> replace_at() const;

    struct Hooks {
        std::function<void()> before_answer;  ///< as BatteryService::Setup
        std::function<bool(Station&, const PathSpec&, const Value&)> on_write;
        std::function<void(Station&, const PathSpec&, const std::string& got)> on_nonsense;
        std::function<void()> on_broken;  ///< failure() says why
    };
    /// Makes a service that nobody sees yet. What is on the bus stays. Throws what BatteryService throws.
    void prepare(const std::string& dbus, const asio::any_io_executor& executor, const Hooks& hooks);
    [[nodiscard]] bool prepared() const { return next_ != nullptr; }
    /// The name leaves the bus.
    void leave() { service_.reset(); }
    /// What was prepared takes the name. Throws what BatteryService throws; then there is no service.
    void appear(TimePoint now);
    void abandon() { next_.reset(); }

    /// Why the connection is of no use any more; absent while it works.
    [[nodiscard]] const std::optional<std::string>& failure() const { return failure_; }

    /// Gives the service what is new, without more paths; nothing is sent.
    void refresh_if_new();
    /// Gives the service what is new and sends what is due; gives the time when something is due again.
    [[nodiscard]] TimePoint tell(TimePoint now);

private:
    [[nodiscard]] View view() const;
    [[nodiscard]] View shown() const;
    void refresh();
    void update();

    std::string id_, name_;
    std::optional<bank::Pack> pack_;
    std::optional<bank::Bank> bank_;
    About about_;
    mutable About shown_about_;  ///< what View refers to: with the instance that is on the bus
    bool alive_ = false;
    bool dirty_ = false;  ///< there is more than the service was given
    /// With what a service came to the bus.
    struct Birth {
        Shape shape;
        std::int32_t instance = 0;
    };
    Birth birth_, next_birth_;
    TimePoint last_told_{};
    TimePoint appeared_at_{};
    Duration pause_{};  ///< before the next replacement
    std::optional<std::string> failure_;
    std::unique_ptr<BatteryService> service_, next_;
};

}  // namespace packwire::sink::venus
