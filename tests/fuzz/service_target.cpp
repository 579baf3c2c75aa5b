// SPDX-License-Identifier: MIT
#include <algorithm>

#include "dialect/daren/daren.hpp"
#include "dialect/dialect.hpp"
#include "fuzz/targets.hpp"
#include "model/format.hpp"
#include "model/snapshot.hpp"

namespace packwire::fuzz {

namespace {

void use(const model::Record& record, std::span<const std::uint8_t> info) {
    require(std::ranges::equal(model::encode(record), info), "encode() gives the same bytes");
    const auto taken = record.layout().size_of(record.size()) + record.surplus().size();
    const bool to_end = record.size() > 0 && record.slot(record.size() - 1).field->to_end;
    require(to_end ? taken <= info.size() && record.surplus().empty() : taken == info.size(),
            "every byte is a field's or surplus");
    std::string json;
    model::append_fields_json(json, record);
    require(json.starts_with('{') && json.ends_with('}'), "JSON is an object");
    require(std::ranges::all_of(json, [](char c) { return static_cast<std::uint8_t>(c) >= 0x20; }),
            "JSON has no control characters");
    require(model::field_texts(record).empty() == (record.size() == 0), "a row for every field");
    model::Snapshot snapshot;
    snapshot.update(record, {});
    for (const auto level : model::alarms_of(snapshot)) require(level <= 2, "an alarm has three levels");
    for (std::size_t i = 0; i < model::metric_count; ++i) {
        const model::Metric metric{static_cast<std::uint8_t>(i)};
        static_cast<void>(snapshot.value(metric));
        static_cast<void>(snapshot.text(metric));
    }
}

}  // namespace

void service(std::span<const std::uint8_t> input) {
    if (input.empty()) return;
    const auto& dialect = dialect::daren::dialect;
    const auto& service = *dialect.services[input[0] % dialect.services.size()];
    const auto info = input.subspan(1).first(std::min(input.size() - 1, wire::max_info));
    model::Decoder decoder;
    model::Record record;
    const bool read = decoder.read(service, info, record);
    if (read) use(record, info);
    const auto result = decoder.decode(service, info);
    require(result.has_value() == (read && !model::check(record)), "decode() is read() and check()");
    require(result.has_value() || !result.error().where.empty(), "an error has words");
    const auto answer = dialect::make_answer(dialect, 1, info);
    static_cast<void>(dialect::recognise(decoder, dialect, answer));
    static_cast<void>(dialect::requested_service(dialect, answer));
}

}  // namespace packwire::fuzz
