// SPDX-License-Identifier: MIT
#include "bus/master_watch.hpp"

#include <fmt/format.h>

#include "dialect/dialect.hpp"

namespace packwire::bus {

namespace {

/// Asks a slave for its data. Source: protocol 11.1.
constexpr std::uint8_t link_request_code = 0x84;

}  // namespace

void MasterWatch::heard(const wire::Frame& frame, TimePoint when) {
    const bool answer = !dialect::is_request(frame);
    const bool link = answer || frame.code == link_request_code;
    const bool second = last_ && when - *last_ <= quiet;
    proven_ = link || second;
    last_ = when;
    what_ = fmt::format("{:02X} {} address {}", frame.code, answer ? "from" : "to", frame.address);
}

}  // namespace packwire::bus
