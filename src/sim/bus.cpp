// SPDX-License-Identifier: MIT
#include "sim/bus.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace packwire::sim {

namespace {

using namespace std::chrono_literals;

constexpr Duration gap = 50ms;           // source: protocol 2.7
constexpr Duration longest_chunk = 2ms;  // as often as anyone is woken
constexpr std::uint32_t stray_most = 8;
constexpr std::uint32_t collision_most = 24;
constexpr std::uint8_t live_data = 0x42;
/// The variant of 4B. Source: protocol 3.7.
constexpr std::string_view with_event_lists = "v1";

Duration from_seconds(double seconds) {
    return std::chrono::round<Duration>(std::chrono::duration<double>(seconds));
}

/// "42.cell_temperature.3", taken apart; the place counts from 0 here.
struct FieldPlace {
    std::string_view service, field;
    std::size_t index = 0;
};
FieldPlace place_named(std::string_view name) {
    FieldPlace place;
    const auto dot = std::min(name.find('.'), name.size());
    place.service = name.substr(0, dot);
    place.field = name.substr(std::min(dot + 1, name.size()));
    const auto number = place.field.find('.');
    if (number == std::string_view::npos) return place;
    for (const char digit : place.field.substr(number + 1)) {
        place.index = 10 * place.index + static_cast<std::size_t>(digit - '0');
    }
    place.index = place.index > 0 ? place.index - 1 : model::max_slots;
    place.field = place.field.substr(0, number);
    return place;
}

}  // namespace

Station::Station(const dialect::Dialect& dialect, std::uint8_t address, Identity identity,
                 const PackSettings& settings)
    : responder(dialect, address, std::move(identity)), pack(settings) {
    const auto variants = responder.identity().model.variants;
    logbook.set_event_lists(std::ranges::find(variants, with_event_lists) != variants.end());
}

SimulatedBus::SimulatedBus(bus::Time& time, const dialect::Dialect& dialect, const LineSettings& settings,
                           Sink sink)
    : time_(time),
      dialect_(dialect),
      settings_(settings),
      sink_(std::move(sink)),
      latency_(settings.latency),
      random_(settings.seed),
      splitter_(wire::Limits{.soi = dialect.soi}),
      physics_at_(time.now()),
      clock_(time.wall_now()) {
    faults_.master = settings.master;
}

Station& SimulatedBus::add(std::uint8_t address, Identity identity, const PackSettings& settings) {
    stations_.push_back(std::make_unique<Station>(dialect_, address, std::move(identity), settings));
    return *stations_.back();
}

Station* SimulatedBus::find(std::uint8_t address) {
    const auto found = std::ranges::find_if(stations_, [&](const auto& station) {
        return station->responder.address() == address && (!station->only_master || faults_.master);
    });
    return found == stations_.end() ? nullptr : found->get();
}

void SimulatedBus::advance() {
    const auto elapsed = time_.now() - physics_at_;
    physics_at_ += elapsed;
    const auto scaled = from_seconds(std::chrono::duration<double>(elapsed).count() * settings_.speed);
    clock_ += std::chrono::round<WallTime::duration>(scaled);
    const auto now = pack_time();
    for (auto& station : stations_) {
        station->pack.advance(settings_.speed == 1 ? elapsed : scaled, [&](Duration left) {
            station->logbook.observe(station->pack, std::chrono::floor<WallTime::duration>(now - left));
        });
    }
}

WallTime SimulatedBus::pack_time() const {
    return settings_.speed == 1 ? time_.wall_now() : clock_;
}

Duration SimulatedBus::time_of(std::size_t characters) const {
    if (settings_.baud == 0) return Duration::zero();
    return Duration{10s} * characters / settings_.baud;
}

void SimulatedBus::receive(std::string_view bytes) {
    advance();
    const auto now = time_.now();
    if (now > heard_until_ + gap) splitter_.reset();
    const auto begin = std::max(now, heard_until_);
    if (now >= heard_until_) host_.begin = now;
    heard_until_ = begin + time_of(bytes.size());
    host_.end = heard_until_;
    std::erase_if(bookings_, [&](const Booking& booking) { return booking.end < now; });
    if (faults_.echo) send(bytes, begin);
    const bool wrong_baud = master_baud_ != 0 && settings_.baud != 0 && master_baud_ != settings_.baud;
    if (wrong_baud || faults_.silent) return;
    if (occupied_.overlaps(begin, heard_until_)) {
        splitter_.reset();
        return;
    }
    auto rest = bytes;
    while (const auto text = splitter_.next(rest)) {
        hear(*text, begin + time_of(bytes.size() - rest.size()));
    }
}

void SimulatedBus::hear(std::string_view text, TimePoint end) {
    const auto question = wire::decode(text, wire::Limits{.soi = dialect_.soi});
    if (!question) return;  // dropped without a word. Source: protocol 2.5
    ++questions_;
    if (random_.chance(faults_.noise)) stray(end);
    auto* station = find(question->address);
    if (station != nullptr) answer(*station, *question, end);
}

void SimulatedBus::answer(Station& station, const wire::Frame& question, TimePoint end) {
    if (station.faults.silent || end < station.back_at) return;
    const auto frame = compose(station, question);
    if (!frame) return;
    const auto text = on_the_way(station, wire::encode(*frame));
    if (text.empty()) return;
    const auto begin = book(end + latency_of(question) + station.faults.late, text.size());
    send(text, begin);
}

Duration SimulatedBus::latency_of(const wire::Frame& question) {
    if (question.code != live_data || settings_.slowest_live <= latency_) return latency_;
    const auto more = std::chrono::duration<double>(settings_.slowest_live - latency_).count();
    return latency_ + from_seconds(more * random_.unit());
}

std::optional<wire::Frame> SimulatedBus::compose(Station& station, const wire::Frame& question) {
    const auto address = station.responder.address();
    auto frame = station.responder.answer(station.pack, question, pack_time(), station.logbook);
    if (!frame) return std::nullopt;
    const auto asked = understand(dialect_, question);
    const bool replays = station.recording != nullptr && asked.rtn == 0 &&
                         (dialect_.bare || question.info().size() == asked.service->request.size());
    if (replays) {
        auto recorded = station.recording->answer(*asked.service, address, station.copy, station.place);
        if (recorded) frame = std::move(recorded);
    }
    if (asked.rtn == 0 && !station.faults.words.empty()) say_words(station, *asked.service, *frame);
    if (station.faults.rtn) {
        frame = dialect::make_answer(dialect_, address, {}, *station.faults.rtn, question.code);
    }
    if (station.faults.address) frame->address = *station.faults.address;
    return frame;
}

/// Puts the raw words that a test wants into the answer.
void SimulatedBus::say_words(const Station& station, const dialect::Service& service, wire::Frame& answer) {
    std::vector<std::uint8_t> info(answer.info().begin(), answer.info().end());
    model::Record record;
    if (!decoder_.read(service, info, record)) return;
    for (const auto& [name, word] : station.faults.words) {
        const auto place = place_named(name);
        if (place.service != service.code) continue;
        const auto [first, count] = record.layout().find(place.field);
        if (place.index >= count || first + place.index >= record.size()) continue;
        const auto& slot = record.slot(first + place.index);
        const auto size = model::width(*slot.field);
        for (std::size_t i = 0; i < size; ++i) {
            const auto shift = 8 * (size - 1 - i);
            info[slot.offset + i] = static_cast<std::uint8_t>(shift < 32 ? word >> shift : 0);
        }
    }
    answer.set_info(info);
}

bool SimulatedBus::has_field(std::string_view field) const {
    const auto place = place_named(field);
    return std::ranges::any_of(dialect_.services, [&](const auto* service) {
        if (service->code != place.service) return false;
        return std::ranges::any_of(service->variants, [&](const model::Variant& variant) {
            return std::ranges::find(variant.fields, place.field, &model::Field::name) !=
                   variant.fields.end();
        });
    });
}

/// What is left of an answer after all that can happen to it.
std::string SimulatedBus::on_the_way(const Station& station, std::string text) {
    if (station.faults.truncate) text.resize(text.size() / 2);
    text = damaged(damaged(text, station.faults.damage, random_), faults_.damage, random_);
    if (!text.empty() && random_.chance(faults_.collision)) {
        const auto begin = random_.below(static_cast<std::uint32_t>(text.size()));
        const auto end = std::min<std::size_t>(text.size(), begin + 1 + random_.below(collision_most));
        for (std::size_t i = begin; i < end; ++i) text[i] = static_cast<char>(random_.below(256));
    }
    return text;
}

void SimulatedBus::stray(TimePoint when) {
    std::string noise;
    const auto count = 1 + random_.below(stray_most);
    for (std::uint32_t i = 0; i < count; ++i) noise += static_cast<char>(random_.below(256));
    send(noise, book(when, noise.size()));
}

/// The line carries one thing at a time: the first moment from `begin` that it is free for long enough.
TimePoint SimulatedBus::book(TimePoint begin, std::size_t characters) {
    const auto length = time_of(characters);
    std::ranges::sort(bookings_, {}, &Booking::begin);
    for (const auto& booking : bookings_) {
        if (begin < booking.end && begin + length > booking.begin) begin = booking.end;
    }
    bookings_.push_back({begin, begin + length});
    return begin;
}

void SimulatedBus::send(std::string_view text, TimePoint begin) {
    const auto chunk = piece();
    for (std::size_t sent = 0; sent < text.size();) {
        const auto part = text.substr(sent, chunk);
        sent += part.size();
        sink_(begin + time_of(sent), std::string(part));
    }
}

std::size_t SimulatedBus::piece() const {
    const auto character = time_of(1);
    if (character == Duration::zero()) return std::string::npos;
    return static_cast<std::size_t>((longest_chunk + character - 1ns) / character);
}

void SimulatedBus::clear() {
    faults_ = {};
    faults_.master = settings_.master;
    latency_ = settings_.latency;
    for (auto& station : stations_) {
        station->faults = {};
        station->back_at = {};
        station->pack.release_overrides();
    }
}

Result<void> SimulatedBus::apply(const Command& command) {
    advance();
    if (command.verb == Verb::clear) {
        clear();
        return {};
    }
    if (command.verb == Verb::latency) {
        latency_ = command.value ? from_seconds(*command.value) : settings_.latency;
        return {};
    }
    if (command.target == Command::Target::line) {
        if (command.verb == Verb::master && link_service() == nullptr) {
            return fail(Errc::usage, fmt::format("{}: its packs have no master", dialect_.name));
        }
        set_fault(faults_, command);
        return {};
    }
    if (command.target == Command::Target::pack) {
        if (auto* station = find(command.pack)) return apply(command, *station);
        return fail(Errc::usage, fmt::format("no pack has the address {}", command.pack));
    }
    for (auto& station : stations_) {
        if (auto applied = apply(command, *station); !applied) return applied;
    }
    return {};
}

Result<void> SimulatedBus::apply(const Command& command, Station& station) {
    auto& pack = station.pack;
    constexpr double default_reboot_s = 5;
    switch (command.verb) {
        case Verb::reboot:
            station.back_at = time_.now() + from_seconds(command.value.value_or(default_reboot_s));
            pack.reboot();
            station.responder.forget();
            station.logbook.start(pack, pack_time());
            break;
        case Verb::current:
            command.value ? pack.set_current(*command.value) : pack.release_current();
            break;
        case Verb::soc:
            if (command.value) pack.set_soc(*command.value);
            break;
        case Verb::cell_voltage:
            if (command.cell > pack.settings().cells) {
                return fail(Errc::usage, fmt::format("the pack has {} cells", pack.settings().cells));
            }
            pack.fix_cell_voltage(command.cell - 1, command.value);
            break;
        case Verb::field:
            if (!has_field(command.field)) {
                return fail(Errc::usage, fmt::format("field: no service has \"{}\"; expected one such as "
                                                     "42.state_of_health or 42.cell_temperature.3",
                                                     command.field));
            }
            set_fault(station.faults, command);
            break;
        case Verb::temperature:
            pack.fix_temperature(command.value);
            break;
        case Verb::ambient:
            pack.set_ambient(command.value);
            break;
        default:
            set_fault(station.faults, command);
            break;
    }
    return {};
}

}  // namespace packwire::sim
