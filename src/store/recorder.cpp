// SPDX-License-Identifier: MIT
#include "store/recorder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace packwire::store {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t most_events = 2000;
constexpr unsigned most_questions = 32;
/// A clock is believed, as to what is old, when it has gone on evenly for so long.
constexpr Duration trust_after = 1h;
constexpr Duration jump = 10min;

std::size_t values_of(const Track& track) {
    return track.at.size() * (track.columns.size() + 2);
}

void append(Batch& into, Batch&& from) {
    const auto move = [](auto& to, auto& some) {
        to.insert(to.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
    };
    move(into.tracks, from.tracks);
    move(into.events, from.events);
    move(into.settings, from.settings);
}

void collect(std::vector<Sample>& into, const std::vector<Track>& tracks, const Query& query) {
    const auto& row = query.series.metric.row();
    for (const auto& track : tracks) {
        if (track.device != query.series.device) continue;
        for (const auto& column : track.columns) {
            if (column.metric != query.series.metric || column.index != query.series.index) continue;
            for (std::size_t i = 0; i < column.values.size(); ++i) {
                if (column.values[i] == absent) continue;
                into.push_back({.at = track.at[i], .value = from_raw(row, column.values[i])});
            }
        }
    }
}

bool fits(const Event& event, const EventQuery& query) {
    return (!query.from || event.at >= *query.from) && (!query.to || event.at < *query.to) &&
           (query.device.empty() || event.device == query.device) &&
           (!query.kind || event.kind == *query.kind) && (query.before == 0 || event.id < query.before);
}

}  // namespace

/// What the other thread has. Only work touches it.
struct Recorder::Shelf {
    std::unique_ptr<Archive> archive;
    std::string why = "history is not open";
    [[nodiscard]] Error none() const { return {Errc::io, why}; }
};

/// What the loop learns when the archive is open.
struct Recorder::Begin {
    std::int64_t last_id = 0;
    std::vector<Setting> settings;
};

Recorder::Recorder(RecorderOptions options, bus::Time& time, const bus::asio::any_io_executor& loop)
    : options_(std::move(options)),
      time_(time),
      timer_(time.timer()),
      shelf_(std::make_shared<Shelf>()),
      wall_offset_(time.wall_now().time_since_epoch() - time.now().time_since_epoch()),
      steady_since_(time.now()),
      offload_(loop) {
    const auto begin = std::make_shared<Begin>();
    auto work = [shelf = shelf_, begin, open = options_.open]() -> Result<void> {
        auto archive = open();
        if (!archive) {
            shelf->why = archive.error().where;
            return std::unexpected(archive.error());
        }
        shelf->archive = std::move(*archive);
        EventQuery newest;
        newest.limit = 1;
        if (const auto events = shelf->archive->events(newest); events && !events->empty())
            begin->last_id = events->front().id;
        if (auto settings = shelf->archive->settings()) begin->settings = std::move(*settings);
        return {};
    };
    post(std::move(work), [this, begin](const Result<void>& result) { opened(result, *begin); });
}

void Recorder::post(bus::Offload::Work work, bus::Offload::Done done) {
    offload_.post(std::move(work), [life = std::weak_ptr(life_), done = std::move(done)](const auto& result) {
        if (!life.expired()) done(result);
    });
}

void Recorder::say(bool warning, const std::string& line) const {
    if (options_.log) options_.log(warning, line);
}

void Recorder::opened(const Result<void>& result, const Begin& begin) {
    open_ = true;
    next_id_ = begin.last_id + 1;
    if (!result) {
        useless_ = true;
        trouble_ = result.error().where;
        (void)intake_.hand_over();
        say(true, fmt::format("history: {}; nothing is recorded", trouble_));
    }
    witness_.recall(begin.settings);
    for (auto& event : std::exchange(early_, {})) accept(std::move(event));
}

void Recorder::publish(const bank::Pack& pack) {
    if (!useless_) intake_.take(pack, time_.wall_now());
    witness_.take(pack, {.time = time_.now(), .wall = time_.wall_now()});
    gather();
}

void Recorder::publish_bank(const bank::Bank& bank) {
    if (!useless_) intake_.take(bank, time_.wall_now());
    witness_.take(bank, {.time = time_.now(), .wall = time_.wall_now()});
    gather();
}

void Recorder::note(Event event) {
    event.at = time_.wall_now();
    accept(std::move(event));
}

void Recorder::gather() {
    for (auto& event : witness_.events()) accept(std::move(event));
    auto settings = witness_.settings();
    if (useless_) return;
    std::ranges::move(settings, std::back_inserter(waiting_.settings));
}

void Recorder::accept(Event event) {
    if (!open_) return early_.push_back(std::move(event));
    event.id = next_id_++;
    if (listener_) listener_(event);
    if (!useless_) waiting_.events.push_back(std::move(event));
}

bus::Task<void> Recorder::run() {
    due_ = time_.now() + options_.interval;
    try {
        for (;;) {
            co_await timer_->wait_until(due_);
            if (time_.now() < due_) continue;
            watch_clock();
            due_ = time_.now() + options_.interval;
            hand_over(false);
        }
    } catch (...) {  // cancelled
        if (options_.last) note(std::move(*options_.last));
        // Not even opened yet: the archive gives them numbers itself.
        std::ranges::move(std::exchange(early_, {}), std::back_inserter(waiting_.events));
        hand_over(true);
        throw;
    }
}

void Recorder::watch_clock() {
    const auto offset = time_.wall_now().time_since_epoch() - time_.now().time_since_epoch();
    const auto by = std::chrono::abs(Duration(offset - wall_offset_));
    wall_offset_ = offset;
    if (by >= jump) steady_since_ = time_.now();
}

void Recorder::hand_over(bool last) {
    if (useless_) return;
    std::ranges::move(intake_.hand_over(), std::back_inserter(waiting_.tracks));
    bound();
    // At the end it comes behind what is under way; else it waits: a disk that hangs must not fill the
    // memory.
    if (waiting_.empty() || (under_way_ && !last)) return;
    const auto batch = std::make_shared<Batch>(std::exchange(waiting_, {}));
    under_way_ = batch;
    const auto syncs = std::make_shared<unsigned>(0);
    auto work = [shelf = shelf_, batch, syncs]() -> Result<void> {
        if (!shelf->archive) return std::unexpected(shelf->none());
        const auto written = shelf->archive->append(*batch);
        if (!written) return std::unexpected(written.error());
        *syncs = *written;
        return {};
    };
    post(std::move(work), [this, syncs](const Result<void>& result) { handed_over(result, *syncs); });
}

void Recorder::handed_over(const Result<void>& result, unsigned syncs) {
    auto batch = std::exchange(under_way_, nullptr);
    const auto trouble = result ? std::string() : result.error().where;
    if (std::exchange(trouble_, trouble) != trouble) {
        if (trouble.empty()) {
            say(false, fmt::format("history: is written again{}",
                                   lost_rows_ == 0 ? "" : fmt::format("; {} rows were lost", lost_rows_)));
            lost_rows_ = 0;
        } else {
            say(true, fmt::format("history: {}; what comes is kept in memory and tried again", trouble));
        }
    }
    if (result) {
        // Flash wears: what the file cost beyond one fsync an interval is waited for.
        if (syncs > 1) due_ += options_.interval * (syncs - 1);
        return tidy();
    }
    if (batch) {
        auto again = std::move(*batch);
        append(again, std::exchange(waiting_, {}));
        waiting_ = std::move(again);
        bound();
    }
}

void Recorder::tidy() {
    if (std::exchange(tidying_, true)) return;
    const bool may_drop = time_.now() - steady_since_ >= trust_after;
    const auto more = std::make_shared<bool>(false);
    auto work = [shelf = shelf_, more, may_drop, now = time_.wall_now()]() -> Result<void> {
        if (!shelf->archive) return {};
        const auto done = shelf->archive->tidy(now, may_drop);
        if (!done) return std::unexpected(done.error());
        *more = *done;
        return {};
    };
    post(std::move(work), [this, more](const Result<void>& result) {
        tidying_ = false;
        if (result && *more) tidy();  // one step at a time: who asks comes between
    });
}

void Recorder::bound() {
    std::size_t values = 0;
    for (const auto& track : waiting_.tracks) values += values_of(track);
    std::size_t gone = 0;
    for (; values > options_.most_values && gone < waiting_.tracks.size(); ++gone) {
        values -= values_of(waiting_.tracks[gone]);
        lost_rows_ += waiting_.tracks[gone].at.size();
    }
    waiting_.tracks.erase(waiting_.tracks.begin(),
                          waiting_.tracks.begin() + static_cast<std::ptrdiff_t>(gone));
    if (waiting_.events.size() > most_events) {
        const auto surplus = waiting_.events.size() - most_events;
        waiting_.events.erase(waiting_.events.begin(),
                              waiting_.events.begin() + static_cast<std::ptrdiff_t>(surplus));
    }
}

bool Recorder::too_busy() const {
    return asked_ >= most_questions;
}

std::vector<Sample> Recorder::unsaved(const Query& query) const {
    std::vector<Sample> all;
    if (under_way_) collect(all, under_way_->tracks, query);
    collect(all, waiting_.tracks, query);
    collect(all, intake_.tracks(), query);
    return all;
}

std::vector<Event> Recorder::unsaved(const EventQuery& query) const {
    std::vector<Event> all;
    const auto take = [&](const std::vector<Event>& events) {
        std::ranges::copy_if(events, std::back_inserter(all),
                             [&](const Event& event) { return fits(event, query); });
    };
    if (under_way_) take(under_way_->events);
    take(waiting_.events);
    std::ranges::reverse(all);
    return all;
}

void Recorder::read(std::vector<Query> queries, Answers done) {
    if (too_busy()) return done(fail(Errc::io, "history is busy; ask again"));
    ++asked_;
    std::vector<std::vector<Sample>> fresh;
    fresh.reserve(queries.size());
    for (const auto& query : queries) fresh.push_back(unsaved(query));
    const auto answers = std::make_shared<std::vector<Answer>>();
    auto work = [shelf = shelf_, answers, queries = std::move(queries),
                 fresh = std::move(fresh)]() -> Result<void> {
        if (!shelf->archive) return std::unexpected(shelf->none());
        for (std::size_t i = 0; i < queries.size(); ++i) {
            auto answer = shelf->archive->read(queries[i], fresh[i]);
            if (!answer) return std::unexpected(answer.error());
            answers->push_back(std::move(*answer));
        }
        return {};
    };
    post(std::move(work), [this, answers, done = std::move(done)](const Result<void>& result) {
        --asked_;
        if (!result) return done(std::unexpected(result.error()));
        done(std::move(*answers));
    });
}

void Recorder::events(EventQuery query, Events done) {
    if (too_busy()) return done(fail(Errc::io, "history is busy; ask again"));
    ++asked_;
    const auto all = std::make_shared<std::vector<Event>>(unsaved(query));
    auto work = [shelf = shelf_, all, query = std::move(query)]() -> Result<void> {
        if (!shelf->archive) return std::unexpected(shelf->none());
        auto kept = shelf->archive->events(query);
        if (!kept) return std::unexpected(kept.error());
        // What was written in the meantime is in both.
        std::ranges::move(*kept, std::back_inserter(*all));
        std::ranges::stable_sort(*all, std::greater<>(), &Event::id);
        all->erase(std::ranges::unique(*all, {}, &Event::id).begin(), all->end());
        if (all->size() > query.limit) all->resize(query.limit);
        return {};
    };
    post(std::move(work), [this, all, done = std::move(done)](const Result<void>& result) {
        --asked_;
        if (!result) return done(std::unexpected(result.error()));
        done(std::move(*all));
    });
}

}  // namespace packwire::store
