// SPDX-License-Identifier: MIT
#include "app/daemon_bus.hpp"

#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "bus/scan.hpp"

namespace packwire::app {

using namespace std::chrono_literals;
using bus::Task;

namespace {

constexpr std::uint8_t last_usual_address = 15;
/// Where the others were not looked for at the start: sixteen addresses in a quarter of a minute.
constexpr Duration candidate_soon = 1s;
constexpr Duration look_again_min = 2s;
constexpr Duration look_again_max = 60s;

std::vector<std::uint8_t> usual_addresses() {
    std::vector<std::uint8_t> all;
    for (std::uint8_t address = 0; address <= last_usual_address; ++address) all.push_back(address);
    return all;
}

}  // namespace

Daemon::Bus::Bus(BusPlan plan, bus::Time& time, const bus::asio::any_io_executor& executor, bank::Book& book,
                 Tell tell)
    : plan_(std::move(plan)),
      time_(time),
      book_(book),
      tell_(std::move(tell)),
      remarks_(plan_.name),
      overheard_(plan_, book_, remarks_, tell_),
      port_(bus::make_port(plan_.url, plan_.bauds.front(), time, executor)),
      line_(*port_, time, *plan_.dialect, bus::timing_for(plan_.url.kind, *plan_.dialect)),
      timer_(time.timer()) {
    line_.yield_to_masters(plan_.yield_to_masters);
    if (plan_.believe_jumps) line_.believe_jumps();
}

Daemon::Bus::~Bus() = default;

Task<void> Daemon::Bus::run() {
    if (plan_.bauds.size() > 1 || plan_.addresses.empty()) co_await look_for_packs();
    poller_ = std::make_unique<bus::Poller>(line_, time_, poll_plan(), *this);
    note_pace();
    co_await poller_->run();
}

void Daemon::Bus::note_pace() {
    book_.set_pace(name(), {.interval = plan_.interval,
                            .round = poller_->round(),
                            .longest_exchange = poller_->longest_exchange()});
}

BusState Daemon::Bus::state() const {
    if (line_.taken()) return BusState::silent;
    if (!port_->is_open()) return BusState::closed;
    return poller_ ? BusState::polling : BusState::looking;
}

BusStatus Daemon::Bus::status() const {
    BusStatus status;
    status.port = plan_.name;
    status.state = state();
    if (status.state == BusState::closed) status.reason = port_trouble_;
    if (status.state == BusState::silent) status.reason = line_.masters().what();
    status.dialect = plan_.dialect;
    status.baud = baud_of(port_->character_time());
    status.interval = plan_.interval;
    status.expected = plan_.addresses;
    status.expected.insert(status.expected.end(), found_.begin(), found_.end());
    std::ranges::sort(status.expected);
    status.counters = line_.counters();
    status.total = line_.statistics().total(time_.now());
    status.recent = line_.statistics().recent(time_.now());
    status.packs = line_.statistics().packs();
    return status;
}

bus::PollPlan Daemon::Bus::poll_plan() const {
    if (!plan_.addresses.empty()) return bus::poll_plan(*plan_.dialect, plan_.addresses, plan_.interval);
    auto plan = bus::poll_plan(*plan_.dialect, found_, plan_.interval);
    if (as_before_) plan.candidate_first = candidate_soon;
    for (const auto address : usual_addresses()) {
        if (std::ranges::find(found_, address) == found_.end()) plan.candidates.push_back(address);
    }
    return plan;
}

/// Until somebody answers: without a speed there is nothing to poll.
Task<void> Daemon::Bus::look_for_packs() {
    auto pause = look_again_min;
    for (std::size_t round = 0;; ++round) {
        co_await open_once();
        if (port_->is_open()) {
            const bool found = co_await scan_once();
            if (found) co_return;
        }
        if (line_.taken()) {
            co_await stand_aside();
            continue;
        }
        if (port_->is_open()) {
            spdlog::warn(
                "{}: no pack answers at {} baud; looking again in {} s. Check A and B, the DIP switches and "
                "that no other master is on the line",
                name(), fmt::join(plan_.bauds, ", "),
                std::chrono::duration_cast<std::chrono::seconds>(pause).count());
        }
        co_await pause_for(pause, round);
        pause = std::min(2 * pause, look_again_max);
    }
}

/// Nobody answers, so perhaps somebody else asks: listens at each speed in turn.
Task<void> Daemon::Bus::pause_for(Duration pause, std::size_t round) {
    const auto end = time_.now() + pause;
    if (port_->is_open()) {
        Result<void> heard;
        if (plan_.bauds.size() > 1) heard = port_->set_baud(plan_.bauds[round % plan_.bauds.size()]);
        if (heard) heard = co_await line_.listen(end);
        if (heard) co_return;
        on_port(heard);
        port_->close();
    }
    co_await timer_->wait_until(end);
}

/// Before anybody is polled. Whoever is overheard has no name before it is asked for it.
Task<void> Daemon::Bus::stand_aside() {
    on_master(true);
    while (line_.taken()) {
        co_await open_once();
        if (!port_->is_open()) {
            co_await timer_->wait_until(time_.now() + look_again_min);
            continue;
        }
        const auto heard = co_await bus::stand_aside(
            line_, time_, [this](const bus::TapMessage& message) { overheard_.take(message); });
        if (!heard) port_->close();
    }
    on_master(false);
}

/// Says why the port cannot be opened, once for each reason, and when it is open after all.
Task<void> Daemon::Bus::open_once() {
    if (port_->is_open()) co_return;
    const auto opened = co_await port_->open();
    const auto trouble = opened ? std::string() : opened.error().where;
    if (trouble != port_trouble_) on_port(opened);
}

Task<bool> Daemon::Bus::scan_once() {
    bus::ScanWish wish;
    wish.bauds = plan_.bauds;
    wish.addresses = plan_.addresses.empty() ? usual_addresses() : plan_.addresses;
    if (plan_.addresses.empty()) {
        wish.known = plan_.known;
        for (const auto address : plan_.known) {
            if (address > last_usual_address) wish.addresses.push_back(address);
        }
    }
    const auto found = co_await bus::scan(line_, time_, std::move(wish));
    if (!found && found.error().code != Errc::port_taken) port_->close();
    if (!found || found->empty()) co_return false;
    for (const auto& pack : *found) found_.push_back(pack.address);
    as_before_ = plan_.addresses.empty() && std::ranges::is_permutation(found_, plan_.known);
    spdlog::info("{}: {} pack(s) at {} baud, address {}{}", name(), found->size(), found->front().baud,
                 fmt::join(found_, ", "),
                 as_before_ ? ", as in the last run; others are looked for meanwhile" : "");
    co_return true;
}

/// A pack that was configured or has answered before; the silence of others is no news.
bool Daemon::Bus::expected(std::uint8_t address) const {
    const auto is_here = [address](const auto& list) {
        return std::ranges::find(list, address) != list.end();
    };
    return is_here(plan_.addresses) || is_here(found_);
}

void Daemon::Bus::on_appear(std::uint8_t address) {
    book_.on_appear(name(), address, *plan_.dialect);
    if (!expected(address)) found_.push_back(address);
    silent_.erase(address);
    std::erase_if(failing_, [address](const auto& one) { return one.first == address; });
    spdlog::info("{}: pack at address {} answers", name(), address);
}

void Daemon::Bus::on_record(std::uint8_t address, const model::Record& record) {
    note_pace();
    overheard_.polled(address, time_.now());
    if (failing_.erase({address, &record.service()}) > 0) {
        spdlog::info("{}: pack at address {}: service {} ({}) answers again", name(), address,
                     record.service().code, record.service().name);
    }
    remarks_.take(address, record, time_.now());
    tell_(book_.on_record(name(), address, record, time_.now(), time_.wall_now()));
}

void Daemon::Bus::on_failure(std::uint8_t address, const dialect::Service& service, const Error& error) {
    if (error.code != Errc::unsupported) {
        log_failure(address, service, error);
        return;
    }
    const auto again = std::chrono::duration_cast<std::chrono::minutes>(bus::PollPlan{}.unsupported).count();
    spdlog::info("{}: pack at address {}: {}; asking again in {} min", name(), address, error.where, again);
    tell_(book_.on_unsupported(name(), address, service));
}

/// Silence and refusals are once: that of a pack until it answers, that of one service until that does. Noise
/// of each kind is once in a while.
bool Daemon::Bus::is_news(std::uint8_t address, const dialect::Service& service, Errc code) {
    if (code == Errc::timeout && service.cadence == model::Cadence::telemetry)
        return expected(address) && silent_.insert(address).second;
    if (code == Errc::timeout || code == Errc::rejected) return failing_.insert({address, &service}).second;
    return noise_.worth_saying(address, code, time_.now());
}

void Daemon::Bus::log_failure(std::uint8_t address, const dialect::Service& service, const Error& error) {
    if (!is_news(address, service, error.code)) return;
    const bool lasting = error.code == Errc::timeout || error.code == Errc::rejected;
    const bool telemetry = service.cadence == model::Cadence::telemetry;
    std::string_view more;
    if (lasting && !telemetry) more = "; asking again less and less often";
    if (!lasting) more = "; more of these are only counted, see packwire status";
    spdlog::warn("{}: pack at address {}, service {} ({}): {}{}", name(), address, service.code, service.name,
                 to_string(error), more);
}

void Daemon::Bus::on_master(bool present) {
    const auto& what = line_.masters().what();
    const auto quiet = std::chrono::duration_cast<std::chrono::seconds>(bus::MasterWatch::quiet).count();
    if (!present) {
        spdlog::info("{}: no other master has asked for {} s{}", name(), quiet,
                     plan_.yield_to_masters ? "; asking again" : "");
    } else if (plan_.yield_to_masters) {
        spdlog::warn(
            "{}: another master asks on this line ({}): falling silent, listening only. If it is a pack, its "
            "DIP switch 6 is on: switch it off. If it is to stay, set mode = \"listen\" for this bus",
            name(), what);
    } else {
        spdlog::warn(
            "{}: another master asks on this line ({}); asking all the same, as on_foreign_master = "
            "\"ignore\" says. Frames will be damaged",
            name(), what);
    }
}

void Daemon::Bus::on_port(const Result<void>& state) {
    port_trouble_ = state ? "" : state.error().where;
    if (state) {
        spdlog::info("{}: open", name());
    } else {
        spdlog::error("{}; trying again", to_string(state.error()));
    }
}

}  // namespace packwire::app
