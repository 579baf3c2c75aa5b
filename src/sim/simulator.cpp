// SPDX-License-Identifier: MIT
#include "sim/simulator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "bus/wait.hpp"
#include "sim/past.hpp"

namespace packwire::sim {

namespace {

namespace asio = bus::asio;
using bus::Task;

constexpr unsigned most_packs = 32;
/// A recorded pack's own size and charge, for the services that were not recorded.
void adopt(PackSettings& settings, const dialect::Service& live_data, const wire::Frame& live) {
    model::Decoder decoder;
    model::Record record;
    if (!decoder.read(live_data, live.info(), record)) return;
    const auto value = [&](std::string_view name) { return record.value(model::find_metric(name)); };
    const auto count = [&](std::string_view name) { return record.layout().find(name).count; };
    settings.cells = count("cell_voltage");
    settings.sensors = count("cell_temperature");
    settings.health_percent = std::max(value("state_of_health").value_or(100), 1.0);
    const auto full = value("full_charge_capacity").value_or(settings.capacity_ah);
    settings.capacity_ah = full * 100 / settings.health_percent;
    settings.soc_percent = value("state_of_charge").value_or(settings.soc_percent);
    settings.cycle_count = static_cast<unsigned>(value("cycle_count").value_or(0));
}

}  // namespace

void take_after(PackSettings& settings, const Model& model) {
    settings.cells = model.cells;
    settings.sensors = model.sensors;
    settings.capacity_ah = model.capacity_ah;
    settings.health_percent = model.health_percent;
    settings.cycle_count = model.cycle_count;
}

const Model& model_of(const SimOptions& options, unsigned number) {
    return options.mixed.empty() ? options.model : options.mixed[number % options.mixed.size()];
}

PackSettings settings_of(const SimOptions& options, unsigned number) {
    auto settings = options.pack;
    if (!options.mixed.empty()) take_after(settings, model_of(options, number));
    settings.seed = mix(options.pack.seed + number);
    settings.soc_percent = std::clamp(settings.soc_percent - number * options.soc_step, 0.0, 100.0);
    return settings;
}

Simulator::Simulator(SimOptions options, bus::Time& time, asio::any_io_executor executor, Say say)
    : options_(std::move(options)),
      time_(time),
      executor_(std::move(executor)),
      dialect_(dialect::find(options_.model.dialect)),
      say_(say ? std::move(say) : [](std::string_view) {}),
      delivery_(time.timer()) {}

Simulator::~Simulator() = default;

Result<Ready> Simulator::open() {
    if (auto checked = check(); !checked) return std::unexpected(checked.error());
    if (auto made = make_packs(); !made) return std::unexpected(made.error());
    if (auto made = make_control(); !made) return std::unexpected(made.error());
    // Last: whoever waits for the link may ask at once.
    auto transport = options_.listen ? make_tcp(executor_, time_, *options_.listen)
                                     : make_pty(executor_, time_, options_.link);
    if (!transport) return std::unexpected(transport.error());
    transport_ = std::move(*transport);
    return Ready{transport_->url(), options_.link, transport_->tcp_port(), addresses_};
}

Result<void> Simulator::check() const {
    const auto& pack = options_.pack;
    if (dialect_ == nullptr) {
        return fail(Errc::usage, fmt::format("model {}: there is no dialect {}", options_.model.name,
                                             options_.model.dialect));
    }
    if (options_.listen && options_.link)
        return fail(Errc::usage, "--link is of a pseudo-terminal, --listen of TCP");
    if (options_.addresses.empty() && (options_.packs == 0 || options_.packs > most_packs)) {
        return fail(Errc::usage, fmt::format("packs: expected 1 to {}, got {}", most_packs, options_.packs));
    }
    auto sorted = options_.addresses;
    std::ranges::sort(sorted);
    if (std::ranges::adjacent_find(sorted) != sorted.end()) {
        return fail(Errc::usage, "addresses: each pack needs its own");
    }
    if (pack.cells < 1 || pack.cells > 32) return fail(Errc::usage, "cells: expected 1 to 32");
    if (pack.sensors > 20) return fail(Errc::usage, "sensors: expected 0 to 20");
    if (pack.capacity_ah < 1 || pack.capacity_ah > 655)
        return fail(Errc::usage, "capacity: expected 1 to 655 Ah");
    if (pack.soc_percent < 0 || pack.soc_percent > 100) return fail(Errc::usage, "soc: expected 0 to 100 %");
    return {};
}

const dialect::Service& Simulator::live_data() const {
    return *model::telemetry(*dialect_);
}

PackSettings Simulator::settings_of(unsigned number, const Recording* recording) const {
    auto settings = sim::settings_of(options_, number);
    const auto* live = recording != nullptr ? recording->first(live_data()) : nullptr;
    if (live != nullptr) adopt(settings, live_data(), *live);
    return settings;
}

Result<std::size_t> Simulator::load_replay() {
    if (!options_.replay) return 0;
    auto loaded = load_recordings(*dialect_, *options_.replay);
    if (!loaded) return std::unexpected(loaded.error());
    recordings_ = std::move(*loaded);
    const auto live =
        std::ranges::count_if(recordings_, [&](const Recording& one) { return one.has(live_data()); });
    return live > 0 ? static_cast<std::size_t>(live) : recordings_.size();
}

Result<void> Simulator::make_packs() {
    addresses_ = options_.addresses;
    for (unsigned i = 0; options_.addresses.empty() && i < options_.packs; ++i) {
        addresses_.push_back(static_cast<std::uint8_t>(i + 1));
    }
    const auto usable = load_replay();
    if (!usable) return std::unexpected(usable.error());
    const auto& model = options_.model;
    const LineSettings line{.baud = options_.baud.value_or(model.baud),
                            .latency = options_.latency.value_or(model.latency),
                            .slowest_live = options_.latency ? Duration::zero() : model.slowest_live,
                            .speed = options_.speed,
                            .seed = options_.pack.seed,
                            .master = options_.master};
    bus_ = std::make_unique<SimulatedBus>(time_, *dialect_, line, [this](TimePoint when, std::string bytes) {
        queue(when, std::move(bytes), false);
    });
    for (unsigned i = 0; i < addresses_.size(); ++i) {
        add_pack(addresses_[i], i, *usable > 0 ? &recordings_[i % *usable] : nullptr);
    }
    if (options_.master && bus_->link_service() == nullptr) {
        return fail(Errc::usage, fmt::format("model {}: its packs have no master", model.name));
    }
    add_master();
    return {};
}

/// It is not on the line before it is switched on, unless it is one of the packs.
void Simulator::add_master() {
    constexpr auto address = SimulatedBus::master_address;
    if (bus_->link_service() == nullptr) return;
    if (std::ranges::find(addresses_, address) == addresses_.end()) {
        add_pack(address, static_cast<unsigned>(addresses_.size()), nullptr).only_master = true;
    }
    master_ = std::make_unique<Master>(
        *bus_, time_, [this](TimePoint when, std::string bytes) { queue(when, std::move(bytes), true); });
}

void Simulator::queue(TimePoint when, std::string bytes, bool of_master) {
    outgoing_.emplace(when, Outgoing{std::move(bytes), of_master});
    delivery_->cancel();
}

Station& Simulator::add_pack(std::uint8_t address, unsigned number, const Recording* recording) {
    const auto settings = settings_of(number, recording);
    auto identity = make_identity(options_.serials + address, settings.cells, settings.capacity_ah,
                                  model_of(options_, number));
    auto& station = bus_->add(address, std::move(identity), settings);
    make_past(station.pack, station.logbook, options_.history, bus_->pack_time());
    station.recording = recording;
    station.copy = number;
    return station;
}

Result<void> Simulator::make_control() {
    for (const auto& text : options_.faults) {
        const auto command = parse_command(text);
        const auto done = command ? bus_->apply(*command) : std::unexpected(command.error());
        if (!done) return fail(fmt::format("fault \"{}\"", text), done.error());
    }
    if (options_.control_file) {
        control_file_ = std::make_unique<ControlFile>(*options_.control_file, *bus_, time_, say_);
        control_file_->look();
    }
    if (options_.control_socket) {
        control_socket_ = std::make_unique<ControlSocket>(executor_, time_, *options_.control_socket, *bus_);
        return control_socket_->listen();
    }
    return {};
}

Task<Result<void>> Simulator::run() {
    using asio::experimental::awaitable_operators::operator||;
    const auto ended = co_await (transport_->run() || listen() || deliver() || obey() || lead());
    co_return std::visit([](const Result<void>& result) { return result; }, ended);
}

Task<Result<void>> Simulator::listen() {
    std::array<char, 4096> buffer{};
    while (true) {
        const auto count = co_await transport_->read(buffer);
        if (!count) co_return std::unexpected(count.error());
        bus_->set_master_baud(transport_->baud());
        bus_->receive({buffer.data(), *count});
    }
}

Task<Result<void>> Simulator::deliver() {
    while (true) {
        const auto now = time_.now();
        if (outgoing_.empty() || outgoing_.begin()->first > now) {
            const auto idle = now + std::chrono::hours(1);
            co_await delivery_->wait_until(outgoing_.empty() ? idle : outgoing_.begin()->first);
            continue;
        }
        const auto when = outgoing_.begin()->first;
        auto [bytes, of_master] = std::move(outgoing_.begin()->second);
        outgoing_.erase(outgoing_.begin());
        if (!of_master) bytes = bus_->as_heard(when, std::move(bytes));
        const auto written = co_await transport_->write(bytes);
        if (!written) co_return std::unexpected(written.error());
    }
}

Task<Result<void>> Simulator::lead() {
    if (master_) co_return co_await master_->run();
    co_return co_await wait_forever(time_);
}

Task<Result<void>> Simulator::obey() {
    using asio::experimental::awaitable_operators::operator||;
    auto socket = control_socket_ ? control_socket_->run() : wait_forever(time_);
    auto file = control_file_ ? control_file_->run() : wait_forever(time_);
    const auto ended = co_await (std::move(socket) || std::move(file));
    co_return std::visit([](const Result<void>& result) { return result; }, ended);
}

}  // namespace packwire::sim
