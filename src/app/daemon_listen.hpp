// SPDX-License-Identifier: MIT
/// A bus of the daemon on which another master asks: we hear the answers, and transmit nothing.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "app/daemon.hpp"
#include "bus/tap.hpp"

namespace packwire::app {

/// Feeds the book with overheard answers. Who a pack is depends on what the master asks: if B0/3 is not
/// overheard within BusPlan::identity_wait, the place is the name (docs/adr/0013).
class Daemon::ListeningBus final : public bus::TapListener {
public:
    using Tell = std::function<void(const bank::Pack*)>;
    ListeningBus(BusPlan plan, bus::Time& time, const bus::asio::any_io_executor& executor, bank::Book& book,
                 Tell tell);
    ListeningBus(const ListeningBus&) = delete;
    ListeningBus& operator=(const ListeningBus&) = delete;
    ~ListeningBus() override;

    bus::Task<void> run() { return tap_.run(plan_.bauds); }
    [[nodiscard]] const std::string& name() const { return plan_.name; }

private:
    struct Heard {
        TimePoint first{};  ///< since it appeared
        TimePoint last{};
        bool withheld = false;  ///< nobody asked it who it is
    };

    void on_message(const bus::TapMessage& message) override;
    void on_speed(std::uint32_t baud, bool found) override;
    void on_port(const Result<void>& state) override;
    void take(const bus::TapMessage& message);
    void refused(const bus::TapMessage& message);
    [[nodiscard]] bool wanted(std::uint8_t address) const;
    Heard& heard(const bus::TapMessage& message);

    BusPlan plan_;
    bank::Book& book_;
    Tell tell_;
    std::unique_ptr<bus::Port> port_;
    bus::Tap tap_;
    std::map<std::uint8_t, Heard> packs_;
};

}  // namespace packwire::app
