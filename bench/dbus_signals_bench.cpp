// SPDX-License-Identifier: MIT
/// How many signals a minute four packs and their bank send while every reading differs from the last: ten
/// minutes of virtual time, counted by dbus-monitor on a private bus. Source of the limit: bank 11.
#include <fmt/format.h>

#include "dbus_scene.hpp"
#include "harness.hpp"

namespace {

using namespace std::chrono_literals;
constexpr double most_signals = 110;
constexpr int minutes = 10;

}  // namespace

int main(int argc, char** argv) {
    using namespace packwire;
    if (!bench::wanted(argc, argv, "dbus_signals")) return 0;
    boost::asio::io_context loop(1);
    test::PrivateBus bus(loop);
    bus::VirtualTime time(loop);
    bench::DbusScene scene(loop, bus, time);
    const auto live_for = [&](Duration duration) {
        const auto end = time.now() + duration;
        while (time.now() < end) {
            scene.read_next();
            time.run_for(250ms);
        }
    };
    live_for(10s);  // everything has appeared
    test::SignalWatch watch(loop, bus);
    live_for(minutes * 60s);
    for (const auto& service : bench::DbusScene::services())
        (void)bus.call(service, "/", "com.victronenergy.BusItem.GetItems");
    const auto heard = static_cast<double>(watch.count("ItemsChanged") + watch.count("PropertiesChanged"));
    const auto rate = heard / minutes;
    bench::print({"dbus_signals", rate, "signals/min", most_signals,
                  "4 packs and the bank, a reading every 250 ms, each different; at most"});
    return heard > 0 && rate <= most_signals ? 0 : 1;
}
