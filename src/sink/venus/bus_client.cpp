// SPDX-License-Identifier: MIT
#include "sink/venus/bus_client.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <chrono>
#include <exception>
#include <map>
#include <string_view>
#include <utility>

#include "sink/venus/bus_address.hpp"
#include "sink/venus/marshal.hpp"

namespace packwire::sink::venus {

namespace {

constexpr auto victron = "com.victronenergy.";
/// A GX is busy while it starts.
constexpr std::chrono::seconds patience{10};

using Properties = std::map<std::string, sdbus::Variant>;
using ManyProperties = std::map<std::string, Properties>;

template <class T>
T read(sdbus::Message& message) {
    T content;
    message >> content;
    return content;
}

void tell_value(const BusClient::OnValue& told, const std::string& path, const Properties& properties) {
    const auto found = properties.find("Value");
    if (found == properties.end()) return;
    told(path, value_in(found->second).value_or(Value{}));
}

void read_change(sdbus::Message& message, const BusClient::OnValue& told) {
    const auto member = message.getMemberName();
    if (member == "PropertiesChanged") {
        const auto path = message.getPath();
        tell_value(told, path, read<Properties>(message));
    } else if (member == "ItemsChanged") {
        for (const auto& [path, properties] : read<ManyProperties>(message))
            tell_value(told, path, properties);
    }
}

std::string text_in(const Properties& properties, const char* key) {
    const auto found = properties.find(key);
    if (found == properties.end() || found->second.peekValueType() != "s") return {};
    return found->second.get<std::string>();
}

/// Errors that the bus or we make up for an owner that says nothing.
bool is_silence(const sdbus::Error& error) {
    constexpr auto silent = std::to_array<std::string_view>({"Error.NoReply", "Error.Timeout",
                                                             "Error.TimedOut", "Error.ServiceUnknown",
                                                             "Error.NameHasNoOwner", "Error.Disconnected"});
    return std::ranges::any_of(
        silent, [&](std::string_view end) { return std::string_view(error.getName()).ends_with(end); });
}

bool was_refused(const Properties& properties) {
    const auto found = properties.find("error");
    const auto error = found == properties.end() ? std::nullopt : value_in(found->second);
    return error != std::optional<Value>(0);
}

}  // namespace

struct BusClient::Call {
    std::unique_ptr<sdbus::IProxy> proxy;
};

BusClient::BusClient(const std::string& dbus, const asio::any_io_executor& executor,
                     std::function<void(const std::string&)> on_broken)
    : executor_(executor), connection_(connect_to_bus(dbus)) {
    connection_->setMethodCallTimeout(std::chrono::seconds(1));
    watch_names();
    read_names();
    pump_ = std::make_unique<BusPump>(*connection_, executor, std::move(on_broken));
}

BusClient::~BusClient() {
    *alive_ = false;
}

void BusClient::watch_names() {
    matches_.push_back(
        connection_->addMatch("type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
                              "member='NameOwnerChanged',arg0namespace='com.victronenergy'",
                              [this](sdbus::Message& message) { name_changed(message); }));
}

void BusClient::read_names() {
    auto proxy = sdbus::createProxy(*connection_, "org.freedesktop.DBus", "/org/freedesktop/DBus");
    auto request = proxy->createMethodCall("org.freedesktop.DBus", "ListNames");
    auto reply = proxy->callMethod(request);
    for (const auto& name : read<std::vector<std::string>>(reply)) {
        if (name.starts_with(victron)) services_.insert(name);
    }
}

void BusClient::name_changed(sdbus::Message& message) {
    const auto name = read<std::string>(message);
    const auto before = read<std::string>(message);
    const auto now = read<std::string>(message);
    if (!before.empty() && services_.erase(name) != 0) say(name, false);
    if (!now.empty() && services_.insert(name).second) say(name, true);
}

void BusClient::say(const std::string& service, bool present) {
    for (const auto& watcher : service_watchers_) watcher(service, present);
}

void BusClient::on_service(std::function<void(const std::string&, bool)> told) {
    service_watchers_.push_back(std::move(told));
}

void BusClient::follow(const std::string& service, OnValue told) {
    matches_.push_back(connection_->addMatch(
        "type='signal',interface='com.victronenergy.BusItem',sender='" + service + "'",
        [told = std::move(told)](sdbus::Message& message) {
            try {
                read_change(message, told);
            } catch (const sdbus::Error&) {  // not what the interface says: the sender's affair
                return;
            }
        }));
    pump_->poke();
}

void BusClient::call(const std::string& service, const std::string& path, const char* interface,
                     const char* member, const std::function<void(sdbus::MethodCall&)>& put,
                     const OnReply& told) {
    const auto place = calls_.insert(calls_.end(), std::make_unique<Call>());
    // The proxy is at work while it calls us; it goes a moment later.
    const auto forget = [this, place] {
        asio::post(executor_, [this, place, alive = alive_] {
            if (*alive) calls_.erase(place);
        });
    };
    auto on_reply = [forget, told](sdbus::MethodReply& reply, const sdbus::Error* error) {
        forget();
        told(error == nullptr ? &reply : nullptr, error == nullptr || !is_silence(*error));
    };
    // We may have been called by sd-bus, which is C and knows no exceptions.
    try {
        auto& proxy = (*place)->proxy;
        proxy = sdbus::createProxy(*connection_, service, path);
        auto request = proxy->createMethodCall(interface, member);
        if (put) put(request);
        proxy->callMethod(request, std::move(on_reply), patience);
        pump_->poke();
    } catch (const std::exception&) {
        forget();
        told(nullptr, false);
    }
}

void BusClient::get_value(const std::string& service, const std::string& path, OnAnswer told) {
    call(service, path, bus_item, "GetValue", {},
         [told = std::move(told)](sdbus::MethodReply* reply, bool from_owner) {
             Answer answer;
             answer.from_owner = from_owner;
             try {
                 if (reply != nullptr)
                     answer.value = value_in(read<sdbus::Variant>(*reply)).value_or(Value{});
             } catch (const sdbus::Error&) {
                 answer.value = Value{};
             }
             told(answer);
         });
}

void BusClient::get_items(const std::string& service, std::function<void(const std::optional<Paths>&)> told) {
    call(service, "/", bus_item, "GetItems", {},
         [told = std::move(told)](sdbus::MethodReply* reply, bool /*from_owner*/) {
             std::optional<Paths> paths;
             try {
                 if (reply != nullptr) {
                     paths.emplace();
                     for (const auto& [path, properties] : read<ManyProperties>(*reply)) {
                         const auto value = properties.find("Value");
                         (*paths)[path] =
                             value == properties.end() ? Value{} : value_in(value->second).value_or(Value{});
                     }
                 }
             } catch (const sdbus::Error&) {
                 paths.reset();
             }
             told(paths);
         });
}

void BusClient::set_value(const std::string& service, const std::string& path, const Value& value,
                          std::function<void(bool)> told) {
    call(
        service, path, bus_item, "SetValue", [&](sdbus::MethodCall& request) { put_variant(request, value); },
        [told = std::move(told)](sdbus::MethodReply* reply, bool /*from_owner*/) {
            std::int32_t result = -1;
            try {
                if (reply != nullptr) result = read<std::int32_t>(*reply);
            } catch (const sdbus::Error&) {
                result = -1;
            }
            told(result == 0);
        });
}

void BusClient::add_settings(const std::vector<Setting>& settings,
                             std::function<void(std::optional<std::vector<Added>>)> told) {
    std::vector<Properties> wanted;
    wanted.reserve(settings.size());
    for (const auto& setting : settings)
        wanted.push_back(
            {{"path", sdbus::Variant(setting.path)}, {"default", sdbus::Variant(setting.preset)}});
    call(
        "com.victronenergy.settings", "/", "com.victronenergy.Settings", "AddSettings",
        [&](sdbus::MethodCall& request) { request << wanted; },
        [told = std::move(told)](sdbus::MethodReply* reply, bool /*from_owner*/) {
            std::optional<std::vector<Added>> added;
            try {
                if (reply != nullptr) {
                    added.emplace();
                    for (const auto& item : read<std::vector<Properties>>(*reply)) {
                        if (!was_refused(item))
                            added->push_back({text_in(item, "path"), text_in(item, "value")});
                    }
                }
            } catch (const sdbus::Error&) {
                added.reset();
            }
            told(std::move(added));
        });
}

}  // namespace packwire::sink::venus
