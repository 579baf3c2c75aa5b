// SPDX-License-Identifier: MIT
/// How many wrong values are believed of a pack behind a line that damages frames: splitter, decode,
/// plausibility and the questions that confirm, as bus::Line has them. FRAMES=10000000 in the environment: of
/// each kind.
#include <fmt/format.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "bus/transact.hpp"
#include "damaged_port.hpp"
#include "dialect/daren/daren.hpp"
#include "harness.hpp"
#include "sim/faults.hpp"
#include "wire/hex.hpp"

namespace {

using namespace packwire;
using namespace std::chrono_literals;
using sim::Random;

/// Every bit by itself; goes from one flip to the next.
void flip_bits(std::string& text, Random& random, double rate) {
    const double log_good = std::log1p(-rate);
    const auto bits = static_cast<double>(8 * text.size());
    for (double at = std::floor(std::log(1 - random.unit()) / log_good); at < bits;
         at += 1 + std::floor(std::log(1 - random.unit()) / log_good)) {
        const auto bit = static_cast<std::size_t>(at);
        text[bit / 8] = static_cast<char>(static_cast<unsigned char>(text[bit / 8]) ^ 1U << bit % 8);
    }
}

std::size_t any_digit(const std::string& text, Random& random) {
    return 1 + random.below(static_cast<std::uint32_t>(text.size() - 2));
}

/// `most` characters in a row become anything, or other digits.
void burst(std::string& text, Random& random, bool digits) {
    constexpr std::uint32_t most = 24;
    const auto begin = any_digit(text, random);
    const auto end = std::min(text.size() - 1, begin + 1 + random.below(most));
    for (auto i = begin; i < end; ++i) {
        text[i] = digits ? "0123456789ABCDEF"[random.below(16)] : static_cast<char>(random.below(256));
    }
}

void swap_neighbours(std::string& text, Random& random) {
    const auto at = 1 + random.below(static_cast<std::uint32_t>(text.size() - 3));
    std::swap(text[at], text[at + 1]);
}

/// Two flips of one bit that leave digits, and CHKSUM right.
void compensate(std::string& text, Random& random) {
    while (true) {
        const auto one = any_digit(text, random);
        const auto other = any_digit(text, random);
        const auto bit = 1U << random.below(4);
        const auto flipped = [&](std::size_t at) {
            return static_cast<char>(static_cast<unsigned char>(text[at]) ^ bit);
        };
        const bool up = (static_cast<unsigned char>(text[one]) & bit) == 0;
        const bool down = (static_cast<unsigned char>(text[other]) & bit) != 0;
        const bool good = wire::nibble(flipped(one)) < 16 && wire::nibble(flipped(other)) < 16;
        if (!up || !down || !good) continue;
        text[one] = flipped(one);
        text[other] = flipped(other);
        return;
    }
}

struct Kind {
    std::string_view name;
    bool must_be_zero;
    bench::DamagedPort::Damage damage;
};

/// Does it to so many of the frames.
template <class Damage>
bench::DamagedPort::Damage sometimes(double share, Damage damage) {
    return [=](std::string& text, Random& random) {
        if (random.chance(share)) damage(text, random);
    };
}

std::vector<Kind> kinds() {
    const auto flips = [](double rate) {
        return [=](std::string& text, Random& random) { flip_bits(text, random, rate); };
    };
    const auto damaged = [](sim::Damage what) {
        return [=](std::string& text, Random& random) { text = sim::damaged(text, what, random); };
    };
    const auto noise = [](std::string& text, Random& random) { burst(text, random, false); };
    const auto digits = [](std::string& text, Random& random) { burst(text, random, true); };
    return {
        {"nothing", true, [](std::string&, Random&) {}},
        {"bit flips 1e-4", true, flips(1e-4)},
        {"bit flips 1e-3", true, flips(1e-3)},
        {"bit flips 1e-2", true, flips(1e-2)},
        {"lost characters 1e-3", true, damaged({.drop = 1e-3})},
        {"doubled characters 1e-3", true, damaged({.repeat = 1e-3})},
        {"lost and doubled characters 1e-2 each", false, damaged({.drop = 1e-2, .repeat = 1e-2})},
        {"bursts of noise in 1 of 10 frames", true, sometimes(0.1, noise)},
        {"bursts of digits in 1 of 10 frames", false, sometimes(0.1, digits)},
        {"swapped neighbours in 1 of 1000 frames", false, sometimes(0.001, swap_neighbours)},
        {"swapped neighbours in 1 of 10 frames", false, sometimes(0.1, swap_neighbours)},
        {"two flips that CHKSUM misses in 1 of 1000 frames", false, sometimes(0.001, compensate)},
        {"two flips that CHKSUM misses in 1 of 10 frames", false, sometimes(0.1, compensate)},
    };
}

/// What came of it.
struct Tally {
    std::uint64_t believed = 0;
    std::uint64_t wrong = 0;
    std::array<double, model::metric_count> furthest{};  ///< off the truth, by quantity
};

void note_wrong(Tally& tally, const model::Record& record, const wire::Frame& truth) {
    static model::Decoder decoder;
    ++tally.wrong;
    model::Record right;
    if (!decoder.read(dialect::daren::live_data, truth.info(), right) || right.size() != record.size())
        return;
    for (std::size_t i = 0; i < record.size(); ++i) {
        const auto metric = record.slot(i).field->metric;
        if (!metric.exists()) continue;
        auto& furthest = tally.furthest[metric.index];
        furthest = std::max(furthest, std::abs(record.value(i).value_or(0) - right.value(i).value_or(0)));
    }
}

bus::Task<void> poll(bus::Line& line, bench::DamagedPort& port, bench::LeapingTime& time,
                     std::uint64_t frames, Tally& tally) {
    const auto& service = dialect::daren::live_data;
    auto due = time.now();
    while (port.frames() < frames) {
        const auto answer = co_await line.ask(service, 1);
        if (answer) {
            ++tally.believed;
            wire::Frame truth;
            const bool whole = wire::parse(port.truth(), {}, truth);
            if (!whole || !std::ranges::equal(truth.info(), answer->info()))
                note_wrong(tally, *answer, truth);
        }
        due = std::max(due + 1s, time.now());
        time.leap_to(due);
    }
}

std::string furthest(const Tally& tally) {
    std::string text;
    for (std::size_t i = 0; i < model::metric_count; ++i) {
        if (tally.furthest[i] < 1e-9) continue;
        text += fmt::format("{}{} {:.4g} {}", text.empty() ? "; at most off: " : ", ",
                            model::metric_rows[i].name, tally.furthest[i], model::metric_rows[i].unit);
    }
    return text;
}

bool run(const Kind& kind, const std::vector<std::string>& life, std::uint64_t frames) {
    bus::asio::io_context loop;
    bench::LeapingTime time;
    bench::DamagedPort port(time, life, kind.damage);
    bus::Line line(port, time, dialect::daren::dialect);
    Tally tally;
    bus::asio::co_spawn(loop, poll(line, port, time, frames, tally), bus::asio::detached);
    loop.run();
    const auto& counters = line.counters();
    fmt::print(
        "{{\"bench\":\"wrong_values\",\"value\":{},\"unit\":\"wrong values\",\"limit\":{},\"note\":\"{}: {} "
        "frames, "
        "{} damaged, {} of them with a good CHKSUM; {} readings believed, {} after another confirmed them; "
        "refused: {} implausible, {} unconfirmed, {} inconsistent, {} out of range{}\"}}\n",
        tally.wrong, kind.must_be_zero ? "0" : "null", kind.name, port.frames(), port.damaged(),
        port.undetected(), tally.believed, counters.confirmed, counters.of(Errc::implausible),
        counters.of(Errc::unconfirmed), counters.of(Errc::inconsistent), counters.of(Errc::out_of_range),
        furthest(tally));
    std::fflush(stdout);
    return tally.wrong == 0 || !kind.must_be_zero;
}

}  // namespace

int main(int argc, char** argv) {
    if (!bench::wanted(argc, argv, "wrong_values")) return 0;
    const char* wish = std::getenv("FRAMES");
    const std::uint64_t frames = wish != nullptr ? std::strtoull(wish, nullptr, 10) : 100'000;
    const auto life = bench::life_of_a_pack(20'000);
    int status = 0;
    for (const auto& kind : kinds()) {
        if (!run(kind, life, frames)) status = 1;
    }
    return status;
}
