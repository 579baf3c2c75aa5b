// SPDX-License-Identifier: MIT
/// Typed errors: what kind, and where. Nothing on the way from the wire to a value throws.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace packwire {

/// What kind of thing went wrong. The order is that of the checks on reception (docs/adr, design section 4):
/// the first failure names the error.
enum class Errc : std::uint8_t {
    bad_start,            ///< The text does not begin with the SOI of the dialect. Line noise; retry.
    bad_end,              ///< The text does not end with EOI: a frame that was cut off. Retry.
    too_short,            ///< Fewer characters than a frame without INFO has. Retry.
    too_long,             ///< More characters than the bound allows. Retry.
    bad_hex,              ///< A character that is no hexadecimal digit. Line noise; retry.
    bad_length_checksum,  ///< LCHKSUM does not protect LENID. Line noise; retry.
    bad_length,           ///< LENID does not say what came. Line noise; retry.
    bad_checksum,         ///< CHKSUM does not fit the characters. Line noise; retry.
    wrong_version,        ///< VER is not that of the dialect: another device speaks. No retry.
    wrong_device,         ///< CID1 is not that of the dialect: another device speaks. No retry.
    wrong_address,        ///< Another pack answered than was asked. Retry.
    rejected,             ///< The pack answered with RTN other than 00: it refused. Later perhaps not.
    unsupported,   ///< The pack answered with RTN 04: its firmware does not know the service. No retry.
    bad_layout,    ///< The INFO does not fit any table of the service. Retry once, it may be a late answer.
    out_of_range,  ///< A value that no battery has. Retry.
    inconsistent,  ///< Values that contradict each other, such as cells that do not add up. Retry.
    implausible,   ///< A value that jumped since the last reading, and no second one confirms it. Retry.
    unconfirmed,   ///< The line damages frames, and no second answer says the same. Retry.
    look_alike,    ///< A known other device that must not be misread. No retry.
    unknown_service,  ///< No table for what was asked. No retry.
    bad_history,      ///< A history that never ends, repeats itself or runs backwards. No retry.
    timeout,          ///< Silence: nothing came before the deadline. Retry.
    cancelled,        ///< The work was ended from outside.
    port_missing,     ///< There is no such device, or the host does not answer. Retry with back-off.
    port_busy,        ///< Another program holds the port. Retry with back-off.
    port_taken,       ///< Another master asks on the line, so nothing is sent. Retry when it is silent.
    port_gone,        ///< The port vanished while open. Reopen with back-off.
    port_refused,     ///< The port exists but cannot be used: rights, baud rate. Needs the user.
    bad_config,       ///< A configuration that cannot be used. Needs the user.
    usage,            ///< Wrong use of the command line. Needs the user.
    io,               ///< A file or peer failed.
};

/// The snake_case name, as JSON and logs print it.
[[nodiscard]] std::string_view name(Errc code);

/// Does the port, not the pack, fail? Then it is reopened, nobody is asked again.
[[nodiscard]] constexpr bool is_port_error(Errc code) {
    return code == Errc::port_missing || code == Errc::port_busy || code == Errc::port_taken ||
           code == Errc::port_gone || code == Errc::port_refused;
}

/// Did the pack answer, but with an RTN instead of what was asked for?
[[nodiscard]] constexpr bool is_refusal(Errc code) {
    return code == Errc::rejected || code == Errc::unsupported;
}

/// What went wrong and where, in one line: place, expected, got, what to do.
struct Error {
    Errc code{};
    std::string where;
    bool operator==(const Error&) const = default;
};

/// "bad_checksum: expected D582, got D583"
[[nodiscard]] std::string to_string(const Error& error);

/// What a user wrote, fit for an error: control characters become spaces.
[[nodiscard]] std::string one_line(std::string_view text);

template <class T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(Errc code, std::string where) {
    return std::unexpected(Error{code, std::move(where)});
}

/// The same error with context in front: "pack 3, service 42: …".
[[nodiscard]] inline std::unexpected<Error> fail(std::string_view context, Error error) {
    error.where.insert(0, std::string(context) + ": ");
    return std::unexpected(std::move(error));
}

}  // namespace packwire
