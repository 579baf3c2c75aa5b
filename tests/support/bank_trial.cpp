// SPDX-License-Identifier: MIT
#include "support/bank_trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <numeric>
#include <set>
#include <utility>

#include "bank/book.hpp"
#include "bank/keeper.hpp"
#include "bus/poller.hpp"
#include "sim/random.hpp"
#include "support/scripted_pack.hpp"

namespace packwire::test {

namespace {

using namespace std::chrono_literals;
namespace daren = dialect::daren;

constexpr TimePoint begin{1h};
const WallTime new_year = std::chrono::sys_days{std::chrono::January / 1 / 2026};
const std::string bus_name = "/dev/ttyUSB0";
/// Longest wait for limits to be back, and how often CVL is waited for, which may take an hour.
constexpr Duration longest_recovery = 30min;
constexpr std::uint64_t voltage_every = 8;
constexpr Duration naming_time = 15s;
constexpr int most_paced = 50;  // steps in a second without a reading

std::uint8_t address_of(std::size_t pack) {
    return static_cast<std::uint8_t>(pack + 1);
}

std::vector<std::uint8_t> identity_info(std::size_t pack) {
    auto info = seed_info("B0/3");
    auto serial = fmt::format("PLANNED{:08}", pack + 1);
    std::ranges::copy(serial, info.begin() + 6);
    return info;
}

/// A shunt's garbage. Source: field-cases.md A5, bank 8 (the same gate for everybody).
bank::External external_of(std::int32_t raw, TimePoint now) {
    constexpr auto nan = std::numeric_limits<double>::quiet_NaN();
    constexpr auto infinite = std::numeric_limits<double>::infinity();
    const auto socs = std::to_array<std::optional<double>>(
        {std::nullopt, nan, infinite, -infinite, -5.0, 0.0, 100.0, 101.0, 65535.0, 1e300, 55.0});
    const auto currents = std::to_array<std::optional<double>>(
        {std::nullopt, nan, infinite, -infinite, 0.0, 1e6, -1e6, 1e300, 400.0, -12.0});
    const auto whens = std::to_array<Duration>({0s, 0s, -5s, -1h, 1h, 0s});
    const auto draw = static_cast<std::size_t>(raw);
    bank::External external;
    external.state_of_charge = socs[draw % socs.size()];
    external.current = currents[draw / 7 % currents.size()];
    external.when = now + whens[draw / 3 % whens.size()];
    return external;
}

std::optional<double> minimum_of(std::int32_t raw) {
    const auto values = std::to_array<std::optional<double>>(
        {std::nullopt, std::numeric_limits<double>::quiet_NaN(), -10.0, 0.0, 100.0, 250.0,
         std::numeric_limits<double>::infinity(), 45.0});
    return values[static_cast<std::size_t>(raw) % values.size()];
}

/// What both levels have in common: book, keeper, oracle, and what others do.
class Trial {
public:
    /// `pulse`: the longest pause between two steps.
    Trial(const BankPlan& plan, Duration interval, Duration pulse)
        : plan_(plan),
          pulse_(pulse),
          keeper_(settings(plan)),
          oracle_({.charge = charge_settings(plan), .interval = interval}, begin) {
        for (std::size_t i = 0; i < plan.packs.size(); ++i) {
            if (plan.packs[i].configured) oracle_.expect(i);
        }
        packs_.resize(plan.packs.size());
    }
    virtual ~Trial() = default;
    Trial(const Trial&) = delete;
    Trial& operator=(const Trial&) = delete;

    TrialResult run() {
        run_until(begin + plan_.length);
        recover();
        return {oracle_.complaints(), oracle_.steps(), readings_, now_ - begin};
    }

protected:
    struct PackState {
        std::optional<PackMoment> sent;  ///< the last 42
        TimePoint sent_at{};
        TrueWords words;
        bool answered = false;  ///< since it appeared
        std::optional<TimePoint> unnamed_since;
    };

    virtual void run_until(TimePoint end) = 0;

    /// Lets everything that is due before `until` happen.
    void advance(TimePoint until) {
        while (true) {
            const auto due = next_step();
            if (due > until) break;
            now_ = std::max(now_, due);
            refresh();
            step();
        }
        now_ = until;
    }
    /// When the daemon would take its next step. It burns a processor if that is always at once.
    [[nodiscard]] TimePoint next_step() {
        const auto pulse = stepped_ + pulse_;
        if (now_ - paced_since_ >= 1s) {
            paced_since_ = now_;
            paced_ = 0;
        }
        if (++paced_ < most_paced) return std::min({book_.next_change(), keeper_.next(), pulse});
        if (paced_ == most_paced)
            oracle_.complain(Law::pace, now_, fmt::format("{} steps in a second", paced_));
        return std::min(book_.next_change(), pulse);
    }
    void restart() {
        const auto text = bank::save(keeper_.memory());
        keeper_ = bank::Keeper(settings(plan_), bank::load(text).value());
        book_ = bank::Book(bank::LossTimes{});
        for (auto& pack : packs_) pack = {};
        oracle_.restarted(now_);
        forgotten();
    }
    /// Every pack appears again.
    virtual void forgotten() {}
    void refresh() {
        for (const auto* pack : book_.refresh(now_)) keeper_.on_pack(*pack);
    }
    void step() {
        stepped_ = now_;
        note_others();
        if (is_disturbed(plan_, now_ - begin)) oracle_.disturbed(now_);
        for (const auto& pack : plan_.packs) {
            if (now_ - begin < pack.joins) oracle_.disturbed(now_);
        }
        if (const auto bank = keeper_.step(now_, wall())) oracle_.published(*bank, now_);
    }
    /// A good answer of 42 as the book takes it.
    void take_live(std::size_t pack, const model::Record& record) {
        auto& state = packs_[pack];
        ++readings_;
        const auto* known = book_.on_record(bus_name, address_of(pack), record, now_, wall());
        if (known == nullptr) {
            const bool damaged = state.sent && state.sent->damage > 0;
            if (!state.unnamed_since || damaged) state.unnamed_since = now_;
            if (now_ - *state.unnamed_since > naming_time)
                oracle_.complain(Law::naming, now_, fmt::format("pack {} answers without a name", pack + 1));
            return;
        }
        publish(pack, *known);
    }
    void take_other(std::size_t pack, const model::Record& record) {
        auto& state = packs_[pack];
        const auto& code = record.service().code;
        const auto factor = moment_of(plan_, pack, now_ - begin).limit_factor;
        if (code == "47") state.words = true_words(plan_.packs[pack], factor, code, state.words);
        if (code == "80") state.words = true_words(plan_.packs[pack], factor, code, state.words);
        const auto* known = book_.on_record(bus_name, address_of(pack), record, now_, wall());
        if (known != nullptr) publish(pack, *known);
    }
    void take_refusal(std::size_t pack, const model::Service& service) {
        const auto* known = book_.on_unsupported(bus_name, address_of(pack), service);
        if (known != nullptr) publish(pack, *known);
    }
    void appear(std::size_t pack) {
        book_.on_appear(bus_name, address_of(pack), daren::dialect);
        packs_[pack].unnamed_since.reset();
    }
    [[nodiscard]] WallTime wall() const {
        return new_year + std::chrono::duration_cast<WallTime::duration>(now_ - begin);
    }
    [[nodiscard]] Duration elapsed() const { return now_ - begin; }

    const BankPlan& plan_;
    Duration pulse_;
    bank::Book book_{bank::LossTimes{}};
    bank::Keeper keeper_;
    LimitOracle oracle_;
    std::vector<PackState> packs_;
    TimePoint now_ = begin;
    TimePoint stepped_ = begin;
    TimePoint paced_since_ = begin;
    int paced_ = 0;  ///< steps since then that no reading asked for
    PackReader reader_;

private:
    static bank::KeeperSettings settings(const BankPlan& plan) {
        bank::KeeperSettings settings;
        settings.charge = charge_settings(plan);
        for (std::size_t i = 0; i < plan.packs.size(); ++i) {
            if (plan.packs[i].configured) settings.expected.push_back({bus_name, address_of(i)});
        }
        return settings;
    }
    void publish(std::size_t pack, const bank::Pack& known) {
        auto& state = packs_[pack];
        keeper_.on_pack(known);
        state.unnamed_since.reset();
        oracle_.told(pack, state.words, now_);
        if (state.sent && known.last_good == state.sent_at)
            oracle_.heard(pack, state.sent->truth, state.sent_at);
        step();
    }
    /// Shunt, ESS, another BMS and users, as the plan says for now.
    void note_others() {
        std::optional<bank::External> external;
        std::optional<double> minimum;
        bool other_bms = false;
        bank::Requests requests;
        for (const auto& event : plan_.events) {
            if (!is_active(event, elapsed())) continue;
            if (event.what == Happening::restart && restarts_.insert(&event).second) restart();
            if (event.what == Happening::external) external = external_of(event.raw + turn(), now_);
            if (event.what == Happening::minimum_soc) minimum = minimum_of(event.raw + turn());
            other_bms = other_bms || event.what == Happening::other_bms;
            requests.charging_off = requests.charging_off || event.what == Happening::charging_off;
            requests.discharging_off = requests.discharging_off || event.what == Happening::discharging_off;
            requests.full_charge_now = requests.full_charge_now || event.what == Happening::full_charge;
        }
        if (external || had_external_) keeper_.set_external(external);
        had_external_ = external.has_value();
        keeper_.set_minimum_soc(minimum);
        keeper_.set_other_bms(other_bms ? "com.victronenergy.battery.other" : "");
        oracle_.set_other_bms(other_bms, now_);
        if (requests != requests_) keeper_.request(requests, now_);
        requests_ = requests;
        oracle_.set_requests(requests.charging_off, requests.discharging_off);
    }
    /// Garbage changes every ten seconds.
    [[nodiscard]] std::int32_t turn() const { return static_cast<std::int32_t>(elapsed() / 10s); }

    void recover() {
        const bool voltage = plan_.seed % voltage_every == 0;
        const auto latest = now_ + longest_recovery + (voltage ? 90min : 0min);
        while (now_ < oracle_.due(voltage) && oracle_.due(voltage) < latest) run_until(now_ + 15s);
        if (oracle_.due(voltage) < latest) oracle_.check_recovery(voltage, now_);
    }

    std::uint64_t readings_ = 0;
    bool had_external_ = false;
    std::set<const PlannedEvent*> restarts_;  ///< that have been
    bank::Requests requests_;
};

/// An answer every three seconds of each pack.
class RecordTrial final : public Trial {
public:
    explicit RecordTrial(const BankPlan& plan)
        : Trial(plan, interval, interval), random_(sim::mix(plan.seed)) {
        for (std::size_t i = 0; i < plan.packs.size(); ++i) {
            due_.push_back(begin + 100ms * static_cast<int>(i + 1));
            missed_.push_back(0);
        }
        forgotten();
    }

private:
    static constexpr Duration interval = 3s;
    static constexpr int silent_after = 2;

    void run_until(TimePoint end) override {
        while (true) {
            const auto next = std::ranges::min_element(due_);
            if (*next > end) break;
            const auto pack = static_cast<std::size_t>(next - due_.begin());
            advance(*next);
            *next += interval;
            ask(pack);
        }
        advance(end);
    }
    void forgotten() override {
        const bank::Pace pace{.interval = interval, .round = interval};
        book_.set_pace(bus_name, pace);
        keeper_.set_pace(bus_name, pace);
    }
    void ask(std::size_t pack) {
        const auto moment = moment_of(plan_, pack, elapsed());
        if (moment.silent) {
            if (++missed_[pack] >= silent_after) packs_[pack].answered = false;
            return;
        }
        if (moment.refuses || random_.chance(moment.damage)) return;
        missed_[pack] = 0;
        if (!packs_[pack].answered) {
            appear(pack);
            packs_[pack].answered = true;
            answer_live(pack, moment);
            ask_limits(pack, moment);
            answer(pack, daren::manufacturing, identity_info(pack));
            return;
        }
        answer_live(pack, moment);
        if (limits_due_.size() <= pack) limits_due_.resize(pack + 1, begin);
        if (now_ < limits_due_[pack]) return;
        ask_limits(pack, moment);
    }
    void ask_limits(std::size_t pack, const PackMoment& moment) {
        if (limits_due_.size() <= pack) limits_due_.resize(pack + 1, begin);
        limits_due_[pack] = now_ + 60s;
        if (moment.mutes_limits) {
            limits_due_[pack] = now_ + 10s;
            return;
        }
        const auto words = words_of(plan_.packs[pack], moment.limit_factor);
        for (const auto* service : {&daren::system_parameters, &daren::basic_parameters}) {
            const bool refused =
                service->code == "47" ? plan_.packs[pack].refuses_47 : plan_.packs[pack].refuses_80;
            if (refused) {
                take_refusal(pack, *service);
            } else {
                answer(pack, *service, reader_.settings_info(*service, words));
            }
        }
    }
    void answer_live(std::size_t pack, const PackMoment& moment) {
        const auto info = reader_.live_info(moment.live);
        const auto record = decoder_.decode(daren::live_data, info);
        auto& state = packs_[pack];
        // As a line does: what the proof of the frame refuses is taken at the third in a row.
        if (!record) {
            if (!moment.truth.contradicts)
                oracle_.complain(Law::belief, now_,
                                 fmt::format("pack {}: {}", pack + 1, record.error().where));
            const auto code = record.error().code;
            const bool may_repeat = code == Errc::inconsistent || code == Errc::out_of_range;
            if (!may_repeat || ++contradictions_[pack] < 3) return;
            if (!decoder_.read(daren::live_data, info, record_)) return;
            state.sent = moment;
            state.sent_at = now_;
            take_live(pack, record_);
            return;
        }
        contradictions_[pack] = 0;
        state.sent = moment;
        state.sent_at = now_;
        take_live(pack, *record);
    }
    void answer(std::size_t pack, const model::Service& service, const std::vector<std::uint8_t>& info) {
        const auto record = decoder_.decode(service, info);
        if (record) take_other(pack, *record);
    }

    sim::Random random_;
    model::Decoder decoder_;
    model::Record record_;
    std::vector<TimePoint> due_;
    std::vector<int> missed_;
    std::vector<TimePoint> limits_due_;
    std::map<std::size_t, int> contradictions_;
};

/// Everything from the port on, as the daemon has it.
class ByteTrial final : public Trial, private bus::PollListener {
public:
    explicit ByteTrial(const BankPlan& plan)
        : Trial(plan, interval, 1s), random_(sim::mix(plan.seed)), offset_(begin - time_.now()) {
        line_.yield_to_masters(true);
        std::vector<std::uint8_t> addresses;
        for (std::size_t i = 0; i < plan.packs.size(); ++i) {
            addresses.push_back(address_of(i));
            bus_.packs[address_of(i)] = {};
        }
        bus_.tamper = [this](std::string, std::string_view service, std::uint8_t address) {
            return reply(service, static_cast<std::size_t>(address - 1));
        };
        bus::PollListener& listener = *this;
        poller_.emplace(line_, time_, bus::poll_plan(daren::dialect, addresses, interval), listener);
        bus::asio::co_spawn(loop_, poller_->run(), bus::asio::detached);
    }

private:
    static constexpr Duration interval = 1s;
    static constexpr int believed_at = 3;  ///< undamaged answers in a row

    void run_until(TimePoint end) override {
        while (now_ < end) {
            const auto next = std::min(next_step(), end);
            line_events();
            time_.run_until(std::max(next, now_) - offset_);
            now_ = std::max(now_, time_.now() + offset_);
            refresh();
            step();
        }
    }
    void line_events() {
        bool gone = false;
        for (const auto& event : plan_.events) {
            if (!is_active(event, elapsed())) continue;
            gone = gone || event.what == Happening::port_gone;
            if (event.what == Happening::other_master && now_ - asked_at_ >= 1s) {
                asked_at_ = now_;
                const auto question = dialect::make_request(daren::dialect, daren::live_data, 9);
                port_.deliver(time_.now() + 300ms, wire::encode(question));
            }
        }
        if (gone && !gone_) port_.vanish();
        if (!gone && gone_) port_.come_back();
        gone_ = gone;
    }
    std::string reply(std::string_view service, std::size_t pack) {
        now_ = time_.now() + offset_;
        auto moment = moment_of(plan_, pack, elapsed());
        const bool limits = service == "47" || service == "80";
        if (moment.silent || (limits && moment.mutes_limits)) return {};
        const auto& planned = plan_.packs[pack];
        const bool refuses =
            (service == "47" && planned.refuses_47) || (service == "80" && planned.refuses_80);
        const auto rtn = moment.refuses ? 6 : refuses ? 4 : 0;
        std::vector<std::uint8_t> info;
        if (rtn == 0) info = info_of(service, pack, moment);
        auto answer = wire::encode(
            dialect::make_answer(daren::dialect, address_of(pack), info, static_cast<std::uint8_t>(rtn)));
        if (random_.chance(moment.damage)) {
            auto& digit = answer[13 + random_.below(static_cast<std::uint32_t>(answer.size() - 18))];
            digit = digit == '7' ? '8' : '7';
            in_a_row_[pack] = 0;
            return answer;
        }
        if (service == "42" && rtn == 0) {
            auto& state = packs_[pack];
            state.sent = std::move(moment);
            state.sent_at = now_;
            sent_info_[pack] = info;
            ++in_a_row_[pack];
        }
        return answer;
    }
    std::vector<std::uint8_t> info_of(std::string_view service, std::size_t pack, const PackMoment& moment) {
        if (service == "42") {
            const auto info = reader_.live_info(moment.live);
            return {info.begin(), info.end()};
        }
        if (service == "B0/3") return identity_info(pack);
        const auto* known = service == "47"   ? &daren::system_parameters
                            : service == "80" ? &daren::basic_parameters
                                              : nullptr;
        if (known == nullptr) return seed_info(service);
        return reader_.settings_info(*known, words_of(plan_.packs[pack], moment.limit_factor));
    }

    void on_appear(std::uint8_t address) override {
        now_ = time_.now() + offset_;
        appear(address - 1U);
    }
    void on_record(std::uint8_t address, const model::Record& record) override {
        now_ = time_.now() + offset_;
        const auto pack = static_cast<std::size_t>(address - 1);
        book_.set_pace(bus_name, {.interval = interval, .round = poller_->round()});
        for (const auto& [bus, pace] : book_.paces()) keeper_.set_pace(bus, pace);
        refresh();
        if (record.service().code != "42") {
            take_other(pack, record);
            return;
        }
        if (!std::ranges::equal(record.info(), sent_info_[pack]))
            oracle_.complain(Law::belief, now_,
                             fmt::format("pack {}: a value that it did not send", pack + 1));
        in_a_row_[pack] = 0;
        packs_[pack].sent_at = now_;
        take_live(pack, record);
    }
    void on_failure(std::uint8_t address, const dialect::Service& service, const Error& error) override {
        now_ = time_.now() + offset_;
        const auto pack = static_cast<std::size_t>(address - 1);
        if (error.code == Errc::unsupported) take_refusal(pack, service);
        if (service.code == "42" && in_a_row_[pack] > 2 * believed_at) {
            oracle_.complain(Law::belief, now_,
                             fmt::format("pack {}: {} undamaged answers in a row are not believed: {}",
                                         pack + 1, in_a_row_[pack], error.where));
        }
    }
    void on_port(const Result<void>&) override {}

    sim::Random random_;
    bus::asio::io_context loop_;
    bus::VirtualTime time_{loop_};
    MemoryPort port_{time_};
    ScriptedBus bus_{port_, time_};
    bus::Line line_{port_, time_, daren::dialect};
    Duration offset_;
    std::optional<bus::Poller> poller_;
    std::map<std::size_t, std::vector<std::uint8_t>> sent_info_;
    std::map<std::size_t, int> in_a_row_;
    TimePoint asked_at_{};
    bool gone_ = false;
};

bool breaks(const BankPlan& plan, TrialLevel level, Law law) {
    return std::ranges::any_of(run_plan(plan, level).complaints,
                               [&](const Complaint& complaint) { return complaint.law == law; });
}

}  // namespace

TrialResult run_plan(const BankPlan& plan, TrialLevel level) {
    if (level == TrialLevel::records) return RecordTrial(plan).run();
    return ByteTrial(plan).run();
}

BankPlan shrink(BankPlan plan, TrialLevel level, Law law) {
    for (std::size_t i = 0; i < plan.events.size();) {
        auto smaller = plan;
        smaller.events.erase(smaller.events.begin() + static_cast<std::ptrdiff_t>(i));
        if (breaks(smaller, level, law)) {
            plan = std::move(smaller);
        } else {
            ++i;
        }
    }
    while (plan.packs.size() > 1) {
        const auto last = plan.packs.size() - 1;
        if (std::ranges::any_of(plan.events, [&](const PlannedEvent& event) { return event.pack == last; }))
            break;
        auto smaller = plan;
        smaller.packs.pop_back();
        if (!breaks(smaller, level, law)) break;
        plan = std::move(smaller);
    }
    return plan;
}

std::uint64_t TrialSum::complaints() const {
    return std::accumulate(broken_in.begin(), broken_in.end(), std::uint64_t{0});
}

void run_plans(const TrialRuns& runs, TrialSum& sum) {
    for (std::uint64_t i = 0; i < runs.count; ++i) {
        const auto plan =
            make_plan(runs.sequence, runs.first_seed + i, runs.length, runs.level == TrialLevel::bytes);
        const auto result = run_plan(plan, runs.level);
        ++sum.runs;
        sum.steps += result.steps;
        sum.readings += result.readings;
        sum.length += result.length;
        std::array<bool, law_count> seen{};
        for (const auto& complaint : result.complaints) {
            const auto law = static_cast<std::size_t>(complaint.law);
            if (std::exchange(seen[law], true)) continue;
            if (sum.broken_in[law]++ > 0) continue;
            const auto small = shrink(plan, runs.level, complaint.law);
            auto text = fmt::format("law {}, seed {}\n{}", name(complaint.law), plan.seed, to_text(small));
            for (const auto& one : run_plan(small, runs.level).complaints) {
                if (one.law != complaint.law) continue;
                text += fmt::format("  at {:.1f} s: {}\n", std::chrono::duration<double>(one.at).count(),
                                    one.text);
            }
            sum.reports.push_back(std::move(text));
        }
    }
}

std::uint64_t property_runs(std::uint64_t usual) {
    const auto* text = std::getenv("PACKWIRE_PROPERTY_RUNS");
    const auto percent = text != nullptr ? std::strtoull(text, nullptr, 10) : 100;
    return std::max<std::uint64_t>(1, usual * percent / 100);
}

}  // namespace packwire::test
