// SPDX-License-Identifier: MIT
#include "sim/past.hpp"

#include <algorithm>
#include <array>

namespace packwire::sim {

namespace {

using namespace std::chrono_literals;

constexpr Duration day = 24h;
constexpr Duration tick = 60s;
constexpr Duration last_hours = 12h;

/// What people do wrong, on every eighth day, counted from the end.
struct Mishap {
    std::size_t days_ago;  ///< modulo mishap_period
    Duration begin, end;   ///< within that day
    double c_rate;
};
constexpr std::size_t mishap_period = 8;
constexpr auto mishaps = std::to_array<Mishap>({
    {2, 2h, 5h, 0.35},    // a charger that does not taper
    {6, 10h, 13h, -0.35}  // a load that does not stop
});

const Mishap* mishap_of(Duration ago) {
    const auto days_ago = static_cast<std::size_t>(ago / day);
    const auto at = day - ago % day;
    const auto* const found = std::ranges::find_if(mishaps, [&](const Mishap& one) {
        return days_ago % mishap_period == one.days_ago && at >= one.begin && at < one.end;
    });
    return found == mishaps.end() ? nullptr : found;
}

/// Long enough for the periodic records alone.
std::size_t days_for(std::size_t records, Duration interval) {
    const auto a_day = static_cast<std::size_t>(std::max<Duration::rep>(day / std::max(interval, tick), 1));
    return records / a_day + 1;
}

PackSettings settings_before(const PackSettings& settings, std::size_t days) {
    auto before = settings;
    before.profile = Profile::day;
    before.tick = tick;
    before.soc_percent = 60;
    before.cycle_count -= std::min(before.cycle_count, static_cast<unsigned>(days));
    return before;
}

/// `ago` before the end, which has `remaining_ah`.
void live(Pack& past, Duration ago, double remaining_ah) {
    if (ago <= last_hours) {
        const auto hours = std::chrono::duration<double, std::ratio<3600>>(ago).count();
        past.set_current((remaining_ah - past.remaining_ah()) / hours);
    } else if (const auto* mishap = mishap_of(ago)) {
        past.set_current(mishap->c_rate * past.settings().capacity_ah);
    } else {
        past.set_profile(Profile::day);
    }
}

}  // namespace

void make_past(Pack& pack, Logbook& book, std::size_t records, WallTime now) {
    if (records == 0) return;
    const auto& settings = pack.settings();
    const auto days = days_for(records, settings.history_interval);
    Pack past(settings_before(settings, days));
    book.set_counts(past.settings().cycle_count, past.settings().cycle_count);
    book.catch_up(past);
    for (auto ago = static_cast<Duration::rep>(days) * day; ago > tick; ago -= tick) {
        live(past, ago, pack.remaining_ah());
        const auto then = std::chrono::floor<WallTime::duration>(now - (ago - tick));
        past.advance(tick, [&](Duration) { book.observe(past, then); });
    }
    book.keep_newest(records - 1);
    pack.inherit_counters(past);
    book.start(pack, now);
}

}  // namespace packwire::sim
