// SPDX-License-Identifier: MIT
#include "bus/scan.hpp"

#include <algorithm>
#include <map>

namespace packwire::bus {

using namespace std::chrono_literals;

namespace {

/// Of the dialect's patience, where nobody may answer at all: packs of today need a tenth of it.
constexpr double haste = 0.3;
constexpr Duration patient_least = 250ms;

/// One dialect at one speed.
struct Attempt {
    Line* line;
    std::uint32_t baud;
};

/// The state of one scan; one pass is one deadline in one dialect at one speed.
class Scan {
public:
    Scan(const std::vector<Line*>& lines, Time& time, ScanWish wish)
        : lines_(lines), time_(time), wish_(std::move(wish)) {
        std::ranges::stable_partition(wish_.addresses, [this](std::uint8_t a) { return is_known(a); });
        for (auto* line : lines_) {
            usual_.push_back(line->timing());
            const auto own = line->dialect().bauds;
            const std::vector<std::uint32_t> bauds(own.begin(), own.end());
            for (const auto baud : wish_.bauds.empty() ? bauds : wish_.bauds) {
                attempts_.push_back(Attempt{line, baud});
            }
        }
    }
    ~Scan() {
        for (std::size_t i = 0; i < lines_.size(); ++i) lines_[i]->set_timing(usual_[i]);
    }
    Scan(const Scan&) = delete;
    Scan& operator=(const Scan&) = delete;

    /// Until somebody answers. `share` of its usual deadline is waited in each.
    Task<Result<void>> all_attempts(double share) {
        for (const auto& attempt : attempts_) {
            const auto set = attempt.line->port().set_baud(attempt.baud);
            if (!set && attempts_.size() > 1) co_return std::unexpected(set.error());
            const auto patience = attempt.line->dialect().patience;
            const auto deadline = std::chrono::duration_cast<Duration>(share * patience);
            const auto passed = co_await pass(attempt, share < 1 ? deadline : usual(attempt));
            if (!passed || !found_.empty()) co_return passed;
        }
        co_return Result<void>{};
    }

    /// Those before the first that answered, who may have been too slow for haste.
    Task<Result<void>> stragglers() {
        if (all_known_found()) co_return Result<void>{};
        const auto& known = found_.front();
        const auto is_its = [&](const Attempt& attempt) {
            return &attempt.line->dialect() == known.dialect && attempt.baud == known.baud;
        };
        const auto attempt = *std::ranges::find_if(attempts_, is_its);
        co_return co_await pass(attempt, patient());
    }

    [[nodiscard]] const std::vector<Found>& found() const { return found_; }

private:
    [[nodiscard]] bool is_known(std::uint8_t address) const {
        return std::ranges::find(wish_.known, address) != wish_.known.end();
    }
    [[nodiscard]] bool all_known_found() const {
        return !wish_.known.empty() &&
               std::ranges::all_of(wish_.known, [this](std::uint8_t address) { return is_found(address); });
    }
    [[nodiscard]] bool is_found(std::uint8_t address) const {
        return std::ranges::find(found_, address, &Found::address) != found_.end();
    }
    [[nodiscard]] Duration usual(const Attempt& attempt) const {
        const auto line = std::ranges::find(lines_, attempt.line);
        return usual_[static_cast<std::size_t>(line - lines_.begin())].first_character;
    }

    /// Well longer than the slowest heard so far.
    [[nodiscard]] Duration patient() const {
        Duration slowest{};
        for (const auto& found : found_) slowest = std::max(slowest, found.latency);
        return std::max(4 * slowest, patient_least);
    }

    void wait_for(const Attempt& attempt, Duration deadline) const {
        auto timing = attempt.line->timing();
        timing.first_character = std::min(deadline, usual(attempt));
        attempt.line->set_timing(timing);
    }

    /// Everybody who has not been found. Once somebody is, speed and dialect are known and packs have shown
    /// how quick they are: the rest is asked patiently at once, and need not be asked again.
    Task<Result<void>> pass(Attempt attempt, Duration deadline) {
        const auto* question = model::telemetry(attempt.line->dialect());
        const auto asked = missing();
        total_ += asked.size();
        for (const auto address : asked) {
            if (!found_.empty()) deadline = waited_for_[address] = patient();
            wait_for(attempt, deadline);
            const auto state = co_await ask(attempt, *question, address);
            if (!state) co_return state;
            if (all_known_found()) break;
        }
        co_return Result<void>{};
    }

    Task<Result<void>> ask(Attempt attempt, const dialect::Service& question, std::uint8_t address) {
        auto& line = *attempt.line;
        if (wish_.progress) {
            const ScanProgress progress{&line.dialect(), attempt.baud, address, done_, total_, found_.size()};
            wish_.progress(progress);
        }
        ++done_;
        const auto begun = time_.now();
        const auto answer = co_await line.ask(question, address, 1);
        if (!answer && is_port_error(answer.error().code)) co_return std::unexpected(answer.error());
        if (answer || is_refusal(answer.error().code)) {
            constexpr int characters = 236;  // of question and answer; protocol 8
            const auto latency = time_.now() - begun - characters * line.port().character_time();
            found_.push_back(Found{&line.dialect(), attempt.baud, address, std::max(latency, Duration{})});
        }
        co_return Result<void>{};
    }

    /// Not found, nor waited for patiently. A slow pack that was found meanwhile makes the patience longer.
    [[nodiscard]] std::vector<std::uint8_t> missing() const {
        std::vector<std::uint8_t> rest;
        for (const auto address : wish_.addresses) {
            const auto waited = waited_for_.find(address);
            const bool enough = waited != waited_for_.end() && waited->second >= patient();
            if (!enough && !is_found(address)) rest.push_back(address);
        }
        return rest;
    }

    const std::vector<Line*>& lines_;
    Time& time_;
    ScanWish wish_;
    std::vector<Timing> usual_;  ///< as lines_
    std::vector<Attempt> attempts_;
    std::vector<Found> found_;
    std::map<std::uint8_t, Duration> waited_for_;  ///< so long, once somebody had answered
    std::size_t done_ = 0;
    std::size_t total_ = 0;
};

}  // namespace

Task<Result<std::vector<Found>>> scan(std::vector<Line*> lines, Time& time, ScanWish wish) {
    Scan run(lines, time, std::move(wish));
    auto state = co_await run.all_attempts(haste);
    if (state && run.found().empty()) {
        state = co_await run.all_attempts(1);
    } else if (state) {
        state = co_await run.stragglers();
    }
    if (!state) co_return std::unexpected(state.error());
    auto found = run.found();
    std::ranges::sort(found, {}, &Found::address);
    co_return found;
}

Task<Result<std::vector<Found>>> scan(Line& line, Time& time, ScanWish wish) {
    std::vector<Line*> lines{&line};
    co_return co_await scan(std::move(lines), time, std::move(wish));
}

}  // namespace packwire::bus
