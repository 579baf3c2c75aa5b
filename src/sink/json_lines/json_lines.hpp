// SPDX-License-Identifier: MIT
/// Packs as lines of JSON, for programs and pipes.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sink/json_lines/output.hpp"
#include "sink/log.hpp"
#include "sink/sink.hpp"

namespace packwire::sink::json_lines {

/// A line for each new live data or change of freshness of a pack, one a second and pack: what comes up to
/// half a second early, since a line's pace is never exact, is written at once and the next one waits for
/// longer. While the reader is slow or the disk is full, the newest of each pack waits. An error is told once
/// and tried again.
class JsonLinesSink final : public Sink {
public:
    /// `path`: a file to append to; empty or "-" is stdout.
    /// `with_bank`: the bank, too, once a second.
    JsonLinesSink(std::string path, bus::Time& time, Log log, bool with_bank = false);

    [[nodiscard]] std::string_view name() const override { return "json_lines"; }
    [[nodiscard]] std::string trouble() const override { return trouble_; }
    void publish(const bank::Pack& pack) override;
    void publish_bank(const bank::Bank& bank) override;
    /// Writes what had to wait. Ends, when cancelled, with what asio throws.
    bus::Task<void> run() override;

private:
    struct Known {
        std::string line;  ///< waits to be written; empty when none does
        TimePoint last_good{};
        bank::Freshness freshness = bank::Freshness::fresh;
        TimePoint due{};  ///< not before
    };
    using Waiting = std::vector<Known*>;
    [[nodiscard]] bool write(Known& known, TimePoint now);
    [[nodiscard]] TimePoint step();
    void check(const Result<void>& result);

    Output output_;
    bool with_bank_;
    bus::Time& time_;
    Log log_;
    std::unique_ptr<bus::Timer> timer_;
    std::map<std::string, Known> packs_;  ///< by id
    Known bank_;
    Waiting waiting_;  ///< of packs_ and bank_: those with a line, the longest waiting first
    TimePoint retry_at_{};
    std::string trouble_;
};

}  // namespace packwire::sink::json_lines
