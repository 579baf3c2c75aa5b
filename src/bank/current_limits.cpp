// SPDX-License-Identifier: MIT
#include "bank/current_limits.hpp"

#include <algorithm>
#include <cmath>

namespace packwire::bank {

namespace {

/// 1 well inside a protection, 0 from its margin on. `inside` is the distance to it.
double taper(double inside, double margin, double width) {
    if (width <= 0) return inside > margin ? 1 : 0;
    return std::clamp((inside - margin) / width, 0.0, 1.0);
}

double above(double threshold, double at, const ChargeSettings& settings) {
    return taper(threshold - at, settings.temperature_margin, settings.temperature_taper);
}

double below(double threshold, double at, const ChargeSettings& settings) {
    return taper(at - threshold, settings.temperature_margin, settings.temperature_taper);
}

/// A broken sensor may have been the one that matters.
double sensor_margin(const PackView& pack, const ChargeSettings& settings) {
    return pack.suspect_sensors != 0 ? std::max(settings.sensor_margin, 0.0) : 0;
}

/// What both directions have in common.
struct Direction {
    const Curve& temperature;
    const Curve& mosfet;
    const Curve& soc;
    double over, under;  ///< temperature protections, °C
};

/// A fraction of the pack's limit: the lowest of the curves.
void lower_by_temperature(Held& held, const PackView& pack, const Direction& by,
                          const ChargeSettings& settings) {
    if (pack.warmest && pack.coldest) {
        const auto margin = sensor_margin(pack, settings);
        const auto warm = pack.warmest->value + margin;
        const auto cold = pack.coldest->value - margin;
        lower(held, std::min(fraction_at(by.temperature, warm), above(by.over, warm, settings)),
              pack.of_sensor("temperature", *pack.warmest));
        lower(held, std::min(fraction_at(by.temperature, cold), below(by.under, cold, settings)),
              pack.of_sensor("temperature", *pack.coldest));
    } else {
        lower(held, std::clamp(settings.temperature_unknown, 0.0, 1.0), pack.rule("unknown temperature"));
    }
    if (!pack.mosfet) return;
    const auto inside = taper(pack.limits.thresholds.mosfet_over_temperature - *pack.mosfet,
                              settings.mosfet_margin, settings.temperature_taper);
    lower(held, std::min(fraction_at(by.mosfet, *pack.mosfet), inside),
          {"MOSFET temperature", pack.number, Rule::nobody, 0, *pack.mosfet, "°C"});
}

/// An owner who limits by the state of charge wants it limited while nobody knows it, too.
void lower_by_soc(Held& held, const PackView& pack, const Curve& curve, const ChargeSettings& settings) {
    if (curve.empty()) return;
    if (!pack.remaining || !pack.full || *pack.full <= 0) {
        lower(held, std::clamp(settings.temperature_unknown, 0.0, 1.0), pack.rule("unknown state of charge"));
        return;
    }
    const auto percent = 100 * *pack.remaining / *pack.full;
    lower(held, fraction_at(curve, percent), {"state of charge", pack.number, Rule::nobody, 0, percent, "%"});
}

/// What the owner allows the bank; for a single pack pack_limits has it already.
void cap(Held& held, std::optional<double> most, std::string_view words) {
    if (most && std::isfinite(*most) && *most >= 0 && *most < held.value)
        held = Held{*most, {.words = words}};
}

/// One direction of the current, as far as sharing it needs to know.
struct Flow {
    bool (PackView::*takes_part)() const;
    std::optional<Bound> PackLimits::* bound;
    double sign;  ///< of the current
    std::string_view switched_off;
    std::string_view unlimited;
};
constexpr Flow charge_flow{&PackView::charges, &PackLimits::charge_current, 1,
                           "no pack has its charge MOSFET on",
                           "no pack that answers reports a charge current limit"};
constexpr Flow discharge_flow{&PackView::discharges, &PackLimits::discharge_current, -1,
                              "no pack has its discharge MOSFET on",
                              "no pack that answers reports a discharge current limit"};

using Fraction = Held (*)(const PackView&, const ChargeSettings&);

/// The least of what the packs allow the bank, as it is gathered.
struct Gathered {
    std::optional<Held> least;       ///< A of the bank, by a pack's limit and share
    Held of_limitless{1, {}};        ///< part of that which packs without a limit allow
    std::optional<Held> overloaded;  ///< A of the bank at which a pack would carry its limit and no more
    double sum = 0;                  ///< A of all limits
    double flowing = 0;              ///< A through all packs
    std::size_t conducting = 0;
};

void gather(Gathered& all, const PackView& pack, double share, const Held& fraction, const Flow& flow) {
    ++all.conducting;
    const auto& bound = pack.limits.*flow.bound;
    if (!bound) {
        lower(all.of_limitless, fraction.value, fraction.rule);
        return;
    }
    const auto rule = fraction.value < 1 ? fraction.rule : pack.rule(bound->rule);
    const auto own = fraction.value * bound->value;
    // While its limits are still being read it adds nothing, and what it has reported holds.
    if (!pack.limits_pending || pack.limits_remembered) all.sum += own;
    const auto of_bank = share > 0 ? own / share : own;
    if (!all.least || of_bank < all.least->value) all.least = Held{of_bank, rule};
    const auto carried = std::max(flow.sign * pack.current, 0.0);
    if (carried <= own) return;
    const auto most = all.flowing * own / carried;
    if (!all.overloaded || most < all.overloaded->value) all.overloaded = Held{most, rule};
}

Held of_all(std::span<const PackView> packs, std::span<const double> shares, const ChargeSettings& settings,
            const Flow& flow, Fraction fraction) {
    Gathered all;
    for (const auto& pack : packs) {
        if ((pack.*flow.takes_part)()) all.flowing += std::max(flow.sign * pack.current, 0.0);
    }
    for (const auto& pack : packs) {
        if (!(pack.*flow.takes_part)()) continue;
        gather(all, pack, shares[pack.number], fraction(pack, settings), flow);
    }
    if (all.conducting == 0) return Held{0, {.words = flow.switched_off}};
    if (!all.least) return Held{0, {.words = flow.unlimited}};
    auto held = *all.least;
    if (all.conducting > 1) held.value *= std::clamp(settings.sharing, 0.0, 1.0);
    held.value = std::min(held.value, all.sum);
    if (all.overloaded) lower(held, all.overloaded->value, all.overloaded->rule);
    lower(held, held.value * all.of_limitless.value, all.of_limitless.rule);
    return held;
}

}  // namespace

double fraction_at(const Curve& curve, double at) {
    if (curve.empty()) return 1;
    const auto clamped = [](double fraction) { return std::clamp(fraction, 0.0, 1.0); };
    if (at <= curve.front().at) return clamped(curve.front().fraction);
    for (std::size_t i = 1; i < curve.size(); ++i) {
        const auto& [low, from] = curve[i - 1];
        const auto& [high, to] = curve[i];
        if (at > high) continue;
        if (high <= low) return clamped(std::min(from, to));
        return clamped(from + (to - from) * (at - low) / (high - low));
    }
    return clamped(curve.back().fraction);
}

namespace {

/// A cell that the pack does not measure is known by its pack voltage at best.
void lower_by_unmeasured(Held& held, const PackView& pack, double part) {
    if (!pack.measured) lower(held, 0, pack.rule("unmeasured cells"));
    if (pack.measured && pack.unmeasured > 0)
        lower(held, std::clamp(part, 0.0, 1.0), pack.rule("unmeasured cell"));
}

}  // namespace

Held charge_fraction(const PackView& pack, const ChargeSettings& settings) {
    Held held{1, {}};
    const auto& thresholds = pack.limits.thresholds;
    if (!pack.charge_protection.empty()) lower(held, 0, pack.rule(pack.charge_protection));
    lower_by_unmeasured(held, pack, settings.cell_bounded);
    if (pack.measured) {
        const bool stop = pack.highest.value >= thresholds.charge_stop;
        lower(held, stop ? 0 : fraction_at(settings.charge_by_cell, pack.highest.value),
              pack.of_cell("cell voltage", pack.highest));
    }
    lower_by_temperature(held, pack,
                         {settings.charge_by_temperature, settings.charge_by_mosfet, settings.charge_by_soc,
                          thresholds.charge_over_temperature, thresholds.charge_under_temperature},
                         settings);
    lower_by_soc(held, pack, settings.charge_by_soc, settings);
    return held;
}

Held discharge_fraction(const PackView& pack, const ChargeSettings& settings) {
    Held held{1, {}};
    const auto& thresholds = pack.limits.thresholds;
    lower_by_unmeasured(held, pack, settings.cell_bounded);
    if (pack.measured)
        lower(held, fraction_at(settings.discharge_by_cell, pack.lowest.value),
              pack.of_cell("cell voltage", pack.lowest));
    lower_by_temperature(
        held, pack,
        {settings.discharge_by_temperature, settings.discharge_by_mosfet, settings.discharge_by_soc,
         thresholds.discharge_over_temperature, thresholds.discharge_under_temperature},
        settings);
    lower_by_soc(held, pack, settings.discharge_by_soc, settings);
    held.value = std::max(held.value, std::clamp(settings.discharge_least, 0.0, 1.0));
    return held;
}

Held bank_charge_limit(std::span<const PackView> packs, std::span<const double> shares,
                       const ChargeSettings& settings) {
    auto held = of_all(packs, shares, settings, charge_flow, &charge_fraction);
    cap(held, settings.charge_current_max, "configured charge current");
    return held;
}

Held bank_discharge_limit(std::span<const PackView> packs, std::span<const double> shares,
                          const ChargeSettings& settings) {
    auto held = of_all(packs, shares, settings, discharge_flow, &discharge_fraction);
    cap(held, settings.discharge_current_max, "configured discharge current");
    return held;
}

double bank_discharge_ceiling(std::span<const PackView> packs, std::span<const double> shares,
                              const ChargeSettings& settings) {
    const Fraction whole = [](const PackView&, const ChargeSettings&) { return Held{1, {}}; };
    auto held = of_all(packs, shares, settings, discharge_flow, whole);
    cap(held, settings.discharge_current_max, "");
    return held.value;
}

std::optional<Rule> discharge_too_hot_or_cold(const PackView& pack, const ChargeSettings& settings,
                                              double hysteresis) {
    const auto& thresholds = pack.limits.thresholds;
    const auto margin = settings.temperature_margin + hysteresis;
    const auto sensors = sensor_margin(pack, settings);
    if (pack.warmest && thresholds.discharge_over_temperature - pack.warmest->value - sensors <= margin)
        return pack.of_sensor("discharge temperature", *pack.warmest);
    if (pack.coldest && pack.coldest->value - sensors - thresholds.discharge_under_temperature <= margin)
        return pack.of_sensor("discharge temperature", *pack.coldest);
    if (pack.mosfet &&
        thresholds.mosfet_over_temperature - *pack.mosfet <= settings.mosfet_margin + hysteresis)
        return Rule{"MOSFET temperature", pack.number, Rule::nobody, 0, *pack.mosfet, "°C"};
    return std::nullopt;
}

}  // namespace packwire::bank
