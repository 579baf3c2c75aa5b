// SPDX-License-Identifier: MIT
/// One connection to the broker after the other. The only place that knows libmosquitto, which has no thread
/// here: its socket lives in our loop. Source: docs/adr/0050.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "bus/offload.hpp"
#include "bus/timer.hpp"
#include "sink/mqtt/options.hpp"

namespace packwire::sink::mqtt {

struct Message {
    std::string topic;
    std::string payload;
    bool retain = false;  ///< of one that came: it was retained before we asked
};

/// Why there is no connection (any more).
struct Loss {
    enum class Kind : std::uint8_t {
        away,     ///< nobody answered, or the connection broke: try again soon
        refused,  ///< the broker, or its certificate, or ours: trying again soon is no use
        version,  ///< it does not speak MQTT 5: try the older one at once
    };
    Kind kind = Kind::away;
    std::string reason;
};

/// All are called from the loop.
struct ConnectionHooks {
    std::function<void()> on_open;  ///< the broker took us
    std::function<void(const Loss&)> on_lost;
    std::function<void(const Message&)> on_message;
    /// A message was taken, or refused: `reason` is then not empty.
    std::function<void(int id, const std::string& reason)> on_done;
    std::function<void(const std::string& reason)> on_refused_subscription;
};

class Connection {
public:
    Connection(Broker broker, Message will, bus::asio::any_io_executor executor, bus::Offload& offload,
               ConnectionHooks hooks);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    /// Begins a connection; on_open or on_lost follows. A name server, files and the first step of TCP may
    /// block and are asked on the helper thread.
    void open(bool version_5);
    /// At once and without a goodbye: the broker publishes the will.
    void close();
    [[nodiscard]] bool is_open() const;
    /// Neither open nor on the way.
    [[nodiscard]] bool is_closed() const;
    /// With QoS 1; gives its id for on_done, 0 when it could not be handed over, less when it never can.
    [[nodiscard]] int publish(const Message& message);
    void subscribe(const std::string& filter);
    void unsubscribe(const std::string& filter);
    /// Keeps the connection alive. To be called about once a second.
    void tick();

private:
    class Link;
    struct Prepared;
    void take(Prepared& prepared, const Result<void>& result);
    void lost(const Loss& loss);

    Broker broker_;
    Message will_;
    bus::asio::any_io_executor executor_;
    bus::Offload& offload_;
    ConnectionHooks hooks_;
    std::shared_ptr<Link> link_;
    std::shared_ptr<Prepared> pending_;  ///< its address tells an attempt that was given up
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< goes with us, and is seen to
};

}  // namespace packwire::sink::mqtt
