// SPDX-License-Identifier: MIT
/// A D-Bus of the test's own, and Debian's own clients to look at it from outside.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "support/child.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace packwire::test {

class PrivateBus {
public:
    explicit PrivateBus(boost::asio::io_context& loop) : loop_(loop) { start(); }

    [[nodiscard]] std::string address() const { return "unix:path=" + (directory_ / "bus").string(); }
    void start() {
        daemon_.emplace(loop_, std::vector<std::string>{"dbus-daemon", "--session", "--nofork", "--nopidfile",
                                                        "--address=" + address(), "--print-address"});
        run_until(loop_, [&] { return daemon_->output().find("unix:") != std::string::npos; });
    }
    void stop() { daemon_.reset(); }

    /// What dbus-send prints of the answer.
    [[nodiscard]] std::string call(const std::string& service, const std::string& path,
                                   const std::string& method,
                                   const std::vector<std::string>& arguments = {}) {
        std::vector<std::string> argv{
            "dbus-send", "--bus=" + address(), "--print-reply", "--dest=" + service, path, method};
        argv.insert(argv.end(), arguments.begin(), arguments.end());
        return run_child(loop_, argv);
    }
    [[nodiscard]] bool has(const std::string& service) {
        const auto names = call("org.freedesktop.DBus", "/", "org.freedesktop.DBus.ListNames");
        return names.find('"' + service + '"') != std::string::npos;
    }

private:
    boost::asio::io_context& loop_;
    TempDir directory_;
    std::optional<Child> daemon_;
};

/// Every signal of BusItem on the bus, as dbus-monitor prints it.
class SignalWatch {
public:
    SignalWatch(boost::asio::io_context& loop, PrivateBus& bus)
        : loop_(loop),
          child_(loop, {"dbus-monitor", "--address", bus.address(),
                        "type='signal',interface='com.victronenergy.BusItem'"}) {
        // It is listening once it has told of its own name.
        run_until(loop_, [&] { return child_.output().find("NameLost") != std::string::npos; });
    }
    [[nodiscard]] const std::string& output() const { return child_.output(); }
    [[nodiscard]] std::size_t count(const std::string& member) const {
        std::size_t found = 0;
        const auto word = "member=" + member;
        for (auto at = output().find(word); at != std::string::npos; at = output().find(word, at + 1))
            ++found;
        return found;
    }
    void wait_for(const std::string& words) {
        run_until(loop_, [&] { return output().find(words) != std::string::npos; });
    }

private:
    boost::asio::io_context& loop_;
    Child child_;
};

}  // namespace packwire::test
