// SPDX-License-Identifier: MIT
/// A file of history for tests, and something to put into it.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>

#include "store/sqlite.hpp"
#include "support/temp_dir.hpp"

namespace packwire::test {

/// 2026-01-01T00:00:00Z
inline constexpr WallTime new_year{std::chrono::seconds(1'767'225'600)};

inline constexpr auto voltage = model::metric("pack_voltage");
inline constexpr auto cell_voltage = model::metric("cell_voltage");
inline constexpr auto charged = model::metric("total_charge_energy");

class HistoryFile {
public:
    HistoryFile() { open(); }
    /// Closes it first.
    void open() {
        archive.reset();
        log.clear();
        auto opened = store::open_sqlite(
            {.file = path(), .limits = limits, .log = [this](bool, const std::string& line) {
                 log += line + "\n";
             }});
        why = opened ? "" : opened.error().where;
        if (opened) archive = std::move(*opened);
    }
    [[nodiscard]] std::filesystem::path path() const { return directory / "history.db"; }
    /// All that is due.
    void tidy(WallTime now, bool may_drop = true) const {
        for (;;) {
            const auto more = archive->tidy(now, may_drop);
            ASSERT_TRUE(more) << more.error().where;
            if (!*more) return;
        }
    }
    [[nodiscard]] std::vector<store::Point> points(const store::Series& series, WallTime from, WallTime to,
                                                   std::optional<store::Resolution> resolution,
                                                   std::size_t most = 1'000'000) const {
        const auto answer = archive->read(
            {.series = series, .from = from, .to = to, .points = most, .resolution = resolution}, {});
        EXPECT_TRUE(answer) << answer.error().where;
        return answer ? answer->points : std::vector<store::Point>();
    }

    TempDir directory;
    store::Limits limits;
    std::string log;
    std::string why;  ///< it could not be opened
    std::unique_ptr<store::Archive> archive;
};

inline store::Series series(const std::string& device, model::Metric metric, std::uint8_t index = 0) {
    return {.device = device, .metric = metric, .index = index};
}

/// A pack that swings once an hour, a reading every `step`, cell 2 one mV above cell 1.
inline store::Batch swing(const std::string& device, WallTime from, WallTime to, Duration step) {
    store::Batch batch;
    for (auto at = from; at < to; at += std::chrono::duration_cast<WallTime::duration>(step)) {
        const std::chrono::duration<double> time = at.time_since_epoch();
        const auto volts = 53 + std::round(200 * std::sin(time.count() / 3600 * 6.283)) / 100;
        store::add(batch, series(device, voltage), at, volts);
        for (std::uint8_t cell = 0; cell < 4; ++cell)
            store::add(batch, series(device, cell_voltage, cell), at, volts / 16 + 0.001 * cell);
    }
    return batch;
}

}  // namespace packwire::test
