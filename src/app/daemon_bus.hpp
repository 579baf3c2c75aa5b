// SPDX-License-Identifier: MIT
/// One bus of the daemon: its port, its poller, and what they say into the book and the log.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "app/daemon.hpp"
#include "app/overheard.hpp"
#include "app/remark_log.hpp"
#include "app/said_lately.hpp"

namespace packwire::app {

class Daemon::Bus final : public bus::PollListener {
public:
    using Tell = Overheard::Tell;
    Bus(BusPlan plan, bus::Time& time, const bus::asio::any_io_executor& executor, bank::Book& book,
        Tell tell);
    Bus(const Bus&) = delete;
    Bus& operator=(const Bus&) = delete;
    ~Bus() override;

    bus::Task<void> run();
    [[nodiscard]] const std::string& name() const { return plan_.name; }
    [[nodiscard]] BusStatus status() const;
    [[nodiscard]] const std::map<std::uint8_t, bus::PackStatistics>& packs() const {
        return line_.statistics().packs();
    }
    /// As of its poller; TimePoint::max() while it looks for packs.
    [[nodiscard]] TimePoint alive_until() const {
        return poller_ ? poller_->alive_until() : TimePoint::max();
    }

private:
    void on_appear(std::uint8_t address) override;
    void on_record(std::uint8_t address, const model::Record& record) override;
    void on_failure(std::uint8_t address, const dialect::Service& service, const Error& error) override;
    void on_port(const Result<void>& state) override;
    void on_master(bool present) override;
    void on_overheard(const bus::TapMessage& message) override { overheard_.take(message); }
    void note_pace();
    bus::Task<void> look_for_packs();
    bus::Task<void> open_once();
    bus::Task<bool> scan_once();
    bus::Task<void> stand_aside();
    bus::Task<void> pause_for(Duration pause, std::size_t round);
    [[nodiscard]] bool is_news(std::uint8_t address, const dialect::Service& service, Errc code);
    void log_failure(std::uint8_t address, const dialect::Service& service, const Error& error);
    [[nodiscard]] bus::PollPlan poll_plan() const;
    [[nodiscard]] bool expected(std::uint8_t address) const;
    [[nodiscard]] BusState state() const;

    BusPlan plan_;
    bus::Time& time_;
    bank::Book& book_;
    Tell tell_;
    RemarkLog remarks_;
    Overheard overheard_;
    std::unique_ptr<bus::Port> port_;
    bus::Line line_;
    std::unique_ptr<bus::Timer> timer_;
    std::unique_ptr<bus::Poller> poller_;
    std::vector<std::uint8_t> found_;
    bool as_before_ = false;         ///< found_ are those of the last run, and nobody else was looked for
    std::string port_trouble_;       ///< why it is closed, as the log was told last; empty: it is open
    std::set<std::uint8_t> silent_;  ///< packs whose silence was logged
    /// Services whose failing was logged, by pack, until they answer or the pack appears anew.
    std::set<std::pair<std::uint8_t, const dialect::Service*>> failing_;
    SaidLately noise_;
};

}  // namespace packwire::app
