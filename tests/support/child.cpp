// SPDX-License-Identifier: MIT
#include "support/child.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <csignal>
#include <stdexcept>

#include "support/run.hpp"

namespace packwire::test {

struct Child::State : std::enable_shared_from_this<State> {
    State(boost::asio::io_context& loop, int fd) : pipe(loop, fd) {}
    void read() {
        pipe.async_read_some(boost::asio::buffer(buffer), [self = shared_from_this()](auto error, auto size) {
            self->output.append(self->buffer.data(), size);
            self->ended = static_cast<bool>(error);
            if (!error) self->read();
        });
    }
    boost::asio::posix::stream_descriptor pipe;
    std::array<char, 4096> buffer{};
    std::string output;
    bool ended = false;
};

Child::Child(boost::asio::io_context& loop, const std::vector<std::string>& argv) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    auto words = argv;
    std::vector<char*> pointers;
    for (auto& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes leaves nobody behind
        ::dup2(ends[1], STDOUT_FILENO);
        ::dup2(ends[1], STDERR_FILENO);
        ::execvp(pointers[0], pointers.data());
        ::_exit(127);
    }
    ::close(ends[1]);
    state_ = std::make_shared<State>(loop, ends[0]);
    if (pid_ < 0) throw std::runtime_error(argv[0] + " cannot be started");
    state_->read();
}

Child::~Child() {
    stop();
    boost::system::error_code ignored;
    state_->pipe.close(ignored);
}

const std::string& Child::output() const {
    return state_->output;
}

bool Child::ended() const {
    return state_->ended;
}

void Child::kill(int signal) {
    if (pid_ <= 0) return;
    ::kill(pid_, signal);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

void Child::signal(int signal) const {
    if (pid_ > 0) ::kill(pid_, signal);
}

std::string run_child(boost::asio::io_context& loop, const std::vector<std::string>& argv) {
    const Child child(loop, argv);
    run_until(loop, [&] { return child.ended(); });
    return child.output();
}

}  // namespace packwire::test
