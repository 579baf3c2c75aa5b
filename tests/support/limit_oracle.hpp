// SPDX-License-Identifier: MIT
/// The laws of the bank's limits, written a second time from bank.md: judges what is published by what the
/// packs truly are. Shares no code with charge control; of its settings it reads the numbers alone (curves,
/// margins, rates), as configuration.
///
/// It sees true states with the time of each answer that was delivered, and every bank that was published.
/// Each rule below is a Law; a breach is a Complaint with the time and both numbers. Where bank.md leaves
/// freedom (how a fraction is combined, how fast a share follows, when within 200 ms a state begins) the more
/// generous reading counts.
///
/// | law | rule | bank.md |
/// |---|---|---|
/// | numbers | CVL, CCL, DCL, BatteryLowVoltage are finite and not negative; each limit has words; numbers of
/// the bank are finite, SOC is 0 to 100 % | 4, 6, 8 (the same gate for everybody) | | permanence | limits,
/// once published, are published in each step, unless another BMS is there or no pack that answers has
/// limits; then the reason is stated | 2, 6 | | charge_bound | CCL at most what packs that answered within
/// `stale` allow: own limits by share, never above their sum, tightened by cells, temperatures, MOSFETs,
/// protections of each pack that answers, with limits or without | 4, 5, 6, 8 | | discharge_bound | the same
/// for DCL; 0 when a cell of a conducting pack is under its stop for 10 s, at once under protection + 0.05 V
/// | 4, 5, 6 | | voltage_bound | CVL at most the least of all packs that are known; at most float while one
/// of them is stale, lost or never answered | 4, 5, 7 | | coupling | CCL 0: CVL at most float | 6 | | stale |
/// no pack answers: CVL at most min(last, float), CCL and DCL are held, never raised | 7 | | lost | no pack
/// answers for `lost`: 0 and 0 (or as on_loss says), CVL at most float | 7 | | overload | a pack measures
/// more than its own limit: the bank's is lowered in proportion at once, the alarm is raised | 5 | |
/// no_blind_rise | no limit rises twice by the same reading | 6, 7 (held, never raised) | | rise | CVL: not
/// within 60 s of a fall, 1 mV/s; CCL: not within 30 s of a fall, 5 A/s; DCL above 0 likewise 5 A/s | 3, 6 |
/// | gate | DCL leaves 0 not within 60 s, only with the lowest cell above its release for 60 s or with charge
/// current, to at least 20 % | 6 | | needless_zero | CCL and DCL become 0 for a cause in the true states
/// only: never for a diagnostic field | 6, 8 | | recovery | after the last fault each limit is back at full
/// within hold + distance / rate (DCL: + its gate) and a probe | 6 | | freshness | fresh while a pack
/// answered within `stale`, not fresh 200 ms after it; BmsCable 0, 1, 2 accordingly | 7 | | alarms | a cell
/// that is not measured: InternalFailure; a broken sensor: BatteryTemperatureSensor | 8 | | restart | the
/// first limits after a restart are at most the last ones before it | 2, 3 (raise only at the recovery rate)
/// | | request | charging off: CCL 0; discharging off: DCL 0; ChargeRequest only while DCL is 0 | 6, 12 |
///
/// Three more are judged by who runs the packs (support/bank_trial.hpp): belief (an undamaged answer is
/// believed at the third in a row, a value that was not sent never), naming (a pack that answers is named
/// within 15 s) and pace (no more than 50 steps a second that no reading asked for).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bank/bank.hpp"
#include "bank/charge_settings.hpp"

namespace packwire::test {

enum class Law : std::uint8_t {
    numbers,
    permanence,
    charge_bound,
    discharge_bound,
    voltage_bound,
    coupling,
    stale,
    lost,
    overload,
    no_blind_rise,
    rise,
    gate,
    needless_zero,
    recovery,
    freshness,
    alarms,
    request,
    belief,
    naming,
    pace,
    restart,
};
inline constexpr std::size_t law_count = 21;
[[nodiscard]] std::string_view name(Law law);

struct Complaint {
    Law law{};
    Duration at{};     ///< since the start of the run
    std::string text;  ///< expected, got, and why
};

/// A pack at one moment as it truly is.
struct TruePack {
    std::vector<double> cells;         ///< V, those that are not measured as well
    std::vector<double> temperatures;  ///< °C, of the sensors that work; empty: none does
    double mosfet = 30;                ///< °C
    std::optional<double> current;     ///< A, charge is positive; absent: not measured
    double capacity = 100;             ///< Ah
    double weight = 1;                 ///< its part of a common current, relative to those of the others
    bool charge_on = true;
    bool discharge_on = true;
    bool charge_stopped = false;     ///< a charge protection is reported
    bool discharge_stopped = false;  ///< a discharge protection is reported
    bool cell_unmeasured = false;    ///< an answer lacks a cell that the pack voltage bounds
    bool contradicts = false;        ///< an answer whose cells and pack voltage do not add up
    bool sensor_broken = false;      ///< a sensor tells what it does not measure
    bool sensor_odd = false;         ///< and that can be told: out of range, or 20 °C from its siblings
};

/// Words of 47 and 80 as the pack tells them, in their units; absent, 0 and absurd values are not set.
struct TrueWords {
    std::optional<double> charge_current_47, charge_current_80;
    std::optional<double> charge_alarm, charge_protection;        ///< A
    std::optional<double> discharge_alarm, discharge_protection;  ///< A
    std::optional<double> charge_voltage, pack_overvoltage_alarm;
    std::optional<double> cell_overvoltage_alarm, cell_overvoltage_protection;
    std::optional<double> cell_undervoltage_alarm, cell_undervoltage_release, cell_undervoltage_protection;
    std::optional<double> trip_hot, trip_cold;  ///< °C, of 47; stand in for those of 80
    std::optional<double> charge_hot, charge_cold, discharge_hot, discharge_cold, mosfet_hot;  ///< °C
};

struct OracleSettings {
    bank::ChargeSettings charge{};
    bank::LossTimes loss{};
    Duration interval = std::chrono::seconds(1);       ///< from one answer of a pack to its next
    Duration probe = std::chrono::seconds(12);         ///< how soon a silent pack is found again, and named
    Duration missing_after = std::chrono::minutes(1);  ///< for a pack that never answered
};

class LimitOracle {
public:
    LimitOracle(OracleSettings settings, TimePoint begin)
        : settings_(std::move(settings)), begin_(begin), restarted_at_(begin) {}

    /// Configured. Where any is, others are known only after they answered in this run.
    void expect(std::size_t pack) { packs_[pack].expected = true; }
    /// A good answer of 42, and what the pack truly was then.
    void heard(std::size_t pack, TruePack truth, TimePoint now);
    /// A good answer of 47 or 80: all that the pack has told of these by now.
    void told(std::size_t pack, const TrueWords& words, TimePoint now);
    void set_other_bms(bool present, TimePoint now);
    void set_requests(bool charging_off, bool discharging_off);
    /// Something is wrong now; recovery counts from the last call.
    void disturbed(TimePoint now) {
        quiet_since_ = now;
        lowest_voltage_ = voltage_.value;
    }
    /// The process was restarted with the memory of the last one.
    void restarted(TimePoint now);

    void published(const bank::Bank& bank, TimePoint now);

    /// When all limits must be back at full; `voltage`: CVL, too, which takes up to an hour.
    [[nodiscard]] TimePoint due(bool voltage) const;
    /// To be called at due() or later: are they?
    void check_recovery(bool voltage, TimePoint now);

    void complain(Law law, TimePoint now, std::string text);
    [[nodiscard]] const std::vector<Complaint>& complaints() const { return complaints_; }
    [[nodiscard]] std::uint64_t steps() const { return steps_; }

private:
    struct Known {
        bool expected = false;
        std::optional<TruePack> now;  ///< absent: never answered
        TimePoint last{};
        TimePoint before{};  ///< the answer before the last one
        std::optional<TrueWords> words;
        std::optional<TrueWords> kept;            ///< the last words that set a limit
        TimePoint kept_at{};                      ///< until when they did
        std::optional<TimePoint> low_since;       ///< lowest cell under its stop, in each answer since
        std::optional<TimePoint> last_not_above;  ///< last answer with a cell not above its release
        std::optional<TimePoint> stopped_charge_since, stopped_discharge_since;
        std::optional<TimePoint> unmeasured_since, odd_since, broken_since;
        std::optional<TimePoint> over_charge_since, over_discharge_since;
        std::optional<double> last_current;
    };
    using Members = std::vector<const Known*>;
    enum class Side : std::uint8_t { charge, discharge };
    struct Bound {
        double most = 0;
        std::string why;
    };
    /// A limit over time.
    struct Track {
        double value = 0;
        std::optional<TimePoint> fell;
        std::optional<TimePoint> rose;
        double allowance = 0;  ///< what it may rise by now; grows at its rate
    };

    [[nodiscard]] Members answering(TimePoint now, Duration grace) const;
    [[nodiscard]] bool all_answer(TimePoint now, Duration grace) const;
    [[nodiscard]] std::optional<Duration> youngest(TimePoint now) const;
    [[nodiscard]] std::optional<double> told_limit(const TrueWords& words, Side side) const;
    [[nodiscard]] std::optional<double> own_limit(const Known& pack, Side side, TimePoint now) const;
    [[nodiscard]] double full_voltage() const;
    [[nodiscard]] double float_voltage() const;
    [[nodiscard]] Bound fraction(const Known& pack, Side side, TimePoint now) const;
    [[nodiscard]] Bound bound(const Members& members, Side side, TimePoint now) const;
    [[nodiscard]] Bound loosest(Side side, TimePoint now) const;
    [[nodiscard]] double least_shared(const Members& members, Side side, TimePoint now) const;
    [[nodiscard]] bool may_be_zero(Side side, TimePoint now) const;
    [[nodiscard]] double stop_voltage(const Known& pack) const;
    [[nodiscard]] double release_voltage(const Known& pack) const;

    void check_numbers(const bank::Bank& bank, TimePoint now);
    void check_restart(const bank::Limits& limits, TimePoint now);
    bool check_permanence(const bank::Bank& bank, TimePoint now);
    void check_bounds(const bank::Limits& limits, TimePoint now);
    void check_voltage(const bank::Limits& limits, TimePoint now);
    void check_loss(const bank::Limits& limits, TimePoint now);
    void check_overload(const bank::Limits& limits, TimePoint now);
    void check_rises(const bank::Limits& limits, TimePoint now);
    void check_rise(std::string_view what, Track& track, double value, double rate, double step,
                    Duration hold, TimePoint now);
    void check_gate(const bank::Limits& limits, TimePoint now);
    void check_zero(const bank::Limits& limits, TimePoint now);
    void check_freshness(const bank::Bank& bank, TimePoint now);
    void check_alarms(const bank::Bank& bank, TimePoint now);

    OracleSettings settings_;
    TimePoint begin_;
    TimePoint restarted_at_;
    std::map<std::size_t, Known> packs_;
    bool other_bms_ = false;
    std::optional<TimePoint> other_bms_left_;
    bool charging_off_ = false;
    bool discharging_off_ = false;
    TimePoint quiet_since_{};
    TimePoint last_heard_{};
    TimePoint last_published_{};
    std::optional<bank::Limits> limits_;  ///< as published last
    std::optional<bank::Limits> held_;    ///< as published last while a pack answered
    std::optional<bank::Limits> before_restart_;
    bool given_ = false;       ///< limits were published before
    bool fresh_start_ = true;  ///< the next limits may be anything within their bounds
    Track voltage_, charge_, discharge_;
    double lowest_voltage_ = 0;            ///< CVL since quiet_since_
    std::optional<TimePoint> zero_since_;  ///< of DCL
    bool zero_seen_ = true;                ///< and it was above 0 before, as was published
    int zeros_ = 0;                        ///< how often DCL went to 0
    std::vector<Complaint> complaints_;
    std::array<int, law_count> counted_{};
    std::uint64_t steps_ = 0;
};

}  // namespace packwire::test
