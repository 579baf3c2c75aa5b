// SPDX-License-Identifier: MIT
#include "support/fault_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "sim/faults.hpp"
#include "support/fault_scene.hpp"

namespace packwire::test {

using namespace std::chrono_literals;

namespace {

using Scene = FaultScene;

template <Errc... codes>
std::uint64_t refused(const Scene& scene) {
    return (scene.line.counters().of(codes) + ...);
}
template <Errc code>
std::uint64_t port_error(const Scene& scene) {
    const auto found = scene.port_errors.find(code);
    return found == scene.port_errors.end() ? 0 : found->second;
}
template <std::uint64_t bus::LineCounters::* member>
std::uint64_t counter(const Scene& scene) {
    return scene.line.counters().*member;
}
std::uint64_t noise_bytes(const Scene& scene) {
    return scene.line.dropped().noise_bytes;
}
std::uint64_t bad_bytes(const Scene& scene) {
    return scene.line.dropped().bad_byte;
}

void heal(Scene& scene) {
    scene.on_the_way = nullptr;
    scene.bus.packs[Scene::faulty] = {};
}
void damage(Scene& scene, const sim::Damage& what) {
    scene.on_the_way = [&scene, what](const std::string& text) {
        return sim::damaged(text, what, scene.random);
    };
}
std::size_t place_in(Scene& scene, const std::string& text) {
    return 1 + scene.random.below(static_cast<std::uint32_t>(text.size() - 2));
}
std::string noise(Scene& scene) {
    std::string bytes;
    for (int i = 0; i < 8; ++i) bytes += static_cast<char>(scene.random.below(256));
    return bytes;
}

void swap_two(Scene& scene) {
    scene.on_the_way = [&scene](std::string text) {
        const auto at = wire::header_size + scene.random.below(static_cast<std::uint32_t>(text.size() - 19));
        std::swap(text[at], text[at + 1]);
        return text;
    };
}
void noise_between(Scene& scene) {
    scene.on_the_way = [&scene](std::string text) {
        scene.port.deliver(scene.time.now() + 15ms, noise(scene));
        return text;
    };
}
void noise_inside(Scene& scene) {
    scene.on_the_way = [&scene](std::string text) {
        return text.insert(place_in(scene, text), noise(scene));
    };
}
void cut_off(Scene& scene) {
    scene.on_the_way = [&scene](std::string text) { return text.substr(0, place_in(scene, text)); };
}
void answer_late(Scene& scene) {
    scene.bus.packs[Scene::faulty].latency = 900ms;
}
void say_nine(Scene& scene) {
    scene.on_the_way = [](const std::string& text) {
        auto frame = wire::decode(text);
        frame->address = 9;
        return wire::encode(*frame);
    };
}
/// Two answers at once, one three characters behind the other: what arrives is of the one or the other.
void collide(Scene& scene) {
    scene.on_the_way = [&scene](std::string text) {
        for (std::size_t i = 3; i < text.size(); ++i) {
            if (scene.random.chance(0.5)) text[i] = text[i - 3];
        }
        return text;
    };
}
/// As a gateway cuts them: two thirds of a second for one answer.
void odd_chunks(Scene& scene) {
    scene.on_the_way = [&scene](std::string text) {
        auto when = scene.time.now() + 40ms;
        while (!text.empty()) {
            const auto size = std::min<std::size_t>(text.size(), 1 + scene.random.below(20));
            scene.port.deliver(when, text.substr(0, size));
            text.erase(0, size);
            when += 30ms;
        }
        return text;
    };
}
void refuse_all(Scene& scene) {
    scene.on_the_way = [](const std::string& text) {
        const auto address = wire::decode(text)->address;
        return wire::encode(dialect::make_answer(dialect::daren::dialect, address, {}, 0x07));
    };
}
void fall_silent(Scene& scene) {
    scene.bus.packs[Scene::faulty].silent = true;
}
/// The packs do not understand, and nobody would understand them.
void other_speed(Scene& scene) {
    scene.bus.baud = 9600;
}

template <int kind>
constexpr auto damaging = [](Scene& scene) {
    damage(scene,
           {.flip = kind == 0 ? 0.01 : 0, .drop = kind == 1 ? 0.01 : 0, .repeat = kind == 2 ? 0.01 : 0});
};

constexpr Duration one_poll = 1s + 500ms;  ///< the interval, and the questions that confirm
constexpr Duration one_probe = 10s + 500ms;
constexpr Duration one_reopening = 5s + 500ms;
constexpr Duration quiet_master = 60s + 500ms;  // docs/adr/0015

// clang-format off
const auto faults = std::to_array<Fault>({
    {"flipped bits", "one bit in 1 of 100 characters of each answer", "bad_checksum", damaging<0>, heal, refused<Errc::bad_checksum>, one_poll},
    {"lost bytes", "1 of 100 characters", "bad_length", damaging<1>, heal, refused<Errc::bad_length>, one_poll},
    {"doubled bytes", "1 of 100 characters", "bad_length", damaging<2>, heal, refused<Errc::bad_length>, one_poll},
    {"reordered bytes", "two neighbours in each answer change places; CHKSUM does not see it", "implausible, unconfirmed, inconsistent, out_of_range", swap_two, heal, refused<Errc::implausible, Errc::unconfirmed, Errc::inconsistent, Errc::out_of_range>, one_poll},
    {"noise between frames", "8 bytes before each answer", "noise bytes", noise_between, heal, noise_bytes, one_poll},
    {"noise inside frames", "8 bytes within each answer", "bad bytes", noise_inside, heal, bad_bytes, one_poll},
    {"truncated frames", "each answer stops somewhere", "bad_end", cut_off, heal, refused<Errc::bad_end>, one_poll},
    {"late answers", "900 ms, the deadline being 500 ms", "late", answer_late, heal, counter<&bus::LineCounters::late>, one_probe},
    {"answers from another address", "pack 1 says that it is 9", "foreign", say_nine, heal, counter<&bus::LineCounters::foreign>, one_poll},
    {"two packs with one address", "two answers at once", "bad_checksum", collide, heal, refused<Errc::bad_checksum>, one_poll},
    {"second master", "asks every second; we are silent until a minute after it", "foreign", [](Scene& scene) { scene.second_master = true; }, [](Scene& scene) { scene.second_master = false; }, counter<&bus::LineCounters::foreign>, quiet_master},
    {"echoing adapter", "each question comes back", "echoes", [](Scene& scene) { scene.echo(true); }, [](Scene& scene) { scene.echo(false); }, counter<&bus::LineCounters::echoes>, one_poll},
    {"gateway in odd chunks", "1 to 20 characters every 30 ms", "answers", odd_chunks, heal, counter<&bus::LineCounters::answers>, one_poll, true},
    {"gateway one second late", "each answer", "answers", [](Scene& scene) { scene.bus.packs[Scene::faulty].latency = 1s; }, heal, counter<&bus::LineCounters::answers>, one_poll, true},
    {"gateway drops the connection", "refuses it for 20 s", "port_missing", [](Scene& scene) { scene.port.vanish(); }, [](Scene& scene) { scene.port.come_back(); }, port_error<Errc::port_missing>, one_reopening, true},
    {"adapter pulled", "20 s; by-id names follow it to another device", "port_missing", [](Scene& scene) { scene.port.vanish(); }, [](Scene& scene) { scene.port.come_back(); }, port_error<Errc::port_missing>, one_reopening},
    {"port taken by another program", "20 s", "port_busy", [](Scene& scene) { scene.take_port(Error{Errc::port_busy, "memory: another program holds it"}); }, [](Scene& scene) { scene.take_port(std::nullopt); }, port_error<Errc::port_busy>, one_reopening},
    {"RTN errors", "RTN 07 to everything", "rejected", refuse_all, heal, refused<Errc::rejected>, one_poll},
    {"pack reboots", "20 s of silence", "timeout", fall_silent, heal, refused<Errc::timeout>, one_probe},
    {"wrong baud rate", "the packs speak 9600", "timeout", other_speed, [](Scene& scene) { scene.bus.baud = 19200; }, refused<Errc::timeout>, one_probe},
});
// clang-format on

}  // namespace

std::span<const Fault> all_faults() {
    return faults;
}

FaultResult inject(const Fault& fault) {
    constexpr Duration lasting = 20s;
    constexpr Duration before = 10s;
    constexpr Duration longest = 100s;
    Scene scene(fault.gateway);
    scene.run_for(before);
    FaultResult result;
    result.fault = &fault;
    const auto counted = fault.count(scene);
    const auto good = scene.good;
    fault.begin(scene);
    scene.run_for(lasting);
    fault.end(scene);
    result.good = scene.good - good;
    const auto end = scene.time.now();
    // A value that was asked for before the end does not count.
    while (scene.last_good <= end && scene.time.now() < end + longest) scene.time.run_for(10ms);
    if (scene.last_good > end) result.recovery = scene.last_good - end;
    result.counted = fault.count(scene) - counted;
    scene.time.run_for(before);
    result.wrong = scene.wrong;
    return result;
}

std::string fault_table(std::span<const FaultResult> results) {
    std::string text =
        "| fault | how | counter that shows it | wrong values believed | next good value after it ended |\n"
        "|---|---|---|---|---|\n";
    for (const auto& result : results) {
        const auto tenths = std::chrono::ceil<std::chrono::duration<int, std::deci>>(result.recovery).count();
        text += fmt::format("| {} | {} | {} | {} | {}.{} s |\n", result.fault->name, result.fault->what,
                            result.fault->counter, result.wrong, tenths / 10, tenths % 10);
    }
    return text;
}

}  // namespace packwire::test
