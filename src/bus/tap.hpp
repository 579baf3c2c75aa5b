// SPDX-License-Identifier: MIT
/// Hears what others say on a line, and transmits nothing.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bus/persistent_faults.hpp"
#include "bus/port.hpp"
#include "bus/statistics.hpp"
#include "dialect/dialect.hpp"
#include "wire/splitter.hpp"

namespace packwire::bus {

/// What was heard: a frame, or bytes that are none. Its views hold for the call only.
struct TapMessage {
    enum class Kind : std::uint8_t {
        request,
        answer,     ///< with `error` if its INFO is not to be believed; `record` is then null
        bad_frame,  ///< SOI to EOI, but something in between is wrong: `error` says what
        unknown,    ///< bytes that are no frame
    };
    Kind kind = Kind::unknown;
    WallTime time{};  ///< when its last byte came
    TimePoint when{};
    std::string_view text;     ///< as heard, with EOI
    std::uint8_t address = 0;  ///< ADR; of requests and answers
    std::uint8_t rtn = 0;      ///< of an answer; 85 where a master was answered (protocol 11.1)
    bool paired = false;       ///< the answer follows its request
    std::string_view code;     ///< "42", "B0/4", also where there is no table; empty: nobody knows
    const dialect::Service* service = nullptr;  ///< the table; null: none
    const model::Record* record = nullptr;      ///< of an answer that a table explains
    std::span<const std::uint8_t> info;
    std::optional<Error> error;
};

/// What was heard of one service of one pack.
struct TapCounters {
    std::uint64_t requests = 0;
    std::uint64_t answers = 0;     ///< good ones, in time or not
    std::uint64_t unasked = 0;     ///< of these: late, or the request was not heard
    std::uint64_t unanswered = 0;  ///< requests
    std::uint64_t refused = 0;     ///< answers with an RTN other than 00
    std::uint64_t bad = 0;         ///< answers that came damaged, or whose INFO is not to be believed
    std::uint64_t bytes = 0;
    bool operator==(const TapCounters&) const = default;
};

struct TapStatistics {
    using Key = std::pair<std::uint8_t, std::string>;  ///< address, and code; "" for what nobody knows
    std::map<Key, TapCounters> services;
    /// By address: requests as `exchanges`, unanswered ones as timeouts, answers that nobody asked for as
    /// late; latencies to the first character alone.
    std::map<std::uint8_t, PackStatistics> packs;
    std::array<std::uint64_t, 32> errors{};  ///< bad frames and bad INFO, by Errc
    std::uint64_t bytes = 0;
    std::uint64_t frames = 0;         ///< good ones
    std::uint64_t unknown_bytes = 0;  ///< of no frame
    Duration listened{};
    Duration busy{};  ///< what the bytes take on the wire; zero where the speed is not known (a gateway)
    [[nodiscard]] std::uint64_t of(Errc code) const { return errors[static_cast<std::size_t>(code)]; }
};

/// Told of everything that is heard. Returns at once.
class TapListener {
public:
    TapListener() = default;
    TapListener(const TapListener&) = delete;
    TapListener& operator=(const TapListener&) = delete;
    virtual ~TapListener() = default;
    virtual void on_message(const TapMessage& message) = 0;
    /// While the speed is looked for: it is listened at `baud` now, or (`found`) from now on.
    virtual void on_speed(std::uint32_t /*baud*/, bool /*found*/) {}
    /// run() opened the port, or could not, or lost it; each change once.
    virtual void on_port(const Result<void>& /*state*/) {}
};

struct TapTiming {
    Duration gap = std::chrono::milliseconds(50);  ///< silence that ends a frame. Source: protocol 2.7
    /// From the end of a request to the first byte of its answer. Some boards need 3 s (protocol 11.2); that
    /// it is long costs nothing, since the next request ends the wait.
    Duration answer = std::chrono::seconds(3);
    Duration dwell = std::chrono::seconds(3);  ///< at each speed while the right one is looked for
};

/// What suits the port: a gateway delivers in pieces, and late.
[[nodiscard]] TapTiming tap_timing_for(PortUrl::Kind kind);

/// Cuts what it hears into frames, tells requests from answers (a master's 84 and its answer 85 too), and
/// pairs an answer with the request before it when that went to the same pack, is not answered yet and not
/// too long ago. An answer that follows no request is recognised by its content, or by nobody. Never writes:
/// give it a port that cannot.
class Tap {
public:
    Tap(Port& port, Time& time, const dialect::Dialect& dialect, TapListener& listener,
        TapTiming timing = {});

    /// Hears until `until` on a port that is open. Errors: those of the port.
    Task<Result<void>> hear(TimePoint until);
    /// Listens at each speed for a while, round and round, until a good frame came or `until` has come. What
    /// is heard before is not told: at a wrong speed everything is noise. True when found; with one speed at
    /// once. Errors: those of the port.
    Task<Result<bool>> find_speed(std::vector<std::uint32_t> bauds, TimePoint until);
    /// Opens the port, finds the speed, hears, reopens with back-off; until cancelled.
    Task<void> run(std::vector<std::uint32_t> bauds);

    /// So far; a request that still waits for its answer is not yet unanswered.
    [[nodiscard]] TapStatistics statistics() const;

private:
    struct Asked {
        std::uint8_t address = 0;
        std::uint8_t cid2 = 0;
        std::string code;
        TimePoint when{};
    };

    Task<Result<void>> step(TimePoint until);
    Task<Result<void>> attempt(const std::vector<std::uint32_t>& bauds, bool& speed_known);
    Task<void> rest(TimePoint until);
    void forget();
    void count_bytes(std::size_t count);
    void take(std::string_view bytes);
    void fell_silent();
    void flush_unknown(std::size_t keep);
    void judge(std::string_view text);
    void judge_request(TapMessage& message);
    void judge_answer(TapMessage& message);
    void read_as(TapMessage& message, const dialect::Service& service);
    [[nodiscard]] bool is_believed_at_last(const Error& error, const dialect::Service& service);
    bool recognise(TapMessage& message);
    void give_up_request();
    void bad(TapMessage& message, Error error);
    TapCounters& counters(std::uint8_t address, std::string_view code);
    LineCounters& pack(std::uint8_t address) { return statistics_.packs[address].counters; }
    FieldRemarks& remarks_of(std::uint8_t address) { return statistics_.packs[address].remarks; }
    void count_answer(const TapMessage& message, bool refused);
    void tell(TapMessage& message);

    Port& port_;
    Time& time_;
    const dialect::Dialect& dialect_;
    TapListener& listener_;
    TapTiming timing_;
    std::unique_ptr<Timer> timer_;
    wire::Splitter splitter_;
    model::Decoder decoder_;
    wire::Frame frame_;
    model::Record record_;
    PersistentFaults faults_;
    std::string code_;   ///< of the message being told
    std::string heard_;  ///< not told yet: what belongs to no frame, then the frame that has begun
    std::optional<Asked> asked_;
    TapStatistics statistics_;
    TimePoint since_{};
    TimePoint last_heard_{};
    TimePoint frame_began_{};
    TimePoint rested_{};      ///< end of the last doze
    std::uint32_t baud_ = 0;  ///< tried last
    bool searching_ = false;
    std::array<char, 4096> buffer_;
};

}  // namespace packwire::bus
