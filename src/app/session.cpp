// SPDX-License-Identifier: MIT
#include "app/session.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <exception>
#include <ostream>

#include "bus/tasks.hpp"

namespace packwire::app {

namespace asio = bus::asio;

int run_to_end(asio::io_context& loop, bus::Task<int> task, int interrupted, std::function<void()> finish) {
    int code = interrupted;
    std::exception_ptr failure;
    asio::signal_set signals(loop, SIGINT, SIGTERM);
    asio::cancellation_signal cancel;
    const auto cancel_it = [&](const boost::system::error_code& error, int) {
        if (!error) cancel.emit(asio::cancellation_type::terminal);
    };
    signals.async_wait([&](const boost::system::error_code& error, int signal) {
        if (error || !finish) {
            cancel_it(error, signal);
            return;
        }
        finish();
        signals.async_wait(cancel_it);
    });
    auto ended = [&](const std::exception_ptr& error, int result) {
        if (error && !bus::is_cancellation(error)) failure = error;
        if (!error) code = result;
        signals.cancel();
    };
    asio::co_spawn(loop, std::move(task), asio::bind_cancellation_slot(cancel.slot(), ended));
    loop.run();
    if (failure) std::rethrow_exception(failure);
    return code;
}

std::optional<std::uint32_t> wanted_baud(const bus::PortUrl& url, std::optional<std::uint32_t> said,
                                         Unsaid otherwise, const dialect::Dialect& dialect) {
    if (said) return *said == 0 ? std::nullopt : said;
    if (url.baud) return url.baud;
    return otherwise == Unsaid::usual ? std::optional(dialect.bauds.front()) : std::nullopt;
}

std::vector<std::uint32_t> bauds_to_try(const bus::PortUrl& url, std::optional<std::uint32_t> baud,
                                        const dialect::Dialect& dialect) {
    if (baud) return {*baud};
    if (url.kind == bus::PortUrl::Kind::tcp) return {dialect.bauds.front()};
    return {dialect.bauds.begin(), dialect.bauds.end()};
}

namespace {

std::vector<const dialect::Dialect*> dialects_named(std::string_view name) {
    if (name != auto_dialect) return {dialect::find(name)};
    return {dialect::all().begin(), dialect::all().end()};
}

}  // namespace

Session::Session(const PortOptions& options, Unsaid speed, bus::PortAccess access)
    : dialects_(dialects_named(options.dialect)),
      url_(bus::parse_port_url(options.port).value()),
      baud_(wanted_baud(url_, options.baud, speed, dialect())),
      port_(bus::make_port(url_, bauds().front(), time_, loop_.get_executor(), access)) {
    lines_.reserve(dialects_.size());
    for (const auto* one : dialects_) {
        lines_.push_back(std::make_unique<bus::Line>(*port_, time_, *one, bus::timing_for(url_.kind, *one)));
    }
}

std::vector<bus::Line*> Session::lines() {
    std::vector<bus::Line*> all;
    all.reserve(lines_.size());
    for (const auto& line : lines_) all.push_back(line.get());
    return all;
}

bus::Task<Result<void>> Session::open(std::vector<std::uint8_t> addresses) {
    auto opened = co_await port_->open();
    if (!opened || bauds().size() == 1) co_return opened;
    bus::ScanWish wish;
    wish.bauds = bauds();
    wish.addresses = std::move(addresses);
    const auto found = co_await bus::scan(line(), time_, std::move(wish));
    if (!found) co_return std::unexpected(found.error());
    if (found->empty()) {
        co_return fail(Errc::timeout, fmt::format("{}: no pack answers at any speed", port_->name()));
    }
    co_return Result<void>{};
}

std::vector<std::uint32_t> Session::bauds() const {
    return bauds_to_try(url_, baud_, dialect());
}

Progress::Progress(Streams io) : err_(io.err), terminal_(io.terminal && ::isatty(STDERR_FILENO) == 1) {}

void Progress::show(std::string_view text) {
    if (!terminal_) return;
    err_ << "\r\033[K" << text << std::flush;
    shown_ = true;
}

void Progress::clear() {
    if (!shown_) return;
    err_ << "\r\033[K" << std::flush;
    shown_ = false;
}

}  // namespace packwire::app
