// SPDX-License-Identifier: MIT
/// Text of an answer to 42 -> header checked, every raw value read, ranges and cell sum checked; one core.
#include <fmt/format.h>

#include <cstdio>

#include "dialect/daren/daren.hpp"
#include "dialect/dialect.hpp"
#include "harness.hpp"
#include "live_frames.hpp"
#include "model/record.hpp"
#include "wire/frame.hpp"

namespace {

using namespace packwire;

constexpr double limit = 2'000'000;

/// How many of `texts` become records.
std::size_t decode_all(const std::vector<std::string>& texts, model::Decoder& decoder) {
    const auto& dialect = dialect::daren::dialect;
    wire::Frame frame;
    model::Record record;
    std::size_t good = 0;
    for (const auto& text : texts) {
        if (!wire::parse(text, {}, frame) || dialect::check_header(dialect, frame)) continue;
        if (!decoder.read(dialect::daren::live_data, frame.info(), record) || model::check(record)) continue;
        bench::keep(record.raw().data());
        ++good;
    }
    return good;
}

}  // namespace

int main(int argc, char** argv) {
    if (!bench::wanted(argc, argv, "decode_42")) return 0;
    const auto frames = bench::live_frames(1000);
    model::Decoder decoder;
    std::size_t good = 0;
    const auto measured =
        bench::measure(static_cast<double>(frames.size()), [&] { good = decode_all(frames, decoder); });
    bench::print(
        {.bench = "decode_42",
         .value = measured.per_second,
         .unit = "frames/s",
         .limit = limit,
         .note = "best of 5 runs; 1000 different frames of both variants, 1 in 8 not 16 cells and 4 sensors; "
                 "parse, header, all values, ranges, cell sum; one core; 0 allocations"});
    if (good != frames.size()) {
        fmt::print(stderr, "decode_42: only {} of {} frames decode\n", good, frames.size());
        return 1;
    }
    if (measured.allocations != 0) {
        fmt::print(stderr, "decode_42: expected no allocation, got {}\n", measured.allocations);
        return 1;
    }
    return measured.per_second < limit ? 1 : 0;
}
