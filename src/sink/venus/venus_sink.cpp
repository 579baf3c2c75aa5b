// SPDX-License-Identifier: MIT
#include "sink/venus/venus_sink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "bank/identity.hpp"
#include "sink/venus/battery_service.hpp"
#include "sink/venus/bus_address.hpp"

namespace packwire::sink::venus {

namespace {

using namespace std::chrono_literals;
using bank::Freshness;

/// Source: bank 11.
constexpr Duration rate = 5s;
constexpr Duration urgent_rate = 1s;
constexpr Duration first_back_off = 1s;
constexpr Duration last_back_off = 30s;
constexpr std::size_t longest_name = 255;

std::vector<Value> values_of(std::span<const Item> items, const bank::Pack& pack, const About& about) {
    std::vector<Value> values;
    values.reserve(items.size());
    for (const auto& item : items) values.push_back(value_of(item.spec, pack, about));
    return values;
}

bool is_plain(const std::string& text) {
    return text.size() <= longest_name && std::ranges::none_of(text, [](char c) {
               return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
           });
}

bool is_name_taken(const sdbus::Error& error) {
    return error.getName().find("FileExists") != std::string::npos ||
           error.getName().find("EEXIST") != std::string::npos;
}

}  // namespace

/// A pack and, while it has one, its service.
struct VenusSink::Known {
    bank::Pack pack;
    About about;
    Shape shape;         ///< of the service's paths
    bool alive = false;  ///< had live data, and is not gone since
    bool dirty = false;  ///< `pack` has more than the service was given
    TimePoint last_told{};
    std::optional<std::string> broken;  ///< why the connection is of no use any more
    std::unique_ptr<BatteryService> service;
};

VenusSink::VenusSink(Options options, bus::Time& time, bus::asio::any_io_executor executor, Log log)
    : options_(std::move(options)),
      time_(time),
      executor_(std::move(executor)),
      log_(std::move(log)),
      timer_(time.timer()),
      registry_(options_.state_file),
      back_off_(first_back_off) {
    options_.dbus = resolve_bus(options_.dbus);
}

VenusSink::~VenusSink() = default;

void VenusSink::publish(const bank::Pack& pack) {
    auto& known = packs_[pack.snapshot.identity.id];
    if (!known) known = std::make_unique<Known>();
    known->pack = pack;
    known->dirty = true;
    const bool live = pack.freshness == Freshness::fresh && shape_of(pack.snapshot).cells > 0;
    known->alive = pack.freshness != Freshness::gone && (known->alive || live);
    timer_->cancel();
}

bus::Task<void> VenusSink::run() {
    try {
        for (;;) {
            const auto next = step();
            co_await timer_->wait_until(next);
        }
    } catch (
        ...) {  // cancelled; not by a guard, whose destructor would run even when the sink is gone already
        leave();
        throw;
    }
}

void VenusSink::leave() {
    for (auto& [id, known] : packs_) known->service.reset();
}

/// Everything that is due now; gives the time when something is due again.
TimePoint VenusSink::step() {
    for (auto& [id, known] : packs_) drop_what_ended(*known);
    open_what_waits();
    auto next = TimePoint::max();
    for (auto& [id, known] : packs_) next = std::min(next, tell(*known));
    for (auto& [id, known] : packs_) drop_what_ended(*known);
    if (const auto saved = registry_.save(); !saved)
        say(log_, Level::warning, "venus: " + saved.error().where);
    if (!waiting().empty()) next = std::min(next, retry_at_);
    return next;
}

void VenusSink::drop_what_ended(Known& known) {
    if (!known.service) return;
    if (known.broken) {
        known.service.reset();
        return bus_failed(*known.broken);
    }
    const auto shape = shape_of(known.pack.snapshot);
    const bool reshaped = known.pack.freshness == Freshness::fresh && shape.cells > 0 && shape != known.shape;
    if (!known.alive)
        say(log_, Level::info, fmt::format("venus: battery {} left the bus", known.about.instance));
    if (!known.alive || reshaped) known.service.reset();
}

std::vector<VenusSink::Known*> VenusSink::waiting() {
    std::vector<Known*> found;
    for (auto& [id, known] : packs_) {
        const bool shaped = shape_of(known->pack.snapshot).cells > 0;
        if (!known->service && known->alive && shaped) found.push_back(known.get());
    }
    std::ranges::sort(found, {}, [](const Known* known) {
        const auto& identity = known->pack.snapshot.identity;
        return std::tie(identity.bus, identity.address);
    });
    return found;
}

void VenusSink::open_what_waits() {
    if (time_.now() < retry_at_) return;
    const auto packs = waiting();
    if (packs.empty()) return;
    bool all = true;
    for (auto* known : packs) {
        try {
            all = open(*known) && all;
        } catch (const std::exception& error) {
            return bus_failed(error.what());
        }
    }
    if (all) bus_works();
}

/// False when another process has the name. Throws what BatteryService throws.
bool VenusSink::open(Known& known) {
    const auto& id = known.pack.snapshot.identity.id;
    const auto name = fmt::format("com.victronenergy.battery.packwire_{}_{}", bank::reduced(options_.site),
                                  bank::reduced(id));
    known.about = {registry_.instance_of(id), options_.product_id, registry_.name_of(id)};
    known.shape = shape_of(known.pack.snapshot);
    known.broken.reset();
    auto specs = paths_for(known.pack);
    std::vector<Value> values;
    for (const auto& spec : specs) values.push_back(value_of(spec, known.pack, known.about));
    BatteryService::Setup setup{.name = name, .dbus = options_.dbus, .on_write = {}, .on_broken = {}};
    setup.on_write = [this, &known](const auto& path, const auto& text) { return rename(known, path, text); };
    setup.on_broken = [this, &known](const auto& reason) {
        known.broken = reason;
        timer_->cancel();
    };
    try {
        known.service = std::make_unique<BatteryService>(std::move(setup), std::move(specs),
                                                         std::move(values), executor_);
    } catch (const sdbus::Error& error) {
        if (!is_name_taken(error)) throw;
        bus_failed(name + " belongs to another process; is packwire running twice?");
        return false;
    }
    known.last_told = time_.now();
    say_appeared(name, known.about.instance);
    return true;
}

/// Gives the service what is new and sends what is due; gives the time when something is due again.
TimePoint VenusSink::tell(Known& known) {
    if (!known.service || known.broken) return TimePoint::max();
    if (std::exchange(known.dirty, false)) {
        known.service->update(values_of(known.service->items(), known.pack, known.about));
    }
    const auto changes = known.service->changes();
    if (!changes.any) return TimePoint::max();
    const auto due = known.last_told + (changes.urgent ? urgent_rate : rate);
    if (time_.now() < due) return due;
    known.last_told = time_.now();
    try {
        known.service->tell();
    } catch (const std::exception& error) {
        known.broken = error.what();
    }
    return TimePoint::max();
}

/// The only thing that may be written is the name. The service shows it by itself.
bool VenusSink::rename(Known& known, const std::string& path, const std::string& name) {
    if (path != "/CustomName" || !is_plain(name)) return false;
    registry_.set_name(known.pack.snapshot.identity.id, name);
    known.about.custom_name = name;
    timer_->cancel();
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

void VenusSink::say_appeared(const std::string& service, std::int32_t instance) {
    say(log_, Level::info, fmt::format("venus: {} is on the bus, instance {}", service, instance));
    if (std::exchange(said_monitor_, true)) return;
    say(log_, Level::warning,
        "venus: monitor only: packwire gives no charge or discharge limits (CVL, CCL, DCL); chargers and "
        "inverters keep to their own settings");
}

}  // namespace packwire::sink::venus
