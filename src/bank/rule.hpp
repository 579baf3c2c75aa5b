// SPDX-License-Identifier: MIT
/// Which rule holds a limit: cheap to hand around, words only at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace packwire::bank {

struct Rule {
    static constexpr std::size_t nobody = 0xFF;

    std::string_view words{};
    std::size_t pack = nobody;   ///< from 0
    std::size_t place = nobody;  ///< cell or sensor, from 0
    char kind = 0;               ///< 'C' or 'T': what `place` counts
    double value = 0;            ///< what was measured
    std::string_view unit{};     ///< empty: nothing was
    bool over = false;           ///< it held the limit, which rises since
};

/// What messages call a pack: "P2"; "the pack" where there is only one. `number` from 0.
[[nodiscard]] std::string pack_name(std::size_t number, std::size_t packs);

/// "cell voltage of P2 C07 3.47 V", "recovers from …". A single pack needs no name.
[[nodiscard]] std::string in_words(const Rule& rule, std::size_t packs);

/// The rule that held a limit before it began to rise.
class LastRule {
public:
    /// The one to name now.
    [[nodiscard]] Rule rule(bool rising, const Rule& now) {
        if (!rising) held_ = now;
        auto said = held_;
        said.over = rising;
        return said;
    }

private:
    Rule held_{.words = "the restart"};
};

/// A value with the rule that holds it.
struct Held {
    double value = 0;
    Rule rule;
};
/// Takes over what is lower.
inline void lower(Held& held, double value, const Rule& rule) {
    if (value < held.value) held = Held{value, rule};
}

}  // namespace packwire::bank
