// SPDX-License-Identifier: MIT
/// All rules of a daemon: values in, actions out, and a memory in a file.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rules/http_client.hpp"
#include "rules/memory.hpp"
#include "rules/slots.hpp"
#include "rules/teller.hpp"

namespace packwire::rules {

/// How the runner speaks to the operator; empty when nobody listens.
using Log = std::function<void(bool warning, const std::string& line)>;

struct Options {
    std::vector<Rule> rules;
    std::filesystem::path state_file;  ///< empty: nothing outlives the process
    Publish publish;                   ///< MQTT; empty: there is none
    /// Told when a rule has switched, or cannot tell somebody (level 1), or can again; in words.
    std::function<void(const std::string& rule, int level, const std::string& text)> happened = {};
};

/// How one way to tell is doing.
struct ActionStatus {
    std::string_view kind;
    std::optional<bool> told;
    bool busy = false;
    unsigned failures = 0;
    std::string trouble;
};
struct RuleStatus {
    const Rule* rule = nullptr;
    bool on = false;
    bool decided = false;
    Because because = Because::nothing;
    std::optional<Duration> age;  ///< since it was switched
    std::optional<Duration> due;  ///< until a wait ends
    std::optional<double> value;  ///< of `when`
    std::vector<ActionStatus> actions;
};

/// Lives on the loop of the daemon and never waits: each value is judged as it comes, and time goes on once a
/// second. When run() is cancelled each rule takes its fail-safe state and its actions are told for the last
/// time; that keeps the loop busy for seconds at most.
class Runner {
public:
    Runner(Options options, bus::Time& time, const bus::asio::any_io_executor& executor,
           bus::Offload& offload, Log log);
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;
    ~Runner();

    void publish(const bank::Pack& pack);
    void publish_bank(const bank::Bank& bank);
    /// Until cancelled; it then ends, and with what asio throws.
    bus::Task<void> run();
    /// Every rule to its fail-safe state, and told; nothing is switched afterwards.
    void end();

    /// What cannot be told at the moment, for people; empty when all is well.
    [[nodiscard]] std::string trouble() const;
    [[nodiscard]] std::vector<RuleStatus> status() const;

private:
    struct Live;
    void recall();
    void step();
    void step(Live& live);
    void changed(Live& live);
    void save();
    void note(const Live& live, const Teller& teller);
    [[nodiscard]] Message message(const Live& live) const;

    bool ended_ = false;
    Options options_;
    bus::Time& time_;
    bus::asio::any_io_executor executor_;
    bus::Offload& offload_;
    Log log_;
    HttpClient http_;
    Slots slots_;
    std::vector<std::unique_ptr<Live>> rules_;
    Memory memory_;
    std::string save_trouble_;
    std::unique_ptr<bus::Timer> timer_;
};

}  // namespace packwire::rules
