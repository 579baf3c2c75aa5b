// SPDX-License-Identifier: MIT
#include "sink/mqtt/mqtt_sink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sink/mqtt/retained_totals.hpp"

namespace packwire::sink::mqtt {

namespace {

using namespace std::chrono_literals;

constexpr Duration first_back_off = 1s;
/// TCP to a broker that is away costs nothing, and the values shall be there soon after it is back.
constexpr Duration most_while_away = 3s;
constexpr Duration most_while_refused = 60s;
constexpr Duration tick = 1s;
/// What is retained comes at once after the subscription.
constexpr Duration memory_wait = 3s;
/// The same thing is said no more often.
constexpr Duration seldom = 10min;
constexpr std::size_t most_under_way = 16;
constexpr std::size_t most_said = 100;

Message will_of(const Topics& topics) {
    Message will;
    will.topic = topics.bridge();
    will.payload = "offline";
    will.retain = true;
    return will;
}

}  // namespace

MqttSink::MqttSink(Options options, bus::Time& time, const bus::asio::any_io_executor& executor,
                   bus::Offload& offload, Log log)
    : options_(std::move(options)),
      topics_{.base = options_.base, .site = options_.site},
      time_(time),
      log_(std::move(log)),
      timer_(time.timer()),
      announcer_(options_, outbox_),
      totals_known_(!options_.on_retained_totals),
      connection_(options_.broker, will_of(topics_), executor, offload,
                  {.on_open = [this] { opened(); },
                   .on_lost = [this](const Loss& loss) { lost(loss); },
                   .on_message = [this](const Message& message) { heard(message); },
                   .on_done = [this](int id, const std::string& reason) { done(id, reason); },
                   .on_refused_subscription =
                       [this](const std::string& reason) {
                           say_seldom("subscription", "the broker refuses a subscription: " + reason);
                       }}) {
    outbox_.put(topics_.bridge(), "online");
}

MqttSink::~MqttSink() = default;

void MqttSink::publish(const bank::Pack& pack) {
    if (pack.last_good == TimePoint{}) return;  // never had live data
    const auto& id = pack.snapshot.identity.id;
    auto& device = devices_.try_emplace(topic_id(id), id, false, options_).first->second;
    device.name_pack(pack);
    (void)device.show(Source(pack), time_.now(), outbox_);
    send_events(device);
    timer_->cancel();
}

void MqttSink::publish_bank(const bank::Bank& bank) {
    if (!bank_) bank_since_ = time_.now();
    bank_ = bank;
    show_bank();
    timer_->cancel();
}

void MqttSink::show_bank() {
    if (!bank_ || !totals_known_) return;
    const std::string id(bank_id);
    auto& device = devices_.try_emplace(id, id, true, options_).first->second;
    device.name_bank(options_.site);
    bank_due_ = device.show(Source(*bank_), time_.now(), outbox_);
    if (options_.dbus_mqtt_battery && bank_->freshness == bank::Freshness::fresh)
        outbox_.put(device.topic() + "/dbus-mqtt-battery", gx_json(*bank_));
    send_events(device);
}

void MqttSink::send_events(Device& device) {
    for (const auto& event : device.take_events()) (void)publish(device.topic() + "/event", event, false);
}

bool MqttSink::publish(const std::string& topic, const std::string& payload, bool retain) {
    Message message;
    message.topic = topic;
    message.payload = payload;
    message.retain = retain;
    const int id = connection_.publish(message);
    if (id > 0) others_[id] = topic;
    return id > 0;
}

bus::Task<void> MqttSink::run() {
    try {
        for (;;) {
            const auto next = step();
            co_await timer_->wait_until(next);
        }
    } catch (...) {  // cancelled; not by a guard, whose destructor might run when the sink is gone
        connection_.close();
        throw;
    }
}

/// Everything that is due now; gives the time when something is due again.
TimePoint MqttSink::step() {
    if (options_.refresh_ages) options_.refresh_ages();
    const auto now = time_.now();
    connect(now);
    if (now >= tick_at_ && !connection_.is_closed()) {
        connection_.tick();
        tick_at_ = now + tick;
    }
    if (now >= bank_due_) show_bank();
    if (now >= birth_at_) {
        birth_at_ = TimePoint::max();
        outbox_.send_all_again();
    }
    if (now >= memory_by_) {
        memory_by_ = TimePoint::max();
        if (!announcer_.remembers()) announcer_.start_anew();
    }
    if (now >= totals_by_) learn_totals(std::nullopt);
    announce(now);
    flush();
    return std::min(
        {now + tick, bank_due_, birth_at_, memory_by_, totals_by_, std::max(retry_at_, now + 1ms)});
}

void MqttSink::connect(TimePoint now) {
    if (!connection_.is_closed() || now < retry_at_) return;
    retry_at_ = TimePoint::max();
    tick_at_ = now + tick;
    connection_.open(version_5_);
}

void MqttSink::opened() {
    was_open_ = true;
    back_off_ = {};
    const auto& broker = options_.broker;
    if (!std::exchange(trouble_, {}).empty() || !std::exchange(said_open_, true)) {
        say(log_, Level::info,
            fmt::format("mqtt: connected to {}:{}{}{}", broker.host, broker.port,
                        broker.tls ? " with TLS" : "", version_5_ ? "" : ", MQTT 3.1.1"));
    }
    outbox_.forget_under_way();
    others_.clear();
    outbox_.send_all_again();
    if (!options_.switches.empty()) connection_.subscribe(topics_.commands() + "+");
    if (options_.discovery != Discovery::off) connection_.subscribe(options_.discovery_prefix + "/status");
    if (!announcer_.remembers()) {
        connection_.subscribe(topics_.announced());
        memory_by_ = time_.now() + memory_wait;
    }
    if (!totals_known_) {
        connection_.subscribe(topics_.bank_state());
        totals_by_ = time_.now() + memory_wait;
    }
    timer_->cancel();
}

void MqttSink::lost(const Loss& loss) {
    const auto now = time_.now();
    memory_by_ = totals_by_ = TimePoint::max();
    const bool refused = loss.kind == Loss::Kind::refused;
    const auto most = refused ? most_while_refused : most_while_away;
    back_off_ = std::clamp(2 * back_off_, first_back_off, most);
    const bool stood = std::exchange(was_open_, false);
    // The first try after a connection that stood, or with the other version, is soon.
    const bool soon = stood || (loss.kind == Loss::Kind::version && version_5_);
    version_5_ = stood || loss.kind != Loss::Kind::version || !version_5_;
    retry_at_ = now + (soon ? Duration(200ms) : back_off_);
    const auto trouble =
        fmt::format("broker {}:{}: {}", options_.broker.host, options_.broker.port, loss.reason);
    if (std::exchange(trouble_, trouble) != trouble && loss.kind != Loss::Kind::version)
        say(log_, Level::warning, fmt::format("mqtt: {}; trying again until it works", trouble));
    timer_->cancel();
}

void MqttSink::heard(const Message& message) {
    if (message.topic == topics_.announced()) {
        if (message.retain) announcer_.remember(message.payload);
    } else if (message.topic == topics_.bank_state()) {
        if (message.retain && !totals_known_) learn_totals(totals_of(message.payload));
    } else if (message.topic == options_.discovery_prefix + "/status") {
        if (message.retain || message.payload != "online") return;  // it was there before us
        std::uniform_real_distribution<double> part(0, 1);
        const auto delay = std::chrono::duration_cast<Duration>(options_.birth_delay * part(random_));
        birth_at_ = std::min(birth_at_, time_.now() + delay);
    } else if (message.topic.starts_with(topics_.commands())) {
        command(message.topic.substr(topics_.commands().size()), message);
    }
    timer_->cancel();
}

/// What an earlier run published as a total is heard before ours takes its place.
void MqttSink::learn_totals(const std::optional<bank::PublishedTotals>& totals) {
    totals_known_ = true;
    totals_by_ = TimePoint::max();
    connection_.unsubscribe(topics_.bank_state());  // each of ours would come back
    options_.on_retained_totals(totals);
    show_bank();
}

void MqttSink::command(const std::string& key, const Message& message) {
    const auto found = options_.switches.find(key);
    std::string_view ignored;
    if (message.retain) {
        ignored = "it is retained, so nobody knows how old it is";
    } else if (found == options_.switches.end()) {
        ignored = "there is no such switch";
    } else if (message.payload != "ON" && message.payload != "OFF") {
        ignored = "expected ON or OFF";
    } else if (!found->second.set(message.payload == "ON")) {
        ignored = "it was refused";
    }
    if (!ignored.empty()) {
        say_seldom(message.topic, fmt::format("a command to {} is ignored: {}", message.topic, ignored));
        return;
    }
    bank_due_ = time_.now();  // what became of it is told at once
}

void MqttSink::done(int id, const std::string& reason) {
    auto topic = outbox_.done(id);
    if (const auto other = others_.find(id); other != others_.end()) {
        topic = other->second;
        others_.erase(other);
    }
    if (!reason.empty()) {
        say_seldom("publish",
                   fmt::format("the broker refuses {}: {}; do its access rules allow {}/# and {}/#?", topic,
                               reason, topics_.root(), options_.discovery_prefix));
    }
    if (outbox_.waiting() > 0) timer_->cancel();
}

void MqttSink::say_seldom(const std::string& about, const std::string& line) {
    const auto now = time_.now();
    const auto found = said_.find(about);
    if (found != said_.end() && now - found->second < seldom) return;
    if (said_.size() >= most_said) return;
    said_[about] = now;
    say(log_, Level::warning, "mqtt: " + line);
}

void MqttSink::announce(TimePoint now) {
    if (!announcer_.remembers()) return;
    for (const auto& [id, device] : devices_) {
        if (now - device.grown_at() < options_.settle) continue;
        const bool complete =
            device.freshness() == bank::Freshness::fresh && now - device.grown_at() >= options_.gone_after;
        announcer_.announce(device, complete);
    }
    remove_others(now);
    announcer_.go_on();
}

bool MqttSink::is_member(const std::string& id) const {
    if (id == bank_id) return true;
    return bank_ &&
           std::ranges::any_of(bank_->members, [&](const auto& member) { return topic_id(member.id) == id; });
}

/// Gone is what neither belongs to the bank nor was heard for long.
void MqttSink::remove_others(TimePoint now) {
    std::set<std::string> ours;
    if (options_.discovery != Discovery::off) {
        if (!bank_ || now - bank_since_ < options_.gone_after) return;
        About about;
        about.bank = true;
        about.id = bank_id;
        ours.insert(device_id(about, options_.site));
        for (const auto& member : bank_->members) ours.insert("packwire_" + topic_id(member.id));
        for (const auto& [id, device] : devices_) {
            const bool left = device.freshness() == bank::Freshness::gone && !is_member(id);
            const auto since = left ? gone_since_.try_emplace(id, now).first->second : now;
            if (!left) gone_since_.erase(id);
            if (now - since < options_.gone_after) ours.insert(device_id(device.about(), options_.site));
        }
    }
    for (const auto& id : announcer_.others(ours)) {
        announcer_.remove_device(id);
        forget_state(id);
        say(log_, Level::info, fmt::format("mqtt: {} is taken away from Home Assistant", id));
    }
}

void MqttSink::forget_state(const std::string& device_id) {
    if (options_.discovery == Discovery::off) return;
    const auto id = device_id.substr(std::string_view("packwire_").size());
    for (const auto* part : {"/state", "/cells", "/alarms", "/availability"})
        outbox_.put(topics_.device(id) + part, "");
    devices_.erase(id);
}

void MqttSink::flush() {
    const auto send = [this](const std::string& topic, const std::string& payload) {
        Message message;
        message.topic = topic;
        message.payload = payload;
        message.retain = true;
        const int id = connection_.publish(message);
        if (id < 0) say_seldom("size", fmt::format("{} is more than the broker takes", topic));
        return id;
    };
    outbox_.flush(send, most_under_way);
}

}  // namespace packwire::sink::mqtt
