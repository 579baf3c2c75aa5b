// SPDX-License-Identifier: MIT
/// Options that several subcommands have. Included by cli_commands.cpp and cli_line_commands.cpp alone.
#pragma once

#include "app/cli_program.hpp"
#include "app/cli_values.hpp"
#include "app/values.hpp"

namespace packwire::app {

inline constexpr std::string_view exit_codes =
    "EXIT CODES\n  0 done, 1 the work failed, 2 wrong use or bad configuration\n";
inline constexpr const char* port_help = "/dev/ttyUSB0, serial:/dev/ttyUSB0?baud=9600 or tcp://host:4196";

/// An option whose text `read` turns into a value. Wrong text ends parsing with the words of `read`.
template <class T, class Into>
CLI::Option* value(CLI::App& app, const std::string& name, Into& into, Result<T> (*read)(std::string_view),
                   const std::string& help) {
    const auto take = [&into, name, read](const std::string& text) {
        auto result = read(text);
        if (!result) throw CLI::ValidationError(name.substr(0, name.find(',')), result.error().where);
        into = std::move(*result);
    };
    return app.add_option_function<std::string>(name, take, help)->type_name("");
}

inline void services_option(CLI::App& app, std::vector<std::string>& into) {
    const auto take = [&into](const std::vector<std::string>& texts) {
        for (const auto& text : texts) {
            const auto services = read_services(text);
            if (!services) throw CLI::ValidationError("--service", services.error().where);
            into.insert(into.end(), services->begin(), services->end());
        }
    };
    app.add_option_function<std::vector<std::string>>(
           "--service", take, "42, or 42,B0/4; may repeat. B0 alone is every module of it")
        ->type_name("CODE")
        ->type_size(1)
        ->allow_extra_args(false);
}

inline CLI::Option* dialect_option(CLI::App& app, std::string& into) {
    return value(app, "--dialect", into, &read_dialect, "what the packs speak: daren or sns (daren)")
        ->type_name("NAME");
}

inline void port_options(CLI::App& app, PortOptions& line) {
    value(app, "PORT", line.port, &read_port, port_help)->required();
    value(app, "--baud", line.baud, &read_baud,
          "bits a second, or auto: those that the dialect is known to use")
        ->type_name("N");
}

inline void line_options(CLI::App& app, PortOptions& line) {
    port_options(app, line);
    dialect_option(app, line.dialect);
}

inline void format_option(CLI::App& app, Format& into, const char* help) {
    value(app, "--format", into, &read_format, help)->type_name("FORMAT");
}

inline CLI::Option* addresses_option(CLI::App& app, std::vector<std::uint8_t>& into, const char* help) {
    return value(app, "--address,--addresses", into, &read_addresses, help)->type_name("LIST");
}

template <class T>
CLI::Option* number(CLI::App& app, const char* name, T& into, double low, double high, const char* help) {
    return app.add_option(name, into, help)->check(CLI::Range(low, high))->type_name("N");
}

template <class T>
CLI::Option* values(CLI::App& app, const char* name, std::vector<T>& into,
                    Result<T> (*read)(std::string_view), const char* help) {
    const auto take = [&into, name, read](const std::vector<std::string>& texts) {
        for (const auto& text : texts) {
            auto one = read(text);
            if (!one) throw CLI::ValidationError(name, one.error().where);
            into.push_back(std::move(*one));
        }
    };
    return app.add_option_function<std::vector<std::string>>(name, take, help)
        ->type_size(1)
        ->allow_extra_args(false);
}

/// Which part of what the daemon has recorded.
inline void recorded_options(CLI::App& app, ExportOptions& into) {
    value(app, "--from", into.from, &read_when,
          "2026-11-22, 2026-11-22T10:00:00Z, -7d, yesterday, today (-1d)")
        ->type_name("TIME");
    value(app, "--to", into.to, &read_when, "the same; not included (now)")->type_name("TIME");
    app.add_option("--pack", into.devices, "id of a pack, or bank; may repeat (all)")
        ->type_name("ID")
        ->type_size(1)
        ->allow_extra_args(false);
}

}  // namespace packwire::app
