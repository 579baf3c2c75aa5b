// SPDX-License-Identifier: MIT
/// An external shunt, and what else is read of other services: range, owner, age, and how much it may cost.
#include <limits>

#include "asker.hpp"
#include "fake_settings.hpp"
#include "sink/venus/marshal.hpp"
#include "stranger.hpp"
#include "venus_fixture.hpp"

namespace packwire::sink::venus {
namespace {

using test::Stranger;

const std::string shunt_name = "com.victronenergy.battery.ttyS5";
const std::string soc_path = "/Soc";
const std::string current_path = "/Dc/0/Current";

Stranger::Values shunt_values(const Value& soc, const Value& current) {
    return {{soc_path, soc}, {current_path, current}, {"/Connected", Value{1}}};
}

class VenusShunt : public VenusFixture {
protected:
    void SetUp() override {
        options.shunt.service = shunt_name;
        options.requests.on_shunt = [this](const Shunt& now, TimePoint heard) {
            last = now;
            last_heard = heard;
            ++calls;
        };
        start();
    }
    void appears(Stranger::Values values) {
        shunt.emplace(loop, bus.address(), shunt_name, std::move(values));
    }
    /// Virtual time passes, and after each half second everybody has had time to answer.
    void live(Duration duration) {
        for (const auto end = time.now() + duration; time.now() < end;) {
            time.run_for(500ms);
            for (int trip = 0; trip < 3; ++trip) asker.round_trip();
        }
    }
    void until_shunt(const Shunt& wanted) {
        while_asking([&] {
            if (last == wanted) return true;
            live(500ms);
            return false;
        });
    }

    test::Asker asker{loop, bus.address()};
    asio::io_context its_loop;  ///< of a service that hangs while nobody runs it
    std::optional<Stranger> shunt;
    Shunt last;
    TimePoint last_heard{};
    int calls = 0;
};

TEST_F(VenusShunt, AValueThatRestsIsAValue) {
    for (const auto& [soc, current] : {std::pair(85.0, -1.5), std::pair(0.0, 0.0), std::pair(100.0, 12.0)}) {
        appears(shunt_values(soc, current));
        until_shunt({soc, current});
        for (int i = 0; i < 6; ++i) {
            live(5s);
            EXPECT_EQ(last, (Shunt{soc, current}));
            EXPECT_LE(time.now() - last_heard, 7s) << "the bank drops what is older than 10 s";
        }
        shunt.reset();
        until_shunt({});
    }
}

TEST_F(VenusShunt, ItLeavesAndComes) {
    appears(shunt_values(50.0, -5.0));
    until_shunt({50.0, -5.0});
    shunt->say(soc_path, Value{51.0});
    until_shunt({51.0, -5.0});
    shunt.reset();
    until_shunt({});
    appears(shunt_values(40, -6));  // whole numbers as integers
    until_shunt({40.0, -6.0});
}

/// A process that is stopped keeps its name.
TEST_F(VenusShunt, AnOwnerThatHangsHasNoSay) {
    shunt.emplace(its_loop, bus.address(), shunt_name, shunt_values(85.0, -1.5));
    const auto answering = [&](Duration duration) {
        for (const auto end = time.now() + duration; time.now() < end;) {
            live(500ms);
            its_loop.poll();
            its_loop.restart();
            asker.round_trip();
        }
    };
    answering(20s);
    EXPECT_EQ(last, (Shunt{85.0, -1.5}));
    live(9s);
    live(4s);
    EXPECT_EQ(last, Shunt{}) << "silent for over 10 s";
    answering(20s);
    EXPECT_EQ(last, (Shunt{85.0, -1.5})) << "it answers again";
}

/// A program of two threads, of which the one that answers may hang.
class HalfDead {
public:
    HalfDead(const std::string& address, const Stranger::Values& values)
        : connection_(sdbus::createSessionBusConnectionWithAddress(address)) {
        for (const auto& [path, value] : values) {
            auto object = sdbus::createObject(*connection_, path);
            object->registerMethod(bus_item, "GetValue", "", "v", [value = value](sdbus::MethodCall call) {
                auto reply = call.createReply();
                put_variant(reply, value);
                reply.send();
            });
            object->registerSignal(bus_item, "PropertiesChanged", "a{sv}");
            object->finishRegistration();
            objects_.push_back(std::move(object));
        }
        connection_->requestName(shunt_name);
    }
    void answer() {
        while (connection_->processPendingRequest()) continue;
    }
    void say(std::size_t i, const Value& value) {
        Item item;
        item.value = value;
        auto signal = objects_.at(i)->createSignal(bus_item, "PropertiesChanged");
        put_value_and_text(signal, item);
        objects_.at(i)->emitSignal(signal);
    }

private:
    std::unique_ptr<sdbus::IConnection> connection_;
    std::vector<std::unique_ptr<sdbus::IObject>> objects_;
};

TEST_F(VenusShunt, SignalsAloneAreNoLife) {
    for (const bool answered_once : {false, true}) {
        HalfDead owner(bus.address(), shunt_values(85.0, -1.5));
        for (int i = 0; answered_once && i < 10; ++i) {
            live(500ms);
            owner.answer();
        }
        EXPECT_EQ(last, answered_once ? (Shunt{85.0, -1.5}) : Shunt{});
        for (int i = 0; i < 30; ++i) {  // 15 s of signals, and no answer
            owner.say(1, Value{-2.0 - i});
            live(500ms);
        }
        EXPECT_EQ(last, Shunt{}) << answered_once;
    }
}

TEST_F(VenusShunt, OnlyConnectedItMeasures) {
    appears(shunt_values(85.0, -1.5));
    until_shunt({85.0, -1.5});
    for (const auto& value : {Value{0}, Value{}, Value{2}, Value{"1"}, Value{0.5}}) {
        shunt->say("/Connected", value);
        until_shunt({});
        shunt->say("/Connected", Value{1});
        until_shunt({85.0, -1.5});
    }
    shunt.reset();
    until_shunt({});
    appears({{soc_path, Value{70.0}}, {current_path, Value{3.0}}});
    until_shunt({70.0, 3.0});  // a service without that path
}

TEST_F(VenusShunt, WhatCannotBeIsUnknown) {
    appears(shunt_values(85.0, -1.5));
    until_shunt({85.0, -1.5});
    constexpr auto infinite = std::numeric_limits<double>::infinity();
    constexpr auto nan = std::numeric_limits<double>::quiet_NaN();
    for (const auto& value :
         {Value{}, Value{"85"}, Value{nan}, Value{infinite}, Value{-infinite}, Value{1e308}, Value{150.0},
          Value{-20.0}, Value{255}, Value{std::numeric_limits<int>::min()}}) {
        shunt->say(soc_path, value);
        until_shunt({std::nullopt, -1.5});
        shunt->say(soc_path, Value{85.0});
        until_shunt({85.0, -1.5});
    }
    for (const auto& value : {Value{}, Value{"-1.5"}, Value{nan}, Value{infinite}, Value{1e9}, Value{-1e9},
                              Value{32767}, Value{3001.0}}) {
        shunt->say(current_path, value);
        until_shunt({85.0, std::nullopt});
        shunt->say(current_path, Value{-1.5});
        until_shunt({85.0, -1.5});
    }
    EXPECT_LE(logged("is not used"), 6) << "three for each path";
    EXPECT_GE(logged("ttyS5/Soc: 150.000 is not used, expected a number from 0 to 100") +
                  logged("ttyS5/Soc: 85 is not used"),
              1);
}

TEST_F(VenusShunt, ALittleBeyondTheEndIsTheEnd) {
    appears(shunt_values(100.4, -1.5));
    until_shunt({100.0, -1.5});
    shunt->say(soc_path, Value{-0.2});
    until_shunt({0.0, -1.5});
    shunt->say(soc_path, Value{103});
    until_shunt({100.0, -1.5});
}

TEST_F(VenusShunt, AServiceThatLiesCostsLittle) {
    appears(shunt_values(85.0, -1.5));
    until_shunt({85.0, -1.5});
    const auto before = calls;
    for (int i = 0; i < 500; ++i) {  // 5 s, another value and another type each 10 ms
        const auto kind = i % 4;
        shunt->say(soc_path, kind == 0   ? Value{20.0}
                             : kind == 1 ? Value{"ninety"}
                             : kind == 2 ? Value{}
                                         : Value{1e300});
        time.run_for(10ms);
        asker.round_trip();
    }
    EXPECT_LE(calls - before, 11) << "one each half second";
    EXPECT_GE(calls - before, 5);
    EXPECT_LE(logged("is not used"), 3);
}

/// The SOC at which ESS ends a discharge.
class VenusSocLimit : public VenusFixture {
protected:
    VenusSocLimit() : settings(loop, bus.address()) {
        options.requests.on_minimum_soc = [this](auto percent) {
            minimum = percent;
            ++calls;
        };
        settings.set(minimum_path, Value{10.0});
        settings.start();
    }
    void until_minimum(std::optional<double> wanted) {
        while_asking([&] {
            if (minimum == wanted) return true;
            live(500ms);
            return false;
        });
    }
    void live(Duration duration) {
        for (const auto end = time.now() + duration; time.now() < end;) {
            time.run_for(500ms);
            for (int trip = 0; trip < 3; ++trip) asker.round_trip();
        }
    }
    void system_says(const Value& value) {
        if (!system) {
            system.emplace(loop, bus.address(), system_name, Stranger::Values{{limit_path, value}});
        } else {
            system->say(limit_path, value);
        }
    }

    static constexpr auto system_name = "com.victronenergy.system";
    static constexpr auto limit_path = "/Control/ActiveSocLimit";
    static constexpr auto minimum_path = "/Settings/CGwacs/BatteryLife/MinimumSocLimit";
    test::FakeSettings settings;
    test::Asker asker{loop, bus.address()};
    asio::io_context its_loop;  ///< of a service that hangs while nobody runs it
    std::optional<Stranger> system;
    std::optional<double> minimum;
    int calls = 0;
};

TEST_F(VenusSocLimit, TheActiveOneRulesOverTheUsers) {
    start();
    until_minimum(10.0);
    system_says(45.0);
    until_minimum(45.0);
    system_says(50);
    until_minimum(50.0);
    settings.set(minimum_path, Value{20.0});
    live(2s);
    EXPECT_EQ(minimum, 50.0);
    system_says(Value{});  // no ESS, no SOC, or "keep batteries charged"
    until_minimum(20.0);
    system_says(0.0);  // no limit at all
    until_minimum(0.0);
    system_says(100.0);
    until_minimum(100.0);
    system.reset();
    until_minimum(20.0);
    settings.stop();
    until_minimum(std::nullopt);
}

TEST_F(VenusSocLimit, WhatCannotBeIsNone) {
    start();
    for (const auto& value : {Value{100.5}, Value{-1.0}, Value{1e9}, Value{"45"},
                              Value{std::numeric_limits<double>::quiet_NaN()}}) {
        system_says(45.0);
        until_minimum(45.0);
        system_says(value);
        until_minimum(10.0);
    }
    settings.set(minimum_path, Value{300.0});
    until_minimum(std::nullopt);
}

TEST_F(VenusSocLimit, AnOwnerThatHangsHasNoSay) {
    start();
    system.emplace(its_loop, bus.address(), system_name, Stranger::Values{{limit_path, Value{45.0}}});
    for (int i = 0; i < 20; ++i) {
        live(500ms);
        its_loop.poll();
        its_loop.restart();
    }
    EXPECT_EQ(minimum, 45.0);
    live(14s);
    EXPECT_EQ(minimum, 10.0);
}

TEST_F(VenusSocLimit, DvccIsTheFirstBit) {
    std::vector<std::optional<bool>> dvcc;
    options.requests.on_dvcc = [&](auto on) { dvcc.push_back(on); };
    for (const auto& [value, on] :
         {std::pair(3, true), std::pair(2, false), std::pair(1, true), std::pair(0, false)}) {
        settings.set("/Settings/Services/Bol", Value{value});
        if (!sink) start();
        while_asking([&] {
            live(500ms);
            return !dvcc.empty() && dvcc.back() == on;
        });
    }
}

}  // namespace
}  // namespace packwire::sink::venus
