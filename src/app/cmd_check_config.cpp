// SPDX-License-Identifier: MIT
/// packwire check-config: reads a configuration and does nothing else.
#include <fmt/format.h>

#include <ostream>

#include "app/address_list.hpp"
#include "app/commands.hpp"
#include "app/config.hpp"
#include "app/config_documents.hpp"
#include "app/config_keys.hpp"
#include "app/values.hpp"

namespace packwire::app {

namespace {

std::string summary(const BusConfig& bus) {
    const auto every = bus.interval == Duration::zero() ? "as often as the line allows"
                                                        : "every " + duration_text(bus.interval);
    return fmt::format("  {}: baud {}, addresses {}, {}, {}\n", bus.port,
                       bus.baud ? fmt::format("{}", *bus.baud) : "auto",
                       bus.addresses.empty() ? "auto" : address_text(bus.addresses), every, bus.dialect);
}

}  // namespace

int run(const CheckConfigOptions& options, Streams io) {
    if (options.keys) {
        io.out << configuration_markdown();
        return Exit::done;
    }
    if (options.example) {
        io.out << full_example_config();
        return Exit::done;
    }
    const auto config = load_config(options.file);
    if (!config) {
        io.err << fmt::format("packwire check-config: {}\n", config.error().where);
        return Exit::wrong_use;
    }
    for (const auto& warning : config->warnings)
        io.err << fmt::format("packwire check-config: {}\n", warning);
    io.out << fmt::format("{}: good, site {}\n", options.file, config->site);
    for (const auto& bus : config->buses) io.out << summary(bus);
    return Exit::done;
}

}  // namespace packwire::app
