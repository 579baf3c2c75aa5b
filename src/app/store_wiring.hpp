// SPDX-License-Identifier: MIT
/// The history of the daemon: what it records, and where others ask for it.
#pragma once

#include <filesystem>

#include "app/config.hpp"
#include "sink/sink.hpp"
#include "store/recorder.hpp"

namespace packwire::app {

/// The daemon tells history what it tells sinks.
class StoreSink final : public sink::Sink {
public:
    /// `file` is where the history is. Opening and checking it goes on beside the loop; what cannot be
    /// written is said once, and packs are read all the same.
    StoreSink(const StoreConfig& config, std::filesystem::path file, bus::Time& time,
              const bus::asio::any_io_executor& executor);
    [[nodiscard]] std::string_view name() const override { return "store"; }
    [[nodiscard]] std::string trouble() const override { return recorder_.trouble(); }
    void publish(const bank::Pack& pack) override { recorder_.publish(pack); }
    void publish_bank(const bank::Bank& bank) override { recorder_.publish_bank(bank); }
    /// Notes the start of the daemon, and its end.
    bus::Task<void> run() override;
    /// For those who show history. Lives as long as this.
    [[nodiscard]] store::Desk& desk() { return recorder_; }
    /// For RulesSink: a rule switched, or could not.
    void rule_happened(const std::string& rule, int level, const std::string& text);

private:
    store::Recorder recorder_;
};

/// `[store] path`, else history.db where state is kept; empty when there is no such place.
[[nodiscard]] std::filesystem::path history_file(const StoreConfig& config);

}  // namespace packwire::app
