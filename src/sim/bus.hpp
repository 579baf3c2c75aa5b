// SPDX-License-Identifier: MIT
/// Packs on one simulated RS485 line: characters in, characters out at the times a real line would have them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bus/timer.hpp"
#include "sim/faults.hpp"
#include "sim/replay.hpp"
#include "sim/responder.hpp"
#include "wire/splitter.hpp"

namespace packwire::sim {

struct LineSettings {
    std::uint32_t baud = 19200;                        ///< 10 bits a character; zero: characters take no time
    Duration latency = std::chrono::milliseconds(20);  ///< from the end of a question to its answer
    Duration slowest_live{};                           ///< the same for 42, at worst; zero: as any
    double speed = 1;                                  ///< of the physics, not of the line
    std::uint64_t seed = 1;
    bool master = false;  ///< the pack at address 0 polls the others
};

/// One pack on the line.
struct Station {
    Station(const dialect::Dialect& dialect, std::uint8_t address, Identity identity,
            const PackSettings& settings);
    Responder responder;
    Pack pack;
    Logbook logbook;
    PackFaults faults;
    const Recording* recording = nullptr;  ///< gone before physics; outlives the bus
    unsigned copy = 0;                     ///< which pack of the recording it is
    Recording::Place place;
    TimePoint back_at{};       ///< silent before: it reboots
    bool only_master = false;  ///< on the line only while there is a master
};

/// Knows no port. Whoever owns it gives it what the master wrote, and carries what the sink is given.
class SimulatedBus {
public:
    /// `bytes` are complete at the far end at `when`, which may be in the future and is never in the past.
    /// Equal times in the order of the calls. Called within receive() only.
    using Sink = std::function<void(TimePoint when, std::string bytes)>;
    /// All packs speak `dialect`; it outlives the bus.
    SimulatedBus(bus::Time& time, const dialect::Dialect& dialect, const LineSettings& settings, Sink sink);

    /// A pack that stays until the bus ends. Addresses are distinct.
    Station& add(std::uint8_t address, Identity identity, const PackSettings& settings);
    /// Null when nobody on the line has that address.
    [[nodiscard]] Station* find(std::uint8_t address);

    /// A pack in master mode has it. Source: protocol 1.1.
    static constexpr std::uint8_t master_address = 0;
    /// Is there one, and does it talk?
    [[nodiscard]] bool master_speaks();
    /// The addresses of all others on the line.
    [[nodiscard]] std::vector<std::uint8_t> slaves() const;
    /// What a master asks; null when the dialect has no such service.
    [[nodiscard]] const dialect::Service* link_service() const;
    struct Reply {
        std::string text;
        Duration after{};  ///< the end of the question
    };
    /// What the pack that is asked puts on the line; nothing when it is silent.
    [[nodiscard]] std::optional<Reply> reply(const wire::Frame& question);
    /// A master or its slave speaks; whatever a host says meanwhile is not understood.
    void occupy(TimePoint begin, TimePoint end) { occupied_ = {begin, end}; }
    /// Does a host, or a pack that it asked?
    [[nodiscard]] bool others_speak(TimePoint begin, TimePoint end) const;
    /// What is delivered at `when` while a master speaks is spoilt.
    [[nodiscard]] std::string as_heard(TimePoint when, std::string bytes);
    [[nodiscard]] std::string garbled(std::string bytes);

    /// What the master writes now, in one piece: it is heard after its own time on the wire.
    void receive(std::string_view bytes);
    /// The rate that the master has set, zero when unknown. At a wrong one nobody understands it.
    void set_master_baud(std::uint32_t baud) { master_baud_ = baud; }
    /// Brings the physics of all packs to the present.
    void advance();
    /// What the clocks of the packs show: it goes with their physics.
    [[nodiscard]] WallTime pack_time() const;

    /// Errors: usage (no such pack or cell).
    Result<void> apply(const Command& command);
    [[nodiscard]] LineFaults& faults() { return faults_; }
    [[nodiscard]] const LineSettings& settings() const { return settings_; }
    [[nodiscard]] const dialect::Dialect& dialect() const { return dialect_; }
    /// What so many characters take on the line.
    [[nodiscard]] Duration time_of(std::size_t characters) const;
    /// How many are delivered at once.
    [[nodiscard]] std::size_t piece() const;
    /// Questions that were heard, whoever they were for.
    [[nodiscard]] std::uint64_t questions() const { return questions_; }

private:
    struct Booking {
        TimePoint begin, end;
        [[nodiscard]] bool overlaps(TimePoint from, TimePoint to) const { return from < end && to > begin; }
    };
    void clear();
    Result<void> apply(const Command& command, Station& station);
    void hear(std::string_view text, TimePoint end);
    void answer(Station& station, const wire::Frame& question, TimePoint end);
    [[nodiscard]] Duration latency_of(const wire::Frame& question);
    [[nodiscard]] std::optional<wire::Frame> compose(Station& station, const wire::Frame& question);
    void say_words(const Station& station, const dialect::Service& service, wire::Frame& answer);
    [[nodiscard]] bool has_field(std::string_view field) const;
    [[nodiscard]] std::string on_the_way(const Station& station, std::string text);
    void stray(TimePoint when);
    void send(std::string_view text, TimePoint begin);
    [[nodiscard]] TimePoint book(TimePoint begin, std::size_t characters);

    bus::Time& time_;
    const dialect::Dialect& dialect_;
    LineSettings settings_;
    Sink sink_;
    Duration latency_;
    LineFaults faults_;
    Random random_;
    wire::Splitter splitter_;
    model::Decoder decoder_;
    std::vector<std::unique_ptr<Station>> stations_;
    std::vector<Booking> bookings_;
    std::uint32_t master_baud_ = 0;
    std::uint64_t questions_ = 0;
    TimePoint heard_until_{};
    Booking host_{};      ///< what the host says
    Booking occupied_{};  ///< what a master or its slave says
    TimePoint physics_at_;
    WallTime clock_;  ///< of the packs, at physics_at_; unless they go with the time of day
};

}  // namespace packwire::sim
