// SPDX-License-Identifier: MIT
/// Two packs whose values change with every answer, a poller, and the truth to compare with.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bus/poller.hpp"
#include "sim/random.hpp"
#include "support/scripted_pack.hpp"

namespace packwire::test {

class FaultScene final : public bus::PollListener {
public:
    explicit FaultScene(bool gateway);

    /// What happens to an answer of the pack at `faulty`; gives what arrives in its place.
    std::function<std::string(std::string answer)> on_the_way;
    static constexpr std::uint8_t faulty = 1;

    bus::asio::io_context loop;
    bus::VirtualTime time{loop};
    MemoryPort port;
    ScriptedBus bus;
    bus::Line line;
    sim::Random random{1363};
    bool second_master = false;  ///< asks every second

    /// Answers of telemetry that were believed, of the faulty pack; and of all, those that were not true.
    std::uint64_t good = 0;
    std::uint64_t wrong = 0;
    TimePoint last_good{};
    std::map<Errc, std::uint64_t> port_errors;

    void run_for(Duration duration);
    /// Another program, or nobody, has the port; absent: it can be opened again.
    void take_port(std::optional<Error> refusal);
    /// The question comes back as it was sent.
    void echo(bool on) { echoes_ = on; }
    /// Another master asks on the line.
    void foreign_question();

private:
    void on_appear(std::uint8_t) override {}
    void on_record(std::uint8_t address, const model::Record& record) override;
    void on_failure(std::uint8_t, const dialect::Service&, const Error&) override {}
    void on_port(const Result<void>& state) override;
    std::string answer(std::string seed, std::string_view service, std::uint8_t address);

    std::map<std::pair<std::uint8_t, std::string>, std::vector<std::uint8_t>> truth_;
    std::uint32_t answers_ = 0;
    bool echoes_ = false;
    std::optional<bus::Poller> poller_;
};

}  // namespace packwire::test
