// SPDX-License-Identifier: MIT
#include "sink/mqtt/discovery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

namespace packwire::sink::mqtt {

namespace {

using nlohmann::ordered_json;

/// Three times as long as a value may take, and a bit: a message late is no loss.
long long expiry(const Options& options) {
    return std::chrono::duration_cast<std::chrono::seconds>(3 * options.max_age).count() + 5;
}

/// What is no quantity of the catalogue, but of the device or its line.
struct Extra {
    std::string_view platform;
    std::string_view key;
    std::string_view name;
    std::string_view device_class;
    std::string_view unit;
    std::string_view state_class;
    std::string_view member;  ///< of /state
    bool line = false;
};
// clang-format off
constexpr auto extras = std::to_array<Extra>({
    {"binary_sensor", "charging", "Charging", "battery_charging", "", "", "charging"},
    {"sensor", "last_good", "Last reading", "timestamp", "", "", "last_good"},
    {"sensor", "line_exchanges", "Line: questions", "", "", "total_increasing", "line.exchanges", true},
    {"sensor", "line_retries", "Line: retries", "", "", "total_increasing", "line.retries", true},
    {"sensor", "line_timeouts", "Line: timeouts", "", "", "total_increasing", "line.timeouts", true},
    {"sensor", "line_damaged", "Line: damaged answers", "", "", "total_increasing", "line.damaged", true},
    {"sensor", "line_answer_time", "Line: answer time", "duration", "ms", "measurement", "line.answer_time", true},
});
// clang-format on

/// "low_cell_voltage" is "Low cell voltage".
std::string words(std::string_view name) {
    std::string text(name);
    std::ranges::replace(text, '_', ' ');
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

/// Writes the entities of one device.
class Writer {
public:
    Writer(const Announcement& announcement, const Options& options)
        : announcement_(announcement),
          options_(options),
          id_(device_id(announcement.about, options.site)),
          topic_(Topics{.base = options.base, .site = options.site}.device(announcement.about.id)) {}

    Entities write() {
        for (const auto& [index, slot] : announcement_.shape) add_metric(model::Metric{index}, slot);
        for (const auto& extra : extras) add_extra(extra);
        for (std::size_t i = 0; i < model::alarm_count; ++i) add_alarm(i);
        add_connection();
        for (const auto& [key, offered] : options_.switches) {
            if (announcement_.about.bank) add_switch(key);
        }
        return std::move(entities_);
    }

private:
    ordered_json& add(std::string_view platform, const std::string& key, const std::string& name) {
        ordered_json entity;
        entity["p"] = platform;
        entity["uniq_id"] = id_ + '_' + key;
        entity["name"] = name;
        entities_.emplace_back(fmt::format("{}/{}", platform, key), std::move(entity));
        return entities_.back().second;
    }
    /// Only for what people use by its id: the others may be named after device and entity, and a message of
    /// a hundred of them stays below 30 kB.
    void name_for_people(ordered_json& entity, std::string_view platform, const std::string& key) const {
        auto entity_id = fmt::format("{}.{}_{}", platform, id_, key);
        std::ranges::transform(entity_id, entity_id.begin(), [](char c) {
            if (c == '-') return '_';
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        entity["def_ent_id"] = std::move(entity_id);
    }
    static void set(ordered_json& entity, const char* option, std::string_view value) {
        if (!value.empty()) entity[option] = value;
    }
    static void on_is_1(ordered_json& entity) {
        entity["pl_on"] = "1";
        entity["pl_off"] = "0";
    }

    void add_metric(model::Metric metric, const Slot& slot) {
        const auto& row = metric.row();
        for (std::size_t place = 0; place < slot.count; ++place) {
            auto& entity = add(is_binary(row) ? "binary_sensor" : "sensor",
                               key_of(metric, slot.repeated, place), name_of(metric, slot.repeated, place));
            if (slot.repeated) entity["stat_t"] = topic_ + "/cells";
            entity["val_tpl"] = template_of(metric, slot.repeated, place);
            set(entity, "dev_cla", row.device_class);
            set(entity, "unit_of_meas", row.unit);
            set(entity, "stat_cla", state_class_of(row));
            if (!row.unit.empty()) entity["sug_dsp_prc"] = row.decimals;
            if (is_binary(row)) on_is_1(entity);
            entity["exp_aft"] = expiry(options_);
            if (is_diagnostic(row, slot.repeated)) {
                entity["ent_cat"] = "diagnostic";
            } else {
                name_for_people(entity, is_binary(row) ? "binary_sensor" : "sensor",
                                key_of(metric, slot.repeated, place));
            }
        }
    }
    void add_extra(const Extra& extra) {
        if (extra.line && !announcement_.line) return;
        auto& entity = add(extra.platform, std::string(extra.key), std::string(extra.name));
        entity["val_tpl"] = fmt::format("{{{{value_json.{}}}}}", extra.member);
        set(entity, "dev_cla", extra.device_class);
        set(entity, "unit_of_meas", extra.unit);
        set(entity, "stat_cla", extra.state_class);
        if (extra.platform == "binary_sensor") {
            on_is_1(entity);
            name_for_people(entity, extra.platform, std::string(extra.key));
            entity["exp_aft"] = expiry(options_);
        } else {
            entity["ent_cat"] = "diagnostic";
        }
    }
    void add_alarm(std::size_t i) {
        const auto name = model::alarm_rows[i].name;
        auto& entity = add("binary_sensor", fmt::format("alarm_{}", name), words(name));
        entity["stat_t"] = topic_ + "/alarms";
        entity["val_tpl"] = fmt::format("{{{{value_json.{}.on}}}}", name);
        entity["dev_cla"] = "problem";
        on_is_1(entity);
        entity["exp_aft"] = expiry(options_);
        entity["ent_cat"] = "diagnostic";
    }
    /// Known also while the pack is away: only the daemon must be there.
    void add_connection() {
        auto& entity = add("binary_sensor", "connection", "Connection");
        entity["stat_t"] = topic_ + "/availability";
        entity["dev_cla"] = "connectivity";
        entity["pl_on"] = "online";
        entity["pl_off"] = "offline";
        const Topics topics{.base = options_.base, .site = options_.site};
        auto& available = entity["avty"];
        available = ordered_json::array();
        available.push_back({{"t", topics.bridge()}});
        entity["ent_cat"] = "diagnostic";
    }
    void add_switch(const std::string& key) {
        auto& entity = add("switch", key, words(key));
        entity["val_tpl"] = fmt::format("{{{{value_json.{}}}}}", key);
        name_for_people(entity, "switch", key);
        entity["cmd_t"] = Topics{.base = options_.base, .site = options_.site}.commands() + key;
        entity["stat_on"] = "1";
        entity["stat_off"] = "0";
        entity["opt"] = false;
        entity["ent_cat"] = "config";
    }

    const Announcement& announcement_;
    const Options& options_;
    std::string id_;
    std::string topic_;
    Entities entities_;
};

/// What all entities of a device share.
ordered_json device_root(const Announcement& announcement, const Options& options) {
    const auto& about = announcement.about;
    const Topics topics{.base = options.base, .site = options.site};
    ordered_json root;
    auto& device = root["dev"];
    device["ids"] = ordered_json::array({device_id(about, options.site)});
    device["name"] = about.name;
    const auto set = [&](const char* key, const std::string& text) {
        if (!text.empty()) device[key] = text;
    };
    set("mf", about.manufacturer);
    set("mdl", about.model);
    set("sw", about.bank ? PACKWIRE_VERSION : about.software);
    set("hw", about.hardware);
    set("sn", about.serial);
    if (!about.bank) device["via_device"] = fmt::format("packwire_{}_{}", options.site, bank_id);
    root["o"] = {{"name", "packwire"}, {"sw", PACKWIRE_VERSION}};
    root["avty"] = ordered_json::array();
    root["avty"].push_back({{"t", topics.bridge()}});
    root["avty"].push_back({{"t", topics.device(about.id) + "/availability"}});
    root["avty_mode"] = "all";
    root["stat_t"] = topics.device(about.id) + "/state";
    root["qos"] = 1;
    return root;
}

/// Bytes of a pack may be anything.
std::string text_of(const ordered_json& document) {
    return document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

Announcement announcement_of(const Device& device) {
    return {.about = device.about(), .shape = device.shape(), .line = device.tells_line()};
}

Entities entities_of(const Announcement& announcement, const Options& options) {
    return Writer(announcement, options).write();
}

std::string device_id(const About& about, const std::string& site) {
    return about.bank ? fmt::format("packwire_{}_{}", site, about.id) : "packwire_" + about.id;
}

std::string device_topic(const Options& options, const std::string& device_id) {
    return fmt::format("{}/device/{}/config", options.discovery_prefix, device_id);
}

std::string single_topic(const Options& options, const std::string& device_id, const EntityPath& entity) {
    const auto slash = entity.find('/');
    return fmt::format("{}/{}/{}/{}/config", options.discovery_prefix, entity.substr(0, slash), device_id,
                       slash == std::string::npos ? "" : entity.substr(slash + 1));
}

std::string device_message(const Announcement& announcement, const Options& options,
                           const std::vector<EntityPath>& removed) {
    auto root = device_root(announcement, options);
    auto& components = root["cmps"];
    components = ordered_json::object();
    for (auto& [path, entity] : entities_of(announcement, options))
        components[path.substr(path.find('/') + 1)] = std::move(entity);
    for (const auto& path : removed) {
        const auto slash = path.find('/');
        components[path.substr(slash + 1)] = {{"p", path.substr(0, slash)}};
    }
    return text_of(root);
}

std::map<std::string, std::string> single_messages(const Announcement& announcement, const Options& options) {
    std::map<std::string, std::string> messages;
    const auto root = device_root(announcement, options);
    const auto id = device_id(announcement.about, options.site);
    for (const auto& [path, entity] : entities_of(announcement, options)) {
        auto whole = root;
        whole.update(entity);
        whole.erase("p");
        messages[single_topic(options, id, path)] = text_of(whole);
    }
    return messages;
}

}  // namespace packwire::sink::mqtt
