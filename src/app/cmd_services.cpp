// SPDX-License-Identifier: MIT
/// packwire services: the service tables, as table, JSON or Markdown.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <utility>

#include "app/commands.hpp"
#include "app/output.hpp"
#include "app/service_doc.hpp"
#include "dialect/dialect.hpp"

namespace packwire::app {

namespace {

std::vector<const model::Service*> wanted(const dialect::Dialect& dialect,
                                          const std::vector<std::string>& codes) {
    if (codes.empty()) return {dialect.services.begin(), dialect.services.end()};
    std::vector<const model::Service*> services;
    for (const auto& code : codes) {
        for (const auto* service : dialect::find_services(dialect, code)) {
            if (std::ranges::find(services, service) == services.end()) services.push_back(service);
        }
    }
    return services;
}

Table overview(const model::Dialect& dialect, const std::vector<const model::Service*>& services) {
    Table table;
    table.header({"code", "name", "request", "answer bytes (16 cells, 4 sensors)", "evidence", "protocol"});
    for (const auto* service : services) {
        std::string sizes;
        for (const auto& variant : service->variants) {
            sizes += fmt::format("{}{}: {}", sizes.empty() ? "" : ", ", variant.name, size_text(variant));
        }
        table.row({std::string(service->code), std::string(service->name), request_text(dialect, *service),
                   sizes, std::string(service->evidence), std::string(service->source)});
    }
    return table;
}

}  // namespace

int run(const ServicesOptions& options, Streams io) {
    bool first = true;
    for (const auto* dialect : dialect::all()) {
        if (options.dialect != auto_dialect && options.dialect != dialect->name) continue;
        const auto services = wanted(*dialect, options.services);
        if (services.empty()) continue;
        if (options.format == Format::json) {
            for (const auto* service : services) io.out << service_json(*dialect, *service);
            continue;
        }
        if (!std::exchange(first, false)) io.out << '\n';
        if (options.format == Format::markdown) {
            io.out << services_markdown(*dialect, services);
        } else {
            io.out << paint(dialect->name, Style::bold, io.colour) << '\n'
                   << overview(*dialect, services).text(io.colour);
        }
    }
    return Exit::done;
}

}  // namespace packwire::app
