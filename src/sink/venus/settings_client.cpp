// SPDX-License-Identifier: MIT
#include "sink/venus/settings_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

namespace packwire::sink::venus {

namespace {

using namespace std::chrono_literals;

const std::string service = "com.victronenergy.settings";
const std::string devices_path = "/Settings/Devices/";
const std::string instance_key = "ClassAndVrmInstance";
const std::string name_key = "CustomName";

constexpr std::string_view battery_class = "battery:";
constexpr Duration retry = 30s;
constexpr Duration name_pace = 1s;
constexpr Duration answer_time = 10s;  // a GX is busy while it starts

/// "battery:101".
std::optional<int> instance_in(std::string_view text) {
    if (!text.starts_with(battery_class)) return std::nullopt;
    text.remove_prefix(battery_class.size());
    int number = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end || number < 0) return std::nullopt;
    return number;
}

std::string path_of(const std::string& unique_id, const std::string& key) {
    return devices_path + unique_id + '/' + key;
}

/// Unique id and key of "/Settings/Devices/packwire_home/CustomName"; empty when it is another path.
std::pair<std::string, std::string> device_and_key(const std::string& path) {
    if (!path.starts_with(devices_path)) return {};
    const auto slash = path.find('/', devices_path.size());
    if (slash == std::string::npos) return {};
    return {path.substr(devices_path.size(), slash - devices_path.size()), path.substr(slash + 1)};
}

}  // namespace

SettingsClient::SettingsClient(BusClient& bus, const Clock& clock, TimePoint wait_until, Hooks hooks, Log log)
    : bus_(bus), clock_(clock), wait_until_(wait_until), hooks_(std::move(hooks)), log_(std::move(log)) {
    bus_.on_service([this](const std::string& name, bool present) {
        if (name != service) return;
        if (present) {
            appeared();
        } else {
            disappeared();
        }
    });
    bus_.follow(service, [this](const std::string& path, const Value& value) { changed(path, value); });
}

void SettingsClient::introduce(const std::string& unique_id, int instance, const std::string& custom_name) {
    const auto [place, is_new] = devices_.try_emplace(unique_id);
    if (!is_new) return;
    place->second.preset_instance = instance;
    place->second.preset_name = custom_name;
    if (bus_.has(service)) ask(unique_id, place->second);
}

bool SettingsClient::settled(const std::string& unique_id) const {
    const auto found = devices_.find(unique_id);
    if (found == devices_.end()) return false;
    if (found->second.instance || found->second.refused) return true;
    return clock_.now() >= (bus_.has(service) ? found->second.answer_until : wait_until_);
}

std::optional<int> SettingsClient::instance(const std::string& unique_id) const {
    const auto found = devices_.find(unique_id);
    return found == devices_.end() ? std::nullopt : found->second.instance;
}

std::optional<std::string> SettingsClient::custom_name(const std::string& unique_id) const {
    const auto found = devices_.find(unique_id);
    return found == devices_.end() ? std::nullopt : found->second.name;
}

void SettingsClient::set_custom_name(const std::string& unique_id, const std::string& name) {
    const auto found = devices_.find(unique_id);
    if (found == devices_.end()) return;
    found->second.preset_name = name;
    if (!found->second.name) return;  // nobody there to keep it: the caller does
    found->second.name = name;
    found->second.name_waits = true;
    hooks_.on_change();
}

void SettingsClient::send_names() {
    for (auto& [unique_id, device] : devices_) {
        if (!std::exchange(device.name_waits, false) || !bus_.has(service) || !device.name) continue;
        bus_.set_value(
            service, path_of(unique_id, name_key), Value{*device.name}, [this, unique_id](bool accepted) {
                if (accepted) return;
                log_seldom("name", fmt::format("venus: settings did not take the name of {}", unique_id));
            });
    }
    names_sent_at_ = clock_.now();
}

void SettingsClient::log_seldom(const std::string& topic, const std::string& message) {
    if (const auto passed = messages_.pass(topic, message, clock_.now())) say(log_, Level::warning, *passed);
}

void SettingsClient::appeared() {
    for (auto& [unique_id, device] : devices_) ask(unique_id, device);
}

/// What they said holds.
void SettingsClient::disappeared() {
    retry_at_ = TimePoint::max();
    for (auto& [unique_id, device] : devices_) {
        device.asked = false;
        device.refused = device.refused || !device.instance;
    }
    hooks_.on_change();
}

void SettingsClient::ask(const std::string& unique_id, Device& device) {
    if (std::exchange(device.asked, true)) return;
    device.answer_until = clock_.now() + answer_time;
    const auto instance = device.instance.value_or(device.preset_instance);
    bus_.add_settings({{path_of(unique_id, instance_key), fmt::format("{}{}", battery_class, instance)},
                       {path_of(unique_id, name_key), device.preset_name}},
                      [this, unique_id](const auto& added) { answered(unique_id, added); });
}

void SettingsClient::answered(const std::string& unique_id,
                              const std::optional<std::vector<BusClient::Added>>& added) {
    auto& device = devices_.at(unique_id);
    for (const auto& setting : added.value_or(std::vector<BusClient::Added>{})) {
        if (const auto [id, key] = device_and_key(setting.path); id == unique_id)
            take(device, key, setting.value);
    }
    device.refused = !added || !device.instance;
    if (device.refused) {
        device.asked = false;
        retry_at_ = clock_.now() + retry;
        if (bus_.has(service) && !std::exchange(said_refused_, true)) {
            say(log_, Level::warning,
                "venus: com.victronenergy.settings refuses our settings; instances and names are those that "
                "packwire remembers, until it takes them");
        }
    } else if (std::exchange(said_refused_, false)) {
        say(log_, Level::info, "venus: com.victronenergy.settings takes our settings again");
    }
    hooks_.on_change();
}

void SettingsClient::take(Device& device, const std::string& key, const std::string& value) {
    if (key == name_key) device.name = value;
    if (key != instance_key) return;
    if (const auto instance = instance_in(value)) {
        device.instance = instance;
    } else {
        log_seldom("instance",
                   fmt::format("venus: settings give \"{}\" where battery:N is expected; the instance stays",
                               quoted(value)));
    }
}

void SettingsClient::changed(const std::string& path, const Value& value) {
    const auto [id, key] = device_and_key(path);
    const auto found = devices_.find(id);
    const auto* text = std::get_if<std::string>(&value);
    if (found == devices_.end() || text == nullptr) return;
    take(found->second, key, *text);
    hooks_.on_change();
}

TimePoint SettingsClient::step() {
    const auto now = clock_.now();
    if (now >= retry_at_) {
        retry_at_ = TimePoint::max();
        for (auto& [unique_id, device] : devices_) {
            if (bus_.has(service) && device.refused) ask(unique_id, device);
        }
    }
    const bool names_wait =
        std::ranges::any_of(devices_, [](const auto& device) { return device.second.name_waits; });
    if (names_wait && now >= names_sent_at_ + name_pace) send_names();
    auto next = now < wait_until_ ? std::min(wait_until_, retry_at_) : retry_at_;
    for (const auto& [unique_id, device] : devices_) {
        if (device.asked && now < device.answer_until) next = std::min(next, device.answer_until);
        if (device.name_waits) next = std::min(next, names_sent_at_ + name_pace);
    }
    return next;
}

}  // namespace packwire::sink::venus
