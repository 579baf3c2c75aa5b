// SPDX-License-Identifier: MIT
/// The only conversation on a wire: one question, one answer.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "bus/damage.hpp"
#include "bus/echoes.hpp"
#include "bus/latency.hpp"
#include "bus/master_watch.hpp"
#include "bus/persistent_faults.hpp"
#include "bus/port.hpp"
#include "bus/statistics.hpp"
#include "dialect/dialect.hpp"
#include "model/plausibility.hpp"
#include "wire/splitter.hpp"

namespace packwire::bus {

/// Silence before each question. The vendor asks for one character after EOI. Source: protocol 1,
/// turn-around.
inline constexpr int turn_around_characters = 2;

/// How long to wait for what. Source: protocol 1 and 2.7.
struct Timing {
    Duration first_character = std::chrono::milliseconds(500);  ///< from the end of the question
    Duration gap = std::chrono::milliseconds(50);               ///< between characters of one answer
    Duration quiet = std::chrono::milliseconds(20);  ///< silence before asking again after a failure
    int tries = 2;                                   ///< exchanges that may fail before ask() gives up
};

/// What suits the port, since a gateway delivers in pieces, and late; and the slowest board of the dialect.
[[nodiscard]] Timing timing_for(PortUrl::Kind kind, const dialect::Dialect& dialect);

/// Silence and noise are worth another try; a refusal, another device and a port that fails are not.
[[nodiscard]] bool is_worth_a_retry(Errc code);

/// How long ask() waits for the first character of an answer.
enum class Patience : std::uint8_t {
    full,    ///< as long as the timing says
    learnt,  ///< as the pack has needed so far. Silence is not retried: whoever asks again does so later, in
             ///< full, and the line is for others meanwhile (docs/adr/0018)
};

/// A port with a dialect: asks, and gives only what answers the question.
///
/// An answer does not name its question. What protects: input is thrown away before each question; an answer
/// must come from the pack asked, fit the tables of the service asked, and name it where the dialect does;
/// and after a silence the pack is first asked something whose answer cannot be taken for the missing one,
/// until the line is known to be in step. Telemetry, whose values confirm each other, is such a question
/// itself (docs/adr/0014).
class Line {
public:
    Line(Port& port, Time& time, const dialect::Dialect& dialect, Timing timing = {});

    /// The answer of the pack at `address`. The record holds until the next call. At most `tries` exchanges,
    /// or as many as the timing says. What packs are asked regularly is believed only if it may follow the
    /// last answer, and is asked again at once, twice at most, until it is (model::Plausibility). Errors:
    /// timeout, unsupported and rejected (never asked twice), what wire and model refuse, and those of the
    /// port.
    Task<Result<model::Record>> ask(const dialect::Service& service, std::uint8_t address, int tries = 0);
    /// The same, with another patience than the full one.
    Task<Result<model::Record>> ask(const dialect::Service& service, std::uint8_t address, int tries,
                                    Patience patience);
    /// The same with words of the caller in the question; `said` must live until the answer.
    Task<Result<model::Record>> ask(const dialect::Service& service, std::uint8_t address, int tries,
                                    std::span<const model::RequestValue> said);
    /// That question may still be answered: the line gets back in step before the next one. For callers to
    /// whom one answer too late does harm, even where ask() thinks none can come.
    void distrust(const dialect::Service& service, std::uint8_t address) {
        missing_[address] = {&service, asked_};
    }

    /// Asks nothing until `until`, or until the line is taken, and notes who else asks. A frame that has
    /// begun is heard to its end. Errors: those of the port.
    Task<Result<void>> listen(TimePoint until);

    /// Shall ask() fail with port_taken, without a byte sent, while another master asks on the line?
    void yield_to_masters(bool yields) { yields_ = yields; }
    /// Does another master ask, and do we yield to it?
    [[nodiscard]] bool taken() const { return yields_ && masters_.present(time_.now()); }
    [[nodiscard]] MasterWatch& masters() { return masters_; }
    [[nodiscard]] const MasterWatch& masters() const { return masters_; }

    [[nodiscard]] const LineCounters& counters() const { return statistics_.line(); }
    [[nodiscard]] const LineStatistics& statistics() const { return statistics_; }
    /// How soon the packs begin to answer.
    [[nodiscard]] const Latencies& latencies() const { return latencies_; }
    /// What was no frame.
    [[nodiscard]] const wire::Splitter::Dropped& dropped() const { return splitter_.dropped(); }
    /// Header and INFO of the last good answer.
    [[nodiscard]] const wire::Frame& frame() const { return frame_; }
    [[nodiscard]] Port& port() { return port_; }
    [[nodiscard]] const Timing& timing() const { return timing_; }
    void set_timing(const Timing& timing) { timing_ = timing; }
    /// Values may jump: simulated packs may live faster than life, on a line that damages nothing. Everything
    /// else is checked as ever.
    void believe_jumps() { believes_jumps_ = true; }
    [[nodiscard]] const dialect::Dialect& dialect() const { return dialect_; }

private:
    /// One question on its way to its answer.
    struct Exchange {
        const dialect::Service& service;
        std::uint8_t address;
        std::string question;
        TimePoint sent;      ///< when its last character left
        TimePoint first_by;  ///< when the first character must have come
        TimePoint begun;     ///< when that of the frame under way came
        /// What will be asked once the line is in step again: its late answer is not the answer to this.
        const dialect::Service* wanted = nullptr;
        Error heard{Errc::timeout, ""};  ///< the best reason so far why there is no answer
    };
    /// A question that the pack may still answer, late.
    struct Missing {
        const dialect::Service* service = nullptr;  ///< null: there is none
        TimePoint asked{};
    };
    enum class Verdict : std::uint8_t { answer, refused, not_ours };

    Task<Result<model::Record>> ask(const dialect::Service& service, std::uint8_t address, int tries,
                                    std::span<const model::RequestValue> said, Patience patience);
    Task<Result<model::Record>> ask_once(const dialect::Service& service, std::uint8_t address, int tries,
                                         std::span<const model::RequestValue> said, Patience patience);
    Task<Result<model::Record>> exchange(const dialect::Service& service, std::uint8_t address,
                                         std::span<const model::RequestValue> said, Duration deadline,
                                         const dialect::Service* wanted = nullptr);
    Task<Result<model::Record>> hear(Exchange& exchange);
    Task<Result<void>> back_in_step(const dialect::Service& wanted, std::uint8_t address, Patience patience);
    [[nodiscard]] Duration deadline(const dialect::Service& service, std::uint8_t address,
                                    Patience patience) const;
    Task<Result<std::string_view>> next_frame(Exchange& exchange);
    Task<void> doze(TimePoint until);
    Task<void> wait_for_quiet();
    void forget_input();
    Verdict judge(std::string_view text, Exchange& exchange);
    [[nodiscard]] bool is_late(const model::Record& record, const Exchange& exchange);
    Verdict judge_late(std::uint8_t address);
    Verdict judge_fault(Exchange& exchange);
    Verdict judge_foreign(const Exchange& exchange);
    Verdict judge_refusal(Exchange& exchange);
    void notice_unread();
    [[nodiscard]] bool is_mistakable(const dialect::Service& wanted, std::uint8_t address) const;
    [[nodiscard]] std::optional<Error> damaged_since(const wire::Splitter::Dropped& before) const;
    [[nodiscard]] std::optional<Error> doubt(const model::Record& record, std::uint8_t address);
    void ended(const Exchange& exchange, const Result<model::Record>& answer);
    void heard(std::size_t count);

    Port& port_;
    Time& time_;
    const dialect::Dialect& dialect_;
    Timing timing_;
    std::unique_ptr<Timer> timer_;
    wire::Splitter splitter_;
    model::Decoder decoder_;
    wire::Frame frame_;
    model::Record record_;
    LineStatistics statistics_;
    TimePoint asked_{};  ///< the last question
    TimePoint last_heard_{};
    Latencies latencies_;
    std::array<Missing, 256> missing_{};  ///< by address
    std::map<std::pair<std::uint8_t, const dialect::Service*>, model::Plausibility> readings_;
    PersistentFaults faults_;
    Damage damage_;
    Echoes echoes_;
    MasterWatch masters_;
    wire::Frame overheard_;  ///< not asked for
    bool yields_ = false;
    bool believes_jumps_ = false;
    std::array<char, 4096> buffer_;
    std::string_view unread_;  ///< of buffer_
};

}  // namespace packwire::bus
