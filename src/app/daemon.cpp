// SPDX-License-Identifier: MIT
#include "app/daemon.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "app/daemon_bus.hpp"
#include "app/daemon_listen.hpp"

namespace packwire::app {

namespace asio = bus::asio;
using bus::Task;

namespace {

/// Longest sleep of the age watch; it is woken when something changes anyway.
constexpr Duration idle_watch = std::chrono::hours(1);

}  // namespace

Daemon::Daemon(bus::Time& time, asio::any_io_executor executor, bank::LossTimes loss, bool bounded_loss)
    : time_(time),
      executor_(std::move(executor)),
      tasks_(executor_),
      book_(loss, bounded_loss),
      ages_(time.timer()) {}

Daemon::~Daemon() = default;

void Daemon::add_sink(std::unique_ptr<sink::Sink> sink) {
    sinks_.push_back(std::move(sink));
}

void Daemon::add_bus(BusPlan plan) {
    auto tell = [this](const bank::Pack* pack) {
        if (pack != nullptr) note_return(*pack);
        publish(pack);
        book_changed();
    };
    if (plan.listen) {
        listening_.push_back(
            std::make_unique<ListeningBus>(std::move(plan), time_, executor_, book_, std::move(tell)));
        return;
    }
    buses_.push_back(std::make_unique<Bus>(std::move(plan), time_, executor_, book_, std::move(tell)));
}

void Daemon::set_bank(DaemonBank& bank) {
    bank_ = &bank;
    bank.on_bank([this](const bank::Bank& now) {
        for (auto& sink : sinks_) sink->publish_bank(now);
    });
}

void Daemon::start() {
    if (bank_ != nullptr) tasks_.spawn(bank_->run());
    for (auto& sink : sinks_) tasks_.spawn(sink->run());
    for (auto& bus : buses_) tasks_.spawn(bus->run());
    for (auto& bus : listening_) tasks_.spawn(bus->run());
    tasks_.spawn(watch_ages());
}

void Daemon::stop() {
    // Not when each is cancelled: in which order that reaches them depends on what they wait for.
    for (auto& sink : sinks_) sink->before_end();
    tasks_.stop();
}

void Daemon::publish(const bank::Pack* pack) {
    if (pack == nullptr) return;
    for (auto& sink : sinks_) sink->publish(*pack);
    if (bank_ != nullptr) bank_->take(*pack);
}

void Daemon::book_changed() {
    if (book_.take_sooner()) ages_->cancel();
}

void Daemon::note_age(const bank::Pack& pack, TimePoint now) {
    const auto& who = pack.snapshot.identity;
    if (pack.freshness == bank::Freshness::fresh) {
        note_return(pack);
        return;
    }
    aged_.insert(who.id);
    spdlog::warn("pack {} ({}, address {}) is {}: nothing good heard for {:.0f} s", who.id, who.bus,
                 who.address, bank::name(pack.freshness),
                 std::chrono::duration<double>(now - pack.last_good).count());
}

void Daemon::note_return(const bank::Pack& pack) {
    if (aged_.empty() || pack.freshness != bank::Freshness::fresh) return;
    const auto& who = pack.snapshot.identity;
    if (aged_.erase(who.id) == 0) return;
    spdlog::info("pack {} ({}, address {}) is fresh again", who.id, who.bus, who.address);
}

Task<void> Daemon::watch_ages() {
    while (true) {
        publish_aged();
        co_await ages_->wait_until(std::min(ages_due_, time_.now() + idle_watch));
    }
}

void Daemon::publish_aged() {
    const auto now = time_.now();
    for (const auto* pack : book_.refresh(now)) {
        note_age(*pack, now);
        publish(pack);
    }
    ages_due_ = book_.next_change();
}

void Daemon::refresh_ages() {
    if (refreshing_) return;
    refreshing_ = true;
    if (time_.now() >= ages_due_) publish_aged();
    if (bank_ != nullptr) bank_->refresh();
    refreshing_ = false;
}

bool Daemon::progresses() const {
    const auto now = time_.now();
    return std::ranges::all_of(buses_, [&](const auto& bus) { return now < bus->alive_until(); });
}

std::vector<BusStatus> Daemon::buses() const {
    std::vector<BusStatus> all;
    all.reserve(buses_.size() + listening_.size());
    for (const auto& bus : buses_) all.push_back(bus->status());
    for (const auto& bus : listening_) all.push_back(bus->status());
    return all;
}

std::optional<bus::PackStatistics> Daemon::statistics_of(std::string_view bus, std::uint8_t address) const {
    const auto of = [address](const auto& packs) {
        const auto found = packs.find(address);
        return found == packs.end() ? std::nullopt : std::optional(found->second);
    };
    for (const auto& polled : buses_) {
        if (polled->name() == bus) return of(polled->packs());
    }
    for (const auto& heard : listening_) {
        if (heard->name() == bus) return of(heard->status().packs);
    }
    return std::nullopt;
}

namespace {

/// Stops the daemon however the wait ends.
struct StopAtEnd {
    Daemon& daemon;
    explicit StopAtEnd(Daemon& stopped) : daemon(stopped) {}
    StopAtEnd(const StopAtEnd&) = delete;
    StopAtEnd& operator=(const StopAtEnd&) = delete;
    ~StopAtEnd() { daemon.stop(); }
};

}  // namespace

Task<int> live_for(Daemon& daemon, bus::Time& time, std::optional<Duration> duration) {
    const StopAtEnd stop(daemon);
    const auto timer = time.timer();
    const auto end = duration ? time.now() + *duration : TimePoint::max();
    // Slices, since timers overflow on an endless wait.
    while (time.now() < end) co_await timer->wait_until(std::min(end, time.now() + idle_watch));
    co_return 0;
}

std::string line_quality(const Daemon& daemon) {
    std::string text;
    for (const auto& bus : daemon.buses()) {
        const auto& counters = bus.counters;
        text +=
            fmt::format("{}: {} exchanges, {} retries, {} timeouts, {} bad checksums, {} late, {} foreign\n",
                        bus.port, counters.exchanges, counters.retries, counters.of(Errc::timeout),
                        counters.of(Errc::bad_checksum), counters.late, counters.foreign);
    }
    return text;
}

}  // namespace packwire::app
