// SPDX-License-Identifier: MIT
#include "bank/bank.hpp"

#include <utility>

namespace packwire::bank {

std::optional<double> Bank::value(model::Metric metric, std::size_t i) const {
    const auto found = numbers_.find(metric.index);
    if (found == numbers_.end() || i >= found->second.size()) return std::nullopt;
    return found->second[i];
}

std::string Bank::text(model::Metric metric) const {
    const auto found = texts_.find(metric.index);
    return found == texts_.end() ? std::string() : found->second;
}

std::size_t Bank::count(model::Metric metric) const {
    const auto found = numbers_.find(metric.index);
    return found == numbers_.end() ? 0 : found->second.size();
}

void Bank::set(model::Metric metric, std::optional<double> value, std::size_t i) {
    auto& values = numbers_[metric.index];
    if (values.size() <= i) values.resize(i + 1);
    values[i] = value;
}

void Bank::set(model::Metric metric, std::string text) {
    texts_[metric.index] = std::move(text);
}

}  // namespace packwire::bank
