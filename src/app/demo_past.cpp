// SPDX-License-Identifier: MIT
#include "app/demo_past.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "bank/identity.hpp"
#include "bank/keeper.hpp"
#include "dialect/daren/daren.hpp"
#include "sim/random.hpp"
#include "store/intake.hpp"
#include "store/witness.hpp"

namespace packwire::app {

namespace {

using namespace std::chrono_literals;
using Hours = std::chrono::duration<double, std::ratio<3600>>;

constexpr Duration tick = 1min;
constexpr Duration day = 24h;
constexpr auto each_time = std::to_array<std::string_view>({"42", "B0/4"});
constexpr auto once = std::to_array<std::string_view>({"47", "51", "80", "83", "B0/3"});

/// One pack of the past, and what was read of it.
struct Member {
    sim::Station station;
    bank::Pack seen;
    double soc_at_the_end = 0;

    Member(std::uint8_t address, sim::Identity identity, const sim::PackSettings& settings)
        : station(dialect::daren::dialect, address, std::move(identity), settings) {}
};

class Past {
public:
    Past(store::Archive& archive, const DemoPastOptions& options) : archive_(archive), options_(options) {
        bank::KeeperSettings settings;
        settings.site = demo_site;
        settings.patience = settings.silence = 0s;
        keeper_ = std::make_unique<bank::Keeper>(std::move(settings));
        witness_.recall({});
        for (unsigned i = 0; i < options_.addresses.size(); ++i) add(i);
    }

    Result<void> record() {
        for (Duration ago = options_.length; ago > Duration::zero(); ago -= tick) {
            for (auto& member : members_) live(*member, ago);
            const auto every = ago > options_.fine ? 5 * tick : tick;
            if (ago % every != Duration::zero()) continue;
            for (auto& member : members_) read(*member, ago);
            look(ago);
            if (ago % day != Duration::zero()) continue;
            if (auto written = hand_over(); !written) return written;
        }
        if (auto written = hand_over(); !written) return written;
        return tidy();
    }

private:
    [[nodiscard]] WallTime wall(Duration ago) const {
        return options_.now - std::chrono::duration_cast<WallTime::duration>(ago);
    }
    /// A clock that has run since before the past began.
    [[nodiscard]] TimePoint steady(Duration ago) const {
        return TimePoint{} + std::chrono::days(1) + options_.length - ago;
    }

    void add(unsigned number) {
        const auto& bank = options_.bank;
        auto settings = sim::settings_of(bank, number);
        const auto soc_at_the_end = settings.soc_percent;
        settings.cycle_count -= std::min(settings.cycle_count, 18U);
        settings.tick = tick;
        settings.profile = sim::Profile::fixed;
        settings.soc_percent = 45;
        const auto address = options_.addresses[number];
        auto identity = sim::make_identity(bank.serials + address, settings.cells, settings.capacity_ah,
                                           sim::model_of(bank, number));
        auto member = std::make_unique<Member>(address, std::move(identity), settings);
        member->soc_at_the_end = soc_at_the_end;
        auto& who = member->seen.snapshot.identity;
        who.bus = "demo";
        who.address = address;
        members_.push_back(std::move(member));
        for (const auto service : once) ask(*members_.back(), service, options_.length);
        name(*members_.back());
    }
    /// As the book names packs: by what cannot change.
    static void name(Member& member) {
        auto& who = member.seen.snapshot.identity;
        const bank::IdentityAnswers all{.serial_number = true, .barcode = true};
        who.id = bank::pack_id(member.seen.snapshot, all).value_or("");
    }

    void ask(Member& member, std::string_view code, Duration ago) {
        const auto& dialect = dialect::daren::dialect;
        for (const auto* service : dialect::find_services(dialect, code)) {
            const auto question =
                dialect::make_request(dialect, *service, member.station.responder.address());
            const auto answer = member.station.responder.answer(member.station.pack, question, wall(ago));
            if (!answer) continue;
            const auto record = dialect::try_answer(decoder_, *service, answer->info());
            if (!record) continue;
            member.seen.snapshot.update(*record, steady(ago));
            return;
        }
    }

    /// Clear, hazy and dark days, the same every time.
    [[nodiscard]] double sun_of(Duration ago) const {
        const auto number = static_cast<std::uint64_t>((ago - options_.local) / day);
        constexpr std::array<double, 8> days{1, 0.85, 0.35, 1.05, 0.6, 0.95, 0.2, 0.8};
        return days[sim::mix(number + 1) % days.size()];
    }

    /// A minute of its life.
    void live(Member& member, Duration ago) {
        auto& pack = member.station.pack;
        const auto capacity = pack.settings().capacity_ah;
        const auto soc = pack.soc_percent();
        auto local = (options_.local - ago) % day;
        if (local < Duration::zero()) local += day;
        double c_rate = demo_demand(Hours(local).count(), sun_of(ago));
        constexpr Duration last_hours = 6h;
        if (ago <= last_hours) {
            // Half of what the day wants, and what leads to the end.
            const auto missing = (member.soc_at_the_end - soc) / 100 / std::max(Hours(ago).count(), 0.02);
            c_rate = missing + 0.3 * c_rate;
        }
        const auto minute = static_cast<std::uint64_t>(ago / tick);
        c_rate *= 0.8 + 0.4 * sim::to_unit(sim::mix(pack.settings().seed + minute / 4));
        if (c_rate > 0) c_rate *= std::clamp((99.2 - soc) / 4, 0.0, 1.0);
        if (c_rate < 0) c_rate *= std::clamp((soc - 12) / 5, 0.0, 1.0);
        pack.set_current(c_rate * capacity);
        pack.advance(tick);
    }

    /// One pack was once away for an hour and a half.
    [[nodiscard]] static bool is_away(const Member& member, Duration ago) {
        constexpr Duration began = std::chrono::days(9) + 5h;
        return member.station.responder.address() == 4 && ago <= began && ago > began - 90min;
    }

    void read(Member& member, Duration ago) {
        const bool away = is_away(member, ago);
        member.seen.freshness = away ? bank::Freshness::gone : bank::Freshness::fresh;
        if (!away) {
            for (const auto service : each_time) ask(member, service, ago);
            member.seen.last_good = steady(ago);
            member.seen.last_good_at = wall(ago);
        }
        intake_.take(member.seen, wall(ago));
        witness_.take(member.seen, {.time = steady(ago), .wall = wall(ago)});
        keeper_->on_pack(member.seen);
    }

    void look(Duration ago) {
        const auto bank = keeper_->step(steady(ago), wall(ago));
        if (!bank) return;
        intake_.take(*bank, wall(ago));
        witness_.take(*bank, {.time = steady(ago), .wall = wall(ago)});
    }

    Result<void> hand_over() {
        store::Batch batch;
        batch.tracks = intake_.hand_over();
        batch.events = witness_.events();
        batch.settings = witness_.settings();
        for (auto& event : batch.events) event.id = ++events_;
        if (batch.empty()) return {};
        const auto written = archive_.append(batch);
        return written ? Result<void>{} : std::unexpected(written.error());
    }
    Result<void> tidy() {
        while (true) {
            const auto more = archive_.tidy(options_.now, false);
            if (!more) return std::unexpected(more.error());
            if (!*more) return {};
        }
    }

    store::Archive& archive_;
    const DemoPastOptions& options_;
    model::Decoder decoder_;
    std::vector<std::unique_ptr<Member>> members_;
    std::unique_ptr<bank::Keeper> keeper_;
    store::Intake intake_;
    store::Witness witness_;
    std::int64_t events_ = 0;
};

}  // namespace

Result<void> record_demo_past(store::Archive& archive, const DemoPastOptions& options) {
    return Past(archive, options).record();
}

}  // namespace packwire::app
