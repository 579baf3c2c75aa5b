// SPDX-License-Identifier: MIT
/// Simulated packs behind a pseudo-terminal or a TCP port: `packwire sim`, and the far end of `packwire
/// demo`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/bus.hpp"
#include "sim/control.hpp"
#include "sim/master.hpp"
#include "sim/transport.hpp"

namespace packwire::sim {

struct SimOptions {
    unsigned packs = 1;                   ///< at addresses 1 and following …
    std::vector<std::uint8_t> addresses;  ///< … unless these are given
    Model model = models().front();       ///< of every pack …
    std::vector<Model> mixed;             ///< … unless there are these: of one pack after the other, with
                                          ///< its cells, sensors, capacity and age
    std::optional<std::uint32_t> baud;    ///< zero: the line takes no time; absent: the model's
    std::optional<Duration> latency;      ///< absent: the model's
    std::optional<std::filesystem::path> link;  ///< to the pseudo-terminal
    std::optional<std::string> listen;  ///< a TCP port instead of it: "127.0.0.1:4196", port 0 takes any
    std::optional<std::filesystem::path> replay;
    std::vector<std::string> faults;  ///< commands at the start: "late=700ms", "pack 2 silence on"
    std::optional<std::filesystem::path> control_file;
    std::optional<std::filesystem::path> control_socket;
    PackSettings pack;          ///< of every pack; the seed of each is its own
    std::uint64_t serials = 0;  ///< serial numbers begin behind this, for several lines at once
    double soc_step = 0;        ///< each further pack starts that many % lower
    bool master = false;        ///< one more pack, at address 0, polls the others
    double speed = 1;           ///< of the physics
    std::size_t history = 200;  ///< records of a pack at the start, up to history_capacity
};

/// Cells, sensors, capacity and age of that model.
void take_after(PackSettings& settings, const Model& model);
/// Of the pack with that number, from 0, where nothing is replayed.
[[nodiscard]] const Model& model_of(const SimOptions& options, unsigned number);
[[nodiscard]] PackSettings settings_of(const SimOptions& options, unsigned number);

/// What can be opened, as soon as that is so.
struct Ready {
    std::string url;  ///< "/dev/pts/7" or "tcp://127.0.0.1:4196"
    std::optional<std::filesystem::path> link;
    std::uint16_t tcp_port = 0;
    std::vector<std::uint8_t> addresses;
};

class Simulator {
public:
    /// `say` is told what was wrong with a control file.
    Simulator(SimOptions options, bus::Time& time, bus::asio::any_io_executor executor, Say say = {});
    ~Simulator();
    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;

    /// Makes packs and line; from now on a master can open it, and is answered while run() runs.
    /// Errors: usage (options, faults), io and bad_config (replay), port_busy, port_refused.
    Result<Ready> open();
    /// Answers until cancelled. Errors: those of the line.
    bus::Task<Result<void>> run();
    /// After open().
    [[nodiscard]] SimulatedBus& bus() { return *bus_; }

private:
    [[nodiscard]] Result<void> check() const;
    [[nodiscard]] const dialect::Service& live_data() const;
    /// How many of the recordings packs are made from; those with live data, if there are any.
    Result<std::size_t> load_replay();
    Result<void> make_packs();
    Station& add_pack(std::uint8_t address, unsigned number, const Recording* recording);
    void add_master();
    Result<void> make_control();
    PackSettings settings_of(unsigned number, const Recording* recording) const;
    bus::Task<Result<void>> listen();
    bus::Task<Result<void>> deliver();
    void queue(TimePoint when, std::string bytes, bool of_master);
    bus::Task<Result<void>> obey();
    bus::Task<Result<void>> lead();

    SimOptions options_;
    bus::Time& time_;
    bus::asio::any_io_executor executor_;
    const dialect::Dialect* dialect_;
    Say say_;
    std::vector<std::uint8_t> addresses_;
    std::vector<Recording> recordings_;
    std::unique_ptr<SimulatedBus> bus_;
    std::unique_ptr<ControlFile> control_file_;
    std::unique_ptr<ControlSocket> control_socket_;
    struct Outgoing {
        std::string bytes;
        bool of_master;
    };
    std::multimap<TimePoint, Outgoing> outgoing_;
    std::unique_ptr<Master> master_;
    std::unique_ptr<bus::Timer> delivery_;
    std::unique_ptr<Transport> transport_;
};

}  // namespace packwire::sim
