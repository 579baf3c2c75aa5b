// SPDX-License-Identifier: MIT
#include "support/fault_scene.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace packwire::test {

using namespace std::chrono_literals;

namespace {

const auto& dialect_ = dialect::daren::dialect;

void put(std::vector<std::uint8_t>& info, std::size_t at, std::uint32_t value) {
    info[at] = static_cast<std::uint8_t>(value >> 8U);
    info[at + 1] = static_cast<std::uint8_t>(value & 0xFFU);
}

/// The seed's live data, as they might be at the `number`th reading: no two that follow each other are the
/// same. Offsets: protocol 3.1, 16 cells and 4 sensors.
std::vector<std::uint8_t> live_info(std::uint32_t number) {
    auto info = seed_info("42");
    std::uint32_t sum = 0;
    for (std::uint32_t cell = 0; cell < 16; ++cell) {
        const auto millivolts = 3300 + 3 * (cell % 5) + sim::mix(number * 16 + cell) % 3;
        put(info, 6 + 2 * cell, static_cast<std::uint32_t>(millivolts));
        sum += static_cast<std::uint32_t>(millivolts);
    }
    put(info, 3, sum / 10);
    put(info, 53, static_cast<std::uint32_t>(0x10000 - 1200 - number % 97));  // A, discharging
    return info;
}

}  // namespace

FaultScene::FaultScene(bool gateway)
    : port(time, "memory", gateway ? 0 : 19200),
      bus(port, time),
      line(port, time, dialect_,
           bus::timing_for(gateway ? bus::PortUrl::Kind::tcp : bus::PortUrl::Kind::serial, dialect_)) {
    bus.packs[1] = {};
    bus.packs[2] = {};
    bus.tamper = [this](std::string text, std::string_view service, std::uint8_t address) {
        return answer(std::move(text), service, address);
    };
    port.on_write = [this, hear = port.on_write](std::string_view bytes) {
        if (echoes_) port.deliver(time.now() + 12ms, std::string(bytes));
        hear(bytes);
    };
    line.yield_to_masters(true);
    poller_.emplace(line, time, bus::poll_plan(dialect_, {1, 2}, 1s), *this);
    bus::asio::co_spawn(loop, poller_->run(), bus::asio::detached);
}

std::string FaultScene::answer(std::string seed, std::string_view service, std::uint8_t address) {
    const auto info = service == "42" ? live_info(++answers_) : seed_info(service);
    truth_[{address, std::string(service)}] = info;
    if (service == "42") seed = wire::encode(dialect::make_answer(dialect_, address, info));
    return on_the_way && address == faulty ? on_the_way(std::move(seed)) : seed;
}

void FaultScene::on_record(std::uint8_t address, const model::Record& record) {
    const auto& truth = truth_[{address, std::string(record.service().code)}];
    const bool right = std::ranges::equal(truth, record.info());
    if (!right) ++wrong;
    if (address != faulty || record.service().code != "42") return;
    ++good;
    last_good = time.now();
}

void FaultScene::on_port(const Result<void>& state) {
    if (!state) ++port_errors[state.error().code];
}

void FaultScene::take_port(std::optional<Error> refusal) {
    if (refusal) port.vanish();
    port.come_back();
    port.refuse_open(std::move(refusal));
}

void FaultScene::foreign_question() {
    const auto question = dialect::make_request(dialect_, dialect::daren::live_data, 7);
    port.deliver(time.now() + 300ms, wire::encode(question));
}

void FaultScene::run_for(Duration duration) {
    const auto end = time.now() + duration;
    while (second_master && time.now() + 1s <= end) {
        foreign_question();
        time.run_for(1s);
    }
    time.run_until(end);
}

}  // namespace packwire::test
