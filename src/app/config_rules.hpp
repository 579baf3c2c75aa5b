// SPDX-License-Identifier: MIT
/// `[[rule]]`: what is known only when all of a rule, or of the file, was read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "rules/rule.hpp"

namespace packwire::app {

/// A rule as the file has it: `until` may leave its subject to `when`.
struct RuleConfig {
    rules::Rule rule;
    std::string when;   ///< as written; empty: not there
    std::string until;  ///< as written; empty: not there
    bool operator==(const RuleConfig&) const = default;
};

/// What is wrong, and at which key; an empty key is the rule as a whole.
struct RuleFault {
    std::string key;
    std::string what;
};

/// Puts `when` and `until` together, and looks whether the rule makes sense. `broker`: there is an [mqtt]
/// url.
[[nodiscard]] std::optional<RuleFault> finish_rule(RuleConfig& config, bool broker);

[[nodiscard]] Result<void> check_rule_name(std::string_view text, std::string& into);
[[nodiscard]] Result<void> check_on_stale(std::string_view text, rules::OnStale& into);
[[nodiscard]] Result<void> check_headers(const std::vector<std::string>& texts,
                                         std::vector<std::string>& into);
/// The program, by its path or to be found in PATH, and its arguments.
[[nodiscard]] Result<void> check_command(const std::vector<std::string>& texts,
                                         std::vector<std::string>& into);

/// The rules themselves.
[[nodiscard]] std::vector<rules::Rule> rules_of(const std::vector<RuleConfig>& configs);

}  // namespace packwire::app
