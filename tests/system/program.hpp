// SPDX-License-Identifier: MIT
/// The program itself, as a user runs it: a simulator, a daemon, commands.
#pragma once

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "support/private_bus.hpp"

namespace packwire::test {

inline const std::string& binary() {
    static const std::string path = PACKWIRE_BINARY;
    return path;
}

struct Outcome {
    int code = -1;
    std::string out;
    std::string err;
};

/// Runs `packwire <words>` to its end.
inline Outcome packwire(boost::asio::io_context& loop, TempDir& directory, const std::string& words) {
    const auto err = (directory / "stderr").string();
    const auto printed =
        run_child(loop, {"sh", "-c", binary() + " " + words + " 2>" + err + "; echo \"exit $?\""});
    const auto end = printed.rfind("exit ");
    std::stringstream text;
    text << std::ifstream(err).rdbuf();
    return {std::stoi(printed.substr(end + 5)), printed.substr(0, end), text.str()};
}

inline std::vector<nlohmann::json> json_lines(const std::string& text) {
    std::vector<nlohmann::json> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(nlohmann::json::parse(line));
    return lines;
}

/// `packwire sim` behind a link, without the time that a real line takes unless told otherwise.
class Sim {
public:
    Sim(boost::asio::io_context& loop, TempDir& directory, std::vector<std::string> words)
        : link_((directory / "line").string()) {
        std::vector<std::string> argv{binary(), "sim", "--link", link_};
        if (std::ranges::find(words, "--baud") == words.end()) {
            argv.insert(argv.end(), {"--baud", "0", "--latency", "1ms"});
        }
        argv.insert(argv.end(), words.begin(), words.end());
        child_.emplace(loop, argv);
        run_until(loop,
                  [this] { return child_->output().find(link_) != std::string::npos || child_->ended(); });
    }
    [[nodiscard]] const std::string& link() const { return link_; }
    [[nodiscard]] const std::string& output() const { return child_->output(); }
    void stop() { child_->stop(); }
    void signal(int signal) const { child_->signal(signal); }

private:
    std::string link_;
    std::optional<Child> child_;
};

}  // namespace packwire::test
