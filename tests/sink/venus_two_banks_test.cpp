// SPDX-License-Identifier: MIT
/// Several who could give the limits, on one bus: packwire banks of several sites, and other BMSes.
#include <array>
#include <memory>

#include "asker.hpp"
#include "fake_settings.hpp"
#include "stranger.hpp"
#include "venus_fixture.hpp"

namespace packwire::sink::venus {
namespace {

using test::Stranger;

std::string service_for(const std::string& site) {
    return "com.victronenergy.battery.packwire_" + site;
}

/// One packwire, whose bank gives limits unless another does.
class Site {
public:
    Site(asio::io_context& loop, bus::VirtualTime& time, const std::string& address, const std::string& site,
         std::filesystem::path state = {})
        : loop_(loop), bank_(a_bank({"A"})) {
        bank_.site = site;
        Options options;
        options.site = site;
        options.dbus = address;
        options.state_file = std::move(state);
        options.requests.on_other_bms = [this](bool present, const std::string& who) {
            bank_.limits = present || !able_ ? std::nullopt : std::optional(some_limits());
            bank_.monitor_reason = who;
            ruled_ = present;
            sink_->publish_bank(bank_);
        };
        sink_ = std::make_unique<VenusSink>(std::move(options), time, loop.get_executor(),
                                            [this](Level, const std::string& line) { log.push_back(line); });
        asio::co_spawn(loop, sink_->run(),
                       asio::bind_cancellation_slot(cancel_.slot(), [](std::exception_ptr) {}));
    }
    ~Site() {
        cancel_.emit(asio::cancellation_type::terminal);
        test::settle(loop_);
    }
    Site(const Site&) = delete;
    Site& operator=(const Site&) = delete;

    void publish() { sink_->publish_bank(bank_); }
    /// Its packs give limits, or they do not.
    void able(bool able) {
        able_ = able;
        bank_.limits = able && !ruled_ ? std::optional(some_limits()) : std::nullopt;
        publish();
    }
    [[nodiscard]] const std::string& reason() const { return bank_.monitor_reason; }
    [[nodiscard]] std::ptrdiff_t logged(const std::string& words) const {
        return std::ranges::count_if(log, [&](const auto& line) { return has(line, words); });
    }

    std::vector<std::string> log;

private:
    asio::io_context& loop_;
    bank::Bank bank_;
    bool able_ = true;
    bool ruled_ = false;
    std::unique_ptr<VenusSink> sink_;
    asio::cancellation_signal cancel_;
};

class VenusTwoBanks : public testing::Test {
protected:
    VenusTwoBanks()
        : bus(loop), time(loop), settings(loop, bus.address()), asker(std::in_place, loop, bus.address()) {}

    void instance(const std::string& site, int number) {
        settings.set("/Settings/Devices/packwire_" + site + "/ClassAndVrmInstance",
                     Value{"battery:" + std::to_string(number)});
    }
    void start(const std::string& site) {
        sites[site] = std::make_unique<Site>(loop, time, bus.address(), site, directory / (site + state));
    }
    void publish(const std::string& site) { sites.at(site)->publish(); }
    [[nodiscard]] bool on_bus(const std::string& site) { return asker->has(service_for(site)); }
    [[nodiscard]] bool limits(const std::string& site) {
        return asker->items(service_for(site)).contains("/Info/MaxChargeVoltage");
    }
    /// Who gives limits now, sorted: "barn home".
    [[nodiscard]] std::string rulers() {
        std::string all;
        for (const auto& [site, running] : sites) {
            if (limits(site)) all += (all.empty() ? "" : " ") + site;
        }
        return all;
    }
    /// Half seconds of virtual time, with everybody having time to answer; notes each change of who rules.
    void live(Duration duration) {
        for (const auto end = time.now() + duration; time.now() < end;) {
            time.run_for(500ms);
            for (int trip = 0; trip < 2; ++trip) asker->round_trip();
            const auto now = rulers();
            if (history.empty() || history.back() != now) history.push_back(now);
        }
    }
    template <class Done>
    void until(Done done) {
        const auto end = std::chrono::steady_clock::now() + test::patience;
        while (!done()) {
            ASSERT_LT(std::chrono::steady_clock::now(), end);
            time.run_for(100ms);
        }
    }

    asio::io_context loop;
    test::TempDir directory;
    test::PrivateBus bus;
    bus::VirtualTime time;
    test::FakeSettings settings;
    std::optional<test::Asker> asker;
    std::map<std::string, std::unique_ptr<Site>> sites;
    std::vector<std::string> history;
    std::string state;
};

TEST_F(VenusTwoBanks, TheLowerInstanceGivesTheLimitsInWhateverOrderTheyStart) {
    settings.start();
    int run = 0;
    for (const auto& order : {std::array{"home", "barn"}, std::array{"barn", "home"}}) {
        for (const bool swapped : {false, true}) {
            sites.clear();
            history.clear();
            instance("home", swapped ? 107 : 100);
            instance("barn", swapped ? 100 : 107);
            const std::string wanted = swapped ? "barn" : "home";
            state = std::to_string(++run);  // nobody remembers the last one
            for (const auto* site : order) start(site);
            for (const auto* site : order) publish(site);
            until([&] { return on_bus("home") && on_bus("barn"); });
            live(20s);
            EXPECT_EQ(history.back(), wanted);
            EXPECT_LE(history.size(), 2U) << "what is given up does not come back";
            const auto& other = *sites.at(swapped ? "home" : "barn");
            EXPECT_EQ(other.reason(),
                      service_for(wanted) + ", a packwire bank that comes first: instance 100, ours is 107");
            EXPECT_EQ(other.logged("another BMS gives the limits"), 1);
            EXPECT_EQ(sites.at(wanted)->logged("another BMS"), 0);
            EXPECT_EQ(sites.at(wanted)->logged("is on the bus"), 1) << "it never left";
        }
    }
}

TEST_F(VenusTwoBanks, OfEqualInstancesTheLowerNameComesFirst) {
    start("home");  // without settings both have 100
    start("barn");
    publish("home");
    publish("barn");
    until([&] { return on_bus("home") && on_bus("barn"); });
    live(5s);
    EXPECT_EQ(rulers(), "barn");
}

TEST_F(VenusTwoBanks, TheOtherFollowsAfterTheHoldAndGivesWayAtOnce) {
    settings.start();
    instance("home", 100);
    instance("barn", 101);
    start("home");
    start("barn");
    publish("home");
    publish("barn");
    until([&] { return on_bus("home") && on_bus("barn"); });
    live(3s);
    ASSERT_EQ(rulers(), "home");
    sites.erase("home");
    live(14s);
    EXPECT_EQ(rulers(), "") << "it may be back in a moment";
    live(3s);
    EXPECT_EQ(rulers(), "barn");
    start("home");
    publish("home");
    until([&] { return on_bus("home"); });
    live(20s);
    EXPECT_EQ(rulers(), "home");
    sites.erase("home");
    live(5s);
    start("home");  // a restart within the hold
    publish("home");
    history.clear();
    live(20s);
    EXPECT_EQ(history, (std::vector<std::string>{"home"}));
}

/// It knows from its last run that another gave the limits, and waits for that one before it does.
TEST_F(VenusTwoBanks, AtTheNextStartTheSecondIsAMonitorFromTheBeginning) {
    settings.start();
    instance("home", 100);
    instance("barn", 101);
    start("home");
    start("barn");
    publish("home");
    publish("barn");
    until([&] { return on_bus("home") && on_bus("barn"); });
    live(3s);
    sites.clear();
    history.clear();
    start("barn");
    publish("barn");
    until([&] { return on_bus("barn"); });
    live(8s);
    EXPECT_EQ(history, (std::vector<std::string>{""}));
    start("home");
    publish("home");
    live(10s);
    EXPECT_EQ(history, (std::vector<std::string>{"", "home"}));
    sites.clear();
    history.clear();
    start("barn");  // and home is gone for good
    publish("barn");
    until([&] { return on_bus("barn"); });
    live(17s);
    EXPECT_EQ(history, (std::vector<std::string>{"", "barn"}));
    sites.clear();
    start("barn");
    publish("barn");
    until([&] { return on_bus("barn"); });
    EXPECT_EQ(rulers(), "barn") << "nobody is waited for any more";
}

TEST_F(VenusTwoBanks, OfThreeTheNextFollowsAndNoTwo) {
    settings.start();
    instance("home", 100);
    instance("barn", 101);
    instance("attic", 102);
    for (const auto* site : {"attic", "barn", "home"}) start(site);
    for (const auto* site : {"attic", "barn", "home"}) publish(site);
    until([&] { return on_bus("home") && on_bus("barn") && on_bus("attic"); });
    live(5s);
    ASSERT_EQ(rulers(), "home");
    history.clear();
    sites.erase("home");
    live(25s);
    EXPECT_EQ(history, (std::vector<std::string>{"", "barn"}));
    sites.erase("barn");
    live(25s);
    EXPECT_EQ(rulers(), "attic");
}

TEST_F(VenusTwoBanks, WhoGivesNoLimitsIsNotInTheWay) {
    settings.start();
    instance("home", 100);
    instance("barn", 101);
    start("home");
    sites.at("home")->able(false);
    start("barn");
    publish("barn");
    until([&] { return on_bus("home") && on_bus("barn"); });
    live(3s);
    EXPECT_EQ(rulers(), "barn");
    sites.at("home")->able(true);
    live(10s);
    EXPECT_EQ(rulers(), "home");
    sites.at("home")->able(false);
    live(22s);
    EXPECT_EQ(rulers(), "barn");
}

TEST_F(VenusTwoBanks, InstancesThatChangeChangeTheOrder) {
    settings.start();
    instance("home", 100);
    instance("barn", 101);
    start("home");
    start("barn");
    publish("home");
    publish("barn");
    until([&] { return on_bus("home") && on_bus("barn"); });
    live(3s);
    ASSERT_EQ(rulers(), "home");
    history.clear();
    instance("home", 200);
    live(20s);
    EXPECT_EQ(rulers(), "barn");
    instance("barn", 300);
    live(40s);
    EXPECT_EQ(rulers(), "home");
    EXPECT_EQ(std::ranges::count(history, ""), 0) << "never is nobody there";
}

TEST_F(VenusTwoBanks, AnotherBmsRulesWhateverItsInstance) {
    settings.start();
    instance("home", 100);
    for (const auto& values :
         {Stranger::Values{{"/Info/MaxChargeVoltage", Value{55.0}}, {"/DeviceInstance", Value{512}}},
          // With our process name, but no bank: its serial number is not in its name.
          Stranger::Values{{"/Info/MaxChargeVoltage", Value{55.0}},
                           {"/DeviceInstance", Value{512}},
                           {"/Mgmt/ProcessName", Value{"packwire"}},
                           {"/Serial", Value{"123"}}}}) {
        auto other =
            std::make_optional<Stranger>(loop, bus.address(), "com.victronenergy.battery.can", values);
        start("home");
        publish("home");
        until([&] { return on_bus("home"); });
        EXPECT_EQ(rulers(), "") << "from the beginning";
        EXPECT_EQ(sites.at("home")->reason(), "com.victronenergy.battery.can");
        other.reset();
        live(12s);
        EXPECT_EQ(rulers(), "");
        live(6s);
        EXPECT_EQ(rulers(), "home");
        other.emplace(loop, bus.address(), "com.victronenergy.battery.can", values);
        live(3s);
        EXPECT_EQ(rulers(), "");
        other.reset();
        live(20s);
        sites.clear();
    }
}

TEST_F(VenusTwoBanks, ABmsThatComesAndGoesMakesNobodyElseDoSo) {
    settings.start();
    start("home");
    publish("home");
    until([&] { return on_bus("home"); });
    for (int i = 0; i < 100; ++i) {  // 20 s
        const Stranger other(loop, bus.address(), "com.victronenergy.battery.can",
                             {{"/Info/MaxChargeVoltage", Value{55.0}}});
        for (int trip = 0; trip < 3; ++trip) asker->round_trip();
        time.run_for(200ms);
    }
    live(1s);
    auto& home = *sites.at("home");
    EXPECT_EQ(rulers(), "");
    EXPECT_EQ(home.logged("is on the bus"), 2);
    EXPECT_EQ(home.logged("another BMS"), 1);
    live(20s);
    EXPECT_EQ(rulers(), "home");
    EXPECT_EQ(home.logged("is on the bus"), 3);
}

/// As it is with a bus that restarts: everybody leaves and comes.
TEST_F(VenusTwoBanks, AfterABusThatRestartsTheOrderIsTheSame) {
    settings.start();
    instance("home", 100);
    instance("barn", 101);
    start("home");
    start("barn");
    publish("home");
    publish("barn");
    until([&] { return on_bus("home") && on_bus("barn"); });
    live(3s);
    ASSERT_EQ(rulers(), "home");
    settings.stop();
    asker.reset();
    bus.stop();
    until([&] {
        return sites.at("home")->logged("trying again") == 1 && sites.at("barn")->logged("trying again") == 1;
    });
    bus.start();
    asker.emplace(loop, bus.address());
    settings.start();
    history.clear();
    until([&] { return on_bus("home") && on_bus("barn"); });
    live(10s);
    EXPECT_EQ(rulers(), "home");
    EXPECT_LE(history.size(), 2U);
}

}  // namespace
}  // namespace packwire::sink::venus
