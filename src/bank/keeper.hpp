// SPDX-License-Identifier: MIT
/// The bank from its packs: aggregate, limits, alarms, history and loss, one after the other. No I/O.
/// Source: bank 2, 3, 5, 7.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bank/aggregate.hpp"
#include "bank/alarms.hpp"
#include "bank/bank.hpp"
#include "bank/charge_audit.hpp"
#include "bank/charge_control.hpp"
#include "bank/frozen_check.hpp"
#include "bank/memory.hpp"
#include "bank/pack.hpp"
#include "bank/sensor_check.hpp"
#include "bank/tally.hpp"

namespace packwire::bank {

/// Where a configured pack answers.
struct Place {
    std::string bus;
    std::uint8_t address = 0;
    auto operator<=>(const Place&) const = default;
};

struct KeeperSettings {
    std::string site = {};
    bool control = true;                    ///< `[venus] control`
    std::vector<std::string> exclude = {};  ///< `[bank] exclude`: ids of packs
    /// Configured addresses; each is a member from the start, missing until a pack answers there. Empty: the
    /// packs of the last run are expected.
    std::vector<Place> expected = {};
    /// How long the start waits for the other packs after the first is known; and how long a pack is waited
    /// for that has told one of its limits and is silent about the others.
    Duration patience = std::chrono::seconds(10);
    /// So long where it has told none of them.
    Duration silence = std::chrono::seconds(60);
    /// A pack of the last run that does not come back raises BmsCable after this.
    Duration missing_after = std::chrono::seconds(60);
    /// A pack that has not answered for this long, while others did, no longer belongs to the bank, unless
    /// its address is configured.
    Duration forget = std::chrono::days(7);
    /// `[loss] bank_gone`: age at which the bank itself leaves; absent: it stays as long as we live.
    std::optional<Duration> bank_gone = {};
    AggregateSettings aggregate = {};
    AlarmSettings alarms = {};
    TallySettings tally = {};
    ChargeAuditSettings audit = {};
    ChargeSettings charge = {};
    SensorSettings sensors = {};
    FrozenSettings frozen = {};
};

/// Whoever has it calls on_pack() with what the book gives out, step() after that, after whatever else it
/// tells the keeper, and when next() says so; publishes what step() gives; and now and then writes memory()
/// to a file.
class Keeper {
public:
    explicit Keeper(KeeperSettings settings, const Memory& memory = {});

    /// The newest of a pack, or its new freshness. Keeps a copy. Another pack at the same place ends the
    /// former: it hangs on the wires no more.
    void on_pack(const Pack& pack);
    /// As Book::set_pace().
    void set_pace(const std::string& bus, const Pace& pace);
    /// Another BMS is on the bus, by its name: the bank is a monitor then. Empty: none (any more).
    void set_other_bms(std::string name);
    void set_external(std::optional<External> external);
    /// Of the ESS, %.
    void set_minimum_soc(std::optional<double> percent);
    void clear_history(HistoryPart part);
    /// What of the history is on the disk, from where earlier totals are recovered; see Tally.
    [[nodiscard]] Tally& tally() {
        touched_ = true;
        return tally_;
    }
    [[nodiscard]] const History& history() const { return tally_.history(); }
    /// In force from the next step on.
    void request(const Requests& wanted, TimePoint now);
    [[nodiscard]] Requests requests() const { return control_.requests(); }

    /// The bank as it is now; absent until it may be published. Call it as often as you like.
    [[nodiscard]] std::optional<Bank> step(TimePoint now, WallTime wall);
    /// Packs that it knows or remembers.
    [[nodiscard]] std::size_t size() const { return packs_.size(); }
    /// When step() is worth calling though no pack was heard; TimePoint::max() when never.
    [[nodiscard]] TimePoint next() const;
    /// What a restart should know, as of the last step.
    [[nodiscard]] Memory memory() const;

private:
    struct Known {
        Pack pack;
        std::optional<TimePoint> since;  ///< first reading of this run; absent: remembered only
        bool placeholder = false;        ///< a configured address where no pack has answered yet
        Duration missing_for{};          ///< while others answered
        bool ready = false;              ///< its limits are read, refused, or waited for in vain
        bool ripe = false;               ///< one of its limits is read, or all are refused
        bool settled = false;            ///< all are read or refused
        SensorCheck sensors;
        FrozenCheck frozen;
    };
    void add_expected();
    void check(Known& known);
    void check_frozen();
    void find(Bank& bank) const;
    [[nodiscard]] std::optional<Finding> sensor_finding(const Known& known, const std::string& name) const;
    [[nodiscard]] std::optional<Finding> frozen_finding(const Known& known, const std::string& name) const;
    void note_ready();
    void count_missing();
    void forget();
    [[nodiscard]] bool may_publish();
    [[nodiscard]] bool all_ready() const;
    [[nodiscard]] TimePoint ready_at(const Known& known) const;
    [[nodiscard]] std::vector<const Known*> in_order() const;
    [[nodiscard]] bool is_expected(const Place& place) const;
    [[nodiscard]] Freshness freshness() const;
    [[nodiscard]] std::optional<TimePoint> leaves_at() const;
    void fill_members(Bank& bank);
    void fill_limits(Bank& bank);
    void fill_alarms(Bank& bank);
    [[nodiscard]] std::string monitor_reason() const;

    KeeperSettings settings_;
    Aggregate aggregate_;
    Alarms alarms_;
    Tally tally_;
    ChargeAudit audit_;
    ChargeControl control_;
    std::map<std::string, Known> packs_;  ///< by id
    std::map<std::string, Pace> paces_;
    std::string other_bms_;
    std::optional<TimePoint> started_;      ///< first step
    std::optional<TimePoint> counted_;      ///< missing_for is right as of then
    bool answered_ = false;                 ///< a pack was fresh then
    std::optional<TimePoint> first_ready_;  ///< the first pack was ready then
    bool published_ = false;
    bool touched_ = false;  ///< something was told since the last step
    TimePoint now_{};
    WallTime wall_{};
};

}  // namespace packwire::bank
