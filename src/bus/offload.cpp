// SPDX-License-Identifier: MIT
#include "bus/offload.hpp"

#include <boost/asio/post.hpp>
#include <utility>

namespace packwire::bus {

void Offload::post(Work work, Done done) {
    boost::asio::post(thread_, [loop = loop_, work = std::move(work), done = std::move(done)]() mutable {
        auto result = work();
        boost::asio::post(loop, [result = std::move(result), done = std::move(done)] { done(result); });
    });
}

}  // namespace packwire::bus
