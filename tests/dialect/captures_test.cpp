// SPDX-License-Identifier: MIT
/// Frames of other people's packs, read where they lie beside the project; skipped where they do not.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "dialect/daren/daren.hpp"
#include "dialect/dialect.hpp"
#include "model/format.hpp"
#include "support/source_dir.hpp"
#include "wire/frame.hpp"

namespace packwire {
namespace {

using dialect::daren::dialect;

struct Capture {
    std::string id, service, frame;
    bool response = false, good = false;
    [[nodiscard]] bool native() const { return frame.starts_with("~22") && frame.substr(5, 2) == "4A"; }
};

class Captures : public testing::Test {
protected:
    void SetUp() override {
        const auto file = test::source_dir() / "../shared/captures/frames.jsonl";
        std::ifstream in(file);
        if (!in) GTEST_SKIP() << "no captures here: " << file.lexically_normal() << " is not there";
        for (std::string line; std::getline(in, line);) {
            const auto row = nlohmann::json::parse(line);
            captures.push_back(
                {.id = row.at("id"),
                 .service = row.at("service"),
                 .frame = row.at("frame").get<std::string>() + '\r',
                 .response = row.at("direction") == "response",
                 .good = row.at("checksum_ok").get<bool>() && row.at("length_ok").get<bool>()});
        }
        ASSERT_FALSE(captures.empty());
    }
    std::vector<Capture> captures;
};

TEST_F(Captures, GoodNativeFramesDecodeAndEncodeBack) {
    std::size_t seen = 0;
    for (const auto& capture : captures) {
        if (!capture.native() || !capture.good) continue;
        ++seen;
        const auto frame = wire::decode(capture.frame);
        ASSERT_TRUE(frame) << capture.id << ": " << to_string(frame.error());
        EXPECT_EQ(wire::encode(*frame), capture.frame) << capture.id;
        EXPECT_FALSE(dialect::check_header(dialect, *frame)) << capture.id;
        EXPECT_EQ(dialect::is_request(*frame), !capture.response) << capture.id;
    }
    EXPECT_GT(seen, 20U);
}

TEST_F(Captures, DamagedFramesAreRefused) {
    std::size_t seen = 0;
    for (const auto& capture : captures) {
        if (capture.good) continue;
        ++seen;
        EXPECT_FALSE(wire::decode(capture.frame)) << capture.id;
    }
    EXPECT_GT(seen, 0U);
}

/// Answers to 42, 47, 51 and so on: B0 by the module in the answer.
TEST_F(Captures, AnswersBecomeRecords) {
    std::set<std::string> seen;
    for (const auto& capture : captures) {
        if (!capture.native() || !capture.good || !capture.response) continue;
        const auto frame = wire::decode(capture.frame);
        ASSERT_TRUE(frame) << capture.id;
        auto code = capture.service;
        if (code == "B0") code += "/" + std::to_string(frame->info()[3]);
        const auto services = dialect::find_services(dialect, code);
        if (services.empty()) continue;  // a service without a table
        seen.insert(code);
        model::Decoder decoder;
        const auto record = decoder.decode(*services[0], frame->info());
        ASSERT_TRUE(record) << capture.id << ": " << to_string(record.error());
        EXPECT_TRUE(std::ranges::equal(model::encode(*record), frame->info())) << capture.id;
        EXPECT_TRUE(record->surplus().empty()) << capture.id;
        EXPECT_EQ(dialect::recognise(decoder, dialect, *frame), services[0]) << capture.id;
        std::string json;
        model::append_fields_json(json, *record);
        EXPECT_TRUE(nlohmann::json::accept(json)) << capture.id << ": " << json;
    }
    for (const auto* code : {"42", "47", "51", "84", "B0/3", "B0/4"})
        EXPECT_TRUE(seen.contains(code)) << code;
}

TEST_F(Captures, Eg4IsRefusedByItsHeader) {
    std::size_t seen = 0;
    for (const auto& capture : captures) {
        if (!capture.id.starts_with("eg4")) continue;
        ++seen;
        const auto frame = wire::decode(capture.frame);
        ASSERT_TRUE(frame) << capture.id;
        const auto error = dialect::check_header(dialect, *frame);
        ASSERT_TRUE(error) << capture.id;
        EXPECT_EQ(error->code, Errc::look_alike);
    }
    EXPECT_GT(seen, 0U);
}

TEST_F(Captures, OtherSoiIsRefused) {
    std::size_t seen = 0;
    for (const auto& capture : captures) {
        if (!capture.frame.starts_with('>')) continue;
        ++seen;
        const auto frame = wire::decode(capture.frame);
        ASSERT_FALSE(frame) << capture.id;
        EXPECT_EQ(frame.error().code, Errc::bad_start) << capture.id;
    }
    EXPECT_GT(seen, 0U);
}

}  // namespace
}  // namespace packwire
