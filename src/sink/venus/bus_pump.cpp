// SPDX-License-Identifier: MIT
#include "sink/venus/bus_pump.hpp"

#include <fcntl.h>
#include <poll.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <chrono>
#include <exception>
#include <limits>
#include <utility>

namespace packwire::sink::venus {

namespace {

/// Its own descriptor: sd-bus closes the one it has. A child process that inherited it would hold the name.
int duplicate(int fd) {
    const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0)
        throw boost::system::system_error(errno, boost::system::system_category(), "F_DUPFD_CLOEXEC");
    return copy;
}

/// Messages handled before others in the loop have their turn.
constexpr int batch = 32;

}  // namespace

/// Real time throughout: what sd-bus waits for are answers of the bus.
class BusPump::Works : public std::enable_shared_from_this<Works> {
public:
    Works(sdbus::IConnection& connection, const asio::any_io_executor& executor,
          std::function<void(const std::string&)> on_broken)
        : connection_(connection),
          descriptor_(executor, duplicate(connection.getEventLoopPollData().fd)),
          timer_(executor),
          on_broken_(std::move(on_broken)) {}

    [[nodiscard]] bool broken() const { return broken_; }

    void turn() {
        if (broken_ || turning_)
            return;  // sd-bus does not process while it processes; the outer turn goes on
        turning_ = true;
        take_turn();
        turning_ = false;
    }

    void stop() {
        broken_ = true;
        boost::system::error_code ignored;
        descriptor_.close(ignored);
        timer_.cancel();
    }

private:
    void take_turn() {
        try {
            int left = batch;
            while (left > 0 && connection_.processPendingRequest()) --left;
            if (left == 0) {
                again();
            } else {
                arm();
            }
        } catch (const std::exception& error) {
            give_up(error.what());
        }
    }

    void again() {
        asio::post(descriptor_.get_executor(), [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->turn();
        });
    }

    void arm() {
        const auto wanted = connection_.getEventLoopPollData();
        if ((wanted.events & POLLIN) != 0) wait(asio::posix::descriptor_base::wait_read, reading_);
        if ((wanted.events & POLLOUT) != 0) wait(asio::posix::descriptor_base::wait_write, writing_);
        arm_timer(wanted.timeout_usec);
    }

    void wait(asio::posix::descriptor_base::wait_type what, bool& waiting) {
        if (std::exchange(waiting, true)) return;
        descriptor_.async_wait(what, [weak = weak_from_this(), &waiting](boost::system::error_code error) {
            const auto self = weak.lock();
            if (!self) return;
            waiting = false;
            if (error != asio::error::operation_aborted) self->turn();
        });
    }

    void arm_timer(std::uint64_t timeout_usec) {
        if (timeout_usec == 0) return again();
        if (timeout_usec >= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
            timer_.cancel();
            return;
        }
        timer_.expires_at(std::chrono::steady_clock::time_point(
            std::chrono::microseconds(static_cast<std::int64_t>(timeout_usec))));
        timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
            const auto self = weak.lock();
            if (self && !error) self->turn();
        });
    }

    void give_up(const std::string& reason) {
        stop();
        if (on_broken_) on_broken_(reason);
    }

    sdbus::IConnection& connection_;
    asio::posix::stream_descriptor descriptor_;
    asio::steady_timer timer_;
    std::function<void(const std::string&)> on_broken_;
    bool reading_ = false;
    bool writing_ = false;
    bool broken_ = false;
    bool turning_ = false;
};

BusPump::BusPump(sdbus::IConnection& connection, const asio::any_io_executor& executor,
                 std::function<void(const std::string&)> on_broken)
    : works_(std::make_shared<Works>(connection, executor, std::move(on_broken))) {
    works_->turn();
}

// NOLINTNEXTLINE(bugprone-exception-escape): cancelling a timer of this clock cannot fail
BusPump::~BusPump() {
    works_->stop();
}

void BusPump::poke() {
    works_->turn();
}

bool BusPump::broken() const {
    return works_->broken();
}

}  // namespace packwire::sink::venus
