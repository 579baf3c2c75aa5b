// SPDX-License-Identifier: MIT
/// A record of 42 -> JSON of its fields; for information.
#include <deque>

#include "dialect/daren/daren.hpp"
#include "harness.hpp"
#include "live_frames.hpp"
#include "model/format.hpp"
#include "wire/frame.hpp"

int main(int argc, char** argv) {
    using namespace packwire;
    if (!bench::wanted(argc, argv, "write_json")) return 0;
    model::Decoder decoder;
    std::deque<wire::Frame> frames;
    std::vector<model::Record> records;
    for (const auto& text : bench::live_frames(200)) {
        const auto& frame = frames.emplace_back(wire::decode(text).value());
        records.push_back(decoder.decode(dialect::daren::live_data, frame.info()).value());
    }
    std::string json;
    const auto measured = bench::measure(static_cast<double>(records.size()), [&] {
        for (const auto& record : records) {
            json.clear();
            model::append_fields_json(json, record);
            bench::keep(json.data());
        }
    });
    bench::print({.bench = "write_json",
                  .value = measured.per_second,
                  .unit = "records/s",
                  .note = "best of 5 runs; fields of 42 with both variants; one core; for information"});
    return 0;
}
