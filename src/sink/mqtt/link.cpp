// SPDX-License-Identifier: MIT
#include "sink/mqtt/link.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <mqtt_protocol.h>
#include <openssl/err.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace packwire::sink::mqtt {

namespace {

namespace asio = bus::asio;

constexpr int first_failure = 128;  ///< reason codes of MQTT 5 from here on are failures
constexpr int refused_version_3 = 1;
constexpr int patience_ticks = 15;
/// TLS may hold more than the socket shows: ask it so often, as long as it does not hurt.
constexpr int reads = 8;

int duplicate(int fd) {
    return ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

}  // namespace

Connection::Link::Link(Handle handle, std::unique_ptr<Client> client, bool version_5,
                       const asio::any_io_executor& executor, ConnectionHooks& hooks,
                       std::function<void(const Loss&)> on_lost)
    : client_(std::move(client)),
      handle_(std::move(handle)),
      version_5_(version_5),
      hooks_(hooks),
      on_lost_(std::move(on_lost)),
      descriptor_(executor) {
    client_->owner = this;
    set_callbacks();
}

Connection::Link::~Link() = default;

void Connection::Link::set_callbacks() {
    auto* handle = handle_.get();
    mosquitto_connect_v5_callback_set(
        handle, [](mosquitto*, void* client, int code, int, const mosquitto_property*) {
            static_cast<Link*>(static_cast<Client*>(client)->owner)->taken(code);
        });
    mosquitto_disconnect_v5_callback_set(
        handle, [](mosquitto*, void* client, int code, const mosquitto_property*) {
            static_cast<Link*>(static_cast<Client*>(client)->owner)->ended(code);
        });
    mosquitto_publish_v5_callback_set(
        handle, [](mosquitto*, void* client, int id, int code, const mosquitto_property*) {
            static_cast<Link*>(static_cast<Client*>(client)->owner)->done(id, code);
        });
    mosquitto_subscribe_callback_set(
        handle, [](mosquitto*, void* client, int, int count, const int* granted) {
            static_cast<Link*>(static_cast<Client*>(client)->owner)->subscribed(count, granted);
        });
    mosquitto_message_callback_set(handle, [](mosquitto*, void* client, const mosquitto_message* came) {
        auto* self = static_cast<Link*>(static_cast<Client*>(client)->owner);
        Message message;
        message.topic = came->topic;
        message.payload.assign(static_cast<const char*>(came->payload),
                               static_cast<std::size_t>(came->payloadlen));
        message.retain = came->retain;
        if (!self->closed_) self->hooks_.on_message(message);
    });
}

/// OpenSSL keeps one list of errors for the whole thread, and libmosquitto takes the oldest for its own: a
/// rule's request whose certificate is refused would cost the broker's connection.
mosquitto* Connection::Link::clean_handle() {
    ERR_clear_error();
    return handle_.get();
}

void Connection::Link::start() {
    const int copy = duplicate(mosquitto_socket(handle_.get()));
    if (copy < 0) {
        error_ = errno;
        lose();
        return;
    }
    descriptor_.assign(copy);
    arm();
}

void Connection::Link::close() {
    closed_ = true;
    open_ = false;
    boost::system::error_code ignored;
    descriptor_.close(ignored);
}

void Connection::Link::arm() {
    if (closed_) return;
    wait(asio::posix::descriptor_base::wait_read, reading_);
    // A handshake of TLS that waits for the other side wants to write all the time.
    if (mosquitto_want_write(handle_.get()) && (open_ || !greeted_))
        wait(asio::posix::descriptor_base::wait_write, writing_);
}

void Connection::Link::wait(asio::posix::descriptor_base::wait_type what, bool& waiting) {
    if (std::exchange(waiting, true)) return;
    descriptor_.async_wait(what, [weak = weak_from_this(), &waiting, what](boost::system::error_code error) {
        const auto self = weak.lock();
        if (!self || self->closed_ || error == asio::error::operation_aborted) return;
        waiting = false;
        what == asio::posix::descriptor_base::wait_read ? self->read() : self->write();
    });
}

void Connection::Link::read() {
    const auto keep = shared_from_this();
    for (int i = 0; i < reads && !closed_; ++i) check(mosquitto_loop_read(clean_handle(), 1));
    // A handshake that waits to be read may have something to say afterwards, and the other way round.
    if (!closed_ && !open_) check(mosquitto_loop_write(clean_handle(), 1));
    arm();
}

void Connection::Link::write() {
    const auto keep = shared_from_this();
    greeted_ = true;
    errno = 0;
    check(mosquitto_loop_write(clean_handle(), reads));
    arm();
}

void Connection::Link::tick() {
    const auto keep = shared_from_this();
    if (!open_ && ++ticks_ > patience_ticks) {
        error_ = ETIMEDOUT;
        lose();
        return;
    }
    check(mosquitto_loop_misc(clean_handle()));
    if (!closed_ && !open_) check(mosquitto_loop_write(clean_handle(), 1));
    arm();
}

int Connection::Link::publish(const Message& message) {
    const auto keep = shared_from_this();
    int id = 0;
    const int code = mosquitto_publish(clean_handle(), &id, message.topic.c_str(),
                                       static_cast<int>(message.payload.size()), message.payload.data(), qos,
                                       message.retain);
    if (code == MOSQ_ERR_INVAL || code == MOSQ_ERR_MALFORMED_UTF8 || code == MOSQ_ERR_PAYLOAD_SIZE ||
        code == MOSQ_ERR_OVERSIZE_PACKET)
        return -1;
    if (code == MOSQ_ERR_SUCCESS) arm();
    // A broken connection is seen by the loop, never from within this: whoever publishes goes on.
    return code == MOSQ_ERR_SUCCESS ? id : 0;
}

void Connection::Link::subscribe(const std::string& filter) {
    mosquitto_subscribe(clean_handle(), nullptr, filter.c_str(), qos);
    arm();
}

void Connection::Link::unsubscribe(const std::string& filter) {
    mosquitto_unsubscribe(clean_handle(), nullptr, filter.c_str());
    arm();
}

void Connection::Link::taken(int code) {
    if (code != 0) {
        refused_ = code;
        return;
    }
    open_ = true;
    if (!closed_) hooks_.on_open();
}

void Connection::Link::ended(int code) {
    error_ = errno;
    end_ = code;
}

void Connection::Link::done(int id, int code) const {
    if (closed_) return;
    hooks_.on_done(id, code >= first_failure ? mosquitto_reason_string(code) : "");
}

void Connection::Link::subscribed(int count, const int* granted) const {
    for (int i = 0; i < count; ++i) {
        if (granted[i] < first_failure || closed_) continue;
        hooks_.on_refused_subscription(version_5_ ? mosquitto_reason_string(granted[i]) : "refused");
    }
}

void Connection::Link::check(int code) {
    if (closed_) return;
    if (code != MOSQ_ERR_SUCCESS && !end_) {
        error_ = errno;
        end_ = code;
    }
    if (end_ || refused_) lose();
}

void Connection::Link::lose() {
    const auto keep = shared_from_this();
    const auto what = loss();
    close();
    on_lost_(what);
}

Loss Connection::Link::loss() const {
    using enum Loss::Kind;
    if (refused_) {
        const bool version = version_5_ && (*refused_ == MQTT_RC_UNSUPPORTED_PROTOCOL_VERSION ||
                                            *refused_ == refused_version_3);
        const auto* said =
            version_5_ ? mosquitto_reason_string(*refused_) : mosquitto_connack_string(*refused_);
        return {version ? Loss::Kind::version : refused, fmt::format("the broker refuses us: {}", said)};
    }
    if (!client_->complaint.empty()) return {refused, client_->complaint};
    if (end_ == MOSQ_ERR_TLS) return {refused, "TLS failed"};
    // An old broker may just hang up on what it does not know.
    const bool hung_up = end_ == MOSQ_ERR_CONN_LOST || end_ == MOSQ_ERR_PROTOCOL;
    if (!open_ && version_5_ && hung_up && error_ != ECONNREFUSED)
        return {Loss::Kind::version, "the broker hung up before it took us"};
    if (end_ == MOSQ_ERR_ERRNO || !end_)
        return {away, std::strerror(error_)};  // NOLINT(concurrency-mt-unsafe): one thread asks
    const bool by_broker = *end_ >= first_failure;
    return {away, by_broker ? mosquitto_reason_string(*end_) : mosquitto_strerror(*end_)};
}

}  // namespace packwire::sink::mqtt
