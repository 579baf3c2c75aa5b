// SPDX-License-Identifier: MIT
/// A child process of a test: what it prints is read by the loop of the test, so what it talks to can live
/// there.
#pragma once

#include <sys/types.h>

#include <boost/asio/io_context.hpp>
#include <csignal>
#include <memory>
#include <string>
#include <vector>

namespace packwire::test {

/// Ends with SIGTERM, and by its own pid only, when it goes out of scope.
class Child {
public:
    /// argv[0] is looked up in PATH. Throws when it cannot be started.
    Child(boost::asio::io_context& loop, const std::vector<std::string>& argv);
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();

    /// stdout and stderr so far.
    [[nodiscard]] const std::string& output() const;
    /// It has closed stdout and stderr.
    [[nodiscard]] bool ended() const;
    /// Ends it and waits until it has ended.
    void stop() { kill(SIGTERM); }
    void kill(int signal);
    /// Sends a signal that does not end it; what is stopped must be continued before it can end.
    void signal(int signal) const;

private:
    struct State;
    std::shared_ptr<State> state_;
    pid_t pid_ = -1;
};

/// Runs a program to its end while the loop lives; gives what it printed.
[[nodiscard]] std::string run_child(boost::asio::io_context& loop, const std::vector<std::string>& argv);

}  // namespace packwire::test
