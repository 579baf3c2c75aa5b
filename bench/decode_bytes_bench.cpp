// SPDX-License-Identifier: MIT
/// A stream of answers to 42, in pieces as a port delivers them -> whole frames that pass CHKSUM; one core.
#include <fmt/format.h>

#include <cstdio>
#include <string>

#include "harness.hpp"
#include "live_frames.hpp"
#include "wire/frame.hpp"
#include "wire/splitter.hpp"

namespace {

using namespace packwire;

std::size_t split_and_parse(std::string_view stream, std::size_t piece, wire::Splitter& splitter) {
    wire::Frame frame;
    std::size_t good = 0;
    while (!stream.empty()) {
        auto part = stream.substr(0, piece);
        stream.remove_prefix(part.size());
        while (const auto text = splitter.next(part)) good += wire::parse(*text, {}, frame) ? 1U : 0U;
    }
    return good;
}

int run(const std::string& stream, std::size_t frames, std::size_t piece) {
    wire::Splitter splitter;
    std::size_t good = 0;
    const auto measured = bench::measure(static_cast<double>(stream.size()) / 1e6,
                                         [&] { good = split_and_parse(stream, piece, splitter); });
    const auto note =
        fmt::format("best of 5 runs; splitter and frame, {} different frames in pieces of {} bytes; one core",
                    frames, piece);
    const auto name = fmt::format("decode_bytes_{}", piece);
    bench::print({.bench = name, .value = measured.per_second, .unit = "MB/s", .note = note});
    if (good == frames && measured.allocations == 0) return 0;
    fmt::print(stderr, "{}: {} of {} frames, {} allocations\n", name, good, frames, measured.allocations);
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    const auto frames = bench::live_frames(1000);
    std::string stream;
    for (const auto& frame : frames) stream += frame;
    int status = 0;
    for (const std::size_t piece : {std::size_t{64}, std::size_t{4096}}) {
        const auto name = fmt::format("decode_bytes_{}", piece);
        if (!bench::wanted(argc, argv, name) && !bench::wanted(argc, argv, "decode_bytes")) continue;
        status |= run(stream, frames.size(), piece);
    }
    return status;
}
