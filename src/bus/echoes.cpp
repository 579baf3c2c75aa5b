// SPDX-License-Identifier: MIT
#include "bus/echoes.hpp"

#include <algorithm>

namespace packwire::bus {

namespace {

/// Longer than any gateway holds bytes back.
constexpr Duration longest_delay = std::chrono::seconds(10);
/// Two characters can change so that the checksum stays right; more do not by chance.
constexpr int damaged_characters = 2;

/// How many answers without an echo it takes to believe that a line has none after all.
constexpr int surely_echoing = 8;

bool alike(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    int differing = 0;
    for (std::size_t i = 0; i < a.size(); ++i) differing += static_cast<int>(a[i] != b[i]);
    return differing <= damaged_characters;
}

}  // namespace

void Echoes::sent(std::string_view question, TimePoint when) {
    while (!sent_.empty() && when - sent_.front().when > longest_delay) sent_.pop_front();
    sent_.push_back(Sent{std::string(question), when});
}

void Echoes::answered(std::string_view question) {
    const auto last = std::ranges::find(sent_.rbegin(), sent_.rend(), question, &Sent::text);
    if (last == sent_.rend()) return;
    if (echoing_ > 0) {
        --echoing_;
    } else {
        sent_.erase(sent_.begin(), last.base());
    }
}

bool Echoes::is_echo(std::string_view text, TimePoint now) {
    const auto found = std::ranges::find_if(
        sent_, [&](const Sent& one) { return now - one.when <= longest_delay && alike(one.text, text); });
    if (found == sent_.end()) return false;
    sent_.erase(sent_.begin(), found + 1);
    echoing_ = std::min(echoing_ + 1, surely_echoing);
    return true;
}

}  // namespace packwire::bus
