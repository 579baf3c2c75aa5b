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

double above(std::optional<double> threshold, double at, const ChargeSettings& settings) {
    return threshold ? taper(*threshold - at, settings.temperature_margin, settings.temperature_taper) : 1;
}

double below(std::optional<double> threshold, double at, const ChargeSettings& settings) {
    return threshold ? taper(at - *threshold, settings.temperature_margin, settings.temperature_taper) : 1;
}

/// What both directions have in common.
struct Direction {
    const Curve& temperature;
    const Curve& mosfet;
    const Curve& soc;
    std::optional<double> over, under;  ///< temperature protections, °C
};

/// A fraction of the pack's limit: the lowest of the curves.
void lower_by_temperature(Held& held, const PackView& pack, const Direction& by,
                          const ChargeSettings& settings) {
    if (pack.warmest && pack.coldest) {
        const auto warm = pack.warmest->value;
        const auto cold = pack.coldest->value;
        lower(held, std::min(fraction_at(by.temperature, warm), above(by.over, warm, settings)),
              pack.of_sensor("temperature", *pack.warmest));
        lower(held, std::min(fraction_at(by.temperature, cold), below(by.under, cold, settings)),
              pack.of_sensor("temperature", *pack.coldest));
    } else {
        lower(held, std::clamp(settings.temperature_unknown, 0.0, 1.0), pack.rule("unknown temperature"));
    }
    if (!pack.mosfet) return;
    const auto& threshold = pack.limits.thresholds.mosfet_over_temperature;
    const auto inside =
        threshold ? taper(*threshold - *pack.mosfet, settings.mosfet_margin, settings.temperature_taper) : 1;
    lower(held, std::min(fraction_at(by.mosfet, *pack.mosfet), inside),
          {"MOSFET temperature", pack.number, Rule::nobody, 0, *pack.mosfet, "°C"});
}

void lower_by_soc(Held& held, const PackView& pack, const Curve& curve) {
    if (curve.empty() || !pack.remaining || !pack.full || *pack.full <= 0) return;
    const auto percent = 100 * *pack.remaining / *pack.full;
    lower(held, fraction_at(curve, percent), {"state of charge", pack.number, Rule::nobody, 0, percent, "%"});
}

/// `held` is a fraction; 1 means that the pack's own limit holds.
Held of_limit(const Held& held, const std::optional<Bound>& bound, const PackView& pack) {
    if (!bound) return held;
    return Held{held.value * bound->value, held.value < 1 ? held.rule : pack.rule(bound->rule)};
}

using Limiter = Held (*)(const PackView&, const ChargeSettings&);

/// What the owner allows the bank; for a single pack pack_limits has it already.
void cap(Held& held, std::optional<double> most, std::string_view words) {
    if (most && std::isfinite(*most) && *most >= 0 && *most < held.value)
        held = Held{*most, {.words = words}};
}

Held of_all(std::span<const PackView> packs, const ChargeSettings& settings,
            bool (PackView::*takes_part)() const, Limiter limiter) {
    std::optional<Held> least;
    double count = 0;
    for (const auto& pack : packs) {
        if (!(pack.*takes_part)()) continue;
        const auto own = limiter(pack, settings);
        // A pack that tells no limit gives nothing; that it must not be charged counts all the same.
        if (!pack.limits.charge_current && own.value > 0) continue;
        if (!least || own.value < least->value) least = own;
        ++count;
    }
    if (!least) return Held{0, {.words = "no pack has its MOSFET on"}};
    const auto sharing = count > 1 ? std::clamp(settings.sharing, 0.0, 1.0) : 1;
    least->value *= count * sharing;
    return *least;
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

Held charge_limit(const PackView& pack, const ChargeSettings& settings) {
    Held held{1, {}};
    const auto& thresholds = pack.limits.thresholds;
    if (!pack.charge_protection.empty()) lower(held, 0, pack.rule(pack.charge_protection));
    if (pack.measured) {
        const bool stop = pack.highest.value >= thresholds.charge_stop;
        lower(held, stop ? 0 : fraction_at(settings.charge_by_cell, pack.highest.value),
              pack.of_cell("cell voltage", pack.highest));
    }
    lower_by_temperature(held, pack,
                         {settings.charge_by_temperature, settings.charge_by_mosfet, settings.charge_by_soc,
                          thresholds.charge_over_temperature, thresholds.charge_under_temperature},
                         settings);
    lower_by_soc(held, pack, settings.charge_by_soc);
    return of_limit(held, pack.limits.charge_current, pack);
}

Held discharge_limit(const PackView& pack, const ChargeSettings& settings) {
    Held held{1, {}};
    const auto& thresholds = pack.limits.thresholds;
    if (pack.measured)
        lower(held, fraction_at(settings.discharge_by_cell, pack.lowest.value),
              pack.of_cell("cell voltage", pack.lowest));
    lower_by_temperature(
        held, pack,
        {settings.discharge_by_temperature, settings.discharge_by_mosfet, settings.discharge_by_soc,
         thresholds.discharge_over_temperature, thresholds.discharge_under_temperature},
        settings);
    lower_by_soc(held, pack, settings.discharge_by_soc);
    held.value = std::max(held.value, std::clamp(settings.discharge_least, 0.0, 1.0));
    return of_limit(held, pack.limits.discharge_current, pack);
}

Held bank_charge_limit(std::span<const PackView> packs, const ChargeSettings& settings) {
    auto held = of_all(packs, settings, &PackView::charges, &charge_limit);
    cap(held, settings.charge_current_max, "configured charge current");
    return held;
}

Held bank_discharge_limit(std::span<const PackView> packs, const ChargeSettings& settings) {
    auto held = of_all(packs, settings, &PackView::discharges, &discharge_limit);
    cap(held, settings.discharge_current_max, "configured discharge current");
    return held;
}

double bank_discharge_ceiling(std::span<const PackView> packs, const ChargeSettings& settings) {
    const Limiter whole = [](const PackView& pack, const ChargeSettings&) {
        return of_limit(Held{1, {}}, pack.limits.discharge_current, pack);
    };
    auto held = of_all(packs, settings, &PackView::discharges, whole);
    cap(held, settings.discharge_current_max, "");
    return held.value;
}

std::optional<Rule> discharge_too_hot_or_cold(const PackView& pack, const ChargeSettings& settings,
                                              double hysteresis) {
    const auto& thresholds = pack.limits.thresholds;
    const auto margin = settings.temperature_margin + hysteresis;
    const auto& over = thresholds.discharge_over_temperature;
    const auto& under = thresholds.discharge_under_temperature;
    if (pack.warmest && over && *over - pack.warmest->value <= margin)
        return pack.of_sensor("discharge temperature", *pack.warmest);
    if (pack.coldest && under && pack.coldest->value - *under <= margin)
        return pack.of_sensor("discharge temperature", *pack.coldest);
    const auto& mosfet = thresholds.mosfet_over_temperature;
    if (pack.mosfet && mosfet && *mosfet - *pack.mosfet <= settings.mosfet_margin + hysteresis)
        return Rule{"MOSFET temperature", pack.number, Rule::nobody, 0, *pack.mosfet, "°C"};
    return std::nullopt;
}

}  // namespace packwire::bank
