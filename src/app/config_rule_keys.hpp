// SPDX-License-Identifier: MIT
/// The keys of [[rule]]. Included by config_keys.cpp alone.
#pragma once

#include "app/config_keys.hpp"

namespace packwire::app {

/// The rule that is being read.
inline rules::Rule& rule_of(Config& config) {
    return config.rules.back().rule;
}
inline rules::Actions& actions_of(Config& config) {
    return config.rules.back().rule.actions;
}

template <auto member>
Result<void> set_rule(Config& config, const Value& value) {
    rule_of(config).*member = value.duration;
    return {};
}

template <auto member>
Result<void> set_action(Config& config, const Value& value) {
    auto& into = actions_of(config).*member;
    using T = std::remove_cvref_t<decltype(into)>;
    if constexpr (std::is_same_v<T, Duration>) {
        into = value.duration;
    } else if constexpr (std::is_same_v<T, bool>) {
        into = value.flag;
    } else {
        into = value.text;
    }
    return {};
}

template <auto member, auto parse>
Result<void> parse_action(Config& config, const Value& value) {
    auto parsed = parse(value.text);
    if (!parsed) return std::unexpected(parsed.error());
    actions_of(config).*member = std::move(*parsed);
    return {};
}

template <auto member, auto check>
Result<void> check_action(Config& config, const Value& value) {
    return check(value.texts, actions_of(config).*member);
}

// clang-format off
inline constexpr auto rule_rows = std::to_array<Key>({
    {"rule", "name", Type::text, "", "What it is called in logs and for ever: its state is kept under this name. Required, each once.",
     [](Config& c, const Value& v) -> Result<void> { return check_rule_name(v.text, rule_of(c).name); }},
    {"rule", "when", Type::text, "", "On when this holds: `bank.state_of_charge >= 99.5`, `pack.<id>.cell_voltage.max > 3.45`, `bank.alarm.low_soc >= 1`, `bank.stale`. Required.",
     [](Config& c, const Value& v) -> Result<void> { c.rules.back().when = v.text; return {}; }},
    {"rule", "until", Type::text, "", "Off when this holds: `state_of_charge < 95`, of the same bank or pack, or with another in front. Without it: off when `when` does not hold.",
     [](Config& c, const Value& v) -> Result<void> { c.rules.back().until = v.text; return {}; }},
    {"rule", "minimum_on", Type::duration, "\"1min\"", "Once on, it stays on for so long; only the fail-safe state comes sooner.", &set_rule<&rules::Rule::minimum_on>, 0, 86400},
    {"rule", "minimum_off", Type::duration, "\"1min\"", "Once off, it stays off for so long.", &set_rule<&rules::Rule::minimum_off>, 0, 86400},
    {"rule", "delay", Type::duration, "\"0s\"", "So long `when` must hold without a break.", &set_rule<&rules::Rule::delay>, 0, 86400},
    {"rule", "delay_off", Type::duration, "\"0s\"", "So long `until` must.", &set_rule<&rules::Rule::delay_off>, 0, 86400},
    {"rule", "between", Type::text, "", "On only at this time of day, such as `\"08:00-18:00\"`, or `\"22:00-06:00\"` over midnight; local time.",
     [](Config& c, const Value& v) -> Result<void> {
         const auto window = rules::parse_window(v.text);
         if (!window) return std::unexpected(window.error());
         rule_of(c).between = *window;
         return {}; }},
    {"rule", "on_stale", Type::text, "\"off\"", "The fail-safe state, taken while the value is unknown and when the daemon stops: `\"off\"`, `\"on\"`, or `\"keep\"`: as it is.",
     [](Config& c, const Value& v) -> Result<void> { return check_on_stale(v.text, rule_of(c).on_stale); }},
    {"rule", "stale_after", Type::duration, "\"10s\"", "So long a value may be absent, or nothing heard after the start. A pack that falls silent is stale by `[loss] stale`, and then at once.", &set_rule<&rules::Rule::stale_after>, 1, 3600},
    {"rule", "repeat", Type::duration, "\"0s\"", "Tell the state again so often, for plugs that switch themselves off when nobody speaks to them; `\"0s\"`: never.", &set_rule<&rules::Rule::repeat>, 0, 86400},
    {"rule", "http_on", Type::text, "", "Requested when it switches on: `\"http://plug/on\"`, or with the method in front: `\"POST http://plug/on\"`.", &parse_action<&rules::Actions::http_on, &rules::parse_request>},
    {"rule", "http_off", Type::text, "", "Requested when it switches off.", &parse_action<&rules::Actions::http_off, &rules::parse_request>},
    {"rule", "http_body_on", Type::text, "", "Body of the request for on.", &set_action<&rules::Actions::http_body_on>},
    {"rule", "http_body_off", Type::text, "", "Body of the request for off.", &set_action<&rules::Actions::http_body_off>},
    {"rule", "http_headers", Type::texts, "", "Of both, such as `[\"Content-Type: application/json\"]`.", &check_action<&rules::Actions::http_headers, &check_headers>},
    {"rule", "http_user", Type::text, "", "For plugs that want to know who asks (basic or digest).", &set_action<&rules::Actions::http_user>},
    {"rule", "http_password_file", Type::text, "", "A file with nothing but that user's password.",
     [](Config& c, const Value& v) -> Result<void> { return check_not_empty(v.text, "a file name", actions_of(c).http_password_file); }},
    {"rule", "http_timeout", Type::duration, "\"5s\"", "For the whole request.", &set_action<&rules::Actions::http_timeout>, 0.1, 10},
    {"rule", "command_on", Type::texts, "", "Run when it switches on: the program and its arguments, without a shell. `PACKWIRE_STATE`, `_RULE`, `_QUANTITY`, `_VALUE` and `_REASON` are in its environment.", &check_action<&rules::Actions::command_on, &check_command>},
    {"rule", "command_off", Type::texts, "", "Run when it switches off.", &check_action<&rules::Actions::command_off, &check_command>},
    {"rule", "command_timeout", Type::duration, "\"10s\"", "Then it is ended, with its process group.", &set_action<&rules::Actions::command_timeout>, 0.1, 60},
    {"rule", "mqtt_topic", Type::text, "", "Published to when it switches; needs `[mqtt] url`.", &parse_action<&rules::Actions::mqtt_topic, &rules::parse_topic>},
    {"rule", "mqtt_on", Type::text, "\"ON\"", "What is published for on.", &set_action<&rules::Actions::mqtt_on>},
    {"rule", "mqtt_off", Type::text, "\"OFF\"", "What is published for off.", &set_action<&rules::Actions::mqtt_off>},
    {"rule", "mqtt_retain", Type::boolean, "false", "The broker keeps it for those who come later.", &set_action<&rules::Actions::mqtt_retain>},
    {"rule", "gpio", Type::text, "", "A line that is high while it is on, such as `\"gpiochip0:17\"`.", &parse_action<&rules::Actions::gpio, &rules::parse_gpio>},
    {"rule", "gpio_active_low", Type::boolean, "false", "Low while it is on.", &set_action<&rules::Actions::gpio_active_low>},
});
// clang-format on

}  // namespace packwire::app
