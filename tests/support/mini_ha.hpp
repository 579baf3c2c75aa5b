// SPDX-License-Identifier: MIT
/// Reads discovery messages as Home Assistant does, and gives each entity the state that it would show.
/// Source: homeassistant 2.1.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace packwire::test {

struct HaEntity {
    std::string platform;
    std::string device;
    nlohmann::json config;  ///< names in full, what the device shares filled in
};

/// All that is retained on a broker, by topic.
using Retained = std::map<std::string, std::string>;

class MiniHa {
public:
    /// Throws for what Home Assistant would refuse.
    explicit MiniHa(const Retained& retained, const std::string& prefix = "homeassistant") {
        for (const auto& [topic, payload] : retained) {
            if (!topic.starts_with(prefix + '/') || !topic.ends_with("/config")) continue;
            const auto rest = topic.substr(prefix.size() + 1);
            const auto platform = rest.substr(0, rest.find('/'));
            const auto message = full(nlohmann::json::parse(payload));
            if (platform == "device") {
                add_device(message);
            } else {
                add(platform, message);
            }
        }
    }

    std::map<std::string, HaEntity> entities;  ///< by unique id

    [[nodiscard]] static bool available(const HaEntity& entity, const Retained& retained) {
        const auto& all = entity.config.at("availability");
        const bool every = entity.config.value("availability_mode", "latest") == "all";
        bool last = false;
        for (const auto& one : all) {
            const auto found = retained.find(one.at("topic"));
            last = found != retained.end() && found->second == one.value("payload_available", "online");
            if (every && !last) return false;
        }
        return last;
    }

    /// Absent: unknown. `age`: seconds since the message on its topic.
    [[nodiscard]] static std::optional<std::string> state(const HaEntity& entity, const Retained& retained,
                                                          long long age = 0) {
        const auto& config = entity.config;
        if (config.contains("expire_after") && age >= config["expire_after"].get<long long>()) return {};
        const auto found = retained.find(config.at("state_topic"));
        if (found == retained.end()) return {};
        const auto text = config.contains("value_template") ? render(config["value_template"], found->second)
                                                            : found->second;
        if (text == "None") return {};
        if (entity.platform == "sensor") return text;
        const bool is_switch = entity.platform == "switch";
        if (text == config.value(is_switch ? "state_on" : "payload_on", "ON")) return "on";
        if (text == config.value(is_switch ? "state_off" : "payload_off", "OFF")) return "off";
        throw std::runtime_error(config["unique_id"].get<std::string>() + " cannot be " + text);
    }

    /// {{ value_json.a.b['c d'][2] }}; throws for what is not there, which Home Assistant warns of.
    [[nodiscard]] static std::string render(const std::string& text, const std::string& payload) {
        const auto begin = text.find("value_json");
        const auto end = text.rfind("}}");
        if (!text.starts_with("{{") || begin == std::string::npos || end == std::string::npos)
            throw std::runtime_error("a template that is none: " + text);
        auto path = text.substr(begin + 10, end - begin - 10);
        while (path.ends_with(' ')) path.pop_back();
        const auto root = nlohmann::json::parse(payload);
        const auto* node = &root;
        while (!path.empty()) node = step(*node, path);
        if (node->is_null()) return "None";
        return node->is_string() ? node->get<std::string>() : node->dump();
    }

private:
    static const nlohmann::json* step(const nlohmann::json& node, std::string& path) {
        std::string key;
        if (path.starts_with('.')) {
            const auto end = path.find_first_of(".[", 1);
            key = path.substr(1, end == std::string::npos ? end : end - 1);
            path = end == std::string::npos ? "" : path.substr(end);
        } else if (path.starts_with('[')) {
            const auto end = path.find(']');
            key = path.substr(1, end - 1);
            path = path.substr(end + 1);
            if (!key.starts_with('\'')) return &node.at(std::stoul(key));
            key = key.substr(1, key.size() - 2);
        } else {
            throw std::runtime_error("a template that goes on with " + path);
        }
        return &node.at(key);
    }

    /// Short names of abbreviations.py of its mqtt component.
    static std::string full_name(const std::string& name) {
        static const std::map<std::string, std::string> names{{"avty", "availability"},
                                                              {"avty_mode", "availability_mode"},
                                                              {"cmd_t", "command_topic"},
                                                              {"cmps", "components"},
                                                              {"def_ent_id", "default_entity_id"},
                                                              {"dev", "device"},
                                                              {"dev_cla", "device_class"},
                                                              {"ent_cat", "entity_category"},
                                                              {"exp_aft", "expire_after"},
                                                              {"hw", "hw_version"},
                                                              {"ids", "identifiers"},
                                                              {"mdl", "model"},
                                                              {"mf", "manufacturer"},
                                                              {"o", "origin"},
                                                              {"opt", "optimistic"},
                                                              {"p", "platform"},
                                                              {"pl_off", "payload_off"},
                                                              {"pl_on", "payload_on"},
                                                              {"sn", "serial_number"},
                                                              {"stat_cla", "state_class"},
                                                              {"stat_off", "state_off"},
                                                              {"stat_on", "state_on"},
                                                              {"stat_t", "state_topic"},
                                                              {"sug_dsp_prc", "suggested_display_precision"},
                                                              {"sw", "sw_version"},
                                                              {"t", "topic"},
                                                              {"uniq_id", "unique_id"},
                                                              {"unit_of_meas", "unit_of_measurement"},
                                                              {"val_tpl", "value_template"}};
        const auto found = names.find(name);
        return found == names.end() ? name : found->second;
    }

    /// Ids of components are no options, so they stay as they are.
    static nlohmann::json full(const nlohmann::json& json, bool ids = false) {
        if (json.is_array()) {
            auto all = nlohmann::json::array();
            for (const auto& one : json) all.push_back(full(one));
            return all;
        }
        if (!json.is_object()) return json;
        auto all = nlohmann::json::object();
        for (const auto& [name, value] : json.items()) {
            const auto key = ids ? name : full_name(name);
            all[key] = full(value, key == "components");
        }
        return all;
    }

    void add_device(const nlohmann::json& message) {
        if (message.contains("migrate_discovery")) return;
        if (!message.at("origin").contains("name")) throw std::runtime_error("an origin without a name");
        for (const auto& [key, component] : message.at("components").items()) {
            if (component.size() == 1) continue;  // taken away
            auto whole = component;
            for (const auto* shared :
                 {"availability", "availability_mode", "state_topic", "qos", "device", "origin"}) {
                if (!whole.contains(shared) && message.contains(shared)) whole[shared] = message[shared];
            }
            add(component.at("platform"), whole);
        }
    }
    void add(const std::string& platform, const nlohmann::json& config) {
        if (config.contains("migrate_discovery")) return;
        HaEntity entity;
        entity.platform = platform;
        entity.device = config.at("device").at("identifiers").at(0);
        entity.config = config;
        if (!entities.emplace(config.at("unique_id"), entity).second)
            throw std::runtime_error("twice: " + config.at("unique_id").get<std::string>());
    }
};

}  // namespace packwire::test
