// SPDX-License-Identifier: MIT
#include "sim/control.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace packwire::sim {

namespace {

using bus::Task;

constexpr std::chrono::milliseconds poll_interval{100};

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

Result<void> ControlSocket::listen() {
    return server_.listen();
}

Task<Result<void>> ControlSocket::run() {
    return server_.run();
}

std::string ControlSocket::obey(std::string_view line) {
    const auto command = parse_command(line);
    const auto done = command ? bus_.apply(*command) : std::unexpected(command.error());
    return done ? std::string("ok\n") : fmt::format("error: {}\n", done.error().where);
}

}  // namespace packwire::sim
