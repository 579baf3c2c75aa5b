// SPDX-License-Identifier: MIT
#include "app/config_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/values.hpp"

namespace packwire::app {

namespace {

std::optional<RuleFault> read_conditions(RuleConfig& config) {
    if (config.when.empty())
        return RuleFault{"", "expected when, such as when = \"bank.state_of_charge >= 95\""};
    auto when = rules::parse_condition(config.when);
    if (!when) return RuleFault{"when", when.error().where};
    config.rule.when = std::move(*when);
    if (config.until.empty()) return std::nullopt;
    auto until = rules::parse_condition(config.until, config.rule.when.quantity.pack);
    if (!until) return RuleFault{"until", until.error().where};
    if (rules::overlap(config.rule.when, *until)) {
        return RuleFault{"until",
                         fmt::format("expected a value that is not in when as well, \"{}\" and \"{}\" "
                                     "can both be true",
                                     rules::text(config.rule.when), rules::text(*until))};
    }
    config.rule.until = std::move(*until);
    return std::nullopt;
}

}  // namespace

std::optional<RuleFault> finish_rule(RuleConfig& config, bool broker) {
    const auto& actions = config.rule.actions;
    if (config.rule.name.empty()) return RuleFault{"", "expected name, such as name = \"boiler\""};
    if (auto fault = read_conditions(config)) return fault;
    if (rules::empty(actions))
        return RuleFault{"", "expected something to switch: http_on, command_on, mqtt_topic or gpio"};
    if (!actions.mqtt_topic.empty() && !broker)
        return RuleFault{"mqtt_topic", "expected [mqtt] url as well, got no broker"};
    if (!actions.http_password_file.empty() && actions.http_user.empty())
        return RuleFault{"http_password_file", "expected http_user as well"};
    return std::nullopt;
}

Result<void> check_rule_name(std::string_view text, std::string& into) {
    constexpr std::size_t longest = 64;
    const auto control = [](char c) { return static_cast<unsigned char>(c) < ' '; };
    if (text.empty() || text.size() > longest || std::ranges::any_of(text, control)) {
        return fail(
            Errc::bad_config,
            fmt::format("expected a name of 1 to {} characters in one line, got \"{}\"", longest, text));
    }
    into = text;
    return {};
}

Result<void> check_on_stale(std::string_view text, rules::OnStale& into) {
    if (text == "off")
        into = rules::OnStale::off;
    else if (text == "on")
        into = rules::OnStale::on;
    else if (text == "keep")
        into = rules::OnStale::keep;
    else
        return fail(Errc::bad_config, fmt::format("expected off, on or keep, got \"{}\"", text));
    return {};
}

Result<void> check_headers(const std::vector<std::string>& texts, std::vector<std::string>& into) {
    for (const auto& text : texts) {
        if (auto good = rules::check_header(text); !good) return good;
    }
    into = texts;
    return {};
}

Result<void> check_command(const std::vector<std::string>& texts, std::vector<std::string>& into) {
    const auto cut = [](const std::string& text) { return text.find('\0') != std::string::npos; };
    if (texts.empty() || texts.front().empty() || std::ranges::any_of(texts, cut))
        return fail(Errc::bad_config,
                    "expected a program and its arguments, such as [\"/usr/local/bin/heater\", \"on\"]");
    into = texts;
    return {};
}

std::vector<rules::Rule> rules_of(const std::vector<RuleConfig>& configs) {
    std::vector<rules::Rule> all;
    all.reserve(configs.size());
    for (const auto& config : configs) all.push_back(config.rule);
    return all;
}

}  // namespace packwire::app
