// SPDX-License-Identifier: MIT
#include "rules/command.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/prefer.hpp>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <system_error>
#include <utility>

#include "bus/wait.hpp"

namespace packwire::rules {

namespace asio = bus::asio;
using namespace std::chrono_literals;

namespace {

constexpr Duration grace = 1s;

/// A process that we started and have not seen the end of: until it is waited for, its number is its own.
struct Child {
    pid_t pid = -1;
    int fd = -1;  ///< ready when it has ended
};

std::string why(int error) {
    return std::error_code(error, std::generic_category()).message();
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> list;
    list.reserve(texts.size() + 1);
    // posix_spawn takes them as exec does, which does not write there.
    for (const auto& text : texts) list.push_back(const_cast<char*>(text.c_str()));  // NOLINT(*-const-cast)
    list.push_back(nullptr);
    return list;
}

/// Passwords in the environment of the daemon are not for programs of others.
std::vector<std::string> inherited() {
    std::vector<std::string> environment;
    for (const auto* name : {"PATH", "HOME", "LANG", "TZ"}) {
        const auto* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody writes it
        if (value != nullptr) environment.push_back(fmt::format("{}={}", name, value));
    }
    return environment;
}

/// What a child is started with; freed by its destructor.
class Preparation {
public:
    Preparation() {
        ::posix_spawnattr_init(&attributes_);
        ::posix_spawn_file_actions_init(&files_);
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        ::posix_spawnattr_setpgroup(&attributes_, 0);
        constexpr auto flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
        ::posix_spawnattr_setflags(&attributes_, static_cast<short>(flags));
        ::posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_addopen(&files_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        ::posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1);
    }
    Preparation(const Preparation&) = delete;
    Preparation& operator=(const Preparation&) = delete;
    ~Preparation() {
        ::posix_spawn_file_actions_destroy(&files_);
        ::posix_spawnattr_destroy(&attributes_);
    }
    [[nodiscard]] const posix_spawnattr_t& attributes() const { return attributes_; }
    [[nodiscard]] const posix_spawn_file_actions_t& files() const { return files_; }

private:
    posix_spawnattr_t attributes_{};
    posix_spawn_file_actions_t files_{};
};

Result<void> start(const CommandCall& call, Child& child) {
    const Preparation prepared;
    auto environment = inherited();
    environment.insert(environment.end(), call.environment.begin(), call.environment.end());
    const auto argv = pointers(call.arguments);
    const auto envp = pointers(environment);
    const int error = ::posix_spawnp(&child.pid, argv.front(), &prepared.files(), &prepared.attributes(),
                                     argv.data(), envp.data());
    if (error != 0) return fail(Errc::io, fmt::format("{}: {}", call.arguments.front(), why(error)));
    // The header of glibc 2.36 does not know of C++.
    child.fd = static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0));
    if (child.fd >= 0) return {};
    const auto what = why(errno);
    ::kill(-child.pid, SIGKILL);
    ::waitpid(child.pid, nullptr, 0);
    return fail(Errc::io, fmt::format("{}: cannot be watched: {}", call.arguments.front(), what));
}

/// Its end, which has come.
Result<void> outcome(const Child& child, const std::string& program) {
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(child.pid), &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0)
        return fail(Errc::io, program + ": its end was not seen");
    if (info.si_code != CLD_EXITED)
        return fail(Errc::io, fmt::format("{}: signal {}", program, info.si_status));
    if (info.si_status != 0) return fail(Errc::io, fmt::format("{}: exit code {}", program, info.si_status));
    return {};
}

using Done = std::function<void(const Result<void>&)>;

bus::Task<void> watch(Child child, std::string program, Duration timeout, bus::Time& time, Done done) {
    const auto executor = co_await asio::this_coro::executor;
    asio::posix::stream_descriptor end(executor, child.fd);
    const auto timer = time.timer();
    constexpr auto readable = asio::posix::stream_descriptor::wait_read;
    const bool in_time = co_await bus::ready(end, readable, *timer, time.now() + timeout);
    if (!in_time) {
        // The group is its own: it was made for it, and as long as it is not waited for nobody has its
        // number.
        ::kill(-child.pid, SIGTERM);
        const bool went = co_await bus::ready(end, readable, *timer, time.now() + grace);
        ::kill(-child.pid, SIGKILL);  // also for those of its group that stayed
        if (!went) co_await end.async_wait(readable, asio::use_awaitable);
    }
    const auto ended = outcome(child, program);
    if (in_time) {
        done(ended);
        co_return;
    }
    const auto seconds = std::chrono::duration<double>(timeout).count();
    done(fail(Errc::timeout, fmt::format("{}: not done within {:.1f} s, ended", program, seconds)));
}

}  // namespace

void run_command(CommandCall call, bus::Time& time, const asio::any_io_executor& executor,
                 bus::Offload& offload, Done done) {
    auto child = std::make_shared<Child>();
    const auto program = call.arguments.front();
    const auto timeout = call.timeout;
    // The loop may otherwise run out before the helper thread has handed the child over.
    auto busy = asio::prefer(executor, asio::execution::outstanding_work_t::tracked);
    auto started = [child, program, timeout, &time, busy,
                    done = std::move(done)](const Result<void>& result) {
        if (!result) {
            done(result);
            return;
        }
        asio::co_spawn(busy, watch(*child, program, timeout, time, done), asio::detached);
    };
    offload.post([child, call = std::move(call)] { return start(call, *child); }, std::move(started));
}

}  // namespace packwire::rules
