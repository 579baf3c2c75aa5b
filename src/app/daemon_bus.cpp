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
      port_(bus::make_port(plan_.url, plan_.bauds.front(), time, executor)),
      line_(*port_, time, *plan_.dialect, bus::timing_for(plan_.url.kind, *plan_.dialect)),
      timer_(time.timer()) {}

Daemon::Bus::~Bus() = default;

Task<void> Daemon::Bus::run() {
    if (plan_.bauds.size() > 1 || plan_.addresses.empty()) co_await look_for_packs();
    poller_ = std::make_unique<bus::Poller>(line_, time_, poll_plan(), *this);
    co_await poller_->run();
}

bus::PollPlan Daemon::Bus::poll_plan() const {
    if (!plan_.addresses.empty()) return bus::poll_plan(*plan_.dialect, plan_.addresses, plan_.interval);
    auto plan = bus::poll_plan(*plan_.dialect, found_, plan_.interval);
    for (const auto address : usual_addresses()) {
        if (std::ranges::find(found_, address) == found_.end()) plan.candidates.push_back(address);
    }
    return plan;
}

/// Until somebody answers: without a speed there is nothing to poll.
Task<void> Daemon::Bus::look_for_packs() {
    auto pause = look_again_min;
    while (true) {
        co_await open_once();
        if (port_->is_open()) {
            const bool found = co_await scan_once();
            if (found) co_return;
            spdlog::warn(
                "{}: no pack answers at {} baud; looking again in {} s. Check A and B, the DIP switches and "
                "that no other master is on the line",
                name(), fmt::join(plan_.bauds, ", "),
                std::chrono::duration_cast<std::chrono::seconds>(pause).count());
        }
        co_await timer_->wait_until(time_.now() + pause);
        pause = std::min(2 * pause, look_again_max);
    }
}

/// Says why the port cannot be opened, once for each reason.
Task<void> Daemon::Bus::open_once() {
    if (port_->is_open()) co_return;
    const auto opened = co_await port_->open();
    if (!opened && opened.error().where != port_trouble_) on_port(opened);
    port_trouble_ = opened ? "" : opened.error().where;
}

Task<bool> Daemon::Bus::scan_once() {
    bus::ScanWish wish;
    wish.bauds = plan_.bauds;
    wish.addresses = plan_.addresses.empty() ? usual_addresses() : plan_.addresses;
    const auto found = co_await bus::scan(line_, time_, std::move(wish));
    if (!found) port_->close();
    if (!found || found->empty()) co_return false;
    for (const auto& pack : *found) found_.push_back(pack.address);
    spdlog::info("{}: {} pack(s) at {} baud, address {}", name(), found->size(), found->front().baud,
                 fmt::join(found_, ", "));
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
    spdlog::info("{}: pack at address {} answers", name(), address);
}

void Daemon::Bus::on_record(std::uint8_t address, const model::Record& record) {
    if (poller_) book_.set_round(name(), poller_->round());
    tell_(book_.on_record(name(), address, record, time_.now(), time_.wall_now()));
}

void Daemon::Bus::on_failure(std::uint8_t address, const dialect::Service& service, const Error& error) {
    if (error.code == Errc::unsupported) {
        spdlog::info("{}: pack at address {}: {}", name(), address, error.where);
        tell_(book_.on_unsupported(name(), address, service));
        return;
    }
    if (error.code == Errc::timeout && (!expected(address) || !silent_.insert(address).second)) return;
    spdlog::warn("{}: pack at address {}, service {}: {}", name(), address, service.code, to_string(error));
}

void Daemon::Bus::on_port(const Result<void>& state) {
    if (state) {
        spdlog::info("{}: open", name());
    } else {
        spdlog::error("{}; trying again", to_string(state.error()));
    }
}

}  // namespace packwire::app
