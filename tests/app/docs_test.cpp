// SPDX-License-Identifier: MIT
/// Generated documents are what the program says today. To renew one, run what its second line names.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/command.hpp"
#include "dialect/dialect.hpp"
#include "support/source_dir.hpp"

namespace packwire::app {
namespace {

TEST(Docs, ServicesAreAsTheTables) {
    const auto made = test::command({"services", "--format", "markdown"});
    EXPECT_EQ(made.code, 0);
    // Not EXPECT_EQ: it would print both, whole.
    EXPECT_TRUE(test::source_text("docs/services.md") == made.out)
        << "docs/services.md is out of date; packwire services --format markdown > docs/services.md";
}

TEST(Docs, ConfigurationIsAsTheKeys) {
    const auto made = test::command({"check-config", "--keys"});
    EXPECT_EQ(made.code, 0);
    EXPECT_TRUE(test::source_text("docs/configuration.md") == made.out)
        << "docs/configuration.md is out of date; packwire check-config --keys > docs/configuration.md";
}

TEST(Services, TableHasALineForEach) {
    const auto made = test::command({"services", "--dialect", "daren"});
    EXPECT_EQ(std::ranges::count(made.out, '\n'),
              2 + static_cast<std::ptrdiff_t>(dialect::all().front()->services.size()));
    EXPECT_NE(made.out.find("with_data_flag: 86 to 99, without_data_flag: 85 to 98"), std::string::npos)
        << made.out;
}

TEST(Services, JsonIsOneObjectALine) {
    std::istringstream lines(test::command({"services", "--format", "json"}).out);
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        const auto service = nlohmann::json::parse(line);
        EXPECT_TRUE(service["variants"].is_array());
        if (service["code"] != "42") continue;
        const auto& fields = service["variants"][0]["fields"];
        EXPECT_EQ(fields[4]["offset"], "6 + 2·i");
        EXPECT_EQ(fields[5]["offset"], "6 + 2·cell_count");
        EXPECT_EQ(fields[1]["metric"], "state_of_charge");
    }
    std::size_t expected = 0;
    for (const auto* dialect : dialect::all()) expected += dialect->services.size();
    EXPECT_EQ(count, expected);
}

TEST(Services, OnlyThoseAskedFor) {
    const auto made =
        test::command({"services", "--service", "b0", "--dialect", "daren", "--format", "json"});
    EXPECT_EQ(std::ranges::count(made.out, '\n'), 6);
}

}  // namespace
}  // namespace packwire::app
