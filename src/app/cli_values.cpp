// SPDX-License-Identifier: MIT
#include "app/cli_values.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/address_list.hpp"
#include "app/values.hpp"
#include "app/when.hpp"
#include "bus/port.hpp"
#include "dialect/dialect.hpp"
#include "model/metric.hpp"

namespace packwire::app {

namespace {

std::string upper(std::string_view text) {
    std::string result(text);
    for (auto& c : result) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return result;
}

}  // namespace

Result<Format> read_format(std::string_view text) {
    if (text == "table") return Format::table;
    if (text == "json") return Format::json;
    if (text == "csv") return Format::csv;
    return fail(Errc::usage, fmt::format("expected table, json or csv, got \"{}\"", text));
}

Result<Format> read_status_format(std::string_view text) {
    if (text == "table") return Format::table;
    if (text == "json") return Format::json;
    return fail(Errc::usage, fmt::format("expected table or json, got \"{}\"", text));
}

Result<Format> read_document_format(std::string_view text) {
    if (text == "table") return Format::table;
    if (text == "json") return Format::json;
    if (text == "markdown") return Format::markdown;
    return fail(Errc::usage, fmt::format("expected table, json or markdown, got \"{}\"", text));
}

Result<std::string> read_port(std::string_view text) {
    const auto url = bus::parse_port_url(text);
    if (!url) return std::unexpected(url.error());
    return std::string(text);
}

Result<std::uint32_t> read_baud(std::string_view text) {
    const auto baud = parse_baud(text);
    if (!baud) return std::unexpected(baud.error());
    return baud->value_or(0);
}

Result<std::vector<std::uint8_t>> read_addresses(std::string_view text) {
    return parse_addresses(text);
}

Result<Duration> read_duration(std::string_view text) {
    auto duration = parse_duration(text);
    if (duration && *duration <= Duration::zero()) {
        return fail(Errc::usage, fmt::format("expected more than nothing, got \"{}\"", text));
    }
    return duration;
}

Result<std::vector<std::string>> read_services(std::string_view text) {
    std::vector<std::string> services;
    while (true) {
        const auto comma = text.find(',');
        const auto part = text.substr(0, comma);
        if (part.empty()) return fail(Errc::usage, "expected services such as 42 or 42,B0/4");
        services.push_back(upper(part));
        if (comma == std::string_view::npos) return services;
        text.remove_prefix(comma + 1);
    }
}

Result<std::string> read_dialect(std::string_view text) {
    std::vector<std::string_view> known;
    for (const auto* dialect : dialect::all()) known.push_back(dialect->name);
    if (dialect::find(text) != nullptr) return std::string(text);
    return fail(Errc::usage, fmt::format("expected {}, got \"{}\"", fmt::join(known, " or "), text));
}

Result<std::string> read_dialect_or_auto(std::string_view text) {
    if (text == auto_dialect) return std::string(text);
    auto dialect = read_dialect(text);
    if (!dialect) dialect.error().where.insert(sizeof("expected"), "auto, ");
    return dialect;
}

Result<void> check_services(const std::vector<std::string>& services, std::string_view dialect, bool to_ask) {
    // What is native to one is a part of the other.
    const auto& known = *(dialect == auto_dialect ? dialect::all().front() : dialect::find(dialect));
    const auto good = [&](const dialect::Service& service) {
        return !to_ask || dialect::can_ask(known, service);
    };
    for (const auto& code : services) {
        const auto found = dialect::find_services(known, code);
        if (std::ranges::any_of(found, [&](const auto* service) { return good(*service); })) continue;
        std::vector<std::string_view> codes;
        for (const auto* service : known.services) {
            if (good(*service) && (codes.empty() || codes.back() != service->code)) {
                codes.push_back(service->code);
            }
        }
        return fail(Errc::usage, fmt::format("{} service {}, expected one of {}",
                                             found.empty() ? "there is no table for"
                                                           : "packs of this dialect cannot be asked for",
                                             code, fmt::join(codes, ", ")));
    }
    return {};
}

namespace {

std::optional<ParamsOptions::Action> action_of(std::string_view word) {
    using enum ParamsOptions::Action;
    if (word == "show") return show;
    if (word == "backup") return backup;
    if (word == "diff") return diff;
    return std::nullopt;
}

std::string_view why_not(const ParamsOptions& options) {
    const auto sources = options.files.size() + options.addresses.size();
    const bool port = !options.line.port.empty();
    if (port && options.addresses.empty()) return "--address is required with a port";
    if (!port && !options.addresses.empty()) return "--address needs a port";
    switch (options.action) {
        case ParamsOptions::Action::backup:
            return port && options.addresses.size() == 1 && options.files.size() == 1
                       ? ""
                       : "expected PORT backup FILE --address A: one pack and one file";
        case ParamsOptions::Action::diff:
            return sources == 2
                       ? ""
                       : "expected two things to compare: files, packs (--address 1,2), or one of each";
        case ParamsOptions::Action::show:
            return sources == 1 || (sources == 2 && options.files.size() == 1)
                       ? ""
                       : "expected one pack or one file to show, and at most one --changed FILE to compare "
                         "with";
    }
    return "";
}

}  // namespace

Result<ParamsOptions> params_of(ParamsOptions options, const std::vector<std::string>& words,
                                const std::optional<std::string>& changed) {
    constexpr std::string_view form = "expected [PORT] show, backup or diff, and files";
    std::size_t next = 0;
    if (words.empty()) return fail(Errc::usage, std::string(form));
    if (!action_of(words[0])) {
        auto port = read_port(words[next++]);
        if (!port) return std::unexpected(port.error());
        options.line.port = std::move(*port);
    }
    const auto action = next < words.size() ? action_of(words[next++]) : std::nullopt;
    if (!action) return fail(Errc::usage, std::string(form));
    options.action = *action;
    if (changed) options.files.push_back(*changed);
    options.files.insert(options.files.end(), words.begin() + static_cast<std::ptrdiff_t>(next), words.end());
    if (const auto why = why_not(options); !why.empty()) return fail(Errc::usage, std::string(why));
    return options;
}

Result<HistoryOptions::What> read_history_kind(std::string_view text) {
    using enum HistoryOptions::What;
    if (text == "all") return all;
    if (text == "records") return records;
    if (text == "events") return events;
    return fail(Errc::usage, fmt::format("expected all, records or events, got \"{}\"", text));
}

Result<HistoryOptions> history_of(HistoryOptions options, const std::vector<std::uint8_t>& addresses,
                                  std::optional<Format> format) {
    if (options.line.port.empty()) return fail(Errc::usage, "PORT is required, or --local");
    if (addresses.empty()) return fail(Errc::usage, "--address is required");
    if (addresses.size() != 1) return fail(Errc::usage, "--address: expected one pack, as in --address 1");
    options.address = addresses.front();
    if (options.output && format == Format::table) {
        return fail(Errc::usage, "--format: a file that can be gone on with is json or csv, not a table");
    }
    const auto file = options.output && options.output->ends_with(".csv") ? Format::csv : Format::json;
    options.format = format.value_or(options.output ? file : Format::table);
    return options;
}

ExportOptions events_of(ExportOptions options, std::optional<Format> format) {
    options.command = "history --local";
    options.events = true;
    options.format = format.value_or(Format::table);
    return options;
}

Result<std::string> read_metric(std::string_view text) {
    const auto metric = model::find_metric(text);
    const auto recorded = [](const model::MetricRow& row) {
        return row.kind == model::Kind::measurement || row.kind == model::Kind::total;
    };
    if (metric.exists() && recorded(metric.row())) return std::string(text);
    std::vector<std::string_view> known;
    for (const auto& row : model::metric_rows) {
        if (recorded(row)) known.push_back(row.name);
    }
    return fail(Errc::usage, fmt::format("expected a quantity such as pack_voltage, got \"{}\"{}", text,
                                         did_you_mean(text, known)));
}

Result<ExportOptions::Resolution> read_resolution(std::string_view text) {
    using enum ExportOptions::Resolution;
    if (text == "auto") return automatic;
    if (text == "raw") return raw;
    if (text == "minute") return minute;
    if (text == "hour") return hour;
    return fail(Errc::usage, fmt::format("expected auto, raw, minute or hour, got \"{}\"", text));
}

Result<std::string> read_when(std::string_view text) {
    const auto when = parse_when(text, {});
    if (!when) return std::unexpected(when.error());
    return std::string(text);
}

}  // namespace packwire::app
