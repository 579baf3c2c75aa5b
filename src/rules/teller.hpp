// SPDX-License-Identifier: MIT
/// Tells an actor what is wanted until it was told, with a pause that grows; then again as often as wanted.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "rules/actor.hpp"

namespace packwire::rules {

/// Only the newest wish counts. After a failure it is tried again after 1 s, then 2, 4 … 60 s.
class Teller {
public:
    /// A change of `trouble`: what, or empty when it is over.
    using Changed = std::function<void(const Teller&)>;
    Teller(std::unique_ptr<Actor> actor, bus::Time& time, Duration repeat, Changed changed);
    Teller(const Teller&) = delete;
    Teller& operator=(const Teller&) = delete;

    /// From now on this is wanted; it is told at once, or as soon as what is under way has ended.
    void want(Message message);
    /// Tells what is due.
    void step();
    /// When step() has something to do; TimePoint::max() for never.
    [[nodiscard]] TimePoint due() const { return due_; }
    /// As want(), for the last time: two attempts without a pause.
    void want_last(Message message);

    [[nodiscard]] std::string_view kind() const { return actor_->kind(); }
    /// What was told last; absent: nothing yet.
    [[nodiscard]] std::optional<bool> told() const { return told_; }
    [[nodiscard]] bool busy() const { return busy_; }
    [[nodiscard]] unsigned failures() const { return failures_; }  ///< in a row
    /// Why the wish could not be told; empty when all is well.
    [[nodiscard]] const std::string& trouble() const { return trouble_; }

private:
    void start();
    void finished(bool on, const Result<void>& result);

    std::unique_ptr<Actor> actor_;
    bus::Time& time_;
    Duration repeat_;
    Changed changed_;
    std::optional<Message> wish_;
    bool fresh_ = false;  ///< the wish came while busy with another
    bool busy_ = false;
    std::optional<bool> told_;
    unsigned failures_ = 0;
    unsigned last_attempts_ = 0;  ///< left, once it is the last wish
    bool last_ = false;
    TimePoint due_ = TimePoint::max();
    std::string trouble_;
};

}  // namespace packwire::rules
