// SPDX-License-Identifier: MIT
#include "dialect/polling.hpp"

#include <algorithm>
#include <iterator>

#include "dialect/dialect.hpp"

namespace packwire::dialect {

std::vector<const model::Service*> polled_services(const model::Dialect& dialect) {
    std::vector<const model::Service*> polled;
    std::ranges::copy_if(dialect.services, std::back_inserter(polled), [&](const model::Service* service) {
        return service->cadence != model::Cadence::never && can_ask(dialect, *service);
    });
    return polled;
}

IdentitySources identity_sources(const model::Dialect& dialect) {
    IdentitySources sources;
    for (const auto* service : polled_services(dialect)) {
        if (sources.serial_number == nullptr && tells_serial_number(*service))
            sources.serial_number = service;
        if (sources.barcode == nullptr && tells_barcode(*service)) sources.barcode = service;
    }
    return sources;
}

std::vector<const model::Service*> limit_services() {
    std::vector<const model::Service*> found;
    for (const auto* dialect : all()) {
        for (const auto* service : polled_services(*dialect)) {
            if (tells_limits(*service) && std::ranges::find(found, service) == found.end())
                found.push_back(service);
        }
    }
    return found;
}

}  // namespace packwire::dialect
