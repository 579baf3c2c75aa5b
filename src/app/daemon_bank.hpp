// SPDX-License-Identifier: MIT
/// The bank of the daemon: what packs say to its keeper, what that says to the sinks, and its memory in a
/// file.
#pragma once

#include <spdlog/spdlog.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "bank/book.hpp"
#include "bank/keeper.hpp"
#include "base/repeat_limit.hpp"
#include "bus/offload.hpp"
#include "bus/timer.hpp"
#include "store/desk.hpp"

namespace packwire::app {

/// What somebody may wish of the bank from outside, with its words for the log. Source: bank 12.
struct Wish {
    bool bank::Requests::* which;
    std::string_view words;
};
inline constexpr Wish charging_off{&bank::Requests::charging_off, "charging off"};
inline constexpr Wish discharging_off{&bank::Requests::discharging_off, "discharging off"};
inline constexpr Wish full_charge_now{&bank::Requests::full_charge_now, "full charge now"};

/// Lives on the loop of the daemon. The keeper is asked after each reading, but a fleet of packs makes that
/// no more than twenty times a second.
class DaemonBank {
public:
    using Publish = std::function<void(const bank::Bank&)>;
    /// An empty `file`: nothing outlives the process. A file that cannot be read is kept as FILE.bad, and the
    /// log says so.
    DaemonBank(bank::KeeperSettings settings, std::filesystem::path file, const bank::Book& book,
               bus::Time& time, bus::Offload& offload);

    /// Before run(): where totals of an earlier run are looked for when its memory is lost. `history` may be
    /// null and outlives the loop; with `broker`, on_retained() is called once it was heard.
    void recover_totals(store::Desk* history, bool broker);
    /// What an earlier run left on the broker; absent: nothing. The floor of ours, memory lost or not.
    void on_retained(const std::optional<bank::PublishedTotals>& totals);
    /// Before run(): who hears of the bank.
    void on_bank(Publish publish) { publish_ = std::move(publish); }
    /// The newest of a pack, or its new freshness.
    void take(const bank::Pack& pack);
    /// Something that the keeper was told from outside should be seen soon.
    void changed() { timer_->cancel(); }
    /// The same, before this returns.
    void changed_now() { step(); }
    /// The same, if something has become too old since the last step.
    void refresh();
    /// For what others can cause as often as they like.
    void log_seldom(spdlog::level::level_enum level, const std::string& topic, const std::string& message);
    /// In force from the next step on. `by`, for the log: "on D-Bus".
    void wish(const Wish& wish, bool on, std::string_view by);
    /// Until cancelled; the memory is then handed over for the last time.
    bus::Task<void> run();

    [[nodiscard]] bank::Keeper& keeper() { return keeper_; }
    /// As last published; absent until then.
    [[nodiscard]] const std::optional<bank::Bank>& latest() const { return latest_; }
    /// Where packs of the last run were on a bus, and those of this.
    [[nodiscard]] std::vector<std::uint8_t> known_on(std::string_view bus) const;
    /// The limits of one pack as if it were alone, for those who add up packs by themselves.
    [[nodiscard]] std::optional<bank::Limits> pack_limits(const std::string& id);

private:
    void step();
    void step_now();
    void note_limit(std::string_view name, double was, double is, const std::string& why);
    void note_changes(const bank::Bank& bank);
    void note_findings(const bank::Bank& bank);
    [[nodiscard]] bool worth_saving() const;
    void save();
    void saved(std::uint64_t number, const Result<void>& result, const bank::History& history);
    void raise(const bank::PublishedTotals& totals, std::string_view from);
    void note_recovered();
    void publish_totals();

    bank::KeeperSettings settings_;
    std::filesystem::path file_;
    const bank::Book& book_;
    bus::Time& time_;
    bus::Offload& offload_;
    std::unique_ptr<bus::Timer> timer_;
    bank::Keeper keeper_;
    Publish publish_;
    std::optional<bank::Bank> latest_;
    TimePoint due_ = TimePoint::max();  ///< when the keeper is worth asking again
    MessageLimit messages_;
    std::string monitor_reason_;  ///< as the log was told
    struct NotedFinding {
        std::string text;   ///< as it was last
        bool told = false;  ///< its beginning was logged, so its end is worth a line, too
    };
    std::map<std::string, NotedFinding> findings_;  ///< those of the last step, by key
    RepeatLimit<std::string> finding_limit_{RepeatRate{.burst = 1, .pause = std::chrono::minutes(10)}};
    bank::Memory saved_;  ///< as handed over last
    std::optional<TimePoint> saved_at_;
    unsigned saving_ = 0;      ///< times that it is under way
    std::uint64_t saves_ = 0;  ///< so far
    /// An earlier save is of totals lower than those that somebody else has kept.
    std::uint64_t keep_from_ = 1;
    std::string save_trouble_;
    bool ask_history_ = false;  ///< for totals of an earlier run; its answer is waited for
    bool ask_broker_ = false;
    std::optional<TimePoint> totals_by_;  ///< then totals are published, found or not; absent: they are
    std::map<std::string, bank::ChargeControl> alone_;  ///< by pack
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace packwire::app
