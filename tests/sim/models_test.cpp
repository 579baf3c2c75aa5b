// SPDX-License-Identifier: MIT
#include "sim/models.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "dialect/daren/daren.hpp"
#include "sim/past.hpp"
#include "sim/responder.hpp"
#include "support/golden.hpp"

namespace {

using namespace packwire;
using sim::Model;
using sim::Pack;
using sim::Responder;
namespace daren = dialect::daren;

constexpr WallTime now{std::chrono::seconds(1'767'225'600)};  // 2026-01-01

/// A pack of a model, with a past.
class Example {
public:
    explicit Example(const Model& model, std::size_t records = 30)
        : dialect(*dialect::find(model.dialect)),
          pack({.cells = model.cells,
                .sensors = model.sensors,
                .capacity_ah = model.capacity_ah,
                .health_percent = model.health_percent,
                .cycle_count = model.cycle_count}),
          responder(dialect, 1, sim::make_identity(1, model.cells, model.capacity_ah, model)) {
        sim::make_past(pack, book, records, now);
    }
    wire::Frame ask(const model::Service& service) {
        return *responder.answer(pack, dialect::make_request(dialect, service, 1), now, book);
    }
    wire::Frame turn(const model::Service& service, sim::Turn turn) {
        auto question = dialect::make_request(dialect, service, 1);
        const std::vector<std::uint8_t> info{static_cast<std::uint8_t>(turn), 1};
        question.set_info(info);
        return *responder.answer(pack, question, now, book);
    }
    const dialect::Dialect& dialect;
    Pack pack;
    sim::Logbook book;
    Responder responder;
    model::Decoder decoder;
};

bool refuses(const Model& model, const model::Service& service) {
    return std::ranges::find(model.refuses, service.code) != model.refuses.end();
}

std::string golden(std::string_view name) {
    for (const auto& file : test::golden_files()) {
        if (file.stem() == name) return test::read_golden(file).response;
    }
    return {};
}

double value(const model::Record& record, std::string_view field) {
    const auto slot = record.layout().find(field).first;
    return slot < record.size() ? record.value(slot).value_or(-1) : -1;
}

class Models : public testing::TestWithParam<Model> {};

TEST_P(Models, AnswerAllButWhatTheirFirmwareLacks) {
    Example example(GetParam());
    for (const auto* service : example.dialect.services) {
        const auto answer = example.ask(*service);
        if (refuses(GetParam(), *service)) {
            EXPECT_EQ(answer.code, sim::rtn_unknown_command) << service->code;
            EXPECT_TRUE(answer.info().empty()) << service->code;
            continue;
        }
        ASSERT_EQ(answer.code, service->answer_code) << service->code;
        const auto record = example.decoder.decode(*service, answer.info());
        ASSERT_TRUE(record) << service->code << " " << record.error().where;
        EXPECT_TRUE(record->surplus().empty()) << service->code;
        EXPECT_TRUE(std::ranges::equal(model::encode(*record), answer.info())) << service->code;
    }
}

TEST_P(Models, AreFoundWhateverTheCase) {
    std::string name(GetParam().name);
    EXPECT_EQ(sim::find_model(name)->name, GetParam().name);
    std::ranges::transform(name, name.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
    EXPECT_EQ(sim::find_model(name)->name, GetParam().name);
    EXPECT_EQ(sim::find_model("nothing"), nullptr);
}

INSTANTIATE_TEST_SUITE_P(All, Models, testing::ValuesIn(sim::models().begin(), sim::models().end()),
                         [](const auto& one) { return std::string("Model") + std::string(one.param.name); });

/// The captured identity, byte for byte.
TEST(Model, SaysWhoItIsAsCaptured) {
    EXPECT_EQ(wire::encode(Example(*sim::find_model("HUANY04")).ask(daren::manufacturer_info)),
              golden("51-seed"));
    EXPECT_EQ(wire::encode(Example(*sim::find_model("STD08")).ask(daren::manufacturer_info)),
              golden("51-pack-c"));
}

/// What 42, 47, 80 and B0/4 of each are known by. Source: protocol 3.1, 3.5, 3.13, 3.22, 5.2, 11.5.
TEST(Model, DiffersAsCaptured) {
    Example huany(*sim::find_model("HUANY04"));
    const auto old_limits = huany.ask(daren::system_parameters);
    const auto limits = huany.decoder.decode(daren::system_parameters, old_limits.info());
    ASSERT_TRUE(limits);
    EXPECT_EQ(limits->variant(), "temperatures_plus_50");
    EXPECT_EQ(value(*limits, "temperature_upper_limit"), 60);
    EXPECT_EQ(value(*limits, "temperature_lower_limit"), -5);
    EXPECT_EQ(value(*limits, "nominal_capacity"), 80);
    EXPECT_EQ(huany.ask(daren::basic_parameters).info().size(), 208U);
    EXPECT_EQ(huany.ask(daren::capacity).info()[5], 0);
    EXPECT_EQ(huany.ask(daren::manufacturing).info()[5], 0x71);

    Example std08(*sim::find_model("STD08"));
    EXPECT_EQ(std08.ask(daren::basic_parameters).info().size(), 212U);
    EXPECT_EQ(std08.ask(daren::capacity).info()[5], 0x12);
    const auto live_answer = std08.ask(daren::live_data);
    const auto live = std08.decoder.decode(daren::live_data, live_answer.info());
    ASSERT_TRUE(live);
    EXPECT_EQ(live->bits(live->layout().find("fet_status").first), 0x1023U);
    EXPECT_EQ(live->bits(live->layout().find("io_status").first), 0x4000U);
    const auto signed_limits = std08.ask(daren::system_parameters);
    EXPECT_EQ(std08.decoder.decode(daren::system_parameters, signed_limits.info())->variant(),
              "signed_temperatures");

    EXPECT_EQ(Example(*sim::find_model("ANZ09")).ask(daren::live_data).info().size(), 98U);
    EXPECT_EQ(Example(*sim::find_model("15S")).ask(daren::live_data).info().size(), 97U);
}

/// Source: protocol 11.2.
TEST(Model, NamesTheQuestionInTheAnswer) {
    Example sns(*sim::find_model("SNS"));
    const auto live = sns.ask(daren::live_data);
    EXPECT_TRUE(wire::encode(live).starts_with(">22014200"));
    EXPECT_TRUE(wire::encode(sns.ask(daren::manufacturer_info)).starts_with(">22015100"));
    EXPECT_EQ(wire::encode(sns.ask(daren::protocol_version)).substr(0, 9), ">22014F04");
    EXPECT_EQ(wire::encode(sns.ask(daren::capacity)).substr(0, 9), ">2201B004");
    sns.responder.forget();
    EXPECT_EQ(sns.ask(daren::history_record).info()[0], 0);
}

TEST(Model, WritesItsHistoryInItsForm) {
    const std::map<std::string_view, std::string_view> forms = {
        {"SIM01", "v1"}, {"HUANY04", "v0"}, {"STD08", "v1"}, {"ANZ09", "v1"}, {"15S", "v0_packed_month"}};
    for (const auto& [name, form] : forms) {
        Example example(*sim::find_model(name));
        const auto answer = example.turn(daren::history_record, sim::Turn::first);
        const auto record = example.decoder.decode(daren::history_record, answer.info());
        ASSERT_TRUE(record) << name;
        EXPECT_EQ(record->variant(), form) << name;
    }
}

/// From the first record to the one that says it is the last. Source: protocol 3.7.
TEST(Model, TellsItsHistoryOnTheWire) {
    for (const auto name : {"SIM01", "HUANY04", "15S"}) {
        Example example(*sim::find_model(name), 200);
        EXPECT_EQ(example.turn(daren::history_record, sim::Turn::repeat).code, sim::rtn_bad_data);
        auto answer = example.turn(daren::history_record, sim::Turn::first);
        std::size_t count = 0;
        std::vector<double> before;
        while (true) {
            ASSERT_EQ(answer.code, 0) << name;
            const auto record = example.decoder.decode(daren::history_record, answer.info());
            ASSERT_TRUE(record) << name;
            const auto month = value(*record, "month");
            const std::vector<double> at{value(*record, "year"),   month < 0 ? answer.info()[3] >> 4 : month,
                                         value(*record, "day"),    value(*record, "hour"),
                                         value(*record, "minute"), value(*record, "second")};
            EXPECT_GT(at, before) << name;
            before = at;
            ++count;
            EXPECT_EQ(example.turn(daren::history_record, sim::Turn::repeat), answer) << name;
            if (value(*record, "data_type") == 1) break;
            answer = example.turn(daren::history_record, sim::Turn::next);
        }
        EXPECT_EQ(count, 200U) << name;
        EXPECT_EQ(value(*example.decoder.decode(daren::history_record, answer.info()), "event_record"), 24)
            << "system_start";
        EXPECT_EQ(example.turn(daren::history_record, sim::Turn::next).code, sim::rtn_bad_data) << name;
        EXPECT_EQ(example.turn(daren::history_record, sim::Turn::repeat), answer) << name;
    }
}

}  // namespace
