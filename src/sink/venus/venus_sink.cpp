// SPDX-License-Identifier: MIT
#include "sink/venus/venus_sink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "bank/identity.hpp"
#include "sink/venus/bus_address.hpp"

namespace packwire::sink::venus {

namespace {

using namespace std::chrono_literals;

constexpr Duration first_back_off = 1s;
constexpr Duration last_back_off = 30s;
/// Flash wears, and clients may rename a battery as often as they like.
constexpr Duration save_pace = 5s;
/// Source: bank 2.
constexpr Duration settings_wait_on_a_gx = 30s;

bool is_name_taken(const sdbus::Error& error) {
    return error.getName().find("FileExists") != std::string::npos ||
           error.getName().find("EEXIST") != std::string::npos;
}

}  // namespace

VenusSink::VenusSink(Options options, bus::Time& time, bus::asio::any_io_executor executor, Log log)
    : options_(std::move(options)),
      time_(time),
      executor_(std::move(executor)),
      log_(std::move(log)),
      timer_(time.timer()),
      registry_(options_.state_file),
      back_off_(first_back_off) {
    options_.dbus = resolve_bus(options_.dbus);
    const auto wait = options_.dbus == "system" ? settings_wait_on_a_gx : Duration::zero();
    settings_until_ = time.now() + options_.settings_wait.value_or(wait);
}

VenusSink::~VenusSink() = default;

Station& VenusSink::station(const std::string& id) {
    auto& found = stations_[id];
    if (!found) {
        auto name = "packwire_" + bank::reduced(options_.site);
        if (id != Registry::bank_id) name += '_' + bank::reduced(id);
        found = std::make_unique<Station>(id, std::move(name));
    }
    return *found;
}

void VenusSink::publish(const bank::Pack& pack) {
    station(pack.snapshot.identity.id).show(pack);
    wake();
}

void VenusSink::publish_bank(const bank::Bank& bank) {
    if (options_.layout != Layout::bank) return;
    station(Registry::bank_id).show(bank);
    wake();
}

void VenusSink::wake() {
    woken_ = true;
    timer_->cancel();
}

bus::Task<void> VenusSink::run() {
    try {
        for (;;) {
            woken_ = false;
            const auto next = step();
            co_await timer_->wait_until(woken_ ? time_.now() : next);
        }
    } catch (
        ...) {  // cancelled; not by a guard, whose destructor would run even when the sink is gone already
        leave();
        throw;
    }
}

void VenusSink::leave() {
    for (auto& [id, station] : stations_) station->leave();
    neighbours_.reset();
    saved_at_ = {};
    save_registry();
}

/// Everything that is due now; gives the time when something is due again.
TimePoint VenusSink::step() {
    before_answer();  // signals are answers, too
    drop_what_broke();
    look_around();
    introduce();
    describe();
    auto next = neighbours_ ? neighbours_->step() : TimePoint::max();
    drop_what_ended();
    open_what_waits();
    for (auto& [id, station] : stations_) {
        next = std::min(next, station->tell(time_.now()));
        if (const auto replace = station->replace_at(); replace && *replace > time_.now())
            next = std::min(next, *replace);
    }
    drop_what_broke();
    save_registry();
    const bool waiting = std::ranges::any_of(
        stations_, [&](const auto& entry) { return is_wanted(*entry.second) && !entry.second->on_bus(); });
    if (registry_.changed()) next = std::min(next, saved_at_ + save_pace);
    if (!neighbours_ || waiting) {
        if (retry_at_ > time_.now()) next = std::min(next, retry_at_);
    }
    return next;
}

void VenusSink::save_registry() {
    if (!registry_.changed() || time_.now() < saved_at_ + save_pace) return;
    saved_at_ = time_.now();
    auto text = registry_.take_changes();
    if (!text) return;
    auto write = [file = options_.state_file, text = std::move(*text)] {
        return Registry::write(file, text);
    };
    const auto done = [log = log_](const Result<void>& saved) {
        if (!saved) say(log, Level::warning, "venus: " + saved.error().where);
    };
    if (options_.offload != nullptr) {
        options_.offload->post(std::move(write), done);
    } else {
        done(write());
    }
}

void VenusSink::drop_what_broke() {
    for (auto& [id, station] : stations_) {
        const auto failure = station->failure();
        if (!station->on_bus() || !failure) continue;
        station->leave();
        bus_failed(*failure);
    }
    if (const auto failure = std::exchange(neighbours_failure_, std::nullopt)) {
        neighbours_.reset();
        forget_neighbours();
        bus_failed(*failure);
    }
}

void VenusSink::drop_what_ended() {
    for (auto& [id, station] : stations_) {
        if (!station->on_bus() || is_wanted(*station)) continue;
        station->leave();
        say(log_, Level::info, fmt::format("venus: battery {} left the bus", station->about().instance));
    }
}

std::vector<Station*> VenusSink::in_order() {
    std::vector<Station*> found;
    found.reserve(stations_.size());
    for (auto& [id, station] : stations_) found.push_back(station.get());
    std::ranges::sort(found, {}, [](const Station* station) {
        const auto* pack = station->pack();
        return pack != nullptr ? std::tuple(1, pack->snapshot.identity.bus, pack->snapshot.identity.address)
                               : std::tuple(0, std::string(), std::uint8_t{});
    });
    return found;
}

bool VenusSink::is_wanted(const Station& station) const {
    if (!station.alive()) return false;
    if (station.is_bank() || options_.layout != Layout::bank) return true;
    const auto found = stations_.find(Registry::bank_id);
    const auto* bank = found != stations_.end() ? found->second->bank() : nullptr;
    if (bank == nullptr) return false;
    return bank->members.size() != 1 || bank->members.front().id != station.id();
}

bool VenusSink::is_settled(const Station& station) {
    if (!neighbours_ || !neighbours_->settings().settled(station.unique_id())) return false;
    return !station.is_bank() || neighbours_->knows_bmses();
}

bool VenusSink::is_ours(const std::string& service) const {
    return std::ranges::any_of(stations_,
                               [&](const auto& entry) { return entry.second->service_name() == service; });
}

void VenusSink::open_what_waits() {
    if (!neighbours_ || time_.now() < retry_at_) return;
    std::vector<Station*> due;
    for (auto* station : in_order()) {
        const auto replace = station->replace_at();
        if ((replace && time_.now() >= *replace) ||
            (is_wanted(*station) && !station->on_bus() && is_settled(*station)))
            due.push_back(station);
    }
    wait_for_instances(due);
    try {
        if (open(due)) bus_works();
    } catch (const std::exception& error) {
        bus_failed(error.what());
    }
    for (auto* station : due) station->abandon();
}

void VenusSink::wait_for_instances(std::vector<Station*>& due) {
    for (bool again = true; again;) {
        const auto is_due = [all = due](const Station* station) {
            return std::ranges::find(all, station) != all.end();
        };
        again = std::erase_if(due, [&](const Station* station) {
                    return std::ranges::any_of(stations_, [&](const auto& entry) {
                        const auto* other = entry.second.get();
                        return other != station && !is_due(other) &&
                               other->instance_on_bus() == station->about().instance;
                    });
                }) != 0;
    }
}

/// All are made before any leaves, so that a replaced service is away for a moment only, and two that swap
/// instances never have the same. False when another process has a name. Throws what BatteryService throws.
bool VenusSink::open(const std::vector<Station*>& stations) {
    Station::Hooks hooks;
    hooks.on_write = [this](auto& station, const auto& spec, const auto& value) {
        return take_write(station, spec, value);
    };
    hooks.on_nonsense = [this](auto& station, const auto& spec, const auto& got) {
        say_nonsense(station, spec, got);
    };
    hooks.on_broken = [this] { wake(); };
    hooks.before_answer = [this] { before_answer(); };
    for (auto* station : stations) station->prepare(options_.dbus, executor_, hooks);
    for (auto* station : stations) station->leave();
    bool all = true;
    for (auto* station : stations) all = appear(*station) && all;
    return all;
}

bool VenusSink::appear(Station& station) {
    try {
        station.appear(time_.now());
    } catch (const sdbus::Error& error) {
        if (!is_name_taken(error)) throw;
        bus_failed(station.service_name() + " belongs to another process; is packwire running twice?");
        return false;
    }
    say_appeared(station);
    return true;
}

void VenusSink::bus_failed(const std::string& reason) {
    const auto now = time_.now();
    if (now < retry_at_) return;
    if (std::exchange(trouble_, fmt::format("D-Bus ({}): {}", options_.dbus, reason)).empty()) {
        say(log_, Level::warning, fmt::format("venus: {}; trying again until it works", trouble_));
    }
    retry_at_ = now + back_off_;
    back_off_ = std::min(2 * back_off_, last_back_off);
}

void VenusSink::bus_works() {
    back_off_ = first_back_off;
    if (!std::exchange(trouble_, {}).empty()) say(log_, Level::info, "venus: D-Bus works again");
}

void VenusSink::say_appeared(const Station& station) {
    say_seldom(station.service_name(), Level::info,
               fmt::format("venus: {} is on the bus, instance {}", station.service_name(),
                           station.about().instance));
    const auto* bank = station.bank();
    const bool limits = bank != nullptr ? bank->limits.has_value() : station.about().limits.has_value();
    if (options_.layout == Layout::bank && !station.is_bank()) return;
    if (std::exchange(said_monitor_, !limits) == !limits) return;
    if (limits) {
        say_seldom("limits", Level::info,
                   "venus: chargers and inverters are given charge and discharge limits");
        return;
    }
    const auto reason = bank != nullptr ? bank->monitor_reason : std::string();
    say_seldom("monitor", Level::warning,
               fmt::format("venus: monitor only{}{}: packwire gives no charge or discharge limits (CVL, CCL, "
                           "DCL); chargers and inverters keep to their own settings",
                           reason.empty() ? "" : ", ", reason));
}

}  // namespace packwire::sink::venus
