// SPDX-License-Identifier: MIT
#include "base/result.hpp"

namespace packwire {

std::string_view name(Errc code) {
    switch (code) {
        case Errc::bad_start:
            return "bad_start";
        case Errc::bad_end:
            return "bad_end";
        case Errc::too_short:
            return "too_short";
        case Errc::too_long:
            return "too_long";
        case Errc::bad_hex:
            return "bad_hex";
        case Errc::bad_length_checksum:
            return "bad_length_checksum";
        case Errc::bad_length:
            return "bad_length";
        case Errc::bad_checksum:
            return "bad_checksum";
        case Errc::wrong_version:
            return "wrong_version";
        case Errc::wrong_device:
            return "wrong_device";
        case Errc::wrong_address:
            return "wrong_address";
        case Errc::rejected:
            return "rejected";
        case Errc::unsupported:
            return "unsupported";
        case Errc::bad_layout:
            return "bad_layout";
        case Errc::out_of_range:
            return "out_of_range";
        case Errc::inconsistent:
            return "inconsistent";
        case Errc::implausible:
            return "implausible";
        case Errc::unconfirmed:
            return "unconfirmed";
        case Errc::look_alike:
            return "look_alike";
        case Errc::unknown_service:
            return "unknown_service";
        case Errc::bad_history:
            return "bad_history";
        case Errc::timeout:
            return "timeout";
        case Errc::cancelled:
            return "cancelled";
        case Errc::port_missing:
            return "port_missing";
        case Errc::port_busy:
            return "port_busy";
        case Errc::port_taken:
            return "port_taken";
        case Errc::port_gone:
            return "port_gone";
        case Errc::port_refused:
            return "port_refused";
        case Errc::bad_config:
            return "bad_config";
        case Errc::usage:
            return "usage";
        case Errc::io:
            return "io";
    }
    return "unknown";
}

std::string one_line(std::string_view text) {
    constexpr unsigned char printable = 0x20;
    constexpr unsigned char erase = 0x7F;
    std::string line(text);
    for (auto& c : line) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < printable || byte == erase) c = ' ';
    }
    return line;
}

std::string to_string(const Error& error) {
    std::string text(name(error.code));
    if (!error.where.empty()) text.append(": ").append(error.where);
    return text;
}

}  // namespace packwire
