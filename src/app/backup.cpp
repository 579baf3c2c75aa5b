// SPDX-License-Identifier: MIT
#include "app/backup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>

#include "app/config_toml.hpp"
#include "app/output.hpp"
#include "base/json_text.hpp"
#include "dialect/dialect.hpp"
#include "model/format.hpp"
#include "wire/hex.hpp"

namespace packwire::app {

namespace {

/// Frames the answer, or says who answers. It stays in the raw words.
bool is_no_parameter(const model::Field& field) {
    return field.framing || (field.metric.exists() && field.metric.row().kind == model::Kind::text);
}

std::string words_of(std::span<const std::uint8_t> info) {
    const auto digits = wire::to_hex(info);
    std::string words;
    for (std::size_t i = 0; i < digits.size(); i += 4) {
        if (i > 0) words += ' ';
        words += digits.substr(i, 4);
    }
    return words;
}

Parameter parameter(const model::Record& record, std::size_t i) {
    const auto& field = *record.slot(i).field;
    Parameter made;
    made.name = field.name;
    if (record.slot(i).index > 0) made.name += fmt::format("_{}", record.slot(i).index + 1);
    made.unit = field.unit;
    made.number = !is_text(field);
    if (!record.valid(i)) return made;
    made.value = made.number ? model::number(record, i) : record.text(i);
    return made;
}

bool same_value(const Parameter& a, const Parameter& b) {
    if (!a.number || !b.number || a.value.empty() || b.value.empty()) return a.value == b.value;
    constexpr double nothing = 1e-9;
    return std::abs(std::strtod(a.value.c_str(), nullptr) - std::strtod(b.value.c_str(), nullptr)) < nothing;
}

const Parameter* find(const Backup& backup, std::string_view section, std::string_view name) {
    for (const auto& group : backup.groups) {
        if (group.section != section) continue;
        const auto found = std::ranges::find(group.parameters, name, &Parameter::name);
        return found == group.parameters.end() ? nullptr : &*found;
    }
    return nullptr;
}

std::string value_text(const RawValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *whole);
    if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
    return "";
}

/// The first service of any dialect that holds parameters and has the value in that column.
const model::Service* find_by(std::string_view model::Service::* column, std::string_view value) {
    for (const auto* dialect : dialect::all()) {
        for (const auto* service : parameter_services(*dialect)) {
            if (service->*column == value) return service;
        }
    }
    return nullptr;
}

ParameterGroup& group_for(Backup& backup, const model::Service& service) {
    const auto found = std::ranges::find(backup.groups, service.section, &ParameterGroup::section);
    if (found != backup.groups.end()) return *found;
    ParameterGroup group;
    group.section = service.section;
    group.service = service.code;
    return backup.groups.emplace_back(std::move(group));
}

}  // namespace

std::vector<const model::Service*> parameter_services(const model::Dialect& dialect) {
    std::vector<const model::Service*> services;
    std::ranges::copy_if(dialect.services, std::back_inserter(services), [&](const model::Service* service) {
        return !service->section.empty() && dialect::can_ask(dialect, *service);
    });
    return services;
}

const model::Service* parameter_service(std::string_view section) {
    return find_by(&model::Service::section, section);
}

ParameterGroup group_of(const model::Record& record) {
    ParameterGroup group;
    group.section = record.service().section;
    group.service = record.service().code;
    group.raw = words_of(record.info());
    for (std::size_t i = 0; i < record.size(); ++i) {
        if (!is_no_parameter(*record.slot(i).field)) group.parameters.push_back(parameter(record, i));
    }
    return group;
}

std::string to_toml(const Backup& backup) {
    auto out = fmt::format(
        "# Parameters of {}, as packwire read them. Compare with: packwire params diff A B\nformat = 1\n",
        backup.source);
    if (!backup.time.empty()) out += fmt::format("time = \"{}\"\n", backup.time);
    out += "\n[pack]\n";
    for (const auto& [key, value] : backup.pack) {
        out += key;
        out += " = ";
        append_json_text(out, value);
        out += '\n';
    }
    for (const auto& group : backup.groups) {
        fmt::format_to(std::back_inserter(out), "\n[{}]  # service {}\n", group.section, group.service);
        for (const auto& [name, value, unit, number] : group.parameters) {
            if (value.empty() && number) {
                fmt::format_to(std::back_inserter(out), "# {} is not measured\n", name);
                continue;
            }
            out += name;
            out += " = ";
            if (number) {
                out += value;
            } else {
                append_json_text(out, value);
            }
            if (!unit.empty()) fmt::format_to(std::back_inserter(out), "  # {}", unit);
            out += '\n';
        }
    }
    out += "\n[raw]\n";
    for (const auto& group : backup.groups) {
        fmt::format_to(std::back_inserter(out), "\"{}\" = \"{}\"\n", group.service, group.raw);
    }
    return out;
}

Result<Backup> from_toml(std::string_view text, std::string_view name) {
    const auto entries = read_toml(text, name);
    if (!entries) return std::unexpected(entries.error());
    Backup backup;
    backup.source = name;
    bool format = false;
    for (const auto& entry : *entries) {
        if (entry.what != RawEntry::What::key) continue;
        const auto value = value_text(entry.value);
        if (entry.section.empty()) {
            format = format || (entry.key == "format" && value == "1");
            if (entry.key == "time") backup.time = value;
        } else if (entry.section == "pack") {
            backup.pack[entry.key] = value;
        } else if (entry.section == "raw") {
            const auto* known = find_by(&model::Service::code, entry.key);
            if (known != nullptr) group_for(backup, *known).raw = value;
        } else if (const auto* known = parameter_service(entry.section); known == nullptr) {
            return fail(Errc::bad_config, fmt::format("{}:{}:{}: unknown section [{}] in a backup", name,
                                                      entry.place.line, entry.place.column, entry.section));
        } else {
            Parameter parameter;
            parameter.name = entry.key;
            parameter.value = value;
            parameter.number = !std::holds_alternative<std::string>(entry.value);
            group_for(backup, *known).parameters.push_back(std::move(parameter));
        }
    }
    if (!format)
        return fail(Errc::bad_config,
                    fmt::format("{}:1:1: expected format = 1: no backup of packwire", name));
    return backup;
}

std::vector<Difference> differences(const Backup& first, const Backup& second) {
    std::vector<Difference> found;
    for (const auto& group : first.groups) {
        for (const auto& parameter : group.parameters) {
            const auto* other = find(second, group.section, parameter.name);
            if (other != nullptr && same_value(parameter, *other)) continue;
            if (other == nullptr && parameter.value.empty()) continue;
            const auto& unit = parameter.unit.empty() && other != nullptr ? other->unit : parameter.unit;
            found.push_back(
                {group.section, parameter.name, unit, parameter.value, other != nullptr ? other->value : ""});
        }
    }
    for (const auto& group : second.groups) {
        for (const auto& parameter : group.parameters) {
            if (parameter.value.empty() || find(first, group.section, parameter.name) != nullptr) continue;
            found.push_back({group.section, parameter.name, parameter.unit, "", parameter.value});
        }
    }
    return found;
}

}  // namespace packwire::app
