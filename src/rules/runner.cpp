// SPDX-License-Identifier: MIT
#include "rules/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/durable_file.hpp"
#include "base/time_text.hpp"

namespace packwire::rules {

using namespace std::chrono_literals;

namespace {

constexpr Duration tick = 1s;

std::chrono::minutes time_of_day(WallTime now) {
    const auto local = local_time(now);
    return std::chrono::floor<std::chrono::minutes>(local - std::chrono::floor<std::chrono::days>(local));
}

std::string value_text(const Quantity& quantity, std::optional<double> value) {
    if (!value) return name(quantity) + " unknown";
    const auto words =
        fmt::format("{} {:.{}f} {}", name(quantity), *value, decimals(quantity), unit(quantity));
    return words.substr(0, words.find_last_not_of(' ') + 1);
}

}  // namespace

/// A rule at work.
struct Runner::Live {
    const Rule* rule;
    std::size_t number;
    Switch state;
    std::vector<std::unique_ptr<Teller>> tellers;
};

Runner::Runner(Options options, bus::Time& time, const bus::asio::any_io_executor& executor,
               bus::Offload& offload, Log log)
    : options_(std::move(options)),
      time_(time),
      executor_(executor),
      offload_(offload),
      log_(std::move(log)),
      http_(executor),
      slots_(options_.rules, time.now()),
      timer_(time.timer()) {
    recall();
    const Tools tools{time_, executor_, offload_, http_, options_.publish};
    for (const auto& rule : options_.rules) {
        std::optional<Remembered> before;
        if (const auto kept = memory_.find(rule.name); kept != memory_.end()) {
            // A clock that was set back must not shorten a minimum time.
            const auto age = std::max(Duration::zero(), Duration(time_.wall_now() - kept->second.since));
            before = Remembered{.on = kept->second.on, .age = age};
        }
        auto live = std::make_unique<Live>(Live{&rule, rules_.size(), Switch(rule, time_.now(), before), {}});
        for (auto& actor : actors_of(rule.actions, tools)) {
            live->tellers.push_back(std::make_unique<Teller>(
                std::move(actor), time_, rule.repeat,
                [this, about = live.get()](const Teller& teller) { note(*about, teller); }));
        }
        rules_.push_back(std::move(live));
    }
}

Runner::~Runner() = default;

void Runner::recall() {
    std::error_code ignored;
    if (options_.state_file.empty() || !std::filesystem::exists(options_.state_file, ignored)) return;
    const auto text = read_whole(options_.state_file);
    auto memory = text ? load(*text) : std::unexpected(text.error());
    if (memory) {
        memory_ = std::move(*memory);
    } else if (log_) {
        log_(true, fmt::format("rules: {}: {}; rules begin anew", options_.state_file.string(),
                               memory.error().where));
    }
}

void Runner::publish(const bank::Pack& pack) {
    slots_.take(pack);
    step();
}

void Runner::publish_bank(const bank::Bank& bank) {
    slots_.take(bank);
    step();
}

bus::Task<void> Runner::run() {
    try {
        for (;;) {
            step();
            co_await timer_->wait_until(time_.now() + tick);
        }
    } catch (...) {  // cancelled
        end();
        throw;
    }
}

void Runner::step() {
    if (ended_) return;
    for (auto& live : rules_) step(*live);
}

void Runner::step(Live& live) {
    const auto now = time_.now();
    const auto local = live.rule->between ? time_of_day(time_.wall_now()) : std::chrono::minutes(0);
    const auto before = live.state.since();
    const bool first = !live.state.decided();
    if (live.state.step(slots_.seen(live.number, now), now, local)) {
        if (live.state.since() != before)
            changed(live);
        else if (first && log_)
            log_(false,
                 fmt::format("rule {}: {}, {}", live.rule->name, live.state.on() ? "on" : "off",
                             value_text(live.rule->when.quantity, slots_.seen(live.number, now).when)));
        for (auto& teller : live.tellers) teller->want(message(live));
    }
    for (auto& teller : live.tellers) teller->step();
}

/// It has switched.
void Runner::changed(Live& live) {
    const auto seen = slots_.seen(live.number, time_.now());
    if (log_) {
        log_(false,
             fmt::format("rule {}: {} ({}), {}", live.rule->name, live.state.on() ? "on" : "off",
                         words(live.state.because()), value_text(live.rule->when.quantity, seen.when)));
    }
    if (options_.happened) {
        options_.happened(live.rule->name, 0,
                          fmt::format("{}: {}, {}", live.rule->name, live.state.on() ? "on" : "off",
                                      value_text(live.rule->when.quantity, seen.when)));
    }
    memory_[live.rule->name] = Kept{.on = live.state.on(), .since = time_.wall_now()};
    save();
}

void Runner::end() {
    if (std::exchange(ended_, true)) return;
    for (auto& live : rules_) {
        const auto before = live->state.since();
        if (!live->state.stop(time_.now())) continue;
        if (live->state.since() != before) changed(*live);
        for (auto& teller : live->tellers) {
            if (teller->told() != live->state.on() || teller->busy()) teller->want_last(message(*live));
        }
    }
}

void Runner::save() {
    if (options_.state_file.empty()) return;
    // Rules that are no more are forgotten with the next switching.
    std::erase_if(memory_, [this](const auto& kept) {
        return std::ranges::find(options_.rules, kept.first, &Rule::name) == options_.rules.end();
    });
    auto work = [file = options_.state_file, text = rules::save(memory_)] {
        return write_durably(file, text);
    };
    offload_.post(std::move(work), [this](const Result<void>& result) {
        const auto trouble = result ? std::string() : result.error().where;
        if (std::exchange(save_trouble_, trouble) == trouble || trouble.empty() || !log_) return;
        log_(true, fmt::format("rules: {}; a restart will not know how they were", trouble));
    });
}

void Runner::note(const Live& live, const Teller& teller) {
    if (options_.happened) {
        const bool good = teller.trouble().empty();
        options_.happened(live.rule->name, good ? 0 : 1,
                          fmt::format("{}: {}: {}", live.rule->name, teller.kind(),
                                      good ? "works again" : teller.trouble()));
    }
    if (!log_) return;
    if (teller.trouble().empty()) {
        log_(false, fmt::format("rule {}: {} works again", live.rule->name, teller.kind()));
    } else {
        log_(true,
             fmt::format("rule {}: {}: {}; trying again", live.rule->name, teller.kind(), teller.trouble()));
    }
}

Message Runner::message(const Live& live) const {
    const auto seen = slots_.seen(live.number, time_.now());
    return {.rule = live.rule->name,
            .on = live.state.on(),
            .quantity = name(live.rule->when.quantity),
            .value = seen.when,
            .reason = std::string(words(live.state.because()))};
}

std::string Runner::trouble() const {
    std::string all;
    for (const auto& live : rules_) {
        for (const auto& teller : live->tellers) {
            if (teller->trouble().empty()) continue;
            all += fmt::format("{}rule {}: {}: {}", all.empty() ? "" : "; ", live->rule->name, teller->kind(),
                               teller->trouble());
        }
    }
    return all;
}

std::vector<RuleStatus> Runner::status() const {
    const auto now = time_.now();
    std::vector<RuleStatus> all;
    for (const auto& live : rules_) {
        RuleStatus status;
        status.rule = live->rule;
        status.on = live->state.on();
        status.decided = live->state.decided();
        status.because = live->state.because();
        if (const auto since = live->state.since()) status.age = now - *since;
        if (const auto due = live->state.due()) status.due = *due - now;
        status.value = slots_.seen(live->number, now).when;
        for (const auto& teller : live->tellers) {
            status.actions.push_back({.kind = teller->kind(),
                                      .told = teller->told(),
                                      .busy = teller->busy(),
                                      .failures = teller->failures(),
                                      .trouble = teller->trouble()});
        }
        all.push_back(std::move(status));
    }
    return all;
}

}  // namespace packwire::rules
