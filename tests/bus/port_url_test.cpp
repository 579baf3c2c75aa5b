// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <string>

#include "bus/port.hpp"

namespace packwire::bus {
namespace {

using Kind = PortUrl::Kind;

struct Good {
    std::string text;
    PortUrl url;
};

const Good good[] = {
    {"/dev/ttyUSB0", {Kind::serial, "/dev/ttyUSB0", 0, {}}},
    {"ttyUSB0", {Kind::serial, "ttyUSB0", 0, {}}},
    {"./line", {Kind::serial, "./line", 0, {}}},
    {"/dev/serial/by-path/pci-0000:00:14.0-usb-0:1:1.0-port0",
     {Kind::serial, "/dev/serial/by-path/pci-0000:00:14.0-usb-0:1:1.0-port0", 0, {}}},
    {"/dev/ttyUSB0?baud=9600", {Kind::serial, "/dev/ttyUSB0", 0, 9600}},
    {"serial:/dev/ttyUSB0", {Kind::serial, "/dev/ttyUSB0", 0, {}}},
    {"serial:///dev/ttyUSB0", {Kind::serial, "/dev/ttyUSB0", 0, {}}},
    {"serial:/dev/ttyUSB0?baud=9600", {Kind::serial, "/dev/ttyUSB0", 0, 9600}},
    {"serial:/dev/ttyUSB0?baud=auto", {Kind::serial, "/dev/ttyUSB0", 0, 0}},
    {"serial:/dev/a:b?baud=4000000", {Kind::serial, "/dev/a:b", 0, 4000000}},
    {"tcp://gateway:4196", {Kind::tcp, "gateway", 4196, {}}},
    {"tcp://192.168.1.5:1", {Kind::tcp, "192.168.1.5", 1, {}}},
    {"tcp://[::1]:65535", {Kind::tcp, "::1", 65535, {}}},
    {"tcp://[fe80::1%eth0]:23", {Kind::tcp, "fe80::1%eth0", 23, {}}},
};

TEST(PortUrl, Reads) {
    for (const auto& [text, url] : good) {
        const auto parsed = parse_port_url(text);
        ASSERT_TRUE(parsed) << to_string(parsed.error());
        EXPECT_EQ(*parsed, url) << text;
    }
}

struct Bad {
    std::string text;
    std::string says;
};

const Bad bad[] = {
    {"", "names no device"},
    {"serial:", "names no device"},
    {"?baud=9600", "names no device"},
    {"serial:/dev/x?", "unknown option \"\""},
    {"serial:/dev/x?baud", "baud is \"\""},
    {"serial:/dev/x?baud=", "baud is \"\""},
    {"serial:/dev/x?baud=0", "baud is \"0\""},
    {"serial:/dev/x?baud=-9600", "baud is \"-9600\""},
    {"serial:/dev/x?baud=+9600", "baud is \"+9600\""},
    {"serial:/dev/x?baud=9600 ", "baud is \"9600 \""},
    {"serial:/dev/x?baud=fast", "baud is \"fast\""},
    {"serial:/dev/x?baud=4000001", "baud is \"4000001\""},
    {"serial:/dev/x?baud=99999999999999999999", "expected a number"},
    {"serial:/dev/x?baud=9600&baud=19200", "named twice"},
    {"serial:/dev/x?parity=even", "unknown option \"parity\""},
    {"serial:/dev/x?baud=9600&", "unknown option \"\""},
    {"tcp:gateway:4196", "expected tcp://host:port"},
    {"tcp://", "expected tcp://host:port"},
    {"tcp://gateway", "expected tcp://host:port"},
    {"tcp://:4196", "expected tcp://host:port"},
    {"tcp://::1:4196", "expected tcp://host:port"},
    {"tcp://[::1]", "expected tcp://host:port"},
    {"tcp://[]:4196", "expected tcp://host:port"},
    {"tcp://gateway:", "TCP port is \"\""},
    {"tcp://gateway:0", "TCP port is \"0\""},
    {"tcp://gateway:65536", "TCP port is \"65536\""},
    {"tcp://gateway:telnet", "TCP port is \"telnet\""},
    {"tcp://gateway:4196/", "nothing after it"},
    {"tcp://gateway:4196?baud=9600", "sets the baud rate itself"},
    {"http://gateway:80", "unknown scheme \"http\""},
    {"udp:x", "unknown scheme \"udp\""},
    {std::string("/dev/x\0y", 8), "NUL"},
};

TEST(PortUrl, RefusesAndSaysWhy) {
    for (const auto& [text, says] : bad) {
        const auto parsed = parse_port_url(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().code, Errc::usage) << text;
        EXPECT_NE(parsed.error().where.find(says), std::string::npos) << parsed.error().where;
    }
}

class MakePort : public testing::Test {
protected:
    std::unique_ptr<Port> make(std::string_view text, std::uint32_t baud) {
        return make_port(parse_port_url(text).value(), baud, time, loop.get_executor());
    }

    asio::io_context loop;
    LoopTime time{loop.get_executor()};
};

TEST_F(MakePort, NamesThePortAndLeavesItClosed) {
    for (const auto* text : {"/dev/ttyUSB0", "tcp://gateway:4196", "tcp://[::1]:4196"}) {
        const auto port = make(text, 19200);
        EXPECT_EQ(port->name(), text);
        EXPECT_FALSE(port->is_open());
    }
}

TEST_F(MakePort, BaudOfTheUrlRules) {
    const auto ten_bits_at = [](int baud) { return Duration{std::chrono::seconds{10}} / baud; };
    EXPECT_EQ(make("/dev/x", 4800)->character_time(), ten_bits_at(4800));
    EXPECT_EQ(make("/dev/x?baud=9600", 4800)->character_time(), ten_bits_at(9600));
    EXPECT_EQ(make("/dev/x?baud=auto", 4800)->character_time(), ten_bits_at(19200));
    EXPECT_EQ(make("tcp://gateway:4196", 4800)->character_time(), Duration::zero());
}

TEST_F(MakePort, GatewayRefusesABaudRate) {
    const auto set = make("tcp://gateway:4196", 0)->set_baud(9600);
    ASSERT_FALSE(set);
    EXPECT_EQ(set.error().code, Errc::port_refused);
}

}  // namespace
}  // namespace packwire::bus
