// SPDX-License-Identifier: MIT
#include "sink/mqtt/connection.hpp"

#include <utility>

#include "sink/mqtt/handle.hpp"
#include "sink/mqtt/link.hpp"

namespace packwire::sink::mqtt {

/// The hand-over: while the helper thread works, this is its alone; the loop looks at it afterwards only.
struct Connection::Prepared {
    bool version_5 = true;
    std::unique_ptr<Client> client = std::make_unique<Client>();
    Handle handle;
};

Connection::Connection(Broker broker, Message will, bus::asio::any_io_executor executor,
                       bus::Offload& offload, ConnectionHooks hooks)
    : broker_(std::move(broker)),
      will_(std::move(will)),
      executor_(std::move(executor)),
      offload_(offload),
      hooks_(std::move(hooks)) {}

Connection::~Connection() {
    close();
}

void Connection::open(bool version_5) {
    close();
    pending_ = std::make_shared<Prepared>();
    pending_->version_5 = version_5;
    offload_.post(
        [broker = broker_, will = will_, prepared = pending_]() -> Result<void> {
            auto handle = begin(broker, will, prepared->version_5, *prepared->client);
            if (!handle) return std::unexpected(handle.error());
            prepared->handle = std::move(*handle);
            return {};
        },
        [this, alive = std::weak_ptr(alive_), prepared = pending_](const Result<void>& result) {
            // Gone with us, or given up.
            if (!alive.expired() && prepared == pending_) take(*prepared, result);
        });
}

void Connection::take(Prepared& prepared, const Result<void>& result) {
    const auto keep = std::exchange(pending_, nullptr);
    if (!result) {
        const bool ours = result.error().code == Errc::bad_config;
        Loss why;
        why.kind = ours ? Loss::Kind::refused : Loss::Kind::away;
        why.reason = result.error().where;
        hooks_.on_lost(why);
        return;
    }
    link_ = std::make_shared<Link>(std::move(prepared.handle), std::move(prepared.client), prepared.version_5,
                                   executor_, hooks_, [this](const Loss& why) { lost(why); });
    link_->start();
}

void Connection::lost(const Loss& loss) {
    link_.reset();
    hooks_.on_lost(loss);
}

void Connection::close() {
    pending_.reset();
    if (const auto link = std::exchange(link_, nullptr)) link->close();
}

bool Connection::is_open() const {
    return link_ && link_->is_open();
}

bool Connection::is_closed() const {
    return !link_ && !pending_;
}

int Connection::publish(const Message& message) {
    return is_open() ? link_->publish(message) : 0;
}

void Connection::subscribe(const std::string& filter) {
    if (is_open()) link_->subscribe(filter);
}

void Connection::unsubscribe(const std::string& filter) {
    if (is_open()) link_->unsubscribe(filter);
}

void Connection::tick() {
    if (const auto link = link_) link->tick();
}

}  // namespace packwire::sink::mqtt
