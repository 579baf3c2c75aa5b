// SPDX-License-Identifier: MIT
/// What chargers and inverters are told: from packs and time to limits. No I/O, no clock of its own.
/// Source: bank 4, 5, 6, 7.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bank/bank.hpp"
#include "bank/charge_settings.hpp"
#include "bank/finding.hpp"
#include "bank/limit_memory.hpp"
#include "bank/pack.hpp"

namespace packwire::bank {

enum class ChargeMode : std::uint8_t {
    bulk,
    absorption,  ///< a cell is at its maximum; the others follow
    float_,      ///< full, and kept so; NOLINT(readability-identifier-naming): a keyword else
};
/// "Bulk", "Absorption", "Float".
[[nodiscard]] std::string_view name(ChargeMode mode);

/// Why DCL is 0. Kept over a restart; the numbers are stored, so they do not change.
enum class DischargeStop : std::uint8_t {
    none = 0,
    cell = 1,         ///< a cell is nearly empty
    temperature = 2,  ///< close to a protection
    blocked = 3,      ///< no pack has its discharge MOSFET on
    protection = 4,   ///< a pack says so and conducts all the same
    loss = 5,
    request = 6,
};

/// What must survive the daemon. Plain values; who keeps them may write them as it likes. Time while nobody
/// kept watch does not count.
struct ControlMemory {
    ChargeMode mode = ChargeMode::bulk;
    Duration mode_for{};           ///< time in that mode
    Duration balanced_for{};       ///< of it at the top with equal cells
    std::optional<Limits> limits;  ///< as told last
    double charge_voltage = 0;     ///< CVL before it is rounded, V
    DischargeStop discharge_stop = DischargeStop::none;
    Duration discharge_stopped_for{};
    int discharge_stops = 0;  ///< in a row, each soon after the one before
    std::optional<WallTime> last_full_charge;
    std::optional<double> full_soc;  ///< % that the packs told when the battery was full; theirs may drift
    std::vector<RememberedLimits> packs;  ///< what each reported last
    bool operator==(const ControlMemory&) const = default;
};

/// What somebody wishes on D-Bus or elsewhere. The first two only tighten, the third charges within the
/// limits of the packs. Never persisted. Source: bank 12.
struct Requests {
    bool charging_off = false;
    bool discharging_off = false;
    bool full_charge_now = false;  ///< ends by itself when the battery is full
    bool operator==(const Requests&) const = default;
};

class ChargeControl {
public:
    explicit ChargeControl(ChargeSettings settings, std::optional<ControlMemory> memory = std::nullopt);
    ChargeControl(ChargeControl&&) noexcept;
    ChargeControl& operator=(ChargeControl&&) noexcept;
    ~ChargeControl();

    /// Call it after each reading, each change of freshness, each request and at next(); more often does no
    /// harm. `packs` are all that are known and not excluded, always in the same order: the rules name them
    /// P1, P2, … by it. A pack that is gone still counts as one that is lost: it hangs on the same wires.
    /// Absent only while there never were any limits: a monitor, see monitor_reason(). Packs that answer and
    /// packs that tell limits are two things: while some answer, their cells, temperatures, MOSFETs and
    /// protections rule; while none of these tells a current limit any more, CCL and DCL are 0.
    [[nodiscard]] std::optional<Limits> step(std::span<const Pack* const> packs, TimePoint now,
                                             WallTime wall);
    /// When step() may say something else though nothing was read; TimePoint::max() when never.
    [[nodiscard]] TimePoint next() const;
    /// As of the last step.
    [[nodiscard]] ControlMemory memory() const;

    /// In force from the next step on; cleared by itself after a day, each by itself.
    void request(const Requests& wanted, TimePoint now);
    [[nodiscard]] Requests requests() const;
    /// Why step() gave nothing, for people; empty when it gave limits.
    [[nodiscard]] std::string monitor_reason() const;
    /// What an owner should look into, as of the last step.
    [[nodiscard]] std::vector<Finding> findings() const;

private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace packwire::bank
