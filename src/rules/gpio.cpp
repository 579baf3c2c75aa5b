// SPDX-License-Identifier: MIT
/// The only unit that includes libgpiod. Version 1, which Debian 12 has.
#include "rules/gpio.hpp"

#ifdef PACKWIRE_GPIO
#include <fmt/format.h>
#include <gpiod.h>

#include <cerrno>
#include <system_error>
#endif

namespace packwire::rules {

GpioOutput::~GpioOutput() {
    close();
}

#ifdef PACKWIRE_GPIO

namespace {

std::unexpected<Error> failed(const GpioLine& place) {
    const auto why = std::error_code(errno, std::generic_category()).message();
    return fail(Errc::io, fmt::format("{}:{}: {}", place.chip, place.line, why));
}

}  // namespace

Result<void> GpioOutput::open(bool on) {
    chip_ = ::gpiod_chip_open_lookup(place_.chip.c_str());
    if (chip_ == nullptr) return failed(place_);
    line_ = ::gpiod_chip_get_line(chip_, place_.line);
    const int flags = active_low_ ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0;
    if (line_ != nullptr && ::gpiod_line_request_output_flags(line_, "packwire", flags, on ? 1 : 0) == 0) {
        return {};
    }
    auto error = failed(place_);
    line_ = nullptr;  // not ours to release
    close();
    return error;
}

void GpioOutput::close() {
    if (chip_ != nullptr) ::gpiod_chip_close(chip_);
    chip_ = nullptr;
    line_ = nullptr;
}

Result<void> GpioOutput::set(bool on) {
    if (line_ == nullptr) return open(on);
    if (::gpiod_line_set_value(line_, on ? 1 : 0) == 0) return {};
    auto error = failed(place_);
    close();
    return error;
}

#else

Result<void> GpioOutput::open(bool) {
    return fail(Errc::io, "this build has no libgpiod");
}

void GpioOutput::close() {}

Result<void> GpioOutput::set(bool on) {
    return open(on);
}

#endif

}  // namespace packwire::rules
