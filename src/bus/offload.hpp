// SPDX-License-Identifier: MIT
/// The one thread for what may block over 5 ms: a disk, a name server, another program.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>

#include "base/result.hpp"

namespace packwire::bus {

/// Work is done one after the other, in the order it was handed over. This is the only hand-over between
/// threads; what `work` holds belongs to it alone. Source: design 4.
class Offload {
public:
    using Work = std::function<Result<void>()>;
    using Done = std::function<void(const Result<void>&)>;

    explicit Offload(boost::asio::any_io_executor loop) : loop_(std::move(loop)) {}
    Offload(const Offload&) = delete;
    Offload& operator=(const Offload&) = delete;
    /// Waits until all work is done. `done` is not called any more when the loop has ended.
    ~Offload() { thread_.join(); }

    /// Returns at once; `done` is called on the loop.
    void post(Work work, Done done);

private:
    boost::asio::any_io_executor loop_;
    boost::asio::thread_pool thread_{1};
};

}  // namespace packwire::bus
