// SPDX-License-Identifier: MIT
/// Prints the values of a frame of live data, with nothing but what libpackwire-dev installs.
#include <cstdio>
#include <string>

#include "dialect/daren/daren.hpp"
#include "dialect/dialect.hpp"
#include "model/format.hpp"
#include "model/record.hpp"
#include "wire/frame.hpp"

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    const auto frame = packwire::wire::decode(std::string(argv[1]) + "\r");
    if (!frame) {
        std::fprintf(stderr, "%s\n", frame.error().where.c_str());
        return 1;
    }
    const auto& dialect = *packwire::dialect::find("daren");
    const auto services = packwire::dialect::find_services(dialect, "42");
    packwire::model::Decoder decoder;
    const auto record = decoder.decode(*services.front(), frame->info());
    if (!record) {
        std::fprintf(stderr, "%s\n", record.error().where.c_str());
        return 1;
    }
    std::string json;
    packwire::model::append_fields_json(json, *record);
    std::puts(json.c_str());
}
