// SPDX-License-Identifier: MIT
#include "app/logging.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

namespace packwire::app {

void start_logging(const std::string& level) {
    auto logger =
        std::make_shared<spdlog::logger>("packwire", std::make_shared<spdlog::sinks::stderr_color_sink_st>());
    logger->set_level(spdlog::level::from_str(level == "warning" ? "warn" : level));
    logger->set_pattern(::isatty(STDERR_FILENO) == 1 ? "%H:%M:%S %^%l%$ %v" : "%Y-%m-%dT%H:%M:%S%z %l %v");
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
}

sink::Log sink_log() {
    return [](sink::Level level, const std::string& line) {
        spdlog::log(level == sink::Level::warning ? spdlog::level::warn : spdlog::level::info, "{}", line);
    };
}

}  // namespace packwire::app
