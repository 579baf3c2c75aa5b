// SPDX-License-Identifier: MIT
#include "bus/scan.hpp"

#include <algorithm>

#include "dialect/daren/daren.hpp"

namespace packwire::bus {

using namespace std::chrono_literals;

namespace {

constexpr Duration hasty = 150ms;
constexpr Duration patient_least = 250ms;

/// The state of one scan; one pass is one deadline at one speed.
class Scan {
public:
    Scan(Line& line, Time& time, ScanWish wish)
        : line_(line), time_(time), wish_(std::move(wish)), usual_(line.timing()) {}
    ~Scan() { line_.set_timing(usual_); }
    Scan(const Scan&) = delete;
    Scan& operator=(const Scan&) = delete;

    Task<Result<void>> all_speeds(Duration deadline) {
        for (const auto baud : wish_.bauds) {
            if (const auto set = line_.port().set_baud(baud); !set && wish_.bauds.size() > 1) {
                co_return std::unexpected(set.error());
            }
            const auto passed = co_await pass(baud, deadline);
            if (!passed) co_return passed;
            if (!found_.empty()) co_return Result<void>{};
        }
        co_return Result<void>{};
    }

    Task<Result<void>> pass(std::uint32_t baud, Duration deadline) {
        total_ += missing().size();
        for (const auto address : missing()) {
            const auto asked = co_await ask(baud, address, deadline);
            if (!asked) co_return asked;
        }
        co_return Result<void>{};
    }

    /// A little longer than the slowest pack heard so far.
    [[nodiscard]] Duration patience() const {
        Duration slowest{};
        for (const auto& found : found_) slowest = std::max(slowest, found.latency);
        return std::min(std::max(4 * slowest, patient_least), usual_.first_character);
    }
    [[nodiscard]] Duration full() const { return usual_.first_character; }
    [[nodiscard]] const std::vector<Found>& found() const { return found_; }

private:
    Task<Result<void>> ask(std::uint32_t baud, std::uint8_t address, Duration deadline) {
        if (wish_.progress) {
            const ScanProgress progress{baud, address, done_, total_, found_.size()};
            wish_.progress(progress);
        }
        ++done_;
        auto timing = usual_;
        timing.first_character = std::min(deadline, usual_.first_character);
        line_.set_timing(timing);
        const auto begun = time_.now();
        const auto answer = co_await line_.ask(dialect::daren::live_data, address, 1);
        if (!answer && is_port_error(answer.error().code)) co_return std::unexpected(answer.error());
        if (answer || answer.error().code == Errc::rejected) {
            constexpr int characters = 236;  // of question and answer; protocol 8
            const auto latency = time_.now() - begun - characters * line_.port().character_time();
            found_.push_back(Found{baud, address, std::max(latency, Duration{})});
        }
        co_return Result<void>{};
    }

    [[nodiscard]] std::vector<std::uint8_t> missing() const {
        std::vector<std::uint8_t> rest;
        for (const auto address : wish_.addresses) {
            if (std::ranges::find(found_, address, &Found::address) == found_.end()) rest.push_back(address);
        }
        return rest;
    }

    Line& line_;
    Time& time_;
    ScanWish wish_;
    Timing usual_;
    std::vector<Found> found_;
    std::size_t done_ = 0;
    std::size_t total_ = 0;
};

}  // namespace

Task<Result<std::vector<Found>>> scan(Line& line, Time& time, ScanWish wish) {
    Scan run(line, time, std::move(wish));
    auto state = co_await run.all_speeds(hasty);
    if (state && run.found().empty()) {
        state = co_await run.all_speeds(run.full());
    } else if (state) {
        state = co_await run.pass(run.found().front().baud, run.patience());
    }
    if (!state) co_return std::unexpected(state.error());
    auto found = run.found();
    std::ranges::sort(found, {}, &Found::address);
    co_return found;
}

}  // namespace packwire::bus
