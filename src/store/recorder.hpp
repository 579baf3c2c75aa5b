// SPDX-License-Identifier: MIT
/// The loop's side of history: gathers what is published, hands it over once a minute to a thread that may
/// wait for a disk, and asks there for what others want to see.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "bus/offload.hpp"
#include "bus/timer.hpp"
#include "store/desk.hpp"
#include "store/intake.hpp"
#include "store/log.hpp"
#include "store/witness.hpp"

namespace packwire::store {

struct RecorderOptions {
    /// Called on the other thread, once.
    std::function<Result<std::unique_ptr<Archive>>()> open;
    Duration interval = std::chrono::minutes(1);
    /// Called on the loop.
    Log log;
    std::optional<Event> last = {};  ///< noted at the end
};

/// Lives on the loop and never waits. What could not be written is kept, up to a bound, and tried again; then
/// the oldest readings go first.
class Recorder final : public Desk {
public:
    Recorder(RecorderOptions options, bus::Time& time, const bus::asio::any_io_executor& loop);

    void publish(const bank::Pack& pack);
    void publish_bank(const bank::Bank& bank);
    /// Something else that happened; `at` and `id` are set here.
    void note(Event event);
    /// Until cancelled; what there is is then handed over for the last time, and the destructor waits until
    /// it is written.
    bus::Task<void> run();
    /// Why nothing is recorded at the moment; empty when all is well.
    [[nodiscard]] const std::string& trouble() const { return trouble_; }

    void read(std::vector<Query> queries, Answers done) override;
    void events(EventQuery query, Events done) override;
    void on_event(std::function<void(const Event&)> listener) override { listener_ = std::move(listener); }

private:
    struct Shelf;
    struct Begin;
    /// On the other thread; `done` on the loop, unless this has gone by then.
    void post(bus::Offload::Work work, bus::Offload::Done done);
    void opened(const Result<void>& result, const Begin& begin);
    void gather();
    void accept(Event event);
    void hand_over(bool last);
    void handed_over(const Result<void>& result, unsigned syncs);
    void tidy();
    void bound();
    void watch_clock();
    void say(bool warning, const std::string& line) const;
    [[nodiscard]] std::vector<Sample> unsaved(const Query& query) const;
    [[nodiscard]] std::vector<Event> unsaved(const EventQuery& query) const;
    [[nodiscard]] bool too_busy() const;

    RecorderOptions options_;
    bus::Time& time_;
    std::unique_ptr<bus::Timer> timer_;
    Intake intake_;
    Witness witness_;
    std::function<void(const Event&)> listener_;
    std::shared_ptr<Shelf> shelf_;
    Batch waiting_;                     ///< behind what is under way
    std::shared_ptr<Batch> under_way_;  ///< null: nothing is
    std::vector<Event> early_;          ///< before it is known which numbers events have
    bool open_ = false;
    bool useless_ = false;  ///< there is no history in this run
    std::int64_t next_id_ = 0;
    unsigned asked_ = 0;  ///< questions that wait
    bool tidying_ = false;
    TimePoint due_{};
    Duration wall_offset_{};
    TimePoint steady_since_{};
    std::size_t lost_rows_ = 0;
    std::string trouble_;
    std::shared_ptr<bool> life_ = std::make_shared<bool>(true);
    bus::Offload offload_;  ///< the last member: ends before what its work needs
};

}  // namespace packwire::store
