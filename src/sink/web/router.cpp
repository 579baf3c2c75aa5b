// SPDX-License-Identifier: MIT
#include "sink/web/router.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "base/json_text.hpp"
#include "base/time_text.hpp"
#include "sink/web/catalogue.hpp"
#include "sink/web/gzip.hpp"
#include "sink/web/history.hpp"
#include "sink/web/metrics.hpp"

namespace packwire::sink::web {

namespace {

constexpr std::string_view packs_path = "/api/v1/packs";

/// The line of a message of the board: {"type":"pack","time":…} without its type.
std::string told_line(const std::string& message) {
    return '{' + message.substr(message.find(',') + 1);
}

Response not_found(std::string_view what) {
    return error(404, "not_found", fmt::format("{}; docs/api.md has what there is", what));
}

/// So many points are written at once: a millisecond or less.
constexpr std::size_t points_at_once = 8192;

/// Writes an answer of the history without holding up the loop.
struct Writing : std::enable_shared_from_this<Writing> {
    Writing(bus::asio::any_io_executor on, HistoryWriter with, std::function<void(std::string)> then)
        : executor(std::move(on)), writer(std::move(with)), done(std::move(then)) {}
    void go_on() {
        if (writer.write(points_at_once)) return done(writer.take());
        bus::asio::post(executor, [self = shared_from_this()] { self->go_on(); });
    }
    bus::asio::any_io_executor executor;
    HistoryWriter writer;
    std::function<void(std::string)> done;
};

Response unavailable(std::string_view code, std::string_view why) {
    return error(503, code, why);
}

constexpr std::string_view no_history =
    "there is no history: [store] is off, or its file cannot be used (see the log)";

constexpr std::string_view no_page =
    "<h1>packwire</h1><p>This program was built without its page (that takes Node.js). What it knows is at "
    "<a href=\"/api/v1/packs\">/api/v1/packs</a>, <a href=\"/api/v1/bank\">/api/v1/bank</a>, "
    "<a href=\"/api/v1/status\">/api/v1/status</a> and <a href=\"/metrics\">/metrics</a>.</p>";

std::string token_form(bool wrong) {
    return fmt::format(
        "<h1>packwire</h1>{}<form action=\"/\" method=\"get\"><label>Token <input type=\"password\" "
        "name=\"token\" "
        "autocomplete=\"current-password\" required autofocus></label> <button>Enter</button></form>"
        "<p>It is in the file that <code>[web] token_file</code> names. This browser will remember it.</p>",
        wrong ? "<p role=\"alert\">That is not the token.</p>" : "");
}

}  // namespace

const std::array<Router::Route, 11> Router::table{{
    {"/", &Router::front, nullptr},
    {packs_path, &Router::packs, nullptr},
    {"/api/v1/packs/{id}", nullptr, nullptr},  // the one with a name in it
    {"/api/v1/bank", &Router::bank, nullptr},
    {"/api/v1/metrics", &Router::catalogue, nullptr},
    {"/api/v1/history", nullptr, &Router::history},
    {"/api/v1/events", nullptr, &Router::events},
    {"/api/v1/status", &Router::status, nullptr},
    {live_path, &Router::upgrade, nullptr},
    {"/metrics", &Router::metrics, nullptr},
    {"/healthz", &Router::health, nullptr},
}};

std::vector<std::string_view> routes() {
    std::vector<std::string_view> all;
    all.reserve(Router::table.size());
    for (const auto& route : Router::table) all.push_back(route.path);
    return all;
}

Router::Router(const Options& options, const Board& board, bus::Time& time,
               bus::asio::any_io_executor executor)
    : options_(options),
      board_(board),
      time_(time),
      executor_(std::move(executor)),
      guard_(options),
      catalogue_(catalogue_document()) {}

void Router::answer(const Request& request, const Done& done) {
    if (auto refused = refuse(request)) return done(std::move(*refused));
    const auto url = parse_target(request.target);
    if (!url) return done(error(400, "bad_request", url.error().where));
    if (auto entered = enter(request, *url)) return done(std::move(*entered));
    const auto* const found = std::ranges::find(table, url->path, &Route::path);
    if (found != table.end() && found->now != nullptr) return done((this->*found->now)(request));
    if (found != table.end() && found->later != nullptr) return (this->*found->later)(*url, done);
    if (url->path.starts_with(packs_path) && url->path.size() > packs_path.size() + 1 &&
        url->path[packs_path.size()] == '/')
        return done(pack(request, url->path.substr(packs_path.size() + 1)));
    if (auto found_asset = asset(request, url->path)) return done(std::move(*found_asset));
    done(not_found("no such path"));
}

/// Host first: a foreign page that came by a name of its own learns nothing.
std::optional<Response> Router::refuse(const Request& request) const {
    if (guard_.knows_host(request.host)) return std::nullopt;
    return error(421, "unknown_host",
                 "this host name is not one of ours; add it to [web] hosts if it is meant to be");
}

/// What wants the token, and where it is given.
std::optional<Response> Router::enter(const Request& request, const Url& url) const {
    if (!guard_.wants_token() || url.path == "/healthz") return std::nullopt;
    const auto given = url.path == "/" ? url.find("token") : std::nullopt;
    if (given && guard_.is_token(*given)) {
        auto response = short_page(303, "<p><a href=\"/\">packwire</a></p>");
        response.cache = "no-store";
        response.headers = {{"Location", "/"}, {"Set-Cookie", guard_.cookie()}};
        return response;
    }
    if (guard_.authorised(request)) return std::nullopt;
    auto response = url.path == "/" ? short_page(401, token_form(given.has_value()))
                                    : error(401, "unauthorised",
                                            "a token is wanted: Authorization: Bearer …, or open / once");
    response.cache = "no-store";
    response.headers = {{"WWW-Authenticate", "Bearer realm=\"packwire\""}};
    return response;
}

std::optional<Response> Router::refuse_live(const Request& request) const {
    if (auto refused = refuse(request)) return refused;
    const auto url = parse_target(request.target);
    if (!url) return error(400, "bad_request", url.error().where);
    if (url->path != live_path) return not_found("there is no WebSocket");
    if (!Guard::same_origin(request.origin, request.host))
        return error(403, "foreign_origin", "a page of another origin may not listen");
    return enter(request, *url);
}

std::string Router::hello() const {
    std::string out = "{\"type\":\"hello\",\"version\":\"" PACKWIRE_VERSION "\",\"site\":";
    append_json_text(out, options_.site);
    fmt::format_to(std::back_inserter(out), ",\"time\":\"{}\"}}", rfc3339(time_.wall_now()));
    return out;
}

Response Router::front(const Request& request) const {
    for (const auto* path : {"/index.html", "/"}) {
        if (auto found = asset(request, path)) return std::move(*found);
    }
    return short_page(200, no_page);
}

/// Looked up by its whole name: there is no way out of the table.
std::optional<Response> Router::asset(const Request& request, std::string_view path) const {
    const auto found = std::ranges::find(options_.page, path, &Asset::path);
    if (found == options_.page.end()) return std::nullopt;
    Response response;
    response.type = found->type;
    response.etag = found->etag;
    response.cache = found->immutable ? "public, max-age=31536000, immutable" : "no-cache";
    response.headers.emplace_back("Vary", "Accept-Encoding");
    if (takes_gzip(request.accept_encoding)) {
        response.page = found->gzip;
        response.headers.emplace_back("Content-Encoding", "gzip");
    } else {
        response.body = std::make_shared<const std::string>(inflate(found->gzip));
    }
    check_condition(response, request);
    return response;
}

Response Router::packs(const Request& request) const {
    std::string list;
    for (const auto& message : board_.all_but(std::string(bank_place))) {
        if (!list.empty()) list += ',';
        list += told_line(*message);
    }
    auto response =
        json(fmt::format("{{\"time\":\"{}\",\"packs\":[{}]}}\n", rfc3339(time_.wall_now()), list));
    make_conditional(response, request, list);
    return response;
}

Response Router::pack(const Request& request, const std::string& id) const {
    const auto message = id.empty() ? nullptr : board_.find(id);
    if (!message) return not_found("no pack has this id; /api/v1/packs lists them");
    auto response = json(told_line(*message) + '\n');
    make_conditional(response, request);
    return response;
}

Response Router::bank(const Request& request) const {
    const auto message = board_.find(std::string(bank_place));
    if (!message)
        return unavailable("no_bank", "there is no bank yet: its packs have not all said what they are");
    auto response = json(told_line(*message) + '\n');
    make_conditional(response, request);
    return response;
}

Response Router::catalogue(const Request& request) const {
    auto response = json(catalogue_);
    make_conditional(response, request);
    return response;
}

Response Router::status(const Request& /*request*/) const {
    if (!options_.hooks.status) return unavailable("no_status", "this program keeps no status");
    return json(options_.hooks.status());
}

// NOLINTNEXTLINE(readability-convert-member-functions-to-static): stands in the table
Response Router::upgrade(const Request& /*request*/) const {
    auto response = error(426, "upgrade_required", "this is a WebSocket");
    response.headers = {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}};
    return response;
}

Response Router::metrics(const Request& /*request*/) const {
    auto response = json(metrics_text(options_.hooks, live_, time_.now()));
    response.type = "text/plain; version=0.0.4; charset=utf-8";
    return response;
}

Response Router::health(const Request& /*request*/) const {
    const auto reason = options_.hooks.health ? options_.hooks.health() : std::string();
    std::string out = "{\"status\":";
    append_json_text(out, reason.empty() ? "ok" : reason);
    auto response = json(out += "}\n");
    response.status = reason.empty() ? 200 : 503;
    response.cache = "no-store";
    return response;
}

void Router::history(const Url& url, const Done& done) {
    if (options_.hooks.desk == nullptr) return done(unavailable("no_history", no_history));
    auto request = parse_history(url, time_.wall_now());
    if (!request) return done(error(400, "bad_request", request.error().where));
    if (histories_ >= options_.limits.histories) {
        auto response = unavailable("busy", "other answers of the history are in the making; ask again");
        response.headers = {{"Retry-After", "1"}};
        return done(std::move(response));
    }
    ++histories_;
    auto queries = request->queries;
    options_.hooks.desk->read(std::move(queries), [this, done, request = std::move(*request)](
                                                      Result<std::vector<store::Answer>> answers) {
        if (!answers) {
            --histories_;
            return done(error(500, "history_failed", answers.error().where));
        }
        auto finish = [this, done](std::string text) {
            --histories_;
            done(json(std::move(text)));
        };
        std::make_shared<Writing>(executor_, HistoryWriter(request, std::move(*answers)), std::move(finish))
            ->go_on();
    });
}

// NOLINTNEXTLINE(readability-make-member-function-const): stands in the table
void Router::events(const Url& url, const Done& done) {
    if (options_.hooks.desk == nullptr) return done(unavailable("no_history", no_history));
    auto query = parse_events(url);
    if (!query) return done(error(400, "bad_request", query.error().where));
    const auto limit = query->limit;
    options_.hooks.desk->events(std::move(*query), [done,
                                                    limit](const Result<std::vector<store::Event>>& events) {
        done(events ? json(events_json(*events, limit)) : error(500, "history_failed", events.error().where));
    });
}

}  // namespace packwire::sink::web
