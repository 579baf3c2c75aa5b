// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <fstream>

#include "sink/venus/registry.hpp"
#include "support/temp_dir.hpp"

namespace packwire::sink::venus {
namespace {

TEST(VenusRegistry, CountsUpwardFrom101) {
    Registry registry{{}};
    EXPECT_EQ(registry.instance_of("a"), 101);
    EXPECT_EQ(registry.instance_of("b"), 102);
    EXPECT_EQ(registry.instance_of("a"), 101);
    EXPECT_TRUE(registry.save());
}

TEST(VenusRegistry, OutlivesTheProcess) {
    const test::TempDir dir;
    {
        Registry registry(dir / "venus");
        registry.instance_of("first");
        registry.set_name("second", "Garage rack");
        EXPECT_TRUE(registry.save());
    }
    Registry registry(dir / "venus");
    EXPECT_EQ(registry.instance_of("second"), 102);
    EXPECT_EQ(registry.name_of("second"), "Garage rack");
    EXPECT_EQ(registry.instance_of("third"), 103);
    EXPECT_EQ(registry.instance_of("first"), 101);
}

TEST(VenusRegistry, WritesOnlyChanges) {
    const test::TempDir dir;
    Registry registry(dir / "venus");
    registry.instance_of("a");
    EXPECT_TRUE(registry.save());
    std::filesystem::remove(dir / "venus");
    registry.instance_of("a");
    registry.set_name("a", "");
    EXPECT_TRUE(registry.save());
    EXPECT_FALSE(std::filesystem::exists(dir / "venus"));
}

TEST(VenusRegistry, ADamagedFileCostsOnlyItsBadLines) {
    const test::TempDir dir;
    std::ofstream(dir / "venus") << "a\t103\tA\nb\t103\tthe same\nc\tx\t\n\nd\t7\t\ne\t105\tE\n";
    Registry registry(dir / "venus");
    EXPECT_EQ(registry.instance_of("a"), 103);
    EXPECT_EQ(registry.instance_of("e"), 105);
    EXPECT_EQ(registry.instance_of("b"), 101);
}

/// By the same code as every state file: beside it, to the disk, then in its place.
TEST(VenusRegistry, WhatIsLeftOfAWriteThatWasCutOffIsNoHarm) {
    const test::TempDir dir;
    std::ofstream(dir / "venus") << "a\t103\tA\n";
    std::ofstream(dir / "venus.new") << "a\t10";
    Registry registry(dir / "venus");
    EXPECT_EQ(registry.instance_of("a"), 103);
    EXPECT_EQ(registry.instance_of("b"), 101);
    const auto text = registry.take_changes();
    ASSERT_TRUE(text);
    EXPECT_EQ(*text, "a\t103\tA\nb\t101\t\n");
    EXPECT_FALSE(registry.take_changes());
    EXPECT_TRUE(Registry::write(dir / "venus", *text));
    EXPECT_FALSE(std::filesystem::exists(dir / "venus.new"));
    EXPECT_EQ(Registry(dir / "venus").instance_of("b"), 101);
}

TEST(VenusRegistry, SaysOnceThatItCannotWrite) {
    Registry registry("/proc/nowhere/venus");
    registry.instance_of("a");
    const auto saved = registry.save();
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().code, Errc::io);
    EXPECT_TRUE(registry.save());
}

}  // namespace
}  // namespace packwire::sink::venus
