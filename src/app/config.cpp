// SPDX-License-Identifier: MIT
#include "app/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "app/config_checks.hpp"
#include "app/config_keys.hpp"
#include "app/values.hpp"
#include "dialect/dialect.hpp"

namespace packwire::app {

namespace {

using namespace std::chrono_literals;

constexpr Duration longest_interval_with_gx = 10s;  // bank 7

/// Goes through the entries from top to bottom; the first that is wrong ends it.
class Loader {
public:
    explicit Loader(std::string_view name) : name_(name) {}

    Result<Config> load(const std::vector<RawEntry>& entries) {
        for (const auto& entry : entries) {
            const auto taken = entry.what == RawEntry::What::key ? take_key(entry) : take_section(entry);
            if (!taken) return std::unexpected(taken.error());
        }
        if (const auto sound = check_whole(); !sound) return std::unexpected(sound.error());
        return std::move(config_);
    }

private:
    using Places = std::map<std::string_view, Place>;

    [[nodiscard]] std::unexpected<Error> refuse(Place place, std::string_view what) const {
        return fail(Errc::bad_config,
                    fmt::format("{}:{}:{}: {}", name_, place.line, place.column, one_line(what)));
    }

    Result<void> take_section(const RawEntry& entry) {
        const auto* section = entry.section.empty() ? nullptr : find_section(entry.section);
        if (section == nullptr) return unknown_section(entry);
        const bool repeated = entry.what == RawEntry::What::element_of_array;
        if (repeated != repeats(*section)) {
            return refuse(entry.place, fmt::format("expected {}, got {}", full_name(section->name, ""),
                                                   repeated ? fmt::format("[[{}]]", entry.section)
                                                            : fmt::format("[{}]", entry.section)));
        }
        if (section->later) warn_once(fmt::format("{}: not in this version", section->name));
        if (repeated) {
            section->begin(config_);
            repeated_[section->name].push_back({{"", entry.place}});
        }
        return {};
    }

    Result<void> take_key(const RawEntry& entry) {
        const auto* key = find_key(entry.section, entry.key);
        if (key == nullptr) return unknown_key(entry);
        const auto named = full_name(entry.section, entry.key);
        const auto value = convert(*key, entry.value);
        if (!value) return refuse(entry.value_place, fmt::format("{}: {}", named, value.error().where));
        if (const auto applied = key->apply(config_, *value); !applied) {
            return refuse(entry.value_place, fmt::format("{}: {}", named, applied.error().where));
        }
        if (const auto found = repeated_.find(key->section); found != repeated_.end()) {
            found->second.back()[key->name] = entry.value_place;
        } else {
            places_[named] = entry.value_place;
        }
        if (key->later) warn_once(fmt::format("{}: not in this version", named));
        return {};
    }

    [[nodiscard]] Result<void> unknown_section(const RawEntry& entry) const {
        std::vector<std::string_view> known;
        for (const auto& section : sections()) {
            if (!section.name.empty()) known.push_back(section.name);
        }
        return refuse(entry.place, fmt::format("unknown section [{}]{}", entry.section,
                                               suggestion(entry.section, known, "")));
    }

    [[nodiscard]] Result<void> unknown_key(const RawEntry& entry) const {
        if (entry.section.empty() && find_section(entry.key) != nullptr) {
            return refuse(entry.place, fmt::format("{}: expected a section {}, got {}", entry.key,
                                                   full_name(entry.key, ""), kind_of(entry.value)));
        }
        std::vector<std::string_view> known;
        std::string elsewhere;
        for (const auto& key : keys()) {
            if (key.section == entry.section) known.push_back(key.name);
            if (key.name == entry.key) elsewhere = full_name(key.section, key.name);
        }
        return refuse(entry.place, fmt::format("unknown key {}{}", full_name(entry.section, entry.key),
                                               suggestion(entry.key, known, elsewhere)));
    }

    /// What was probably meant; else everything that could have been.
    static std::string suggestion(std::string_view text, const std::vector<std::string_view>& known,
                                  const std::string& elsewhere) {
        if (const auto near = did_you_mean(text, known); !near.empty()) return near;
        if (!elsewhere.empty()) return fmt::format(", did you mean {}?", elsewhere);
        return fmt::format(", expected one of {}", fmt::join(known, ", "));
    }

    [[nodiscard]] Result<void> check_whole() {
        if (config_.venus.dbus == "off") config_.venus.enabled = false;
        if (config_.buses.empty())
            return refuse({}, "names no port, expected [[bus]] with port = \"/dev/ttyUSB0\"");
        for (std::size_t i = 0; i < config_.buses.size(); ++i) {
            if (auto sound = check_bus(i); !sound) return sound;
        }
        for (std::size_t i = 0; i < config_.rules.size(); ++i) {
            if (auto sound = check_rule(i); !sound) return sound;
        }
        if (auto sound = check_mqtt(); !sound) return sound;
        if (auto sound = check_web(); !sound) return sound;
        return check_loss();
    }

    [[nodiscard]] Result<void> check_rule(std::size_t i) {
        auto& rule = config_.rules[i];
        auto& places = repeated_["rule"][i];
        if (const auto fault = finish_rule(rule, !config_.mqtt.url.empty())) {
            return refuse(places.at(fault->key),
                          fmt::format("{}: {}", full_name("rule", fault->key), fault->what));
        }
        if (!rule_names_.insert(rule.rule.name).second) {
            return refuse(
                places["name"],
                fmt::format("[[rule]] name: expected each name once, got \"{}\" twice", rule.rule.name));
        }
        return {};
    }

    [[nodiscard]] Result<void> check_mqtt() {
        const auto& mqtt = config_.mqtt;
        if (mqtt.cert_file.empty() == mqtt.key_file.empty()) return {};
        const auto place = std::max(places_["[mqtt] cert_file"], places_["[mqtt] key_file"]);
        return refuse(place, "[mqtt]: expected cert_file and key_file together, got one of them");
    }

    [[nodiscard]] Result<void> check_web() {
        const auto& web = config_.web;
        if (web.tls_certificate.empty() != web.tls_key.empty()) {
            const auto place = std::max(places_["[web] tls_certificate"], places_["[web] tls_key"]);
            return refuse(place, "[web]: expected tls_certificate and tls_key together, got one of them");
        }
        if (const auto good = check_token(web); !good)
            return refuse(places_["[web] listen"], "[web] listen: " + good.error().where);
        return {};
    }

    [[nodiscard]] Result<void> check_bus(std::size_t i) {
        auto& bus = config_.buses[i];
        auto& places = repeated_["bus"][i];
        if (bus.port.empty()) {
            return refuse(places[""], "[[bus]]: expected port, such as port = \"/dev/ttyUSB0\"");
        }
        if (!ports_.insert(line_of(bus.port)).second) {
            return refuse(places["port"],
                          fmt::format("[[bus]] port: expected each port once, got \"{}\" twice", bus.port));
        }
        if (auto baud = check_baud(bus, places); !baud) return baud;
        const auto highest = dialect::find(bus.dialect)->max_address;
        for (const auto address : bus.addresses) {
            if (address > highest) {
                return refuse(places["addresses"],
                              fmt::format("[[bus]] addresses: expected 0 to {} with {}, got {}", highest,
                                          bus.dialect, address));
            }
        }
        if (gx_acts_on(config_) && bus.interval > longest_interval_with_gx) {
            return refuse(places["interval"],
                          fmt::format("[[bus]] interval: expected at most {} {}, got \"{}\"",
                                      duration_text(longest_interval_with_gx), while_a_gx_acts(),
                                      duration_text(bus.interval)));
        }
        return {};
    }

    [[nodiscard]] Result<void> check_baud(BusConfig& bus, Places& places) {
        const auto traits = traits_of(bus.port);
        const bool given = places.contains("baud");
        if (given && traits.gateway && bus.baud) {
            return refuse(places["baud"],
                          "[[bus]] baud: expected none with tcp://, where the gateway sets it");
        }
        if (given && traits.names_baud) {
            return refuse(places["baud"], "[[bus]] baud: expected it once, got it in port as well");
        }
        if (traits.names_baud && traits.baud != 0) bus.baud = traits.baud;
        return {};
    }

    [[nodiscard]] Result<void> check_loss() {
        const auto& loss = config_.loss;
        if (gx_acts_on(config_)) {
            const bool listens =
                std::ranges::find(config_.buses, BusMode::listen, &BusConfig::mode) != config_.buses.end();
            const auto& most = bank::loss_ceiling(listens);
            if (auto sound = check_ceiling("stale", loss.stale, most.stale); !sound) return sound;
            if (auto sound = check_ceiling("lost", loss.lost, most.lost); !sound) return sound;
        }
        if (loss.stale < loss.lost && loss.lost < loss.gone) return {};
        const auto place =
            std::max({places_["[loss] stale"], places_["[loss] lost"], places_["[loss] gone"]});
        return refuse(place, fmt::format("[loss]: expected stale < lost < gone, got {}, {}, {}",
                                         duration_text(loss.stale), duration_text(loss.lost),
                                         duration_text(loss.gone)));
    }

    /// A GX device goes on with the last reading until then.
    [[nodiscard]] Result<void> check_ceiling(std::string_view key, Duration value, Duration most) {
        if (value <= most) return {};
        const auto name = full_name("loss", key);
        return refuse(places_[name],
                      fmt::format("{}: expected at most {} {}, got \"{}\"", name, duration_text(most),
                                  while_a_gx_acts(), duration_text(value)));
    }

    [[nodiscard]] std::string_view while_a_gx_acts() const {
        return config_.venus.enabled ? "while [venus] is enabled" : "with [mqtt] dbus_mqtt_battery";
    }

    void warn_once(std::string line) {
        if (warned_.insert(line).second) config_.warnings.push_back(std::move(line));
    }

    std::string name_;
    Config config_;
    /// Of sections that repeat: where the values of each element stand, and under "" its head.
    std::map<std::string_view, std::vector<Places>> repeated_;
    std::map<std::string, Place> places_;
    std::set<std::string> ports_;
    std::set<std::string> rule_names_;
    std::set<std::string> warned_;
};

}  // namespace

Config default_config() {
    return {};
}

Result<Config> parse_config(std::string_view text, std::string_view name) {
    const auto entries = read_toml(text, name);
    if (!entries) return std::unexpected(entries.error());
    return Loader(name).load(*entries);
}

Result<Config> load_config(const std::filesystem::path& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
        return fail(Errc::bad_config, fmt::format("{}: expected a file, got a directory", path.string()));
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return fail(Errc::bad_config, fmt::format("{}: cannot be read: {}", path.string(),
                                                  std::error_code(errno, std::generic_category()).message()));
    }
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return parse_config(text, path.string());
}

}  // namespace packwire::app
