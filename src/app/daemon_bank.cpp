// SPDX-License-Identifier: MIT
#include "app/daemon_bank.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "app/kept_totals.hpp"
#include "base/durable_file.hpp"

namespace packwire::app {

using namespace std::chrono_literals;

namespace {

/// So many packs are asked after at each of their readings; more wait for each other.
constexpr std::size_t home = 16;
constexpr Duration least_pause = 50ms;
/// Longest time without a step: limits rise by themselves.
constexpr Duration most_pause = 1s;
// Flash wears. A write is about 2 kB of text; with the file system's journal some 16 kB.
/// All that changes all the time is worth a write this often.
constexpr Duration save_usual = 10min;
/// No write comes sooner after another: 80 kW, 15 packs at 100 A, count 0.05 kWh in that time.
constexpr Duration save_least = 2s;
/// Energy is published when it is on the disk, so this is the step in which it is published, and about what
/// a power cut takes: half of the 0.1 kWh that may be missing. 20 writes a kWh: at 10 kW one each 18 s, in a
/// house that charges and discharges 20 kWh a day 800 a day (13 MB). Source: bank 13.
constexpr double save_energy = 0.05;
/// What is counted one by one, such as alarms, which may come and go.
constexpr Duration save_counts = 10s;
/// Extremes move with each reading while a battery empties.
constexpr Duration save_extremes = 1min;
/// Totals of an earlier run are waited for this long when its memory is lost: a broker may be away.
constexpr Duration recovery_longest = 10s;

bank::Memory nothing_known() {
    bank::Memory memory;
    memory.history.recovering = true;
    return memory;
}

bank::Memory recall(const std::filesystem::path& file) {
    std::error_code ignored;
    if (file.empty() || !std::filesystem::exists(file, ignored)) return nothing_known();
    const auto text = read_whole(file);
    auto memory = text ? bank::load(*text) : std::unexpected(text.error());
    if (memory) return std::move(*memory);
    auto bad = file;
    bad += ".bad";
    std::filesystem::rename(file, bad, ignored);
    spdlog::warn("{}: {}; the bank begins anew, without its history; the file is kept as {}", file.string(),
                 memory.error().where, bad.string());
    return nothing_known();
}

/// One of these is wrong in the file of the next run, and would take back what was published.
bool counts_differ(const bank::History& a, const bank::History& b) {
    const auto counts = [](const bank::History& one) {
        return std::tuple(one.full_discharges, one.low_voltage_alarms, one.high_voltage_alarms,
                          one.discharges);
    };
    return counts(a) != counts(b);
}

bool extremes_differ(const bank::History& a, const bank::History& b) {
    const auto extremes = [](const bank::History& one) {
        return std::tuple(one.deepest, one.voltage_min, one.voltage_max, one.cell_voltage_min,
                          one.cell_voltage_max, one.temperature_min, one.temperature_max);
    };
    return extremes(a) != extremes(b);
}

/// What the limits of the next run begin with.
bool rules_differ(const bank::Memory& a, const bank::Memory& b) {
    const auto rules = [](const bank::Memory& one) {
        const auto control = one.control.value_or(bank::ControlMemory{});
        return std::tuple(one.control.has_value(), control.mode, control.discharge_stop,
                          control.discharge_stops);
    };
    return rules(a) != rules(b) ||
           !std::ranges::equal(a.packs, b.packs, {}, &bank::Expected::id, &bank::Expected::id);
}

}  // namespace

DaemonBank::DaemonBank(bank::KeeperSettings settings, std::filesystem::path file, const bank::Book& book,
                       bus::Time& time, bus::Offload& offload)
    : settings_(std::move(settings)),
      file_(std::move(file)),
      book_(book),
      time_(time),
      offload_(offload),
      timer_(time.timer()),
      keeper_(settings_, recall(file_)) {
    saved_ = keeper_.memory();
    if (!saved_.history.recovering) keeper_.tally().keep(saved_.history);
}

void DaemonBank::recover_totals(store::Desk* history, bool broker) {
    if (!keeper_.history().recovering) return;
    ask_history_ = history != nullptr;
    ask_broker_ = broker;
    totals_by_ = time_.now() + recovery_longest;
    keeper_.tally().withhold();
    if (history != nullptr) {
        history->read(queries_for_totals(), [this](const Result<std::vector<store::Answer>>& answers) {
            ask_history_ = false;
            if (answers) raise(newest_totals(*answers, keeper_.history().clears), "the history");
            note_recovered();
        });
    }
    note_recovered();
}

void DaemonBank::on_retained(const std::optional<bank::PublishedTotals>& totals) {
    ask_broker_ = false;
    if (totals) raise(*totals, "the broker");
    note_recovered();
    changed_now();
}

void DaemonBank::raise(const bank::PublishedTotals& totals, std::string_view from) {
    const auto raised = keeper_.tally().raise(totals);
    if (!raised.empty()) keep_from_ = saves_ + 1;
    for (const auto metric : raised) {
        const auto value = std::ranges::find(totals.values, metric, &bank::PublishedTotals::Value::metric);
        spdlog::warn("bank: {} goes on from {:.3f} {} as {} has it, which is more than its own memory",
                     metric.row().name, value->value, metric.row().unit, from);
    }
}

/// Somebody was heard of those who may know totals of an earlier run; is it the last?
void DaemonBank::note_recovered() {
    if (ask_history_ || ask_broker_) return;
    keeper_.tally().recover(false);
    publish_totals();
}

/// They are as good as they get.
void DaemonBank::publish_totals() {
    if (!totals_by_) return;
    totals_by_.reset();
    if (file_.empty()) {
        keeper_.tally().publish_as_counted();
        changed();
    } else {
        save();
    }
}

void DaemonBank::take(const bank::Pack& pack) {
    keeper_.on_pack(pack);
    timer_->cancel();
}

void DaemonBank::wish(const Wish& wish, bool on, std::string_view by) {
    auto wanted = keeper_.requests();
    if (wanted.*wish.which == on) return;
    wanted.*wish.which = on;
    keeper_.request(wanted, time_.now());
    changed();
    log_seldom(spdlog::level::warn, std::string(wish.words),
               fmt::format("bank: {} was switched {} {}", wish.words, on ? "on" : "off", by));
}

void DaemonBank::log_seldom(spdlog::level::level_enum level, const std::string& topic,
                            const std::string& message) {
    if (const auto passed = messages_.pass(topic, message, time_.now())) spdlog::log(level, "{}", *passed);
}

void DaemonBank::note_limit(std::string_view name, double was, double is, const std::string& why) {
    if ((was == 0) == (is == 0)) return;
    const auto topic = fmt::format("{} limit", name);
    if (is == 0) {
        log_seldom(spdlog::level::warn, topic, fmt::format("bank: {} limit is 0: {}", name, why));
    } else {
        log_seldom(spdlog::level::info, topic, fmt::format("bank: {} limit is {:.1f} A again", name, is));
    }
}

void DaemonBank::refresh() {
    if (time_.now() >= due_) step();
}

bus::Task<void> DaemonBank::run() {
    try {
        for (;;) {
            step();
            co_await timer_->wait_until(std::min(keeper_.next(), time_.now() + most_pause));
            if (keeper_.size() <= home) continue;
            const auto earliest = time_.now() + least_pause;
            while (time_.now() < earliest) co_await timer_->wait_until(earliest);
        }
    } catch (...) {  // cancelled
        save();
        throw;
    }
}

void DaemonBank::step() {
    due_ = TimePoint::max();  // who is published to may ask for refresh()
    step_now();
    due_ = keeper_.next();
}

void DaemonBank::step_now() {
    for (const auto& [bus, pace] : book_.paces()) keeper_.set_pace(bus, pace);
    if (totals_by_ && time_.now() >= *totals_by_) publish_totals();
    auto bank = keeper_.step(time_.now(), time_.wall_now());
    if (worth_saving()) save();
    if (!bank) return;
    note_changes(*bank);
    latest_ = std::move(bank);
    if (publish_) publish_(*latest_);
}

/// What a user would want to read the next morning, once each.
void DaemonBank::note_changes(const bank::Bank& bank) {
    if (!latest_) {
        spdlog::info("bank: {} pack(s)", bank.members.size());
    } else if (latest_->freshness != bank.freshness) {
        const bool fresh = bank.freshness == bank::Freshness::fresh;
        spdlog::log(fresh ? spdlog::level::info : spdlog::level::warn, "bank: {}",
                    bank::name(bank.freshness));
    }
    if (std::exchange(monitor_reason_, bank.monitor_reason) != bank.monitor_reason) {
        if (bank.monitor_reason.empty()) {
            log_seldom(spdlog::level::info, "monitor", "bank: gives limits again");
        } else {
            log_seldom(spdlog::level::warn, "monitor",
                       fmt::format("bank: a monitor, without limits: {}", bank.monitor_reason));
        }
    }
    note_findings(bank);
    if (!bank.limits || !latest_ || !latest_->limits) return;
    const auto& was = *latest_->limits;
    const auto& is = *bank.limits;
    note_limit("charge", was.charge_current, is.charge_current, is.charge_limitation);
    note_limit("discharge", was.discharge_current, is.discharge_current, is.discharge_limitation);
}

/// Each condition once when it begins and once when it ends, however its numbers move. One that comes and
/// goes is repeated after a while at most.
void DaemonBank::note_findings(const bank::Bank& bank) {
    auto ended = std::exchange(findings_, {});
    for (const auto& finding : bank.findings) {
        auto& noted = findings_[finding.key];
        if (const auto before = ended.extract(finding.key)) {
            noted = before.mapped();
        } else if (finding_limit_.admit(finding.key, time_.now())) {
            noted.told = true;
            spdlog::warn("bank: {}", finding.text);
        }
        noted.text = finding.text;
    }
    for (const auto& [key, noted] : ended) {
        if (noted.told) spdlog::info("bank: no longer so: {}", noted.text);
    }
}

bool DaemonBank::worth_saving() const {
    if (saving_ > 0) return false;
    const auto since = saved_at_ ? time_.now() - *saved_at_ : save_usual;
    if (since < save_least) return false;  // before a copy of all that is remembered, at each reading
    const auto& now = keeper_.history();
    const auto& then = saved_.history;
    const auto energy = std::max(now.charged - then.charged, now.discharged - then.discharged);
    if (energy >= save_energy || now.clears != then.clears) return true;
    if (since >= save_counts && counts_differ(now, then)) return true;
    if (since >= save_extremes && extremes_differ(now, then)) return true;
    const auto memory = keeper_.memory();
    return rules_differ(memory, saved_) || (since >= save_usual && memory != saved_);
}

void DaemonBank::save() {
    saved_ = keeper_.memory();
    saved_at_ = time_.now();
    if (file_.empty()) return;
    ++saving_;
    auto work = [file = file_, text = bank::save(saved_)] { return write_durably(file, text); };
    // The loop may deliver it when the bank is gone.
    offload_.post(std::move(work), [this, alive = std::weak_ptr(alive_), number = ++saves_,
                                    history = saved_.history](const Result<void>& result) {
        if (!alive.expired()) saved(number, result, history);
    });
}

/// What is on the disk may be published.
void DaemonBank::saved(std::uint64_t number, const Result<void>& result, const bank::History& history) {
    --saving_;
    if (!totals_by_ && number >= keep_from_) {
        if (result) {
            keeper_.tally().keep(history);
        } else {
            keeper_.tally().publish_as_counted();
        }
    }
    changed();
    const auto trouble = result ? std::string() : result.error().where;
    if (std::exchange(save_trouble_, trouble) == trouble) return;
    if (trouble.empty()) {
        spdlog::info("bank: its memory can be written again");
        return;
    }
    spdlog::warn("bank: {}; a restart will not know its history nor how far a charge was", trouble);
}

std::vector<std::uint8_t> DaemonBank::known_on(std::string_view bus) const {
    std::vector<std::uint8_t> addresses;
    for (const auto& pack : keeper_.memory().packs) {
        if (pack.bus == bus) addresses.push_back(pack.address);
    }
    return addresses;
}

std::optional<bank::Limits> DaemonBank::pack_limits(const std::string& id) {
    const auto packs = book_.packs();
    const auto found =
        std::ranges::find(packs, id, [](const bank::Pack* pack) { return pack->snapshot.identity.id; });
    if (found == packs.end()) return std::nullopt;
    auto& control = alone_.try_emplace(id, settings_.charge).first->second;
    const std::array one{*found};
    return control.step(one, time_.now(), time_.wall_now());
}

}  // namespace packwire::app
