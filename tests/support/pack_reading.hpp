// SPDX-License-Identifier: MIT
/// Snapshots of packs without a wire: from values that a test says, or from the physics of a simulated pack.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "model/record.hpp"
#include "model/snapshot.hpp"
#include "sim/pack.hpp"

namespace packwire::test {

/// What service 42 says.
struct Live {
    std::vector<double> cells = std::vector<double>(16, 3.300);
    std::vector<double> temperatures = std::vector<double>(4, 25.0);
    double mosfet = 30;
    double current = 0;
    double full = 100;
    double remaining = 60;
    bool charge_on = true;
    bool discharge_on = true;
    std::vector<std::string_view> flags{};  ///< of any status word
    std::optional<double> pack_voltage{};   ///< else the sum of the cells
    /// On the wire instead of what stands above.
    struct Raw {
        std::string_view field;
        std::size_t place = 0;
        std::int32_t value = 0;
    };
    std::vector<Raw> raw{};
};
[[nodiscard]] Live live_of(const sim::Pack& pack);

/// Words of 47 and 80 by name, in their unit, instead of what the simulator says; not a number: 7FFF. The
/// charge current limit is "47.charge_current_limit" and "80.charge_current_limit".
using Words = std::map<std::string_view, double>;

/// Writes INFO and reads it as the program does. Quick enough for days of readings.
class PackReader {
public:
    void read_live(model::Snapshot& into, const Live& live, TimePoint when = {});
    /// INFO of 42; holds until the next call.
    [[nodiscard]] std::span<const std::uint8_t> live_info(const Live& live);
    /// INFO of 47 or 80.
    [[nodiscard]] std::vector<std::uint8_t> settings_info(const model::Service& service, const Words& words,
                                                          const sim::Pack& pack = typical());
    /// 47, 80: the simulator's words, or these.
    void read_47(model::Snapshot& into, const Words& words = {}, const sim::Pack& pack = typical());
    void read_80(model::Snapshot& into, const Words& words = {}, const sim::Pack& pack = typical());
    [[nodiscard]] static const sim::Pack& typical();

private:
    void read_settings(model::Snapshot& into, const model::Service& service, const Words& words,
                       const sim::Pack& pack);
    /// Where in the slots of 42 each quantity begins.
    struct Places {
        std::size_t cells, sensors, voltage, temperature, mosfet, current, full, remaining, soc;
        std::array<std::size_t, 4> words;
    };
    void lay_out(const model::Counts& counts);
    void put(std::size_t slot, double value);
    void put_flags(const Live& live);
    model::Decoder decoder_;
    model::Layouts layouts_;
    std::vector<std::uint8_t> info_;
    const model::Layout* layout_ = nullptr;
    model::Counts counts_{};
    Places at_{};
    model::Record record_;
};

}  // namespace packwire::test
