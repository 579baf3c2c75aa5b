// SPDX-License-Identifier: MIT
/// Packs as a table on a terminal, drawn again each second; in a pipe, one line a pack and reading.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "app/output.hpp"
#include "app/streams.hpp"
#include "sink/sink.hpp"

namespace packwire::app {

class LiveTable final : public sink::Sink {
public:
    /// `footer`: lines below the table, asked at each drawing.
    LiveTable(Streams io, bus::Time& time, Duration every, std::function<std::string()> footer);

    [[nodiscard]] std::string_view name() const override { return "live_table"; }
    void publish(const bank::Pack& pack) override;
    void publish_bank(const bank::Bank& bank) override { bank_ = bank; }
    bus::Task<void> run() override;
    /// The table as it stands now, without moving the cursor.
    [[nodiscard]] std::string text() const;

private:
    void draw();
    [[nodiscard]] std::string bank_text() const;
    [[nodiscard]] std::vector<std::string> row(const bank::Pack& pack) const;

    Streams io_;
    bus::Time& time_;
    Duration every_;
    std::function<std::string()> footer_;
    std::unique_ptr<bus::Timer> timer_;
    std::optional<bank::Bank> bank_;
    std::map<std::string, bank::Pack> packs_;  ///< by bus and address
};

}  // namespace packwire::app
