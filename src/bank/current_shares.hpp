// SPDX-License-Identifier: MIT
/// What part of the bank's current each pack carries. Packs in parallel are weighed, not counted. Source:
/// bank 5.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bank/pack_view.hpp"

namespace packwire::bank {

/// One direction, charge or discharge.
///
/// A pack begins with a weight in proportion to its capacity (capacities unknown: equal). While the bank
/// carries enough current the weights follow what is measured, slowly; when a pack joins or leaves, the
/// others keep their weights and the shares jump.
class CurrentShares {
public:
    /// `takes_part`: of PackView, which packs conduct in this direction; `sign`: +1 charge, -1 discharge.
    CurrentShares(bool (PackView::*takes_part)() const, double sign) : takes_part_(takes_part), sign_(sign) {}

    /// `limit`: of the bank in this direction, A. Learns only from readings that are newer than the last, of
    /// about the same time, with every current known.
    void step(std::span<const PackView> packs, double limit, const ChargeSettings& settings);
    /// By number of the pack, adding up to 1; 0 of packs that take no part. As of the last step().
    [[nodiscard]] const std::vector<double>& of() const { return shares_; }

private:
    struct Weight {
        double value = 0;     ///< Ah, as learnt
        double capacity = 0;  ///< Ah that it began with
        bool told = false;    ///< by the pack; else that of its neighbours
        bool learnt = false;  ///< from currents
    };
    [[nodiscard]] static double usual_capacity(std::span<const PackView> packs);
    static void correct(Weight& weight, double capacity, std::optional<double> design);
    [[nodiscard]] double flowing(const PackView& pack) const;
    void weigh(std::span<const PackView> packs);
    void learn(std::span<const PackView> packs, double total, double elapsed, double time_constant);
    void share_out(std::span<const PackView> packs);

    bool (PackView::*takes_part_)() const;
    double sign_;
    std::map<std::string, Weight, std::less<>> weights_;  ///< by id of the pack
    std::vector<double> shares_;
    TimePoint read_{};
};

}  // namespace packwire::bank
