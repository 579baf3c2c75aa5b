// SPDX-License-Identifier: MIT
#include "sink/venus/shunt_watch.hpp"

#include <utility>

#include "bank/aggregate.hpp"

namespace packwire::sink::venus {

namespace {

/// A
constexpr NumberRange current_range{.lowest = -bank::External::most_current,
                                    .highest = bank::External::most_current};
/// %: rounding and a new battery go a little beyond.
constexpr NumberRange state_of_charge_range{.lowest = 0, .highest = 100, .overshoot = 5};

}  // namespace

ShuntWatch::ShuntWatch(BusClient& bus, const Clock& clock, const ShuntPath& where, Hooks hooks, Log log)
    : hooks_(std::move(hooks)),
      numbers_(bus, clock, where.service,
               {{.path = where.current_path, .range = current_range},
                {.path = where.state_of_charge_path, .range = state_of_charge_range}},
               {.on_change =
                    [this] {
                        Shunt shunt;
                        shunt.current = numbers_.value(0);
                        shunt.state_of_charge = numbers_.value(1);
                        hooks_.on_shunt(shunt, numbers_.heard());
                    },
                .on_due = hooks_.on_due},
               std::move(log)) {}

}  // namespace packwire::sink::venus
