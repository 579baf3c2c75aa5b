// SPDX-License-Identifier: MIT
/// The only unit that includes toml++: it compiles slowly.
#include "app/config_toml.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <optional>

namespace packwire::app {

namespace {

Place place_of(const toml::source_region& region) {
    return {region.begin.line, region.begin.column};
}

std::string kind_of_node(const toml::node& node) {
    if (node.is_table()) return "a table";
    if (node.is_array()) return "a list";
    return "a date or time";
}

std::optional<std::array<double, 2>> pair_of(const toml::node& node) {
    const auto* pair = node.as_array();
    if (pair == nullptr || pair->size() != 2) return std::nullopt;
    const auto first = pair->get(0)->value<double>();
    const auto second = pair->get(1)->value<double>();
    if (!first || !second || !pair->get(0)->is_number() || !pair->get(1)->is_number()) return std::nullopt;
    return std::array{*first, *second};
}

RawValue list_of(const toml::array& list) {
    if (list.empty() || list.is_homogeneous<std::int64_t>()) {
        std::vector<std::int64_t> numbers;
        for (const auto& element : list) numbers.push_back(element.as_integer()->get());
        return numbers;
    }
    if (list.is_homogeneous<std::string>()) {
        std::vector<std::string> texts;
        for (const auto& element : list) texts.push_back(element.as_string()->get());
        return texts;
    }
    RawPairs pairs;
    for (const auto& element : list) {
        const auto pair = pair_of(element);
        if (!pair) return OtherValue{"a list"};
        pairs.push_back(*pair);
    }
    return pairs;
}

RawValue value_of(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* integer = node.as_integer()) return integer->get();
    if (const auto* number = node.as_floating_point()) return number->get();
    if (const auto* flag = node.as_boolean()) return flag->get();
    if (const auto* list = node.as_array()) return list_of(*list);
    return OtherValue{kind_of_node(node)};
}

class Flattener {
public:
    std::vector<RawEntry> flatten(const toml::table& root) {
        for (const auto& [key, node] : root) add_top(key, node);
        std::ranges::stable_sort(entries_, {}, &RawEntry::place);
        return std::move(entries_);
    }

private:
    void add_top(const toml::key& key, const toml::node& node) {
        const auto* list = node.as_array();
        if (const auto* table = node.as_table()) {
            add_section(key.str(), *table, RawEntry::What::table, key);
        } else if (list != nullptr && list->is_array_of_tables()) {
            for (const auto& element : *list) {
                add_section(key.str(), *element.as_table(), RawEntry::What::element_of_array, key);
            }
        } else {
            add_key("", key, node);
        }
    }

    void add_section(std::string_view name, const toml::table& table, RawEntry::What what,
                     const toml::key& key) {
        const bool has_place = table.source().begin.line > 0;
        const auto place = place_of(has_place ? table.source() : key.source());
        RawEntry head;
        head.what = what;
        head.section = name;
        head.place = place;
        head.value_place = place;
        entries_.push_back(std::move(head));
        for (const auto& [inner, node] : table) add_key(name, inner, node);
    }

    void add_key(std::string_view section, const toml::key& key, const toml::node& node) {
        RawEntry entry;
        entry.section = section;
        entry.key = key.str();
        entry.value = value_of(node);
        entry.place = place_of(key.source());
        entry.value_place = place_of(node.source());
        entries_.push_back(std::move(entry));
    }

    std::vector<RawEntry> entries_;
};

}  // namespace

std::string kind_of(const RawValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return fmt::format("\"{}\"", *text);
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *integer);
    if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* other = std::get_if<OtherValue>(&value)) return other->kind;
    return "a list";
}

Result<std::vector<RawEntry>> read_toml(std::string_view text, std::string_view name) {
    try {
        return Flattener().flatten(toml::parse(text, name));
    } catch (const toml::parse_error& error) {
        const auto [line, column] = place_of(error.source());
        return fail(Errc::bad_config,
                    fmt::format("{}:{}:{}: {}", name, line, column, one_line(error.description())));
    }
}

}  // namespace packwire::app
