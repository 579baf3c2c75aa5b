// SPDX-License-Identifier: MIT
#include "sink/web/web_sink.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "base/json_text.hpp"
#include "sink/line.hpp"
#include "sink/web/history.hpp"

namespace packwire::sink::web {

namespace {

/// A line of JSON with its type in front.
std::string message(std::string_view type, std::string_view line) {
    return fmt::format("{{\"type\":\"{}\",{}", type, line.substr(1));
}

/// What the line of the bank does not say: who is in it, and whether it controls chargers.
std::string bank_line(const bank::Bank& bank, WallTime now) {
    auto out = line_of(bank, now);
    out.pop_back();
    out += ",\"members\":[";
    for (std::size_t i = 0; i < bank.members.size(); ++i) {
        out += i > 0 ? ",{\"id\":" : "{\"id\":";
        append_json_text(out, bank.members[i].id);
        fmt::format_to(std::back_inserter(out), ",\"freshness\":\"{}\"}}",
                       bank::name(bank.members[i].freshness));
    }
    fmt::format_to(std::back_inserter(out), "],\"controls\":{},\"monitor_reason\":", bank.limits.has_value());
    append_json_text(out, bank.monitor_reason);
    return out += '}';
}

}  // namespace

WebSink::WebSink(Options options, bus::Time& time, bus::asio::any_io_executor executor, Log log)
    : options_(std::move(options)),
      time_(time),
      log_(std::move(log), time),
      server_(options_, board_, time, std::move(executor), log_) {
    if (options_.hooks.desk != nullptr)
        options_.hooks.desk->on_event([this](const store::Event& event) { tell(event); });
}

void WebSink::publish(const bank::Pack& pack) {
    if (pack.last_good == TimePoint{}) return;  // never had live data
    board_.put(pack.snapshot.identity.id, message("pack", line_of(pack, time_.wall_now())));
}

void WebSink::publish_bank(const bank::Bank& bank) {
    board_.put(std::string(bank_place), message("bank", bank_line(bank, time_.wall_now())));
}

void WebSink::tell(const store::Event& event) {
    board_.add_event(event_json(event, "event"));
}

bus::Task<void> WebSink::run() {
    co_await server_.run();
}

}  // namespace packwire::sink::web
