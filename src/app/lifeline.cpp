// SPDX-License-Identifier: MIT
#include "app/lifeline.hpp"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <chrono>
#include <csignal>

namespace packwire::app {

using namespace std::chrono_literals;

Lifeline::~Lifeline() {
    ::alarm(0);
}

bus::Task<void> Lifeline::run() {
    // Whoever started us may have left it ignored or blocked, and both outlive exec.
    std::signal(SIGALRM, SIG_DFL);
    sigset_t alarm_only;
    sigemptyset(&alarm_only);
    sigaddset(&alarm_only, SIGALRM);
    pthread_sigmask(SIG_UNBLOCK, &alarm_only, nullptr);
    bool stuck = false;
    for (;;) {
        if (progresses_()) {
            ::alarm(patience_);
            if (alive_) alive_();
            stuck = false;
        } else if (!std::exchange(stuck, true)) {
            spdlog::error("a poll loop is stuck; ending in {} s unless it moves again", patience_);
        }
        co_await timer_->wait_until(time_.now() + 1s);
    }
}

}  // namespace packwire::app
