// SPDX-License-Identifier: MIT
/// One connection: the client of libmosquitto and its socket in our loop.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "sink/mqtt/connection.hpp"
#include "sink/mqtt/handle.hpp"

namespace packwire::sink::mqtt {

/// After close(), or on_lost, it calls nobody any more. Callbacks of libmosquitto come from within its
/// functions; whoever is told may do what he likes, also end the connection: the client goes when they have
/// returned.
class Connection::Link : public std::enable_shared_from_this<Link> {
public:
    /// The hooks outlive it, or it was closed before.
    Link(Handle handle, std::unique_ptr<Client> client, bool version_5,
         const bus::asio::any_io_executor& executor, ConnectionHooks& hooks,
         std::function<void(const Loss&)> on_lost);
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    ~Link();

    void start();
    void close();
    [[nodiscard]] bool is_open() const { return open_; }
    [[nodiscard]] int publish(const Message& message);
    void subscribe(const std::string& filter);
    void unsubscribe(const std::string& filter);
    void tick();

private:
    [[nodiscard]] mosquitto* clean_handle();
    void set_callbacks();
    void taken(int code);
    void ended(int code);
    void done(int id, int code) const;
    void subscribed(int count, const int* granted) const;
    void wait(bus::asio::posix::descriptor_base::wait_type what, bool& waiting);
    void arm();
    void read();
    void write();
    /// After each call into libmosquitto: does the connection still stand?
    void check(int code);
    void lose();
    [[nodiscard]] Loss loss() const;

    std::unique_ptr<Client> client_;
    Handle handle_;
    bool version_5_;
    ConnectionHooks& hooks_;
    std::function<void(const Loss&)> on_lost_;
    bus::asio::posix::stream_descriptor descriptor_;
    bool reading_ = false;
    bool writing_ = false;
    bool greeted_ = false;  ///< the first bytes were written
    bool open_ = false;
    bool closed_ = false;
    std::optional<int> refused_;  ///< what the broker said instead of taking us
    std::optional<int> end_;      ///< what libmosquitto said at the end
    int error_ = 0;               ///< of the system, at the end
    int ticks_ = 0;               ///< until it was open
};

}  // namespace packwire::sink::mqtt
