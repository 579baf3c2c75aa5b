// SPDX-License-Identifier: MIT
/// A mosquitto of the test's own on a free loopback port, and Debian's own clients to look at it from
/// outside.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "support/child.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace packwire::test {

/// Nobody listens there at the moment.
inline std::uint16_t free_port(boost::asio::io_context& loop) {
    using boost::asio::ip::tcp;
    tcp::acceptor acceptor(loop, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
    return acceptor.local_endpoint().port();
}

class MqttBroker {
public:
    /// `settings`: more lines of mosquitto.conf; "DIR" stands for a directory of the broker's own.
    explicit MqttBroker(boost::asio::io_context& loop, std::string settings = "allow_anonymous true\n")
        : loop_(loop), port_(free_port(loop)), settings_(std::move(settings)) {}

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string path(const std::string& name) const { return (directory_ / name).string(); }
    void write(const std::string& name, const std::string& text) const { std::ofstream(path(name)) << text; }
    /// Before start().
    void set(std::string settings) { settings_ = std::move(settings); }
    /// Runs a program that makes a file of the broker.
    std::string make(const std::vector<std::string>& argv) { return run_child(loop_, argv); }

    void start() {
        auto settings = settings_;
        for (auto at = settings.find("DIR"); at != std::string::npos; at = settings.find("DIR", at))
            settings.replace(at, 3, path(""));
        write("mosquitto.conf", "listener " + std::to_string(port_) +
                                    " 127.0.0.1\npersistence false\nuser root\nlog_type all\n" + settings);
        daemon_.emplace(loop_, std::vector<std::string>{"mosquitto", "-c", path("mosquitto.conf")});
        run_until(loop_, [&] {
            if (daemon_->ended()) throw std::runtime_error("mosquitto ended: " + daemon_->output());
            return daemon_->output().find(" running") != std::string::npos;
        });
        // Between these words and its loop it forgets a SIGTERM.
        boost::asio::ip::tcp::socket knock(loop_);
        knock.connect({boost::asio::ip::address_v4::loopback(), port_});
        run_until(loop_, [&] { return daemon_->output().find("New connection") != std::string::npos; });
    }
    void stop() { daemon_.reset(); }
    [[nodiscard]] const std::string& log() const { return daemon_->output(); }

    /// mosquitto_pub with these arguments, to its end.
    std::string send(std::vector<std::string> arguments) {
        std::vector<std::string> argv{"mosquitto_pub", "-h", "127.0.0.1", "-p", std::to_string(port_)};
        argv.insert(argv.end(), arguments.begin(), arguments.end());
        return run_child(loop_, argv);
    }

private:
    boost::asio::io_context& loop_;
    std::uint16_t port_;
    std::string settings_;
    TempDir directory_;
    std::optional<Child> daemon_;
};

/// mosquitto_sub: all that is published, and what was retained before.
class MqttReader {
public:
    struct Line {
        std::string topic;
        std::string payload;
        bool retained = false;  ///< before it came
    };
    explicit MqttReader(boost::asio::io_context& loop, const MqttBroker& broker,
                        const std::vector<std::string>& more = {})
        : loop_(loop) {
        std::vector<std::string> argv{
            "mosquitto_sub", "-h", "127.0.0.1", "-p", std::to_string(broker.port()), "-t", "#", "-F",
            "%r %t %p"};
        argv.insert(argv.end(), more.begin(), more.end());
        child_.emplace(loop, argv);
    }
    [[nodiscard]] std::vector<Line> lines() const {
        std::vector<Line> all;
        std::istringstream text(child_->output());
        for (std::string line; std::getline(text, line);) {
            const auto space = line.find(' ', 2);
            if (text.eof() || space == std::string::npos) break;
            all.push_back({line.substr(2, space - 2), line.substr(space + 1), line[0] == '1'});
        }
        return all;
    }
    /// What each topic has now; those that were cleared are absent.
    [[nodiscard]] std::map<std::string, std::string> topics() const {
        std::map<std::string, std::string> now;
        for (const auto& line : lines()) {
            if (line.payload.empty()) {
                now.erase(line.topic);
            } else {
                now[line.topic] = line.payload;
            }
        }
        return now;
    }
    [[nodiscard]] std::string at(const std::string& topic) const {
        const auto now = topics();
        const auto found = now.find(topic);
        return found == now.end() ? std::string() : found->second;
    }
    /// Waits until the topic holds something in which `words` stand.
    void wait_for(const std::string& topic, const std::string& words) {
        try {
            run_until(loop_, [&] { return at(topic).find(words) != std::string::npos; });
        } catch (const std::runtime_error&) {
            throw std::runtime_error("not on " + topic + ": " + words + "; there is: " + at(topic));
        }
    }
    void wait_until_gone(const std::string& topic) {
        run_until(loop_, [&] { return !topics().contains(topic); });
    }
    [[nodiscard]] std::size_t count(const std::string& topic) const {
        std::size_t found = 0;
        for (const auto& line : lines()) found += line.topic == topic ? 1U : 0U;
        return found;
    }

private:
    boost::asio::io_context& loop_;
    std::optional<Child> child_;
};

}  // namespace packwire::test
