// SPDX-License-Identifier: MIT
/// The rules of the configuration at work in the daemon.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "app/config.hpp"
#include "rules/runner.hpp"
#include "sink/sink.hpp"

namespace packwire::app {

/// The daemon tells rules what it tells sinks.
class RulesSink final : public sink::Sink {
public:
    RulesSink(rules::Options options, bus::Time& time, const bus::asio::any_io_executor& executor,
              bus::Offload& offload);
    [[nodiscard]] std::string_view name() const override { return "rules"; }
    [[nodiscard]] std::string trouble() const override { return runner_.trouble(); }
    void publish(const bank::Pack& pack) override { runner_.publish(pack); }
    void publish_bank(const bank::Bank& bank) override { runner_.publish_bank(bank); }
    bus::Task<void> run() override;
    void before_end() override { runner_.end(); }
    [[nodiscard]] const rules::Runner& runner() const { return runner_; }

private:
    rules::Runner runner_;
};

/// Of `[[rule]]`. `publish` reaches the broker; empty: there is none. To be added before the sink that it
/// reaches: rules tell their last before that sink stops.
[[nodiscard]] rules::Options rules_options(const Config& config, std::filesystem::path state_file,
                                           rules::Publish publish);

/// How they are doing, as one line of JSON with its line end: what `packwire rules` asks the daemon for.
/// docs/rules.md describes it. Null: there are no rules.
[[nodiscard]] std::string rules_document(const rules::Runner* runner);

}  // namespace packwire::app
