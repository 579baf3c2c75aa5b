// SPDX-License-Identifier: MIT
#include "sim/replay.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "dialect/daren/daren.hpp"
#include "support/source_dir.hpp"

namespace {

using namespace packwire;
namespace daren = dialect::daren;

/// Source: protocol 5.1.
constexpr std::string_view seed = R"(# all frames of the seed
>~22014A42E00201FD28
< ~22014A00E0C6001A2C14C0100D010D010CDB0D010D010D000D020CE60CF80D020D010CDF0D020D020D000CE0010E0104010E040104010401040104000000000050011F4014F000CC000000000000000000230000000000000000000000000000000000000000000000D582
> ~22014A47E00201FD23
< ~22014A006082000E4209C40073002D2EE00E4209C400102EE01F4005A00000FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF444A4D3232303531383030363120202020202020E02C
12:00:01 > ~22014A4F0000FD8C␍
12:00:01 < ~22014A00E002C8FD14␍
~22014A510000FDA0
~22014A00604654315F472020202020204855414E593034202020313653313030412020200100020101EFB6
> ~22014A83C0040101FCC2
< ~22014A00103C8301015A0007000100000000000000000000000000000000000000000000F224
> ~22014AB0600A010103FF00FB6C
< ~22014A0040EEB0010103FF714A44324D30323135303836302031202020202020FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00C043
> ~22014AB0600A010104FF00FB6B
< ~22014A00D030B0010104FF0014F01F40271000003B87000036D044E139C3F38A
)";

std::vector<wire::Frame> seed_answers() {
    std::vector<wire::Frame> answers;
    for (const auto& captured : sim::read_captures(seed)) {
        const auto frame = wire::decode(captured.frame + wire::eoi);
        if (frame && frame->code == 0) answers.push_back(*frame);
    }
    return answers;
}

constexpr const model::Service* seed_services[] = {
    &daren::live_data,         &daren::system_parameters,   &daren::protocol_version,
    &daren::manufacturer_info, &daren::protection_counters, &daren::manufacturing,
    &daren::capacity,
};

TEST(Replay, ReadsPlainLines) {
    EXPECT_EQ(sim::read_captures(seed).size(), 14U);
    EXPECT_TRUE(sim::read_captures("nothing\n\n# ~22014A510000FDA0\n{\"id\": 1}\n{broken\n").empty());
}

TEST(Replay, GivesTheSeedByteForByte) {
    const auto recordings = sim::make_recordings(daren::dialect, sim::read_captures(seed));
    ASSERT_EQ(recordings.size(), 1U);
    const auto expected = seed_answers();
    sim::Recording::Place place;
    for (std::size_t i = 0; i < std::size(seed_services); ++i) {
        const auto answer = recordings[0].answer(*seed_services[i], 1, 0, place);
        ASSERT_TRUE(answer) << seed_services[i]->code;
        EXPECT_EQ(*answer, expected[i]) << seed_services[i]->code;
    }
    EXPECT_FALSE(recordings[0].answer(daren::device_address, 1, 0, place));
}

TEST(Replay, MakesEachPackItsOwn) {
    const auto recordings = sim::make_recordings(daren::dialect, sim::read_captures(seed));
    model::Decoder decoder;
    std::vector<std::string> serials;
    for (std::uint8_t address = 1; address <= 3; ++address) {
        sim::Recording::Place place;
        const auto answer = recordings[0].answer(daren::manufacturing, address, address - 1U, place);
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->address, address);
        const auto again = wire::decode(wire::encode(*answer));
        ASSERT_TRUE(again);
        const auto record = decoder.decode(daren::manufacturing, again->info());
        ASSERT_TRUE(record);
        EXPECT_EQ(record->raw()[record->layout().find("group").first], address);
        serials.push_back(record->text(record->layout().find("pack_serial_number").first));
    }
    EXPECT_EQ(serials, (std::vector<std::string>{"JD2M02150860 1", "JD2M0215086002", "JD2M0215086003"}));
}

TEST(Replay, GoesRoundSeveralAnswersOfOneService) {
    const auto json = R"({"service":"4F","firmware":"a","frame":"~22014A00E002C8FD14"})"
                      "\n"
                      R"({"service":"4F","firmware":"a","frame":"~22014A00E002C9FD13"})"
                      "\n"
                      R"({"service":"4F","firmware":"a","frame":"~22014A00E002C9FD14"})"
                      "\n"  // CHKSUM is wrong
                      R"({"service":"4F","firmware":"b","frame":"~22014A00E002CAFD0B"})"
                      "\n";
    const auto recordings = sim::make_recordings(daren::dialect, sim::read_captures(json));
    ASSERT_EQ(recordings.size(), 2U);
    sim::Recording::Place place;
    std::vector<int> seen;
    for (int i = 0; i < 3; ++i) {
        seen.push_back(recordings[0].answer(daren::protocol_version, 1, 0, place)->info()[0]);
    }
    EXPECT_EQ(seen, (std::vector<int>{0xC8, 0xC9, 0xC8}));
}

TEST(Replay, ReadsTheSharedCaptures) {
    const auto file = test::source_dir() / "../shared/captures/frames.jsonl";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not there";
    const auto recordings = sim::load_recordings(daren::dialect, file);
    ASSERT_TRUE(recordings) << recordings.error().where;
    EXPECT_TRUE(recordings->front().has(daren::live_data));
    EXPECT_TRUE(recordings->front().has(daren::manufacturing));
}

TEST(Replay, SaysWhatIsWrongWithAFile) {
    const auto missing = sim::load_recordings(daren::dialect, "/nonexistent/frames.jsonl");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, Errc::io);
    const auto empty = sim::load_recordings(daren::dialect, "/dev/null");
    ASSERT_FALSE(empty);
    EXPECT_EQ(empty.error().code, Errc::bad_config);
}

}  // namespace
