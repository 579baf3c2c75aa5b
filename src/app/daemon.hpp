// SPDX-License-Identifier: MIT
/// The main job: buses are polled, packs are kept in a book, sinks are told.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/bus_status.hpp"
#include "app/daemon_bank.hpp"
#include "bank/book.hpp"
#include "bus/poller.hpp"
#include "bus/port.hpp"
#include "bus/tasks.hpp"
#include "sink/sink.hpp"

namespace packwire::app {

/// One bus of the daemon, as configured.
struct BusPlan {
    bus::PortUrl url;
    std::string name;                     ///< as the user wrote it
    std::vector<std::uint32_t> bauds;     ///< more than one: found out at the start
    std::vector<std::uint8_t> addresses;  ///< empty: looked for, now and ever after
    std::vector<std::uint8_t> known;      ///< of the last run: found first, and the start waits for no others
    Duration interval = std::chrono::seconds(1);
    const dialect::Dialect* dialect = nullptr;
    bool listen = false;  ///< transmit nothing; packs are known by what another master asks them
    Duration identity_wait =
        std::chrono::seconds(30);  ///< with `listen`: for B0/3, then the place is the name
    bool believe_jumps = false;    ///< bus::Line::believe_jumps(): for simulated packs alone
    bool yield_to_masters = true;  ///< fall silent while another master asks on the line
};

/// Owns buses, book and sinks. Lives on one loop; nothing here blocks.
class Daemon {
public:
    /// `bounded_loss`: as bank::effective() says.
    Daemon(bus::Time& time, bus::asio::any_io_executor executor, bank::LossTimes loss,
           bool bounded_loss = true);
    ~Daemon();
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    void add_sink(std::unique_ptr<sink::Sink> sink);
    void add_bus(BusPlan plan);
    /// Spawns everything onto the loop; returns at once.
    void start();
    /// Before start(): the bank of all packs. It outlives the loop.
    void set_bank(DaemonBank& bank);
    [[nodiscard]] const DaemonBank* bank() const { return bank_; }
    /// Something else that lives as long as the daemon.
    void spawn(bus::Task<void> task) { tasks_.spawn(std::move(task)); }
    /// Ends everything; the loop then runs out, and only after that may the daemon be destroyed.
    void stop();

    /// Brings up to date what became too old since the loop last ran: for those who answer the outside,
    /// before they do. The process may have been stopped, or the machine asleep. Costs nothing while nothing
    /// is due.
    void refresh_ages();

    /// Does every poll loop do what it should? Silent packs and closed ports are no trouble here.
    [[nodiscard]] bool progresses() const;
    [[nodiscard]] const bank::Book& book() const { return book_; }
    /// Of each bus: those that are polled, then those that are listened on, each in the order they were
    /// added.
    [[nodiscard]] std::vector<BusStatus> buses() const;
    /// Of one pack, without asking every bus how it is. Absent where nothing was ever asked of it.
    [[nodiscard]] std::optional<bus::PackStatistics> statistics_of(std::string_view bus,
                                                                   std::uint8_t address) const;
    [[nodiscard]] const std::vector<std::unique_ptr<sink::Sink>>& sinks() const { return sinks_; }

private:
    class Bus;
    class ListeningBus;
    void publish(const bank::Pack* pack);
    void book_changed();
    void note_age(const bank::Pack& pack, TimePoint now);
    void note_return(const bank::Pack& pack);
    void publish_aged();
    bus::Task<void> watch_ages();

    bus::Time& time_;
    bus::asio::any_io_executor executor_;
    bus::Tasks tasks_;
    bank::Book book_;
    DaemonBank* bank_ = nullptr;
    std::unique_ptr<bus::Timer> ages_;
    TimePoint ages_due_ = TimePoint::max();  ///< when the next pack changes its freshness
    bool refreshing_ = false;
    std::set<std::string> aged_;  ///< packs, by id, of which the log has it that they are not fresh
    std::vector<std::unique_ptr<sink::Sink>> sinks_;
    std::vector<std::unique_ptr<Bus>> buses_;
    std::vector<std::unique_ptr<ListeningBus>> listening_;
};

/// Lives with the daemon for `duration`, or until cancelled; then stops it.
bus::Task<int> live_for(Daemon& daemon, bus::Time& time, std::optional<Duration> duration);

/// A line a bus: how many exchanges, and what went wrong with how many.
[[nodiscard]] std::string line_quality(const Daemon& daemon);

}  // namespace packwire::app
