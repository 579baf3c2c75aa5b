// SPDX-License-Identifier: MIT
/// docs/configuration.md, from the table of keys.
#include <fmt/format.h>

#include <iterator>

#include "app/config_keys.hpp"

namespace packwire::app {

namespace {

constexpr std::string_view example = R"(site = "home"                       # [A-Za-z0-9_-]+

[[bus]]
port = "/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0"   # or tcp://gateway:4196
baud = "auto"                       # or 9600, 19200 …
addresses = "auto"                  # or [1, 2, 3] or "0-15"
interval = "1s"                     # telemetry of every pack at least this often, if the wire allows it; or "max"
dialect = "daren"

[loss]
stale = "10s"
lost = "30s"
gone = "60s"

[charge]                            # may only tighten what the packs say
cell_voltage_max = 3.45             # V
charge_current_max = 50             # A, for the bank

[venus]
enabled = true
dbus = "auto"                       # or session, system, off, or an address

[[rule]]                            # as many as there is to switch; docs/rules.md
name = "boiler"
when = "bank.state_of_charge >= 95"
until = "state_of_charge < 85"
minimum_on = "10min"
http_on = "http://192.168.1.40/rpc/Switch.Set?id=0&on=true"
http_off = "http://192.168.1.40/rpc/Switch.Set?id=0&on=false"

[mqtt]
url = "mqtt://user@broker:1883"     # mqtts:// for TLS; the password from MQTT_PASSWORD or password_file
homeassistant = true

[web]
listen = "127.0.0.1:8485"

[store]
path = "/var/lib/packwire/history.db"
raw_for = "7d"
)";

constexpr std::string_view opening = R"(# Configuration

<!-- Made by `packwire check-config --keys`; a test compares. Change src/app/config_keys.cpp instead. -->

One TOML file, given to `packwire run --config FILE`. Everything has a default that works; the smallest useful
file names a port:

```toml
[[bus]]
port = "/dev/ttyUSB0"
```

`packwire check-config FILE` reads a file and does nothing else. Unknown keys, wrong types and impossible values
are refused with file, line and what was expected; `packwire run` refuses the same, with exit code 2.

Durations are text: `"500ms"`, `"1s"`, `"2min"`, `"1h"`, `"3d"`. What is marked *later* is accepted and checked, but this
version does nothing with it and says so in one line.

## Example

```toml
)";

void append_row(std::string& out, const Key& key) {
    const auto preset = key.preset.empty() ? std::string("none") : fmt::format("`{}`", key.preset);
    fmt::format_to(std::back_inserter(out), "| `{}` | {}{} | {} | {}{} |\n", key.name, name(key.type),
                   bounds(key), preset, key.meaning, key.later ? " *Later.*" : "");
}

void append_section(std::string& out, const Section& section) {
    const auto title =
        section.name.empty() ? std::string("Top") : fmt::format("`{}`", full_name(section.name, ""));
    fmt::format_to(std::back_inserter(out), "\n## {}\n\n{}{}\n\n", title, section.meaning,
                   section.later ? " *Later.*" : "");
    out += "| key | type | default | meaning |\n|---|---|---|---|\n";
    for (const auto& key : keys()) {
        if (key.section == section.name) append_row(out, key);
    }
}

}  // namespace

std::string bounds(const Key& key) {
    if (key.min == key.max) return "";
    if (key.type == Type::duration || key.type == Type::interval)
        return fmt::format("; {} s to {} s", key.min, key.max);
    if (key.type == Type::integer) return "";
    return fmt::format("; {} to {}", key.min, key.max);
}

std::string_view example_config() {
    return example;
}

std::string configuration_markdown() {
    std::string out(opening);
    out += example;
    out += "```\n";
    for (const auto& section : sections()) append_section(out, section);
    return out;
}

}  // namespace packwire::app
