// SPDX-License-Identifier: MIT
#include "bank/book.hpp"

#include <gtest/gtest.h>

#include <set>

#include "support/scripted_pack.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using bank::Freshness;
using dialect::daren::live_data;
using dialect::daren::manufacturing;
using dialect::daren::system_parameters;

class BookTest : public testing::Test {
protected:
    const bank::Pack* read(const model::Service& service, std::uint8_t address = 1) {
        return read(service, seed_info(service.code), address);
    }
    const bank::Pack* read(const model::Service& service, const std::vector<std::uint8_t>& info,
                           std::uint8_t address = 1) {
        const auto record = decoder.decode(service, info);
        EXPECT_TRUE(record) << record.error().where;
        return book.on_record("/dev/ttyUSB0", address, *record, now, WallTime{});
    }
    static std::vector<std::uint8_t> serial(std::string_view text) {
        auto info = seed_info("B0/3");
        std::ranges::copy(text, info.begin() + 6);
        return info;
    }
    static std::vector<std::uint8_t> no_serial() {
        auto info = seed_info("B0/3");
        std::fill(info.begin() + 6, info.begin() + 96, std::uint8_t{0xFF});
        return info;
    }

    model::Decoder decoder;
    bank::Book book{bank::LossTimes{}};
    TimePoint now = TimePoint{} + 1h;
};

TEST_F(BookTest, PublishesNothingBeforeItKnowsWho) {
    EXPECT_EQ(read(live_data), nullptr);
    EXPECT_TRUE(book.packs().empty());
    const auto* pack = read(manufacturing);
    ASSERT_NE(pack, nullptr);
    EXPECT_EQ(pack->snapshot.identity.id, "JD2M02150860_1");
    EXPECT_EQ(pack->snapshot.value(model::metric("pack_voltage")), 53.12);
    EXPECT_EQ(read(live_data), pack);
}

TEST_F(BookTest, WhereNobodyAsksForTheSerialThePlaceIsTheName) {
    EXPECT_EQ(read(live_data), nullptr);
    EXPECT_EQ(read(system_parameters), nullptr);
    const auto* pack = book.on_identity_withheld("/dev/ttyUSB0", 1);
    ASSERT_NE(pack, nullptr);
    EXPECT_EQ(pack->snapshot.identity.id, "ttyUSB0_1") << "not the barcode of 47: B0/3 was not refused";
    ASSERT_EQ(read(manufacturing), pack);
    EXPECT_EQ(pack->snapshot.identity.id, "ttyUSB0_1") << "a pack that is there keeps its name";
    book.on_appear("/dev/ttyUSB0", 1, dialect::daren::dialect);
    read(live_data);
    pack = read(manufacturing);
    ASSERT_NE(pack, nullptr);
    EXPECT_EQ(pack->snapshot.identity.id, "JD2M02150860_1");
}

TEST_F(BookTest, ASerialThatWasHeardInTimeIsTheName) {
    read(live_data);
    read(manufacturing);
    const auto* pack = book.on_identity_withheld("/dev/ttyUSB0", 1);
    ASSERT_NE(pack, nullptr);
    EXPECT_EQ(pack->snapshot.identity.id, "JD2M02150860_1");
}

TEST_F(BookTest, NamesByBarcodeOnlyWhenTheSerialIsRefusedOrEmpty) {
    read(live_data);
    EXPECT_EQ(read(system_parameters), nullptr) << "silence of B0/3 settles nothing";
    const auto* pack = book.on_unsupported("/dev/ttyUSB0", 1, manufacturing);
    ASSERT_NE(pack, nullptr);
    EXPECT_EQ(pack->snapshot.identity.id, "DJM2205180061");
}

TEST_F(BookTest, NamesByPlaceWhenNothingElseIsLeft) {
    read(live_data);
    EXPECT_EQ(read(manufacturing, no_serial()), nullptr);
    const auto* pack = book.on_unsupported("/dev/ttyUSB0", 1, system_parameters);
    ASSERT_NE(pack, nullptr);
    EXPECT_EQ(pack->snapshot.identity.id, "ttyUSB0_1");
}

/// A dialect like daren whose packs have no B0/3.
constexpr auto without_serial = std::to_array<const model::Service*>({&live_data, &system_parameters});
constexpr model::Dialect serialless{.name = "serialless", .services = without_serial};

TEST_F(BookTest, WhereTheDialectHasNoSerialTheBarcodeIsTheName) {
    book.on_appear("/dev/ttyUSB0", 1, serialless);
    EXPECT_EQ(read(live_data), nullptr) << "47 may still answer";
    const auto* pack = read(system_parameters);
    ASSERT_NE(pack, nullptr);
    EXPECT_EQ(pack->snapshot.identity.id, "DJM2205180061");
}

TEST_F(BookTest, WhereTheDialectTellsNothingThePlaceIsTheName) {
    static constexpr auto only_live = std::to_array<const model::Service*>({&live_data});
    static constexpr model::Dialect nameless{.name = "nameless", .services = only_live};
    book.on_appear("/dev/ttyUSB0", 1, nameless);
    const auto* pack = read(live_data);
    ASSERT_NE(pack, nullptr);
    EXPECT_EQ(pack->snapshot.identity.id, "ttyUSB0_1");
}

TEST_F(BookTest, KnowsWhichServicesAPackHasShown) {
    using model::ServiceState;
    read(live_data);
    const auto* pack = read(manufacturing);
    ASSERT_NE(pack, nullptr);
    EXPECT_EQ(pack->services.of(live_data), ServiceState::answered);
    EXPECT_EQ(pack->services.of(system_parameters), ServiceState::unknown);
    book.on_unsupported("/dev/ttyUSB0", 1, system_parameters);
    EXPECT_EQ(pack->services.of(system_parameters), ServiceState::unsupported);
    book.on_unsupported("/dev/ttyUSB0", 1, live_data);
    book.on_unsupported("/dev/ttyUSB0", 1, manufacturing);
    EXPECT_EQ(pack->services.of(live_data), ServiceState::answered) << "telemetry never";
    EXPECT_EQ(pack->services.of(manufacturing), ServiceState::answered) << "what has answered is there";
    read(system_parameters);
    EXPECT_EQ(pack->services.of(system_parameters), ServiceState::answered);
    book.on_appear("/dev/ttyUSB0", 1, dialect::daren::dialect);
    read(live_data);
    pack = read(manufacturing);
    ASSERT_NE(pack, nullptr);
    EXPECT_EQ(pack->services.of(system_parameters), ServiceState::unknown) << "it may be another pack";
}

TEST_F(BookTest, TwoPacksWithOneSerialAreTwo) {
    read(live_data, 1);
    read(manufacturing, 1);
    read(live_data, 2);
    const auto* second = read(manufacturing, 2);
    ASSERT_NE(second, nullptr);
    EXPECT_EQ(second->snapshot.identity.id, "JD2M02150860_1_2");
}

TEST_F(BookTest, AgesThroughEveryStateOnce) {
    read(live_data);
    read(manufacturing);
    const auto start = now;
    EXPECT_TRUE(book.refresh(now).empty());
    for (const auto& [age, state] : {std::pair{Duration{10s}, Freshness::stale},
                                     {Duration{30s}, Freshness::lost},
                                     {Duration{60s}, Freshness::gone}}) {
        EXPECT_EQ(book.next_change(), start + age);
        EXPECT_TRUE(book.refresh(start + age - 1ms).empty());
        const auto changed = book.refresh(start + age);
        ASSERT_EQ(changed.size(), 1U);
        EXPECT_EQ(changed[0]->freshness, state);
        EXPECT_TRUE(book.refresh(start + age).empty());
    }
    EXPECT_EQ(book.next_change(), TimePoint::max());
    now = start + 2min;
    EXPECT_EQ(read(live_data)->freshness, Freshness::fresh);
}

TEST_F(BookTest, OtherServicesKeepNobodyAlive) {
    read(live_data);
    read(manufacturing);
    now += 15s;
    read(system_parameters);
    const auto changed = book.refresh(now);
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_EQ(changed[0]->freshness, Freshness::stale);
}

TEST_F(BookTest, ASlowRoundDelaysStaleness) {
    read(live_data);
    read(manufacturing);
    book.set_pace("/dev/ttyUSB0", {.round = 8s});
    EXPECT_TRUE(book.refresh(now + 23s).empty());
    EXPECT_EQ(book.refresh(now + 24s).size(), 1U);
    EXPECT_EQ(book.next_change(), now + 44s);
}

TEST_F(BookTest, AReturningPackIsConfirmedBeforeItIsPublished) {
    read(live_data);
    read(manufacturing);
    now += 12s;
    ASSERT_EQ(book.refresh(now).size(), 1U);
    book.on_appear("/dev/ttyUSB0", 1, dialect::daren::dialect);
    EXPECT_EQ(read(live_data), nullptr);
    EXPECT_EQ(book.packs()[0]->freshness, Freshness::stale);
    const auto* pack = read(manufacturing);
    ASSERT_NE(pack, nullptr);
    EXPECT_EQ(pack->freshness, Freshness::fresh);
    EXPECT_EQ(book.packs().size(), 1U);
}

TEST_F(BookTest, WhatDoesNotAgeHoldsUntilItIsAnotherPack) {
    constexpr auto limit = model::metric("47.charge_current_limit");
    read(live_data);
    read(manufacturing);
    read(system_parameters);
    book.on_appear("/dev/ttyUSB0", 1, dialect::daren::dialect);
    read(live_data);
    const auto* pack = read(manufacturing);
    ASSERT_NE(pack, nullptr);
    EXPECT_TRUE(pack->snapshot.value(limit)) << "47 has not been read again yet";
    book.on_appear("/dev/ttyUSB0", 1, dialect::daren::dialect);
    read(live_data);
    pack = read(manufacturing, serial("OTHERPACK0001  "));
    ASSERT_NE(pack, nullptr);
    EXPECT_FALSE(pack->snapshot.value(limit));
}

TEST_F(BookTest, AnotherPackAtTheSamePlaceEndsTheFirst) {
    read(live_data);
    read(manufacturing);
    book.on_appear("/dev/ttyUSB0", 1, dialect::daren::dialect);
    read(live_data);
    const auto* pack = read(manufacturing, serial("OTHERPACK0001  "));
    ASSERT_NE(pack, nullptr);
    EXPECT_EQ(pack->snapshot.identity.id, "OTHERPACK0001");
    const auto changed = book.refresh(now);
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_EQ(changed[0]->snapshot.identity.id, "JD2M02150860_1");
    EXPECT_EQ(changed[0]->freshness, Freshness::gone);
    EXPECT_TRUE(book.refresh(now).empty());
}

TEST_F(BookTest, ClonesOnSeveralBusesHaveNamesOfTheirOwn) {
    std::set<std::string> names;
    for (const std::string bus : {"/dev/ttyUSB0", "/dev/ttyUSB1", "/dev/ttyUSB2", "/dev/ttyUSB3"}) {
        for (const auto* service : {&live_data, &manufacturing}) {
            const auto info = seed_info(service->code);
            const auto record = decoder.decode(*service, info);
            ASSERT_TRUE(record);
            const auto* pack = book.on_record(bus, 1, *record, now, WallTime{});
            if (pack != nullptr) names.insert(pack->snapshot.identity.id);
        }
    }
    EXPECT_EQ(names.size(), 4U);
    EXPECT_TRUE(names.contains("JD2M02150860_1"));
}

TEST_F(BookTest, OnlyWhatMakesAChangeComeSoonerSaysSo) {
    read(live_data);
    EXPECT_FALSE(book.take_sooner()) << "nobody has a name";
    read(manufacturing);
    EXPECT_TRUE(book.take_sooner());
    now += 1s;
    const auto before = book.next_change();
    read(live_data);
    EXPECT_GT(book.next_change(), before);
    EXPECT_FALSE(book.take_sooner());
    now += 2min;
    (void)book.refresh(now);
    read(live_data);
    EXPECT_TRUE(book.take_sooner()) << "it was gone, and can be stale again";
    book.set_pace("/dev/ttyUSB0", {.round = 8s});
    EXPECT_TRUE(book.take_sooner());
    book.set_pace("/dev/ttyUSB0", {.round = 1s});
    EXPECT_TRUE(book.take_sooner()) << "a shorter round makes packs stale sooner";
    book.set_pace("/dev/ttyUSB0", {.round = 1100ms});
    EXPECT_FALSE(book.take_sooner()) << "below the configured times a round says nothing";
}

}  // namespace
}  // namespace packwire::test
