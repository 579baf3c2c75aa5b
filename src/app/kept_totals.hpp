// SPDX-License-Identifier: MIT
/// Totals of the bank as the history file has them.
#pragma once

#include <cstdint>
#include <vector>

#include "bank/tally.hpp"
#include "store/archive.hpp"

namespace packwire::app {

/// The newest value of each total, whenever it was recorded.
[[nodiscard]] std::vector<store::Query> queries_for_totals();
/// The answers to these queries, in their order. History does not record clears: `clears` is what the caller
/// takes them to be of.
[[nodiscard]] bank::PublishedTotals newest_totals(const std::vector<store::Answer>& answers,
                                                  std::uint64_t clears);

}  // namespace packwire::app
