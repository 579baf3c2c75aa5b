// SPDX-License-Identifier: MIT
/// What packs and bank report of their charge, against the current that is integrated here, against the cell
/// voltage at rest, and against each other. Source: bank 8.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bank/aggregate.hpp"
#include "bank/bank.hpp"
#include "bank/counter_drift.hpp"

namespace packwire::bank {

struct ChargeAuditSettings {
    CounterDriftSettings drift = {};
    /// Longest time between two readings that is integrated over, as in TallySettings.
    Duration gap = std::chrono::seconds(30);
    /// % of capacity between state of charge and remaining / full-charge capacity. At the ends one of them
    /// follows late.
    double contradiction = 10;
    Duration contradiction_after = std::chrono::minutes(1);
    // A LiFePO4 cell at rest tells empty from full, and little between: 3.20 V is 10 %, 3.27 V is 25 %,
    // 3.34 V and above is full.
    double rest = 0.03;                            ///< A for each Ah of capacity: less is rest
    double empty = 10;                             ///< %: a battery that claims no more …
    double empty_not_above = 3.27;                 ///< V … has no lowest cell above this …
    double full = 90;                              ///< %: and one that claims this much …
    double full_not_below = 3.25;                  ///< V … no highest cell below this …
    Duration rest_for = std::chrono::minutes(10);  ///< … after this time at rest
    double extreme = 2;  ///< %: a claim so close to 0 or 100 is contradicted by the voltage sooner:
    Duration extreme_after = std::chrono::minutes(1);
    /// The bank's state of charge rises slowly to its new value after a pack left or joined, and a shunt may
    /// say another.
    Duration settle = std::chrono::minutes(20);
    bool operator==(const ChargeAuditSettings&) const = default;
};

/// A condition that holds for some time.
class HeldCondition {
public:
    /// True when it has been so for `time` without a break.
    bool step(bool now, TimePoint when, Duration time) {
        if (!now) since_.reset();
        if (now && !since_) since_ = when;
        return since_ && when - *since_ >= time;
    }

private:
    std::optional<TimePoint> since_;
};

class ChargeAudit {
public:
    explicit ChargeAudit(const ChargeAuditSettings& settings) : settings_(settings), bank_(settings) {}

    /// After the aggregate: adds to Bank::findings. With `shunt`, current or state of charge of the bank are
    /// those of an external shunt.
    void step(Bank& bank, std::span<const Part> parts, bool shunt);

private:
    struct Reading {
        TimePoint when{};
        std::optional<double> current;          ///< A, charge is positive
        std::optional<double> state_of_charge;  ///< %
        std::optional<double> remaining;        ///< Ah
        std::optional<double> full;             ///< Ah
        std::optional<double> highest;          ///< cell, V
        std::optional<double> lowest;
    };
    /// Of one pack, or of the bank.
    class Subject {
    public:
        explicit Subject(const ChargeAuditSettings& settings)
            : settings_(settings), charge_(settings.drift), remaining_(settings.drift) {}
        void step(const Reading& reading);
        void begin_anew();
        /// `name` for the text, "P2"; `id` for the key. Empty: the bank.
        void report(std::vector<Finding>& findings, const std::string& name, const std::string& id) const;

    private:
        [[nodiscard]] bool count(const Reading& reading);
        void check_drift(const Reading& reading);
        void check_contradiction(const Reading& reading);
        void check_voltage(const Reading& reading);

        ChargeAuditSettings settings_;
        CounterDrift charge_;
        CounterDrift remaining_;
        std::optional<Reading> last_;
        double counted_ = 0;     ///< %
        double throughput_ = 0;  ///< %
        double full_ = 0;        ///< Ah, of the last reading
        HeldCondition contradicts_, empty_, full_claim_, near_empty_, near_full_;
        std::optional<Reading> contradiction_;  ///< as it was found
        std::optional<Reading> impossible_;     ///< for the voltage, likewise
    };
    struct AuditedPack {
        explicit AuditedPack(const ChargeAuditSettings& settings) : subject(settings) {}
        Subject subject;
        TimePoint last_good = TimePoint::min();
    };
    [[nodiscard]] static Reading reading_of(const Pack& pack);
    void step_bank(Bank& bank, std::span<const Part> parts, bool shunt);

    ChargeAuditSettings settings_;
    std::map<std::string, AuditedPack> packs_;  ///< by id
    Subject bank_;
    std::vector<std::string> bank_of_;  ///< ids of the packs it was made of
    bool bank_by_shunt_ = false;
    TimePoint bank_from_ = TimePoint::min();  ///< it is looked at again
};

}  // namespace packwire::bank
