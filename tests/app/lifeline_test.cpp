// SPDX-License-Identifier: MIT
#include "app/lifeline.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <csignal>

namespace packwire::test {
namespace {

/// A process with that lifeline and nothing else to do; `then` runs on its loop.
void live(bool progresses, const std::function<void()>& then) {
    boost::asio::io_context loop(1);
    bus::LoopTime time(loop.get_executor());
    app::Lifeline lifeline(time, [=] { return progresses; }, 1);
    boost::asio::co_spawn(loop, lifeline.run(), boost::asio::detached);
    boost::asio::post(loop, then);
    loop.run();
}

TEST(LifelineDeathTest, ABlockedLoopEndsTheProcess) {
    std::signal(SIGALRM, SIG_IGN);  // as some parents leave it
    EXPECT_EXIT(live(true,
                     [] {
                         for (;;) ::pause();
                     }),
                testing::KilledBySignal(SIGALRM), "");
    std::signal(SIGALRM, SIG_DFL);
}

TEST(LifelineDeathTest, APollLoopThatIsStuckEndsTheProcess) {
    // The alarm of the first look is still to come from whoever progressed before.
    EXPECT_EXIT(live(false, [] { ::alarm(1); }), testing::KilledBySignal(SIGALRM), "");
}

TEST(LifelineDeathTest, WhoProgressesLivesOn) {
    EXPECT_EXIT(live(true, [] { std::exit(::alarm(0) == 1 ? 0 : 1); }), testing::ExitedWithCode(0), "")
        << "the alarm was set";
}

}  // namespace
}  // namespace packwire::test
