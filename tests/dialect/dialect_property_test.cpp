// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <nlohmann/json.hpp>

#include "dialect/daren/daren.hpp"
#include "dialect/dialect.hpp"
#include "model/format.hpp"

namespace packwire {
namespace {

using Bytes = std::vector<std::uint8_t>;

const auto& services() {
    return dialect::daren::dialect.services;
}

Bytes any_bytes(std::size_t size) {
    return *rc::gen::container<Bytes>(size, rc::gen::map(rc::gen::inRange(0, 256), [](int byte) {
                                          return static_cast<std::uint8_t>(byte);
                                      }));
}

/// Random bytes of a length that some table may have, with its constants and plausible counts in their
/// places.
Bytes likely_info(const model::Service& service) {
    const auto& variant = service.variants[*rc::gen::inRange<std::size_t>(0, service.variants.size())];
    model::Counts counts{};
    for (std::size_t i = 0; i < variant.shape.counts; ++i) {
        counts[i] = static_cast<std::uint8_t>(
            *rc::gen::inRange<int>(variant.shape.count_min[i], variant.shape.count_max[i] + 1));
    }
    model::Layouts layouts;
    const auto sound = model::Draft(layouts, service, variant, counts).encode();
    auto info = any_bytes(sound.size());
    for (const auto& slot : layouts.get(service, variant, counts).slots()) {
        if (slot.field->constant >= 0) info[slot.offset] = sound[slot.offset];
    }
    for (std::size_t i = 0; i < variant.shape.counts; ++i)
        info[variant.shape.count_at[i].at(counts)] = counts[i];
    info.resize(info.size() + 6, 0xA5);
    info.resize(info.size() - *rc::gen::inRange<std::size_t>(0, std::min<std::size_t>(info.size(), 24)));
    return info;
}

void holds(model::Decoder& decoder, const model::Service& service, const Bytes& info) {
    model::Record record;
    const bool read = decoder.read(service, info, record);
    if (read) {
        RC_ASSERT(model::encode(record) == info);
        std::string json;
        model::append_fields_json(json, record);
        RC_ASSERT(nlohmann::json::accept(json));
        RC_ASSERT((!model::field_texts(record).empty() || record.size() == 0));
        const auto again = model::encode(record);
        model::Record other;
        RC_ASSERT(decoder.read(service, again, other));
        RC_ASSERT(other == record);
    }
    const auto result = decoder.decode(service, info);
    RC_ASSERT(result.has_value() == (read && !model::check(record)));
    RC_ASSERT((result.has_value() || !result.error().where.empty()));
    RC_ASSERT(dialect::try_answer(decoder, service, info).has_value() == result.has_value());
}

RC_GTEST_PROP(DialectProperty, WhatReadsEncodesBack, ()) {
    model::Decoder decoder;
    for (const auto* service : services()) holds(decoder, *service, likely_info(*service));
}

RC_GTEST_PROP(DialectProperty, AnyBytesAreReadOrRefused, ()) {
    model::Decoder decoder;
    const auto info = any_bytes(*rc::gen::inRange<std::size_t>(0, 140));
    for (const auto* service : services()) holds(decoder, *service, info);
    const auto answer = dialect::make_answer(dialect::daren::dialect, 1, info);
    const auto* recognised = dialect::recognise(decoder, dialect::daren::dialect, answer);
    RC_ASSERT((recognised == nullptr || dialect::try_answer(decoder, *recognised, info).has_value()));
}

RC_GTEST_PROP(DialectProperty, RequestsNameTheirService, ()) {
    const auto* service = *rc::gen::elementOf(std::vector(services().begin(), services().end()));
    const auto address = static_cast<std::uint8_t>(*rc::gen::inRange(0, 256));
    const auto request = dialect::make_request(dialect::daren::dialect, *service, address);
    RC_ASSERT(dialect::requested_service(dialect::daren::dialect, request) == service);
    RC_ASSERT(dialect::is_request(request));
    const auto decoded = wire::decode(wire::encode(request));
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(*decoded == request);
}

}  // namespace
}  // namespace packwire
