// SPDX-License-Identifier: MIT
/// packwire demo: a simulated bank on a simulated line, and the daemon with a page and a history. No
/// hardware, no server, no root.
#include <fmt/format.h>

#include <boost/asio/ip/tcp.hpp>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>
#include <ostream>

#include "app/commands.hpp"
#include "app/daemon.hpp"
#include "app/demo_house.hpp"
#include "app/demo_past.hpp"
#include "app/live_table.hpp"
#include "app/logging.hpp"
#include "app/session.hpp"
#include "app/store_wiring.hpp"
#include "app/venus_wiring.hpp"
#include "app/web_wiring.hpp"
#include "rules/command.hpp"
#include "sink/venus/venus_sink.hpp"

namespace packwire::app {

namespace {

using namespace std::chrono_literals;

/// The history goes when the demonstration ends.
class Folder {
public:
    Folder() {
        std::error_code error;
        auto name = (std::filesystem::temp_directory_path(error) / "packwire-demo-XXXXXX").string();
        if (::mkdtemp(name.data()) != nullptr) path_ = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    /// Empty: there is no place for it.
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// On the session's bus only: a demonstration has no business on the system's.
bool has_session_bus() {
    return std::getenv("DBUS_SESSION_BUS_ADDRESS") != nullptr;  // NOLINT(concurrency-mt-unsafe)
}

bool has_desktop() {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): before threads
    return std::getenv("DISPLAY") != nullptr || std::getenv("WAYLAND_DISPLAY") != nullptr;
}

Duration time_of_day(WallTime now) {
    const auto seconds = std::chrono::system_clock::to_time_t(now);
    std::tm local{};
    ::localtime_r(&seconds, &local);
    return std::chrono::hours(local.tm_hour) + std::chrono::minutes(local.tm_min);
}

/// `wanted`, or the next one that nobody listens at; zero when all near it are taken.
std::uint16_t free_port(bus::asio::io_context& loop, std::uint16_t wanted) {
    using Tcp = bus::asio::ip::tcp;
    constexpr int attempts = 20;
    for (int i = 0; wanted != 0 && i < attempts; ++i, ++wanted) {
        Tcp::acceptor acceptor(loop);
        boost::system::error_code error;
        acceptor.open(Tcp::v4(), error);
        acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
        acceptor.bind({bus::asio::ip::address_v4::loopback(), wanted}, error);
        if (!error) acceptor.listen(1, error);
        if (!error) return wanted;
    }
    return 0;
}

bus::Task<void> serve(sim::Simulator& simulator, std::optional<Error>& failure) {
    const auto ended = co_await simulator.run();
    if (!ended) failure = ended.error();
}

BusPlan bus_plan(const sim::Ready& ready) {
    BusPlan plan;
    plan.name = "demo";
    plan.url.path = ready.url;
    plan.bauds = {19200};
    plan.addresses = ready.addresses;
    plan.dialect = dialect::find("daren");
    plan.believe_jumps = true;
    return plan;
}

/// The whole demonstration; objects live in the order of their declaration.
class Demo {
public:
    Demo(const DemoOptions& options, Streams io)
        : options_(options), io_(io), local_(time_of_day(time_.wall_now())), start_(demo_start(local_)) {}

    int run() {
        if (const auto ready = simulator_.open(); ready) {
            ready_ = *ready;
        } else {
            io_.err << fmt::format("packwire demo: {}\n", to_string(ready.error()));
            return Exit::failed;
        }
        config_.site = demo_site;
        config_.web.listen = fmt::format("127.0.0.1:{}", free_port(loop_, options_.port));
        bank::KeeperSettings settings;
        settings.site = demo_site;
        for (const auto address : ready_.addresses) settings.expected.push_back({"demo", address});
        bank_ = std::make_unique<DaemonBank>(std::move(settings), std::filesystem::path(), daemon_.book(),
                                             time_, offload_);
        daemon_.set_bank(*bank_);
        add_sinks();
        daemon_.add_bus(bus_plan(ready_));
        std::optional<Error> failure;
        daemon_.spawn(serve(simulator_, failure));
        daemon_.spawn(tell_story(simulator_, time_));
        if (options_.open && has_desktop()) daemon_.spawn(open_page());
        if (!io_.terminal) daemon_.spawn(greet());
        daemon_.start();
        const int code = run_to_end(loop_, live_for(daemon_, time_, options_.duration), Exit::done);
        if (!failure) return code;
        io_.err << fmt::format("packwire demo: {}\n", to_string(*failure));
        return Exit::failed;
    }

private:
    void add_sinks() {
        auto footer = [this] {
            return io_.terminal ? fmt::format("\n{}{}Ctrl-C ends it.\n", line_quality(daemon_), heading())
                                : std::string("\n");
        };
        daemon_.add_sink(std::make_unique<LiveTable>(io_, time_, 1s, footer));
        store::Desk* desk = nullptr;
        if (!folder_.path().empty()) {
            auto store = std::make_unique<StoreSink>(config_.store, folder_.path() / "history.db", time_,
                                                     loop_.get_executor(), past());
            desk = &store->desk();
            daemon_.add_sink(std::move(store));
        }
        if (auto web = make_web_sink(config_, daemon_, *bank_, time_, loop_.get_executor(), desk); web) {
            web_ = web->get();
            daemon_.add_sink(std::move(*web));
        } else {
            io_.err << fmt::format("packwire demo: no page: {}\n", to_string(web.error()));
        }
        if (!has_session_bus()) return;
        config_.venus.dbus = "session";
        daemon_.add_sink(std::make_unique<sink::venus::VenusSink>(venus_options(config_, daemon_, *bank_),
                                                                  time_, loop_.get_executor(), sink_log()));
    }

    [[nodiscard]] StoreSink::Prefill past() const {
        if (options_.past_days == 0) return {};
        const DemoPastOptions past{.bank = demo_bank(options_, start_),
                                   .addresses = ready_.addresses,
                                   .now = time_.wall_now(),
                                   .local = local_,
                                   .length = std::chrono::days(options_.past_days)};
        return [past](store::Archive& archive) { return record_demo_past(archive, past); };
    }

    [[nodiscard]] std::string url() const {
        return web_ == nullptr ? std::string() : fmt::format("http://127.0.0.1:{}/", web_->server().port());
    }

    [[nodiscard]] std::string heading() const {
        return fmt::format(
            "packwire demo: {} simulated pack(s), polled every second; their day takes {:.0f} minutes.\n"
            "The page: {}\n{}\n",
            options_.packs, std::chrono::duration<double, std::ratio<60>>(24h).count() / options_.speed,
            url(),
            has_session_bus() ? "On D-Bus: busctl --user tree com.victronenergy.battery.packwire_demo"
                              : "No session bus, so no D-Bus; dbus-run-session has one.");
    }

    /// When the page can be seen.
    bus::Task<void> wait_for_page() {
        const auto timer = time_.timer();
        for (int i = 0; i < 100 && web_ != nullptr && web_->server().port() == 0; ++i) {
            const auto due = time_.now() + 50ms;
            co_await timer->wait_until(due);
        }
    }
    bus::Task<void> greet() {
        co_await wait_for_page();
        io_.out << heading() << std::flush;
    }
    bus::Task<void> open_page() {
        co_await wait_for_page();
        rules::CommandCall call;
        call.arguments = {"xdg-open", url()};
        for (const auto* name : {"DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "XAUTHORITY",
                                 "DBUS_SESSION_BUS_ADDRESS", "XDG_CURRENT_DESKTOP"}) {
            // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes it
            if (const auto* value = std::getenv(name))
                call.environment.push_back(fmt::format("{}={}", name, value));
        }
        call.timeout = 20s;
        // Without a browser the address is on the screen.
        rules::run_command(std::move(call), time_, loop_.get_executor(), offload_,
                           [](const Result<void>&) {});
    }

    const DemoOptions& options_;
    Streams io_;
    bus::asio::io_context loop_{1};
    bus::LoopTime time_{loop_.get_executor()};
    Duration local_;
    DemoStart start_;
    Folder folder_;
    Config config_ = default_config();
    sim::Simulator simulator_{demo_bank(options_, start_), time_, loop_.get_executor()};
    sim::Ready ready_;
    bus::Offload offload_{loop_.get_executor()};
    Daemon daemon_{time_, loop_.get_executor(), bank::LossTimes{}};
    std::unique_ptr<DaemonBank> bank_;
    sink::web::WebSink* web_ = nullptr;
};

}  // namespace

int run(const DemoOptions& options, Streams io) {
    start_logging(io.terminal ? "off" : "warn");
    return Demo(options, io).run();
}

}  // namespace packwire::app
