// SPDX-License-Identifier: MIT
/// The sink on a bus of its own, looked at by dbus-send and dbus-monitor. The sink's time is virtual.
#include "sink/venus/venus_sink.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include "seed.hpp"
#include "sink/venus/bus_address.hpp"
#include "support/private_bus.hpp"

namespace packwire::sink::venus {
namespace {

using namespace std::chrono_literals;
using bank::Freshness;
namespace asio = boost::asio;

constexpr auto service = "com.victronenergy.battery.packwire_home_JD2M02150860_1";
const std::string item = "com.victronenergy.BusItem.";

class VenusSinkTest : public testing::Test {
protected:
    VenusSinkTest() : bus(loop), time(loop) {}

    void start(std::filesystem::path state_file = {}) {
        Options options;
        options.dbus = bus.address();
        options.state_file = std::move(state_file);
        options.layout = Layout::packs;
        sink.emplace(std::move(options), time, loop.get_executor(),
                     [this](Level, const std::string& line) { log.push_back(line); });
        asio::co_spawn(
            loop, sink->run(),
            asio::bind_cancellation_slot(cancel.slot(), [this](std::exception_ptr) { ended = true; }));
        time.run_for(0s);
    }
    void publish() {
        sink->publish(seed.pack);
        time.run_for(0s);
    }
    void publish(Freshness freshness) {
        seed.pack.freshness = freshness;
        publish();
    }
    std::string call(const std::string& path, const std::string& method,
                     const std::vector<std::string>& args = {}) {
        return bus.call(service, path, item + method, args);
    }
    /// A round trip of another process: what the service has sent before has arrived then.
    void settle_signals() { (void)call("/", "GetItems"); }
    [[nodiscard]] bool logged(const std::string& words) const {
        return std::ranges::any_of(log,
                                   [&](const auto& line) { return line.find(words) != std::string::npos; });
    }

    asio::io_context loop;
    test::PrivateBus bus;
    bus::VirtualTime time;
    test::SeedPack seed;
    std::vector<std::string> log;
    std::optional<VenusSink> sink;
    asio::cancellation_signal cancel;
    bool ended = false;
};

bool has(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

TEST_F(VenusSinkTest, AppearsWithTheFirstLiveData) {
    start();
    bank::Pack empty;
    empty.snapshot.identity = seed.pack.snapshot.identity;
    sink->publish(empty);
    time.run_for(1s);
    EXPECT_FALSE(bus.has(service));
    publish();
    EXPECT_TRUE(bus.has(service));
    EXPECT_TRUE(logged("monitor only"));
    EXPECT_TRUE(logged("instance 101"));
}

TEST_F(VenusSinkTest, GetItemsHasEverything) {
    start();
    publish();
    const auto items = call("/", "GetItems");
    EXPECT_TRUE(has(items, "\"/DeviceInstance\""));
    EXPECT_TRUE(has(items, "\"/Voltages/Cell16\""));
    EXPECT_TRUE(has(items, "\"53.12V\""));
    EXPECT_FALSE(has(items, "/Info/Max"));
    EXPECT_FALSE(has(items, "BatteryLowVoltage"));
}

TEST_F(VenusSinkTest, GetValueAndGetText) {
    start();
    publish();
    EXPECT_TRUE(has(call("/Dc/0/Voltage", "GetValue"), "variant       double 53.12"));
    EXPECT_TRUE(has(call("/Dc/0/Voltage", "GetText"), "string \"53.12V\""));
    EXPECT_TRUE(has(call("/Connected", "GetValue"), "int32 1"));
    EXPECT_TRUE(has(call("/ProductId", "GetText"), "\"0xBFFE\""));
    const auto invalid = call("/TimeToGo", "GetValue");
    EXPECT_TRUE(has(invalid, "variant       array [")) << invalid;
    EXPECT_FALSE(has(invalid, "double"));
    EXPECT_TRUE(has(call("/TimeToGo", "GetText"), "\"---\""));
    EXPECT_TRUE(has(call("/Info/MaxChargeVoltage", "GetValue"), "UnknownObject"));
}

TEST_F(VenusSinkTest, NodesGiveWhatIsBelowThem) {
    start();
    publish();
    const auto values = call("/Dc", "GetValue");
    EXPECT_TRUE(has(values, "string \"0/Voltage\"")) << values;
    EXPECT_FALSE(has(values, "Soc"));
    EXPECT_TRUE(has(call("/Dc/0", "GetText"), "\"53.12V\""));
    EXPECT_TRUE(has(call("/", "GetValue"), "string \"Dc/0/Voltage\""));
}

TEST_F(VenusSinkTest, OnlyTheNameCanBeWritten) {
    const test::TempDir dir;
    start(dir / "venus");
    publish();
    time.run_for(10s);
    test::SignalWatch watch(loop, bus);
    EXPECT_TRUE(has(call("/CustomName", "SetValue", {"variant:string:Cellar"}), "int32 0"));
    EXPECT_TRUE(has(call("/CustomName", "GetValue"), "\"Cellar\""));
    EXPECT_TRUE(has(call("/CustomName", "SetValue", {"variant:string:Cellar"}), "int32 0"));
    EXPECT_TRUE(has(call("/CustomName", "SetValue", {"variant:int32:5"}), "int32 2"));
    EXPECT_TRUE(has(call("/CustomName", "SetValue", {"variant:string:a\nb"}), "int32 2"));
    EXPECT_TRUE(has(call("/Soc", "SetValue", {"variant:double:5"}), "int32 1"));
    EXPECT_TRUE(has(call("/ProductName", "SetValue", {"variant:string:x"}), "int32 1"));
    time.run_for(0s);
    watch.wait_for("ItemsChanged");
    EXPECT_EQ(watch.count("PropertiesChanged"), 1U);
    EXPECT_EQ(watch.count("ItemsChanged"), 1U);

    cancel.emit(asio::cancellation_type::terminal);
    test::settle(loop);
    EXPECT_TRUE(ended);
    start(dir / "venus");
    publish();
    EXPECT_TRUE(has(call("/CustomName", "GetValue"), "\"Cellar\""));
}

TEST_F(VenusSinkTest, ChangesGoInOneSignalEvery5Seconds) {
    start();
    publish();
    test::SignalWatch watch(loop, bus);
    for (int i = 0; i < 20; ++i) {  // 20 s
        seed.read_live({{"pack_current", 100 + i}, {"state_of_charge", 6700 + i}});
        publish();
        time.run_for(1s);
    }
    settle_signals();
    watch.wait_for("1.19");
    EXPECT_EQ(watch.count("ItemsChanged"), 4U);
    EXPECT_EQ(watch.count("PropertiesChanged"), 0U);
    EXPECT_FALSE(has(watch.output(), "/Voltages/Cell1"));  // has not changed
    EXPECT_TRUE(has(watch.output(), "\"/Soc\""));
}

TEST_F(VenusSinkTest, NothingIsSentWhileNothingChanges) {
    start();
    publish();
    test::SignalWatch watch(loop, bus);
    for (int i = 0; i < 60; ++i) {
        seed.read_live();
        publish();
        time.run_for(1s);
    }
    settle_signals();
    EXPECT_EQ(watch.count("ItemsChanged"), 0U);
}

TEST_F(VenusSinkTest, AlarmsAndLossAreToldAtOnceButAtMostEachSecond) {
    start();
    publish();
    time.run_for(1s);
    test::SignalWatch watch(loop, bus);
    seed.read_live({{"voltage_status", 2}});
    publish();
    watch.wait_for("/Alarms/LowCellVoltage");
    for (int i = 0; i < 10; ++i) {  // within one second
        seed.read_live({{"voltage_status", i % 2 == 0 ? 0 : 2}});
        publish();
        time.run_for(90ms);
    }
    publish(Freshness::stale);
    settle_signals();
    EXPECT_EQ(watch.count("ItemsChanged"), 1U);
    time.run_for(100ms);
    watch.wait_for("/Alarms/BmsCable");
    EXPECT_EQ(watch.count("ItemsChanged"), 2U);
    EXPECT_TRUE(has(call("/Dc/0/Voltage", "GetText"), "\"---\""));
}

TEST_F(VenusSinkTest, LostIsShownAndGoneLeaves) {
    start();
    publish();
    publish(Freshness::lost);
    EXPECT_TRUE(has(call("/Connected", "GetValue"), "int32 0"));
    EXPECT_TRUE(has(call("/State", "GetValue"), "int32 10"));
    publish(Freshness::gone);
    EXPECT_FALSE(bus.has(service));
    time.run_for(60s);
    EXPECT_FALSE(bus.has(service));
    seed.read_live();
    publish(Freshness::fresh);
    EXPECT_TRUE(bus.has(service));
    EXPECT_TRUE(has(call("/DeviceInstance", "GetValue"), "int32 101"));
}

TEST_F(VenusSinkTest, SeveralPacksHaveDistinctInstancesByAddress) {
    start();
    const test::SeedPack third("C", 3);
    const test::SeedPack second("B", 2);
    sink->publish(third.pack);
    sink->publish(second.pack);
    publish();
    EXPECT_TRUE(has(call("/DeviceInstance", "GetValue"), "int32 101"));
    const std::string prefix = "com.victronenergy.battery.packwire_home_";
    EXPECT_TRUE(has(bus.call(prefix + "B", "/DeviceInstance", item + "GetValue"), "int32 102"));
    EXPECT_TRUE(has(bus.call(prefix + "C", "/DeviceInstance", item + "GetValue"), "int32 103"));
}

TEST_F(VenusSinkTest, ComesBackWhenTheBusRestarts) {
    start();
    publish();
    bus.stop();
    test::run_until(loop, [&] { return logged("trying again"); });
    time.run_for(20s);  // tried in vain, after 1, 3, 7 and 15 s
    bus.start();
    EXPECT_FALSE(bus.has(service));
    time.run_for(10s);
    EXPECT_FALSE(bus.has(service));
    time.run_for(1s);
    EXPECT_TRUE(bus.has(service));
    EXPECT_TRUE(logged("works again"));
    EXPECT_TRUE(has(call("/Soc", "GetValue"), "double 67"));
    EXPECT_EQ(std::ranges::count_if(log, [](const auto& line) { return has(line, "trying again"); }), 1);
}

TEST_F(VenusSinkTest, ABusThatIsAbsentAtStartIsOneLine) {
    bus.stop();
    start();
    publish();
    time.run_for(90s);
    EXPECT_EQ(log.size(), 1U) << log.front();
    bus.start();
    time.run_for(31s);
    EXPECT_TRUE(bus.has(service));
}

TEST_F(VenusSinkTest, ANameThatIsTakenIsSaid) {
    start();
    publish();
    Options options;
    options.dbus = bus.address();
    options.layout = Layout::packs;
    VenusSink other(std::move(options), time, loop.get_executor(),
                    [this](Level, const std::string& line) { log.push_back(line); });
    asio::cancellation_signal stop;
    asio::co_spawn(loop, other.run(), asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr) {}));
    other.publish(seed.pack);
    time.run_for(1s);
    EXPECT_TRUE(logged("belongs to another process"));
    stop.emit(asio::cancellation_type::terminal);
    test::settle(loop);
}

TEST_F(VenusSinkTest, NamesLeaveAtOnceWhenCancelled) {
    start();
    publish();
    cancel.emit(asio::cancellation_type::terminal);
    test::settle(loop);
    EXPECT_TRUE(ended);
    EXPECT_FALSE(bus.has(service));
}

TEST_F(VenusSinkTest, AnotherNumberOfCellsIsAnotherSetOfPaths) {
    start();
    test::SeedPack fewer;
    fewer.pack.snapshot.clear();
    publish();
    EXPECT_TRUE(has(call("/", "GetItems"), "Cell16"));
    model::Decoder decoder;  // 15 cells. Source: protocol 5.2
    const auto frame = wire::decode(
        "~22014A0020C200201C138A0F0D070D070D070D070D080D070D070D070D070D070D070D070D070D070D0701360136013"
        "604014001360136013600000000006401275C205B00260000000000000000102300000000000000000000000000000000000"
        "00000000000D6B8\r");
    const auto record = decoder.decode(dialect::daren::live_data, frame->info());
    ASSERT_TRUE(record);
    seed.pack.snapshot.update(*record, seed.pack.last_good + 1s);
    publish();
    const auto items = call("/", "GetItems");
    EXPECT_TRUE(has(items, "/Voltages/Cell15"));
    EXPECT_FALSE(has(items, "/Voltages/Cell16"));
}

TEST(ResolveBus, SessionIfTheEnvironmentNamesOne) {
    ASSERT_EQ(::setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/x", 1), 0);
    EXPECT_EQ(resolve_bus("auto"), "session");
    ASSERT_EQ(::unsetenv("DBUS_SESSION_BUS_ADDRESS"), 0);
    EXPECT_EQ(resolve_bus("auto"), "system");
    EXPECT_EQ(resolve_bus("system"), "system");
    EXPECT_EQ(resolve_bus("unix:path=/x"), "unix:path=/x");
}

}  // namespace
}  // namespace packwire::sink::venus
