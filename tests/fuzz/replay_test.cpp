// SPDX-License-Identifier: MIT
/// Every file of the corpus through its target, in every ordinary build; a fuzzer's find stays here for good.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <vector>

#include "fuzz/targets.hpp"
#include "support/source_dir.hpp"

namespace packwire::fuzz {
namespace {

struct Target {
    const char* name;
    void (*run)(std::span<const std::uint8_t>);
};

void PrintTo(const Target& target, std::ostream* out) {
    *out << target.name;
}

class Replay : public testing::TestWithParam<Target> {};

TEST_P(Replay, Corpus) {
    const auto folder = test::source_dir() / "tests/fuzz/corpus" / GetParam().name;
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        SCOPED_TRACE(entry.path().filename().string());
        std::ifstream in(entry.path(), std::ios::binary);
        const std::vector<char> text{std::istreambuf_iterator<char>(in), {}};
        const std::vector<std::uint8_t> bytes(text.begin(), text.end());
        GetParam().run(bytes);
        // Cut off everywhere: what a line does.
        for (std::size_t size = 0; size < bytes.size(); ++size) GetParam().run(std::span(bytes).first(size));
        ++files;
    }
    EXPECT_GT(files, 10U);
}

INSTANTIATE_TEST_SUITE_P(Targets, Replay,
                         testing::Values(Target{"splitter", &splitter}, Target{"frame", &frame},
                                         Target{"service", &service}, Target{"config", &config},
                                         Target{"backup", &backup}, Target{"capture", &capture},
                                         Target{"rule", &rule}, Target{"memory", &memory},
                                         Target{"dbus", &dbus}, Target{"mqtt", &mqtt}, Target{"web", &web},
                                         Target{"block", &block}),
                         [](const auto& target) { return std::string(target.param.name); });

}  // namespace
}  // namespace packwire::fuzz
