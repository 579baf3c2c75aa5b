// SPDX-License-Identifier: MIT
/// One com.victronenergy.battery service: a connection of its own, an object for each path.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sink/venus/bus_pump.hpp"
#include "sink/venus/paths.hpp"

namespace packwire::sink::venus {

struct Item {
    PathSpec spec;
    Value value;
    Value told;  ///< what the last signal, or GetItems of a newcomer, said
};

/// Answers GetItems, GetValue, GetText and SetValue from the loop, and tells changes in one signal.
/// Everything that throws here throws std::exception, and means that the connection is of no use any more.
class BatteryService {
public:
    struct Setup {
        std::string name;  ///< "com.victronenergy.battery.packwire_home_X"
        std::string dbus;  ///< as Options::dbus
        /// A writable path was written; false refuses the value.
        std::function<bool(const std::string& path, const std::string& text)> on_write;
        std::function<void(const std::string& reason)> on_broken;
    };

    /// Connects, creates every path, and requests the name last: clients look once, when it appears.
    BatteryService(Setup setup, std::vector<PathSpec> specs, std::vector<Value> values,
                   const asio::any_io_executor& executor);
    BatteryService(const BatteryService&) = delete;
    BatteryService& operator=(const BatteryService&) = delete;
    /// The name leaves the bus at once.
    ~BatteryService();

    [[nodiscard]] const std::vector<Item>& items() const { return items_; }
    /// New values, in the order of items(). Nothing is sent.
    void update(std::vector<Value> values);
    struct Changes {
        bool any = false;
        bool urgent = false;
    };
    [[nodiscard]] Changes changes() const;
    /// All changes since the last call, in one ItemsChanged.
    void tell();
    [[nodiscard]] bool broken() const { return pump_->broken(); }

private:
    void add_root();
    void add_item(Item& item);
    void add_node(const std::string& path);
    void add_nodes();
    void announce(const Item& item);
    std::int32_t write(Item& item, sdbus::MethodCall& call);

    Setup setup_;
    std::vector<Item> items_;
    std::unique_ptr<sdbus::IConnection> connection_;
    std::unique_ptr<BusPump> pump_;
    std::vector<std::unique_ptr<sdbus::IObject>> objects_;
    sdbus::IObject* root_ = nullptr;
};

}  // namespace packwire::sink::venus
