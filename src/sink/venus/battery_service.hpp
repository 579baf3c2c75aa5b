// SPDX-License-Identifier: MIT
/// One com.victronenergy.battery service: a connection of its own, an object for each path.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sink/venus/bus_pump.hpp"
#include "sink/venus/paths.hpp"

namespace packwire::sink::venus {

struct Item {
    PathSpec spec;
    Value value;
    Value told;          ///< what the last signal, or GetItems of a newcomer, said
    bool fresh = false;  ///< a path that no signal has announced yet

    [[nodiscard]] bool changed() const { return fresh || value != told; }
};

/// In the order in which they came to the bus; objects refer to them.
using Items = std::deque<Item>;

/// Answers GetItems, GetValue, GetText and SetValue from the loop, and tells changes in one signal.
/// Everything that throws here throws std::exception, and means that the connection is of no use any more.
class BatteryService {
public:
    struct Setup {
        std::string name;  ///< "com.victronenergy.battery.packwire_home_X"
        std::string dbus;  ///< as Options::dbus
        /// Called before a client is answered: update() may be called in it.
        std::function<void()> before_answer;
        /// A writable path was written, in the type of the path; false refuses the value.
        std::function<bool(const PathSpec& spec, const Value& value)> on_write;
        /// A client wrote what the path cannot be; `got` says it in words. Already refused.
        std::function<void(const PathSpec& spec, const std::string& got)> on_nonsense;
        std::function<void(const std::string& reason)> on_broken;
    };

    /// Connects and creates every path; nobody sees it yet.
    BatteryService(Setup setup, std::vector<PathSpec> specs, const std::vector<Value>& values,
                   const asio::any_io_executor& executor);
    BatteryService(const BatteryService&) = delete;
    BatteryService& operator=(const BatteryService&) = delete;
    /// The name leaves the bus at once.
    ~BatteryService();

    /// Requests the name. Clients look once, when it appears: every path must be there by now.
    void appear();

    [[nodiscard]] const Items& items() const { return items_; }
    /// More paths; the next tell() announces them.
    void add(std::vector<PathSpec> specs, const std::vector<Value>& values);
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
    /// A method without arguments whose answer `put` writes.
    template <class Put>
    void add_getter(sdbus::IObject& object, const char* name, const char* signature, const Put& put);
    void add_root();
    void add_item(Item& item);
    void add_nodes(const std::string& path);
    void add_node(const std::string& path);
    void announce(const Item& item);
    std::int32_t write(Item& item, sdbus::MethodCall& call);
    void refuse(const Item& item, const std::string& got) const;

    Setup setup_;
    Items items_;
    std::unique_ptr<sdbus::IConnection> connection_;
    std::unique_ptr<BusPump> pump_;
    std::vector<std::unique_ptr<sdbus::IObject>> objects_;
    std::set<std::string> nodes_;
    sdbus::IObject* root_ = nullptr;
    bool named_ = false;
};

}  // namespace packwire::sink::venus
