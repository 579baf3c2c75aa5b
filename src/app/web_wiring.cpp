// SPDX-License-Identifier: MIT
#include "app/web_wiring.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <map>
#include <tuple>

#include "app/config_checks.hpp"
#include "app/logging.hpp"
#include "app/status_doc.hpp"
#include "base/durable_file.hpp"
#include "sink/web/guard.hpp"
#include "sink/web/tls.hpp"

namespace packwire::app {

namespace {

constexpr std::string_view what_a_token_is =
    "expected a token: 16 to 512 characters of A-Za-z0-9-._~+/=, such as `openssl rand -hex 24` gives";

/// The file rules over the environment, as for passwords. Never quoted in errors.
Result<std::string> token_of(const WebConfig& web) {
    std::string token;
    if (!web.token_file.empty()) {
        auto text = read_whole(web.token_file);
        if (!text) return fail(Errc::bad_config, "[web] token_file: " + text.error().where);
        token = std::move(*text);
        while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
        if (!sink::web::is_good_token(token))
            return fail(Errc::bad_config,
                        fmt::format("[web] token_file: {}: {}", web.token_file, what_a_token_is));
        return token;
    }
    const auto* text = std::getenv("PACKWIRE_WEB_TOKEN");  // NOLINT(concurrency-mt-unsafe): before threads
    if (text == nullptr) return token;
    token = text;
    if (!sink::web::is_good_token(token))
        return fail(Errc::bad_config, fmt::format("PACKWIRE_WEB_TOKEN: {}", what_a_token_is));
    return token;
}

std::vector<sink::web::BusLine> lines(const Daemon& daemon) {
    std::map<std::pair<std::string_view, std::uint8_t>, std::string_view> ids;
    for (const auto* pack : daemon.book().packs()) {
        const auto& who = pack->snapshot.identity;
        ids[{who.bus, who.address}] = who.id;
    }
    std::vector<sink::web::BusLine> all;
    for (auto& bus : daemon.buses()) {
        auto& line = all.emplace_back();
        line.open = bus.state != BusState::closed;
        line.counters = bus.counters;
        line.time = bus.recent;
        for (const auto& [address, statistics] : bus.packs) {
            const auto found = ids.find({bus.port, address});
            const auto id = found == ids.end() ? std::string() : std::string(found->second);
            line.packs.push_back({.id = id, .address = address, .statistics = statistics});
        }
        line.bus = std::move(bus.port);
    }
    return all;
}

std::string health(const Daemon& daemon) {
    return daemon.progresses() ? "" : "a poll loop does not progress";
}

}  // namespace

Result<sink::web::Options> web_options(const Config& config, Daemon& daemon, const DaemonBank& bank,
                                       bus::Time& time, store::Desk* desk) {
    auto token = token_of(config.web);
    if (!token) return std::unexpected(token.error());
    sink::web::Options options;
    std::tie(options.host, options.port) = listen_place(config.web.listen);
    options.hosts = config.web.hosts;
    options.token = std::move(*token);
    options.certificate = config.web.tls_certificate;
    options.key = config.web.tls_key;
    options.site = config.site;
    if (!options.certificate.empty()) {
        if (const auto tls = sink::web::Tls::load(options); !tls)
            return fail(Errc::bad_config, "[web] tls: " + tls.error().where);
    }
    options.hooks.status = [&daemon, &time, started = time.now()] {
        daemon.refresh_ages();
        return status_document(daemon, time, started);
    };
    options.hooks.health = [&daemon] { return health(daemon); };
    options.hooks.refresh_ages = [&daemon] { daemon.refresh_ages(); };
    options.hooks.packs = [&daemon] {
        daemon.refresh_ages();
        return daemon.book().packs();
    };
    options.hooks.bank = [&daemon, &bank] {
        daemon.refresh_ages();
        return bank.latest() ? &*bank.latest() : nullptr;
    };
    options.hooks.lines = [&daemon] { return lines(daemon); };
    options.hooks.desk = desk;
    return options;
}

Result<std::unique_ptr<sink::web::WebSink>> make_web_sink(const Config& config, Daemon& daemon,
                                                          const DaemonBank& bank, bus::Time& time,
                                                          const bus::asio::any_io_executor& executor,
                                                          store::Desk* desk) {
    auto options = web_options(config, daemon, bank, time, desk);
    if (!options) return std::unexpected(options.error());
    return std::make_unique<sink::web::WebSink>(std::move(*options), time, executor, sink_log());
}

}  // namespace packwire::app
