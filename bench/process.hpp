// SPDX-License-Identifier: MIT
/// Programs that a benchmark starts, and what the kernel says that they cost.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace packwire::bench {

/// Ends with SIGTERM, by its own pid only, when it goes out of scope.
class Process {
public:
    /// Output goes to `log`. Throws when it cannot be started.
    Process(std::vector<std::string> argv, const std::filesystem::path& log);
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process();

    /// SIGKILL, and waits until it is gone.
    void kill();
    /// Has it ended by itself? Then its exit code, or minus the signal.
    [[nodiscard]] std::optional<int> ended();
    /// How many file descriptors it has open.
    [[nodiscard]] std::size_t descriptors() const;
    /// User and system time so far, in seconds.
    [[nodiscard]] double cpu_seconds() const;
    /// Resident memory now, in MB (10^6 bytes).
    [[nodiscard]] double rss_mb() const;

private:
    pid_t pid_ = -1;
};

/// Asks every few milliseconds. Throws with `what` after 20 s.
void wait_until(const std::function<bool()>& done, const std::string& what);

}  // namespace packwire::bench
