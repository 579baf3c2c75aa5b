// SPDX-License-Identifier: MIT
/// What else is on the bus: its names, its values, and what it is asked. Never waits for another service.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sink/venus/bus_pump.hpp"
#include "sink/venus/item.hpp"

namespace packwire::sink::venus {

/// A connection without a name. Only the bus itself is ever waited for, at most a second: who is there, and
/// which signals are ours. Everything that throws here throws std::exception, and means that the connection
/// is of no use any more. Callbacks come from the loop; they must not destroy the client.
class BusClient {
public:
    BusClient(const std::string& dbus, const asio::any_io_executor& executor,
              std::function<void(const std::string& reason)> on_broken);
    BusClient(const BusClient&) = delete;
    BusClient& operator=(const BusClient&) = delete;
    ~BusClient();

    /// Services that are there now, of those that begin with com.victronenergy.
    [[nodiscard]] const std::set<std::string>& services() const { return services_; }
    [[nodiscard]] bool has(const std::string& service) const { return services_.contains(service); }
    /// One comes or leaves; one that is replaced leaves and comes.
    void on_service(std::function<void(const std::string& service, bool present)> told);

    using OnValue = std::function<void(const std::string& path, const Value& value)>;
    /// Every change of value that the service signals, in either form. A value of a type that no item has is
    /// invalid.
    void follow(const std::string& service, OnValue told);

    struct Answer {
        /// The owner of the path answered, if only with an error: false after 10 s of silence.
        bool from_owner = false;
        std::optional<Value> value;  ///< absent: an error; invalid: also a type that no item has
    };
    using OnAnswer = std::function<void(const Answer&)>;
    void get_value(const std::string& service, const std::string& path, OnAnswer told);
    using Paths = std::map<std::string, Value>;
    /// Every path of the service with its value. Absent: an error or silence for 10 s.
    void get_items(const std::string& service, std::function<void(const std::optional<Paths>&)> told);
    void set_value(const std::string& service, const std::string& path, const Value& value,
                   std::function<void(bool accepted)> told);

    struct Setting {
        std::string path;  ///< "/Settings/Devices/…"
        std::string preset;
    };
    struct Added {
        std::string path;
        std::string value;
    };
    /// Creates what is not there yet, and reads what is. Absent: an error or silence. A setting that is
    /// refused is left out. Source: victron 1.4.
    void add_settings(const std::vector<Setting>& settings,
                      std::function<void(std::optional<std::vector<Added>>)> told);

private:
    struct Call;
    /// `reply` is null after an error; `from_owner` as in Answer.
    using OnReply = std::function<void(sdbus::MethodReply* reply, bool from_owner)>;
    void call(const std::string& service, const std::string& path, const char* interface, const char* member,
              const std::function<void(sdbus::MethodCall&)>& put, const OnReply& told);
    void watch_names();
    void read_names();
    void name_changed(sdbus::Message& message);
    void say(const std::string& service, bool present);

    asio::any_io_executor executor_;
    std::unique_ptr<sdbus::IConnection> connection_;
    std::vector<sdbus::Slot> matches_;
    std::list<std::unique_ptr<Call>> calls_;
    std::unique_ptr<BusPump> pump_;
    std::set<std::string> services_;
    std::vector<std::function<void(const std::string&, bool)>> service_watchers_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< posted work may outlive the client
};

}  // namespace packwire::sink::venus
