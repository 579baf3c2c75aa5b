// SPDX-License-Identifier: MIT
/// What a pack has recorded, read record by record: services 4B and 4C. Source: protocol 3.7, 3.8.
#pragma once

#include <functional>
#include <unordered_set>
#include <vector>

#include "base/time_text.hpp"
#include "bus/transact.hpp"

namespace packwire::bus {

/// Can the service be read so: does its question say which record, and its answer whether more follow?
[[nodiscard]] bool is_history(const dialect::Service& service);

/// What makes a record the same as another: its bytes from the time on. What stands before is about the
/// conversation: the last record loses its end mark when another follows it.
using RecordMark = std::uint64_t;
[[nodiscard]] RecordMark mark_of(const model::Record& record);

struct HistoryWish {
    std::size_t limit = 5000;  ///< records to hand over; a history that goes on behind it never ends
    int repeats = 3;           ///< how often one record may be asked for again
    /// What the caller has from before, in order; not handed over again.
    std::vector<RecordMark> kept{};
};

/// How far a reading has come. True at any time, also after it was cancelled.
struct HistoryReport {
    std::size_t fresh = 0;          ///< records handed over
    std::size_t skipped = 0;        ///< records passed over that the caller has
    std::size_t doubles = 0;        ///< records equal to the one before them, passed over
    std::size_t repeats = 0;        ///< exchanges that failed and were made up for
    std::size_t steps_back = 0;     ///< records older than the one before
    std::optional<LocalTime> time;  ///< of the last record heard
    bool complete = false;          ///< the pack has no more
    bool end_mark = false;          ///< it said so, rather than refusing to go on
    bool limited = false;           ///< as many as wished for were handed over, and more follow
    bool unsupported = false;       ///< the firmware has no such history (RTN 04)
    bool behind_kept = false;       ///< the pack still stood behind the last record kept
    bool gap = false;               ///< the last record kept is no longer there: others may be lost
};

/// Reads a history from its first record to its last: `first` rewinds the pack, `next` gives one record more,
/// `repeat` the last one again.
///
/// After an exchange that failed nobody knows whether the pack went on: the question may be lost, or the
/// answer. `next` is therefore never asked twice for a record. The line first gets back in step with an
/// answered question (docs/adr/0008), so that no late answer passes for another; then `repeat` is compared
/// with the last record heard. Other bytes: it is the missing one. The same: the pack still stands there, and
/// `next` is due.
///
/// Two records in a row with the same bytes, time included, are therefore one: after a lost answer they could
/// not be told apart, and the result must not depend on what gets lost. A record that stood further back may
/// well come again (a pack without a battery for its clock starts at the same second each time); it is handed
/// over as soon as one follows that is new. More than `patience` known ones in a row: the history repeats
/// itself, and these are not handed over.
///
/// Times may step back: somebody set the clock. More than `patience` steps in a row: it runs backwards.
class HistoryReader {
public:
    static constexpr std::size_t patience = 16;
    /// The record holds during the call. An error ends the reading with it.
    using OnRecord = std::function<Result<void>(const model::Record&)>;

    /// `service` is one that is_history().
    HistoryReader(Line& line, const dialect::Service& service, std::uint8_t address, HistoryWish wish,
                  OnRecord on_record);

    /// Called after each answer.
    std::function<void(const HistoryReport&)> on_progress;

    /// With `kept`, goes on in the pack if that still stands behind the last record kept and says that more
    /// follow; else rewinds, and passes over what the caller has: the longest end of `kept` that the history
    /// begins with, so that it does no harm when the ring has overwritten old records meanwhile.
    /// A history without a record is complete, and no error. Neither is a refusal to go on (RTN 06) behind a
    /// record that can be repeated: some firmware has no end mark.
    /// Errors: unsupported (RTN 04 at the beginning), rejected, bad_history (no end within
    /// `limit`; repeats itself; runs backwards), those of Line::ask after `repeats`, those of OnRecord.
    Task<Result<void>> read();
    /// Ends read() with `cancelled` behind the record that is under way: the pack then stands where the
    /// caller does, and a later reading need not rewind it, as it must after a cancelled exchange.
    void stop() { stopping_ = true; }

    [[nodiscard]] const HistoryReport& report() const { return report_; }

private:
    enum class Type : std::uint8_t { first = 0, next = 1, repeat = 2 };

    Task<bool> stands_behind_kept();
    Task<Result<model::Record>> begin();
    Task<Result<model::Record>> ask(Type type);
    [[nodiscard]] bool goes_on(const Result<model::Record>& answer, int again) const;
    Task<Result<model::Record>> ask_first();
    Task<Result<model::Record>> ask_next();
    Result<void> take(const model::Record& record);
    Result<void> end(const Error& error, bool at_first);
    bool is_kept(RecordMark mark);
    std::optional<Error> watch_time(const model::Record& record);
    Result<void> release();
    Result<void> hand_over(const model::Record& record);

    Line& line_;
    const dialect::Service& service_;
    std::uint8_t address_;
    HistoryWish wish_;
    OnRecord on_record_;
    HistoryReport report_;
    std::array<model::RequestValue, 1> said_;
    std::uint8_t rtn_ = 0;                  ///< of the last answer
    bool no_more_ = false;                  ///< refused to go on, though the last record can be repeated
    std::optional<RecordMark> last_;        ///< of the last record heard
    std::unordered_set<RecordMark> heard_;  ///< in this reading, or kept where it goes on behind
    std::size_t known_ = 0;                 ///< records in a row that were heard before
    std::size_t back_ = 0;                  ///< steps back in a row
    bool skipping_ = false;
    bool reached_ = false;  ///< the last record kept was heard
    bool stopping_ = false;
    std::vector<std::size_t> places_;              ///< in kept, that may come next; the longest end first
    std::vector<std::vector<std::uint8_t>> held_;  ///< INFO of known ones, until it is clear what they are
    model::Decoder decoder_;
};

}  // namespace packwire::bus
