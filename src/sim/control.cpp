// SPDX-License-Identifier: MIT
#include "sim/control.hpp"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <fstream>
#include <iterator>

#include "bus/wait.hpp"

namespace packwire::sim {

namespace {

namespace asio = bus::asio;
using boost::system::error_code;
using bus::Task;
using Local = asio::local::stream_protocol;

constexpr std::chrono::milliseconds poll_interval{100};
constexpr std::size_t longest_line = 1024;
constexpr auto token = asio::as_tuple(asio::use_awaitable);

/// Does anybody answer there?
bool answers(const asio::any_io_executor& executor, const Local::endpoint& endpoint) {
    Local::socket probe(executor);
    error_code error;
    probe.connect(endpoint, error);
    return !error;
}

}  // namespace

ControlFile::Stamp ControlFile::stamp() const {
    std::error_code error;
    Stamp stamp;
    stamp.time = std::filesystem::last_write_time(path_, error);
    if (!error) stamp.size = std::filesystem::file_size(path_, error);
    return error ? Stamp{} : Stamp{stamp.time, stamp.size, true};
}

void ControlFile::look() {
    const auto now = stamp();
    if (now == last_) return;
    last_ = now;
    load();
}

void ControlFile::load() {
    std::ifstream in(path_, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const auto script = parse_script(text);
    const Command clear;
    (void)bus_.apply(clear);
    for (const auto& error : script.errors) say_(fmt::format("{}: {}", path_.string(), error.where));
    for (const auto& command : script.commands) {
        const auto done = bus_.apply(command);
        if (!done) say_(fmt::format("{}: {}", path_.string(), done.error().where));
    }
}

Task<Result<void>> ControlFile::run() {
    const auto timer = time_.timer();
    while (true) {
        look();
        co_await timer->wait_until(time_.now() + poll_interval);
    }
}

ControlSocket::~ControlSocket() {
    std::error_code ignored;
    if (bound_) std::filesystem::remove(path_, ignored);
}

Result<void> ControlSocket::listen() {
    const Local::endpoint endpoint(path_.string());
    std::error_code ignored;
    if (std::filesystem::is_socket(path_, ignored)) {
        if (answers(acceptor_.get_executor(), endpoint)) {
            return fail(Errc::port_busy, path_.string() + ": another simulator listens there");
        }
        std::filesystem::remove(path_, ignored);
    }
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return fail(Errc::port_refused, fmt::format("{}: {}", path_.string(), error.message()));
    bound_ = true;
    return {};
}

Task<Result<void>> ControlSocket::run() {
    using asio::experimental::awaitable_operators::operator||;
    co_await (serve() || serve() || serve() || serve());
    co_return fail(Errc::io, path_.string() + ": closed");
}

Task<Result<void>> ControlSocket::serve() {
    while (acceptor_.is_open()) {
        Local::socket client(acceptor_.get_executor());
        const auto [error] = co_await acceptor_.async_accept(client, token);
        bus::throw_if_cancelled(co_await asio::this_coro::cancellation_state);
        if (!error) co_await talk(client);
    }
    co_return Result<void>{};
}

Task<void> ControlSocket::talk(Local::socket& client) {
    std::string text;
    while (true) {
        const auto buffer = asio::dynamic_buffer(text, longest_line);
        const auto [error, size] = co_await asio::async_read_until(client, buffer, '\n', token);
        bus::throw_if_cancelled(co_await asio::this_coro::cancellation_state);
        if (error) co_return;
        const auto reply = obey(std::string_view(text).substr(0, size - 1));
        text.erase(0, size);
        const auto [failed, written] = co_await asio::async_write(client, asio::buffer(reply), token);
        bus::throw_if_cancelled(co_await asio::this_coro::cancellation_state);
        if (failed) co_return;
    }
}

std::string ControlSocket::obey(std::string_view line) {
    const auto command = parse_command(line);
    const auto done = command ? bus_.apply(*command) : std::unexpected(command.error());
    return done ? std::string("ok\n") : fmt::format("error: {}\n", done.error().where);
}

}  // namespace packwire::sim
