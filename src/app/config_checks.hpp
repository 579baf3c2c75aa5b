// SPDX-License-Identifier: MIT
/// What values of single keys must be like. Each puts the good one into `into`.
/// Errors: bad_config, "expected …, got …".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "app/config.hpp"
#include "base/result.hpp"

namespace packwire::app {

[[nodiscard]] Result<void> check_site(std::string_view text, std::string& into);
[[nodiscard]] Result<void> check_port(std::string_view text, std::string& into);
[[nodiscard]] Result<void> check_dialect(std::string_view text, std::string& into);
[[nodiscard]] Result<void> check_mode(std::string_view text, BusMode& into);
[[nodiscard]] Result<void> check_on_foreign_master(std::string_view text, OnForeignMaster& into);
[[nodiscard]] Result<void> check_bus_choice(std::string_view text, std::string& into);
[[nodiscard]] Result<void> check_on_loss(std::string_view text, bank::OnLoss& into);
[[nodiscard]] Result<void> check_compatibility(std::string_view text, bool& serialbattery);
[[nodiscard]] Result<void> check_log_level(std::string_view text, std::string& into);
[[nodiscard]] Result<void> check_not_empty(std::string_view text, std::string_view expected,
                                           std::string& into);
/// mqtt://user@host:1883 without a password: this file may be read by others.
[[nodiscard]] Result<void> check_mqtt_url(std::string_view text, std::string& into);
/// Levels of a topic, such as "homeassistant" or "home/battery".
[[nodiscard]] Result<void> check_topic(std::string_view text, std::string& into);
[[nodiscard]] Result<void> check_discovery(std::string_view text, bool& single);
/// A file; PostgreSQL is for a later version.
[[nodiscard]] Result<void> check_store_path(std::string_view text, std::string& into);
[[nodiscard]] Result<void> check_size(std::string_view text, std::uint64_t& into);
/// "127.0.0.1:8485", "[::1]:8485", ":8485".
[[nodiscard]] Result<void> check_listen(std::string_view text, std::string& into);
/// Address and port of a good `[web] listen`; no address means all.
[[nodiscard]] std::pair<std::string, std::uint16_t> listen_place(std::string_view listen);
/// Can others than this machine come there?
[[nodiscard]] bool needs_token(std::string_view listen);
[[nodiscard]] Result<void> check_product_id(std::int64_t id, std::uint16_t& into);

/// The same line, however it is written: "serial:/dev/ttyUSB0?baud=9600" is "/dev/ttyUSB0".
[[nodiscard]] std::string line_of(std::string_view port);
/// Says the URL a baud rate itself, and is it a gateway?
struct PortTraits {
    bool names_baud = false;
    std::uint32_t baud = 0;  ///< 0: auto
    bool gateway = false;
};
[[nodiscard]] PortTraits traits_of(std::string_view port);

}  // namespace packwire::app
