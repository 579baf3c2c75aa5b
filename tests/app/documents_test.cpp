// SPDX-License-Identifier: MIT
/// Manual pages, completion and the installed configuration are what the program says today, and of use.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

#include "app/command.hpp"
#include "app/config.hpp"
#include "app/config_documents.hpp"
#include "app/config_keys.hpp"
#include "support/child.hpp"
#include "support/run.hpp"
#include "support/source_dir.hpp"
#include "support/temp_dir.hpp"

namespace packwire::app {
namespace {

std::vector<std::string> lines(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
}

TEST(Documents, AreAsTheProgramSays) {
    const auto paths = lines(test::command({"document"}).out);
    EXPECT_GT(paths.size(), 15U);
    for (const auto& path : paths) {
        const auto made = test::command({"document", path});
        EXPECT_EQ(made.code, 0);
        EXPECT_TRUE(test::source_text(path) == made.out)
            << path << " is out of date; packaging/documents build/release/packwire";
    }
    EXPECT_EQ(test::command({"document", "packaging/man/packwire-nothing.1"}).code, 2);
}

TEST(Documents, ManualPagesHaveEveryOption) {
    const std::regex option("--[a-z][a-z-]*");
    for (const auto& path : lines(test::command({"document"}).out)) {
        const std::string stem = "packaging/man/packwire-";
        if (!path.starts_with(stem)) continue;
        const auto command = path.substr(stem.size(), path.size() - stem.size() - 2);
        const auto help = test::command({command, "--help"}).out;
        auto page = test::command({"document", path}).out;
        std::erase(page, '\\');
        for (std::sregex_iterator one(help.begin(), help.end(), option), end; one != end; ++one)
            EXPECT_NE(page.find(one->str()), std::string::npos) << path << " lacks " << one->str();
        for (const auto* heading :
             {".SH NAME", ".SH SYNOPSIS", ".SH OPTIONS", ".SH EXAMPLE", ".SH EXIT STATUS"})
            EXPECT_NE(page.find(heading), std::string::npos) << path << " lacks " << heading;
    }
}

/// What bash would offer after these words.
std::string completed(const std::string& words) {
    boost::asio::io_context loop;
    const auto script = "source '" + (test::source_dir() / "packaging/completion/packwire.bash").string() +
                        "'; COMP_WORDS=(" + words +
                        "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _packwire; echo \"${COMPREPLY[*]}\"";
    auto out = test::run_child(loop, {"bash", "-c", script});
    while (out.ends_with('\n')) out.pop_back();
    return out;
}

TEST(Completion, KnowsCommandsOptionsAndTheirWords) {
    EXPECT_EQ(completed("packwire sca"), "scan");
    EXPECT_EQ(completed("packwire doc"), "") << "what is not shown is not offered";
    EXPECT_EQ(completed("packwire run --log"), "--log-level");
    EXPECT_EQ(completed("packwire run --log-level ''"), "trace debug info warn error");
    EXPECT_EQ(completed("packwire read /dev/ttyUSB0 --format ''"), "table json csv");
    EXPECT_EQ(completed("packwire export --resolution ''"), "raw minute hour auto");
    EXPECT_EQ(completed("packwire scan --dialect s"), "sns");
    EXPECT_EQ(completed("packwire watch --interval ''"), "") << "anything may follow";
    EXPECT_EQ(completed("packwire check-config /etc/hostnam"), "/etc/hostname");
}

TEST(InstalledConfiguration, CanBeUsedAsItIs) {
    const test::TempDir directory;
    const auto path = (directory / "packwire.toml").string();
    std::ofstream(path) << full_example_config();
    const auto checked = test::command({"check-config", path});
    EXPECT_EQ(checked.code, 0) << checked.err;
    EXPECT_EQ(checked.err, "");
    EXPECT_EQ(test::command({"check-config", "--example"}).out, full_example_config());
}

TEST(InstalledConfiguration, HasEveryOptionOnce) {
    std::string section;
    std::vector<std::string> found;
    const std::regex head("#?\\[+([a-z_]+)\\]+");
    const std::regex option("#?([a-z_]+) =.*");
    std::smatch match;
    for (const auto& line : lines(full_example_config())) {
        if (std::regex_match(line, match, head)) section = match[1];
        if (std::regex_match(line, match, option)) found.push_back(section + "." + match[1].str());
    }
    for (const auto& key : keys()) {
        const auto name = std::string(key.section) + "." + std::string(key.name);
        EXPECT_EQ(std::ranges::count(found, name), 1) << name;
    }
    EXPECT_EQ(found.size(), keys().size());
}

/// A default that is written down but refused, or read as something else, would be a trap.
TEST(InstalledConfiguration, DefaultsMayBeUncommented) {
    std::string text;
    bool rule = false;
    for (auto line : lines(full_example_config())) {
        if (line.starts_with("#[[")) rule = true;
        if (line.starts_with('[')) rule = false;
        if (!rule && line.starts_with('#') && !line.starts_with("# ") && !line.ends_with("="))
            line.erase(0, 1);
        text += line + "\n";
    }
    const test::TempDir directory;
    const auto path = (directory / "packwire.toml").string();
    std::ofstream(path) << text;
    const auto checked = test::command({"check-config", path});
    EXPECT_EQ(checked.code, 0) << checked.err;
    EXPECT_GT(std::ranges::count(text, '\n'), 100);
}

}  // namespace
}  // namespace packwire::app
