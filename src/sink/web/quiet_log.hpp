// SPDX-License-Identifier: MIT
/// What clients do wrong, in the log: a line of each kind now and then, so that none of them can fill it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "bus/timer.hpp"
#include "sink/log.hpp"

namespace packwire::sink::web {

class QuietLog {
public:
    static constexpr Duration pause = std::chrono::minutes(1);

    QuietLog(Log log, const Clock& clock) : log_(std::move(log)), clock_(clock) {}
    /// `kind` is one of a few words of ours. Says how often it was not said since.
    void warn(std::string_view kind, const std::string& line);
    void say(Level level, const std::string& line) const { sink::say(log_, level, line); }

private:
    struct Said {
        TimePoint at{};
        std::uint64_t unsaid = 0;
    };
    Log log_;
    const Clock& clock_;
    std::map<std::string, Said, std::less<>> said_;
};

}  // namespace packwire::sink::web
