// SPDX-License-Identifier: MIT
/// A bus of the daemon on which another master asks: we hear the answers, and transmit nothing.
#pragma once

#include <memory>
#include <string>

#include "app/daemon.hpp"
#include "app/overheard.hpp"
#include "bus/tap.hpp"

namespace packwire::app {

/// A port that cannot transmit, a tap on it, and what the tap hears into the book.
class Daemon::ListeningBus final : public bus::TapListener {
public:
    ListeningBus(BusPlan plan, bus::Time& time, const bus::asio::any_io_executor& executor, bank::Book& book,
                 Overheard::Tell tell);
    ListeningBus(const ListeningBus&) = delete;
    ListeningBus& operator=(const ListeningBus&) = delete;
    ~ListeningBus() override;

    bus::Task<void> run() { return tap_.run(plan_.bauds); }
    [[nodiscard]] const std::string& name() const { return plan_.name; }
    [[nodiscard]] BusStatus status() const;

private:
    void on_message(const bus::TapMessage& message) override;
    void on_speed(std::uint32_t baud, bool found) override;
    void on_port(const Result<void>& state) override;

    void note_pace();

    BusPlan plan_;
    RemarkLog remarks_;
    bank::Book& book_;
    bank::Pace pace_;  ///< as the book knows it
    Overheard overheard_;
    std::unique_ptr<bus::Port> port_;
    bus::Tap tap_;
    std::string port_trouble_;  ///< why it is closed
};

}  // namespace packwire::app
