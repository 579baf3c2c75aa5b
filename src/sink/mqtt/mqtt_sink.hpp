// SPDX-License-Identifier: MIT
/// Packs and their bank on an MQTT broker, and as devices of Home Assistant.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "sink/log.hpp"
#include "sink/mqtt/announcer.hpp"
#include "sink/mqtt/connection.hpp"
#include "sink/mqtt/device.hpp"
#include "sink/sink.hpp"

namespace packwire::sink::mqtt {

/// Topics and messages: docs/homeassistant.md. While the broker is away the newest of each topic waits; all
/// is sent again with each connection. A broker that nobody hears is tried again after 1 s, at most every
/// 3 s; one that refuses, up to every 60 s. When the sink ends the broker publishes the will: offline.
class MqttSink final : public Sink {
public:
    MqttSink(Options options, bus::Time& time, const bus::asio::any_io_executor& executor,
             bus::Offload& offload, Log log);
    ~MqttSink() override;

    [[nodiscard]] std::string_view name() const override { return "mqtt"; }
    [[nodiscard]] std::string trouble() const override { return trouble_; }
    void publish(const bank::Pack& pack) override;
    void publish_bank(const bank::Bank& bank) override;
    /// A message of others, as a mqtt::Publisher. On the loop only.
    bool publish(const std::string& topic, const std::string& payload, bool retain);
    bus::Task<void> run() override;

private:
    [[nodiscard]] TimePoint step();
    void connect(TimePoint now);
    void opened();
    void lost(const Loss& loss);
    void heard(const Message& message);
    void learn_totals(const std::optional<bank::PublishedTotals>& totals);
    void command(const std::string& key, const Message& message);
    void done(int id, const std::string& reason);
    void say_seldom(const std::string& about, const std::string& line);
    void show_bank();
    void send_events(Device& device);
    void announce(TimePoint now);
    void remove_others(TimePoint now);
    void forget_state(const std::string& device_id);
    void flush();
    [[nodiscard]] bool is_member(const std::string& topic_id) const;

    Options options_;
    Topics topics_;
    bus::Time& time_;
    Log log_;
    std::unique_ptr<bus::Timer> timer_;
    Outbox outbox_;
    Announcer announcer_;
    std::map<std::string, Device> devices_;  ///< by id as in topics
    std::map<std::string, TimePoint> gone_since_;
    std::optional<bank::Bank> bank_;
    TimePoint bank_since_{};
    TimePoint bank_due_ = TimePoint::max();
    bool version_5_ = true;
    bool was_open_ = false;
    bool said_open_ = false;
    TimePoint retry_at_{};
    Duration back_off_{};
    TimePoint tick_at_{};
    TimePoint memory_by_ = TimePoint::max();  ///< then there is none on the broker
    bool totals_known_;                       ///< those on the broker were read, or there are none
    TimePoint totals_by_ = TimePoint::max();  ///< then there are none
    TimePoint birth_at_ = TimePoint::max();
    std::map<int, std::string> others_;  ///< topics of messages of others, by id
    std::map<std::string, TimePoint> said_;
    std::string trouble_;
    std::minstd_rand random_{std::random_device{}()};
    Connection connection_;  ///< last: it goes first
};

}  // namespace packwire::sink::mqtt
