// SPDX-License-Identifier: MIT
/// packwire sim as other commands see it: its models, what its packs remember, its master.
#include <gtest/gtest.h>

#include "system/program.hpp"

namespace packwire::test {
namespace {

class SimTest : public testing::Test {
protected:
    Outcome run(const std::string& words) { return packwire(loop, directory, words); }
    boost::asio::io_context loop;
    TempDir directory;
};

TEST_F(SimTest, EveryModelIsReadAndSaysWhoItIs) {
    for (const std::string model : {"STD08", "huany04", "ANZ09", "15s"}) {
        const Sim sim(loop, directory, {"--model", model});
        const auto read = run("read " + sim.link() + " --address 1 --format json");
        ASSERT_EQ(read.code, 0) << model << read.err;
        for (const auto& line : json_lines(read.out)) {
            EXPECT_EQ(line["rtn"], 0) << model << line;
            if (line["service"] != "51") continue;
            std::string code = line["fields"]["product_code"];
            EXPECT_TRUE(std::ranges::equal(code, model, {}, {}, [](char c) {
                return static_cast<char>(std::toupper(c));
            })) << code;
        }
        const auto unseen = run("read " + sim.link() + " --address 1 --service 43 --format json");
        EXPECT_NE((unseen.out + unseen.err).find("is not supported by this firmware"), std::string::npos)
            << unseen.out << unseen.err;
    }
    EXPECT_EQ(run("sim --model none").code, 2);
}

TEST_F(SimTest, APackRemembersWhatHappenedToIt) {
    {
        const Sim sim(loop, directory, {"--history", "300"});
        const auto read = run("read " + sim.link() + " --address 1 --service 4B,4C --format json");
        ASSERT_EQ(read.code, 0) << read.err;
        const auto lines = json_lines(read.out);
        ASSERT_EQ(lines.size(), 2U);
        EXPECT_EQ(lines[0]["variant"], "v1");
        EXPECT_EQ(lines[0]["fields"]["data_type"], 0) << "the oldest of many";
        EXPECT_EQ(lines[1]["fields"]["data_type"], 0);
    }
    const Sim forgetful(loop, directory, {"--history", "0"});
    const auto refused = run("read " + forgetful.link() + " --address 1 --service 4B");
    EXPECT_NE((refused.out + refused.err).find("RTN 06"), std::string::npos) << refused.out << refused.err;
}

TEST_F(SimTest, AMasterIsHeardOnTheLine) {
    const Sim sim(loop, directory, {"--packs", "2", "--baud", "19200", "--master"});
    EXPECT_NE(sim.output().find("polled by a master"), std::string::npos) << sim.output();
    const Child listener(loop, {binary(), "listen", sim.link(), "--format", "json"});
    const auto heard = [&](int address) {
        std::istringstream in(listener.output());
        for (std::string line; std::getline(in, line);) {
            if (!line.starts_with('{') || !line.ends_with('}')) continue;
            const auto one = nlohmann::json::parse(line, nullptr, false);
            if (one.is_discarded() || one.value("service", nlohmann::json()) != "84") continue;
            if (one["direction"] == "response" && one["address"] == address) return true;
        }
        return false;
    };
    run_until(loop, [&] { return (heard(1) && heard(2)) || listener.ended(); });
    EXPECT_TRUE(heard(1)) << listener.output();
    EXPECT_TRUE(heard(2)) << listener.output();
}

}  // namespace
}  // namespace packwire::test
