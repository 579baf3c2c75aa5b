// SPDX-License-Identifier: MIT
#include "app/service_doc.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <iterator>

#include "app/output.hpp"
#include "dialect/dialect.hpp"

namespace packwire::app {

namespace {

using model::Field;
using model::Wire;

constexpr model::Counts usual{16, 4};  // cells and sensors, as in docs/protocol.md

std::string scale_text(model::Scale scale) {
    std::string text = scale.bias == 0 ? "raw"
                                       : fmt::format("(raw {} {})", scale.bias < 0 ? '-' : '+',
                                                     scale.bias < 0 ? -scale.bias : scale.bias);
    if (scale.times != 1) text += fmt::format(" × {}", scale.times);
    if (scale.per != 1) text += fmt::format(" / {}", scale.per);
    return text;
}

std::string range_text(const Field& field) {
    return field.min < field.max ? fmt::format("{} to {}", field.min, field.max) : "";
}

bool is_number(const Field& field) {
    return field.flags.empty() && !model::is_text(field) && field.wire != Wire::mask_low &&
           field.wire != Wire::mask_high;
}

/// Names of the fields that count others, in their order.
std::vector<std::string_view> count_names(const model::Variant& variant) {
    std::vector<std::string_view> names(variant.shape.counts);
    for (const auto& field : variant.fields) {
        const auto index = model::count_index(variant.fields, field.name);
        if (field.repeat.empty() && index < names.size()) names[index] = field.name;
    }
    return names;
}

std::string linear_text(const model::Linear& linear, const std::vector<std::string_view>& names) {
    auto text = fmt::format("{}", linear.base);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (linear.each[i] == 0) continue;
        text += linear.each[i] == 1 ? fmt::format(" + {}", names[i])
                                    : fmt::format(" + {}·{}", linear.each[i], names[i]);
    }
    return text;
}

void append_fields(std::string& out, const model::Variant& variant) {
    const auto places = offsets(variant);
    out +=
        "| offset | field | type | value | unit | plausible | metric | notes "
        "|\n|---|---|---|---|---|---|---|---|\n";
    for (std::size_t i = 0; i < variant.fields.size(); ++i) {
        const auto& field = variant.fields[i];
        auto repeat = field.repeat.empty() ? std::string() : fmt::format(" × `{}`", field.repeat);
        if (field.fixed > 0) repeat = fmt::format(" × {}", field.fixed);
        const auto metric =
            field.metric.exists() ? fmt::format("`{}`", field.metric.row().name) : std::string();
        fmt::format_to(std::back_inserter(out), "| {} | `{}`{} | {} | {} | {} | {} | {} | {} |\n", places[i],
                       field.name, repeat, wire_text(field), is_number(field) ? scale_text(field.scale) : "",
                       field.unit, range_text(field), metric, notes(field));
    }
    out += '\n';
}

void append_flags(std::string& out, const Field& field) {
    fmt::format_to(std::back_inserter(out),
                   "Bits of `{}`:\n\n| bit | name | class | alarm |\n|--:|---|---|---|\n", field.name);
    for (const auto& flag : field.flags) {
        const auto bits = flag.width == 1 ? fmt::format("{}", flag.bit)
                                          : fmt::format("{}–{}", flag.bit, flag.bit + flag.width - 1);
        const auto alarm = flag.alarm == model::Alarm::none
                               ? std::string_view()
                               : model::alarm_rows[static_cast<std::size_t>(flag.alarm)].name;
        fmt::format_to(std::back_inserter(out), "| {} | `{}` | {} | {} |\n", bits, flag.name,
                       model::name(flag.flag_class), alarm);
    }
    out += '\n';
}

void append_request(std::string& out, const model::Dialect& dialect, const model::Service& service) {
    if (service.request.empty()) {
        out += "The request has no INFO.\n\n";
        return;
    }
    fmt::format_to(std::back_inserter(out), "Request INFO: `{}`", request_text(dialect, service));
    std::string_view separator = " (";
    for (const auto& field : service.request) {
        fmt::format_to(std::back_inserter(out), "{}{}", separator, field.name);
        separator = ", ";
    }
    out += ").\n\n";
}

void append_service(std::string& out, const model::Dialect& dialect, const model::Service& service) {
    const auto polled = cadence_text(service.cadence);
    fmt::format_to(std::back_inserter(out), "## {} {}\n\nSource: protocol {}. Evidence: {}.{}{}\n\n",
                   service.code, service.name, service.source, service.evidence,
                   service.measures ? " A value that is not plausible is unknown; the others count." : "",
                   polled.empty() ? "" : fmt::format(" The daemon asks for it {}.", polled));
    append_request(out, dialect, service);
    for (const auto& variant : service.variants) {
        fmt::format_to(std::back_inserter(out), "### `{}`, {} bytes\n\n", variant.name, size_text(variant));
        if (variant.fields.empty()) {
            out += "No INFO.\n\n";
            continue;
        }
        append_fields(out, variant);
    }
    if (!service.other_scale_name.empty()) {
        fmt::format_to(std::back_inserter(out), "With the other scale the variant is called `{}`.\n\n",
                       service.other_scale_name);
    }
    std::vector<std::string_view> told;
    for (const auto& variant : service.variants) {
        for (const auto& field : variant.fields) {
            if (field.flags.empty() || std::ranges::find(told, field.name) != told.end()) continue;
            append_flags(out, field);
            told.push_back(field.name);
        }
    }
}

}  // namespace

std::string request_text(const model::Dialect& dialect, const model::Service& service) {
    if (!dialect::can_ask(dialect, service)) return "not asked";
    if (service.request.empty() || dialect.bare) return "none";
    std::string text;
    for (const auto& field : service.request) {
        if (!text.empty()) text += ' ';
        const auto said = field.constant == model::no_constant ? field.usual : field.constant;
        text += said == model::own_address ? "A" : fmt::format("{:02X}", said);
    }
    return text;
}

std::string_view cadence_text(model::Cadence cadence) {
    switch (cadence) {
        case model::Cadence::never:
            break;
        case model::Cadence::telemetry:
            return "every interval";
        case model::Cadence::once:
            return "when a pack appears";
        case model::Cadence::minutely:
            return "every minute";
        case model::Cadence::ten_minutely:
            return "every ten minutes";
        case model::Cadence::daily:
            return "every day";
    }
    return "";
}

std::string size_text(const model::Variant& variant) {
    const auto least = variant.shape.required.at(usual);
    const auto most = variant.shape.full.at(usual);
    return least == most ? fmt::format("{}", most) : fmt::format("{} to {}", least, most);
}

std::vector<std::string> offsets(const model::Variant& variant) {
    const auto names = count_names(variant);
    std::vector<std::string> texts;
    model::Linear place;
    for (const auto& field : variant.fields) {
        const auto size = static_cast<std::uint16_t>(model::width(field));
        auto text = linear_text(place, names);
        if (field.fixed > 0) {
            text += size == 1 ? " + i" : fmt::format(" + {}·i", size);
            place.base = static_cast<std::uint16_t>(place.base + size * field.fixed);
        } else if (field.repeat.empty()) {
            place.base = static_cast<std::uint16_t>(place.base + size);
        } else {
            text += size == 1 ? " + i" : fmt::format(" + {}·i", size);
            auto& each = place.each[model::count_index(variant.fields, field.repeat)];
            each = static_cast<std::uint16_t>(each + size);
        }
        texts.push_back(std::move(text));
    }
    return texts;
}

std::string wire_text(const Field& field) {
    switch (field.wire) {
        case Wire::u8:
            return "u8";
        case Wire::u16:
            return "u16";
        case Wire::s16:
            return "s16";
        case Wire::u32:
            return "u32";
        case Wire::mask_low:
            return "mask, cells 1–16";
        case Wire::mask_high:
            return "mask, cells 17–32";
        case Wire::text:
            return field.to_end ? "text" : fmt::format("text[{}]", field.width);
        case Wire::version:
            return fmt::format("version[{}]", field.width);
        case Wire::date:
            return "date[3]";
        case Wire::bytes:
            return field.to_end ? "bytes" : fmt::format("bytes[{}]", field.width);
    }
    return "";
}

std::string notes(const Field& field) {
    std::vector<std::string> words;
    if (field.constant >= 0) words.push_back(fmt::format("always {:02X}", field.constant));
    if (field.sentinel) {
        words.push_back(fmt::format("7F{} is not measured", std::string(2 * (model::width(field) - 1), 'F')));
    }
    const bool is_wider = field.possible.min < field.possible.max;
    if (field.proves) {
        words.emplace_back("else the answer is refused until it has come three times");
        if (is_wider)
            words.push_back(fmt::format("then {} to {} counts", field.possible.min, field.possible.max));
    } else if (is_wider) {
        words.push_back(fmt::format("{} when up to {}", field.max, field.possible.max));
    }
    if (field.wire == Wire::date) words.emplace_back("FFFFFF is not set");
    if (field.other_scale) words.push_back(fmt::format("or {}", scale_text(*field.other_scale)));
    if (field.to_end) words.push_back(fmt::format("to the end, usually {}", field.width));
    if (field.optional) words.emplace_back("may be missing");
    for (std::size_t i = 0; i < field.names.size(); ++i) {
        if (!field.names[i].empty()) words.push_back(fmt::format("{} {}", i, field.names[i]));
    }
    return fmt::format("{}", fmt::join(words, "; "));
}

namespace {

constexpr std::string_view preface =
    "<!-- Made by `packwire services --format markdown`; a test compares. Change src/dialect instead. -->\n\n"
    "What packs are asked, and what they answer. Sizes are for 16 cells and 4 sensors. `A` is the address of "
    "the\npack; `i` counts from 0; integers are big-endian. Bytes behind a table are kept as surplus.\n\n";

/// The first dialect that has that very table.
const model::Dialect* home_of(const model::Service& service) {
    for (const auto* dialect : dialect::all()) {
        if (std::ranges::find(dialect->services, &service) != dialect->services.end()) return dialect;
    }
    return nullptr;
}

/// How its frames differ from those of the first.
void append_framing(std::string& out, const model::Dialect& dialect) {
    fmt::format_to(std::back_inserter(out), "SOI `{}`, VER {:02X}, CID1 {:02X}", dialect.soi, dialect.version,
                   dialect.device);
    if (dialect.echoes) out += " in requests, the CID2 asked in answers";
    if (dialect.bare) out += "; requests have no INFO";
    fmt::format_to(std::back_inserter(out), ". Speeds: {}. Waits {} s for the first character.\n\n",
                   fmt::join(dialect.bauds, ", "), std::chrono::duration<double>(dialect.patience).count());
}

}  // namespace

std::string services_markdown(const model::Dialect& dialect,
                              const std::vector<const model::Service*>& services) {
    auto out = fmt::format("# Services of the {} dialect\n\n", dialect.name);
    if (&dialect == dialect::all().front()) out += preface;
    append_framing(out, dialect);
    out +=
        "| code | service | request INFO | answer INFO, bytes | evidence | protocol |\n"
        "|---|---|---|---|---|---|\n";
    for (const auto* service : services) {
        std::string sizes;
        for (const auto& variant : service->variants) {
            sizes += fmt::format("{}{}: {}", sizes.empty() ? "" : "; ", variant.name, size_text(variant));
        }
        fmt::format_to(std::back_inserter(out), "| {} | {} | `{}` | {} | {} | {} |\n", service->code,
                       service->name, request_text(dialect, *service), sizes, service->evidence,
                       service->source);
    }
    out += '\n';
    std::string_view shared;
    for (const auto* service : services) {
        const auto* home = home_of(*service);
        if (home != nullptr && home != &dialect) {
            shared = home->name;
        } else {
            append_service(out, dialect, *service);
        }
    }
    if (!shared.empty())
        fmt::format_to(std::back_inserter(out), "All other tables are those of {}.\n", shared);
    out.erase(out.find_last_not_of('\n') + 2);
    return out;
}

}  // namespace packwire::app
