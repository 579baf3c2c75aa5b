// SPDX-License-Identifier: MIT
/// A pack or the bank on its topics.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/alarm.hpp"
#include "sink/mqtt/options.hpp"
#include "sink/mqtt/outbox.hpp"
#include "sink/mqtt/readout.hpp"
#include "sink/mqtt/topics.hpp"

namespace packwire::sink::mqtt {

/// What a device is, as Home Assistant shows it. Only `id` is for ever.
struct About {
    std::string id;  ///< as in topics
    bool bank = false;
    std::string name;
    std::string manufacturer;
    std::string model;
    std::string software;
    std::string hardware;
    std::string serial;
    bool operator==(const About&) const = default;
};

class Device {
public:
    /// `options` outlives it. `id`: of a pack as the book has it, or bank_id.
    Device(const std::string& id, bool bank, const Options& options);

    /// Puts what is news, or is too old on the broker, into the outbox. Gives when it wants to be shown again
    /// though nothing happened; TimePoint::max() when never.
    [[nodiscard]] TimePoint show(const Source& source, TimePoint now, Outbox& outbox);
    void name_bank(const std::string& site);
    void name_pack(const bank::Pack& pack);
    /// JSON of what happened since it was asked last.
    [[nodiscard]] std::vector<std::string> take_events();

    [[nodiscard]] const About& about() const { return about_; }
    [[nodiscard]] const Shape& shape() const { return shape_; }
    [[nodiscard]] bank::Freshness freshness() const { return freshness_.value_or(bank::Freshness::gone); }
    [[nodiscard]] TimePoint grown_at() const { return grown_at_; }
    [[nodiscard]] bool tells_line() const { return tells_line_; }
    [[nodiscard]] const std::string& topic() const { return topic_; }

private:
    struct Told {
        std::vector<Shown> values;
        TimePoint at{};
        bool ever = false;
    };
    using Levels = std::vector<std::optional<std::uint8_t>>;
    void tell_freshness(const Source& source, TimePoint now, Outbox& outbox);
    [[nodiscard]] TimePoint tell_state(const Source& source, TimePoint now, Outbox& outbox);
    void tell_cells(const Source& source, TimePoint now, Outbox& outbox);
    void tell_alarms(const Source& source, TimePoint now, Outbox& outbox);
    void tell_flat(const std::vector<Shown>& values, bool again, Outbox& outbox);
    void note_alarms(const Levels& now, WallTime when);
    [[nodiscard]] bool is_old(const Told& told, TimePoint now) const;
    [[nodiscard]] std::string state_json(const Source& source, const std::vector<Shown>& values);
    void append_line(std::string& out);

    const Options& options_;
    std::string pack_id_;
    std::string topic_;
    About about_;
    Shape shape_;
    TimePoint grown_at_{};
    bool tells_line_ = false;
    std::optional<bank::Freshness> freshness_;
    Told state_;
    Told cells_;
    Told alarms_;
    Levels levels_;
    std::string switched_;
    std::map<std::string, Shown> flat_;  ///< as told, by topic
    std::vector<std::string> events_;
};

/// The bank as venus-os_dbus-mqtt-battery reads it: what the catalogue has on D-Bus, by its path.
[[nodiscard]] std::string gx_json(const bank::Bank& bank);

}  // namespace packwire::sink::mqtt
