// SPDX-License-Identifier: MIT
/// com.victronenergy.settings as far as a battery meets it, on a private bus. Obeys victron 1.4; refuses on
/// demand.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sink/venus/bus_address.hpp"
#include "sink/venus/bus_pump.hpp"
#include "sink/venus/item.hpp"
#include "sink/venus/marshal.hpp"

namespace packwire::test {

class FakeSettings {
public:
    enum class Mood { willing, refuses_the_call, refuses_each, silent };

    FakeSettings(boost::asio::io_context& loop, std::string address)
        : loop_(loop), address_(std::move(address)) {}
    ~FakeSettings() { stop(); }
    FakeSettings(const FakeSettings&) = delete;
    FakeSettings& operator=(const FakeSettings&) = delete;

    void start() {
        connection_ = sink::venus::connect_to_bus(address_);
        add_root();
        for (const auto& [path, value] : values_) add_object(path);
        connection_->requestName("com.victronenergy.settings");
        pump_ = std::make_unique<sink::venus::BusPump>(*connection_, loop_.get_executor(),
                                                       [](const std::string&) {});
    }
    void stop() {
        pump_.reset();
        objects_.clear();
        connection_.reset();
    }

    void mood(Mood mood) { mood_ = mood; }
    /// A user changes a setting.
    void set(const std::string& path, const sink::venus::Value& value) {
        values_[path] = value;
        if (!connection_) return;
        if (!objects_.contains(path)) add_object(path);
        tell(path);
        pump_->poke();
    }
    [[nodiscard]] sink::venus::Value get(const std::string& path) const {
        const auto found = values_.find(path);
        return found == values_.end() ? sink::venus::Value{} : found->second;
    }
    /// How often AddSettings was called.
    [[nodiscard]] int asked() const { return asked_; }

private:
    using Properties = std::map<std::string, sdbus::Variant>;
    static constexpr auto bus_item = "com.victronenergy.BusItem";

    void add_root() {
        auto root = sdbus::createObject(*connection_, "/");
        root->registerMethod("com.victronenergy.Settings", "AddSettings", "aa{sv}", "aa{sv}",
                             [this](const sdbus::MethodCall& call) { add_settings(call); });
        root->finishRegistration();
        objects_["/"] = std::move(root);
    }

    void add_settings(sdbus::MethodCall call) {
        ++asked_;
        if (mood_ == Mood::silent) return;
        if (mood_ == Mood::refuses_the_call) {
            call.createErrorReply(sdbus::Error("org.freedesktop.DBus.Error.Failed", "no")).send();
            return;
        }
        std::vector<Properties> wanted;
        call >> wanted;
        std::vector<Properties> given;
        for (const auto& item : wanted) given.push_back(add(item));
        auto reply = call.createReply();
        reply << given;
        reply.send();
    }

    Properties add(const Properties& item) {
        const auto path = item.at("path").get<std::string>();
        if (mood_ == Mood::refuses_each)
            return {{"path", sdbus::Variant(path)}, {"error", sdbus::Variant(std::int32_t{-2})}};
        if (!values_.contains(path)) {
            auto value = item.at("default").get<std::string>();
            if (path.ends_with("/ClassAndVrmInstance")) value = allocate(value);
            values_[path] = value;
            add_object(path);
        }
        return {{"path", sdbus::Variant(path)},
                {"error", sdbus::Variant(std::int32_t{0})},
                {"value", sdbus::Variant(std::get<std::string>(values_[path]))}};
    }

    /// The next instance of the class that nobody has.
    [[nodiscard]] std::string allocate(const std::string& wanted) const {
        std::set<std::string> taken;
        for (const auto& [path, value] : values_) {
            const auto* text = std::get_if<std::string>(&value);
            if (path.ends_with("/ClassAndVrmInstance") && text != nullptr) taken.insert(*text);
        }
        const auto colon = wanted.find(':') + 1;
        auto number = std::stoi(wanted.substr(colon));
        while (taken.contains(wanted.substr(0, colon) + std::to_string(number))) ++number;
        return wanted.substr(0, colon) + std::to_string(number);
    }

    void add_object(const std::string& path) {
        auto object = sdbus::createObject(*connection_, path);
        object->registerMethod(bus_item, "GetValue", "", "v", [this, path](const sdbus::MethodCall& call) {
            auto reply = call.createReply();
            sink::venus::put_variant(reply, values_[path]);
            reply.send();
        });
        object->registerMethod(bus_item, "SetValue", "v", "i", [this, path](sdbus::MethodCall call) {
            sdbus::Variant written;
            call >> written;
            values_[path] = sink::venus::value_in(written).value_or(sink::venus::Value{});
            auto reply = call.createReply();
            reply << std::int32_t{0};
            reply.send();
            tell(path);
        });
        object->registerSignal(bus_item, "PropertiesChanged", "a{sv}");
        object->finishRegistration();
        objects_[path] = std::move(object);
    }

    void tell(const std::string& path) {
        auto& object = *objects_.at(path);
        auto signal = object.createSignal(bus_item, "PropertiesChanged");
        sink::venus::Item item;
        item.value = values_[path];
        sink::venus::put_value_and_text(signal, item);
        object.emitSignal(signal);
    }

    boost::asio::io_context& loop_;
    std::string address_;
    std::map<std::string, sink::venus::Value> values_;
    std::unique_ptr<sdbus::IConnection> connection_;
    std::map<std::string, std::unique_ptr<sdbus::IObject>> objects_;
    std::unique_ptr<sink::venus::BusPump> pump_;
    Mood mood_ = Mood::willing;
    int asked_ = 0;
};

}  // namespace packwire::test
