// SPDX-License-Identifier: MIT
#include "app/status_server.hpp"

#include <spdlog/spdlog.h>

#include "app/places.hpp"
#include "app/rules_wiring.hpp"
#include "app/status_doc.hpp"
#include "app/values_doc.hpp"

namespace packwire::app {

namespace {

using namespace std::chrono_literals;

/// A program asks and reads at once; whoever sits there idly would keep others away.
constexpr Duration idle = 30s;
constexpr mode_t user_and_group = 0660;

}  // namespace

StatusServer::StatusServer(Daemon& daemon, bus::Time& time, const bus::asio::any_io_executor& executor,
                           const std::string& configured)
    : daemon_(daemon),
      time_(time),
      started_(time.now()),
      off_(configured == "off"),
      path_(configured.empty() ? default_status_socket() : std::filesystem::path(configured)),
      server_(executor, time, {.path = path_, .mode = user_and_group, .idle = idle},
              [this](std::string_view line) { return answer(line); }) {}

void StatusServer::start() {
    if (off_) return;
    if (const auto listening = listen(); !listening) {
        spdlog::warn("status: {}; packwire status will not reach this daemon", to_string(listening.error()));
        return;
    }
    spdlog::info("status: packwire status is answered at {}", path_.string());
    daemon_.spawn(serve());
}

Result<void> StatusServer::listen() {
    if (path_.empty()) {
        return fail(Errc::port_refused,
                    "none of RUNTIME_DIRECTORY, XDG_RUNTIME_DIR, STATE_DIRECTORY, XDG_STATE_HOME and HOME "
                    "names a place for the socket; set [status] socket");
    }
    std::error_code ignored;  // what matters is whether a socket can be made there
    std::filesystem::create_directories(path_.parent_path(), ignored);
    return server_.listen();
}

std::string StatusServer::answer(std::string_view line) const {
    daemon_.refresh_ages();
    if (line == "status") return status_document(daemon_, time_, started_);
    if (line == "values") return values_document(daemon_, time_);
    if (line == "rules") return rules_document(rules_);
    return "{\"error\":\"expected status, values or rules\"}\n";
}

bus::Task<void> StatusServer::serve() {
    const auto ended = co_await server_.run();
    if (!ended) spdlog::warn("status: {}", to_string(ended.error()));
}

}  // namespace packwire::app
