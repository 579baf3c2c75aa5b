// SPDX-License-Identifier: MIT
#include "model/calendar.hpp"

#include <gtest/gtest.h>

namespace packwire::model {
namespace {

using namespace std::chrono_literals;

constexpr LocalTime at(int y, unsigned m, unsigned d, int h = 0, int min = 0, int s = 0) {
    using namespace std::chrono;
    return local_days(year(y) / month(m) / day(d)) + hours(h) + minutes(min) + seconds(s);
}

constexpr auto parts = std::to_array<Field>({
    {.name = "year"},
    {.name = "month", .wire = Wire::u8},
    {.name = "day", .wire = Wire::u8},
    {.name = "hour", .wire = Wire::u8},
    {.name = "minute", .wire = Wire::u8},
    {.name = "second", .wire = Wire::u8},
});
constexpr auto month_bits = std::to_array<Flag>({
    {0, "version", FlagClass::state, Alarm::none, 2},
    {4, "month", FlagClass::state, Alarm::none, 4},
});
constexpr auto packed = std::to_array<Field>({
    {.name = "data_type", .wire = Wire::u8},
    {.name = "year", .wire = Wire::u8, .scale = {.bias = 2000}},
    {.name = "month_and_version", .wire = Wire::u8, .flags = month_bits},
    {.name = "day", .wire = Wire::u8},
    {.name = "hour", .wire = Wire::u8},
    {.name = "minute", .wire = Wire::u8},
    {.name = "second", .wire = Wire::u8},
});
constexpr auto clock_tables = std::to_array<Variant>({{"clock", parts}});
constexpr auto packed_tables = std::to_array<Variant>({{"packed", packed}});
constexpr Service service_with(std::span<const Variant> tables) {
    Service service;
    service.variants = tables;
    return service;
}
constexpr auto clock_service = service_with(clock_tables);
constexpr auto packed_service = service_with(packed_tables);

std::optional<LocalTime> time_in(const Service& service, std::vector<std::uint8_t> info) {
    Decoder decoder;
    const auto record = decoder.decode(service, info);
    return record ? time_of(*record) : std::nullopt;
}

TEST(Calendar, ReadsBothFormsOfADate) {
    EXPECT_EQ(time_in(clock_service, {0x07, 0xEA, 11, 22, 7, 5, 9}), at(2026, 11, 22, 7, 5, 9));
    EXPECT_EQ(time_in(packed_service, {0, 26, 0xC1, 31, 23, 59, 59}), at(2026, 12, 31, 23, 59, 59));
}

TEST(Calendar, NoDateIsNone) {
    EXPECT_FALSE(time_in(clock_service, {0x07, 0xEA, 13, 1, 0, 0, 0}));
    EXPECT_FALSE(time_in(clock_service, {0x07, 0xEA, 2, 29, 0, 0, 0})) << "2026 is no leap year";
    EXPECT_TRUE(time_in(clock_service, {0x07, 0xE8, 2, 29, 0, 0, 0}));
    EXPECT_FALSE(time_in(clock_service, {0x07, 0xEA, 1, 1, 24, 0, 0}));
    EXPECT_FALSE(time_in(clock_service, {0x07, 0xEA, 1, 0, 0, 0, 0}));
}

TEST(Calendar, AClockHasNothingButTheTime) {
    EXPECT_TRUE(is_clock(clock_service));
    EXPECT_FALSE(is_clock(packed_service));
}

TEST(Calendar, SaysHowFarAClockIsOff) {
    const auto now = at(2026, 11, 22, 12, 3, 25);
    EXPECT_EQ(clock_text(now, now), "2026-11-22 12:03:25, as this host");
    EXPECT_EQ(clock_text(now - 1s, now), "2026-11-22 12:03:24, as this host");
    EXPECT_EQ(clock_text(now - 14s, now), "2026-11-22 12:03:11, 14 s behind this host");
    EXPECT_EQ(clock_text(now + 90min, now), "2026-11-22 13:33:25, 1.5 h ahead of this host");
    EXPECT_EQ(clock_text(at(2000, 1, 1), at(2000, 1, 11)), "2000-01-01 00:00:00, 10 days behind this host");
}

TEST(Calendar, LocalTimeIsThatOfTheZone) {
    const WallTime when{std::chrono::seconds{1'800'000'000}};  // 2027-01-15T08:00:00Z
    const char* before = std::getenv("TZ");
    const std::string kept = before == nullptr ? "" : before;
    ::setenv("TZ", "EST5", 1);
    ::tzset();
    EXPECT_EQ(local_time(when), at(2027, 1, 15, 3, 0, 0));
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    EXPECT_EQ(local_time(when), at(2027, 1, 15, 8, 0, 0));
    if (before == nullptr) {
        ::unsetenv("TZ");
    } else {
        ::setenv("TZ", kept.c_str(), 1);
    }
    ::tzset();
}

}  // namespace
}  // namespace packwire::model
