// SPDX-License-Identifier: MIT
/// packwire read: one reading of one or more packs. Exit 1 if anything that was asked for did not come.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "app/commands.hpp"
#include "app/message.hpp"
#include "app/session.hpp"
#include "base/time_text.hpp"
#include "model/calendar.hpp"

namespace packwire::app {

using bus::Task;

namespace {

class Reading {
public:
    Reading(const ReadOptions& options, Streams io, Session& session)
        : options_(options), io_(io), session_(session), progress_(io) {}

    Task<int> all() {
        const auto opened = co_await session_.open(options_.addresses);
        if (!opened) co_return complain(opened.error());
        if (options_.format == Format::csv) io_.out << csv_header("time");
        const auto services = wanted();
        std::size_t done = 0;
        for (const auto address : options_.addresses) {
            for (const auto* service : services) {
                progress_.show(fmt::format("reading {} of {}: pack {}, {}", ++done,
                                           options_.addresses.size() * services.size(), address,
                                           service->name));
                const bool goes_on = co_await one(*service, address);
                if (!goes_on) break;
            }
            if (!session_.port().is_open()) break;
        }
        progress_.clear();
        io_.out.flush();
        co_return code_;
    }

private:
    int complain(const Error& error) {
        progress_.clear();
        io_.out.flush();
        io_.err << fmt::format("packwire read: {}\n", to_string(error));
        return code_ = Exit::failed;
    }

    [[nodiscard]] std::vector<const dialect::Service*> wanted() const {
        std::vector<const dialect::Service*> services;
        if (options_.services.empty()) {
            std::ranges::copy_if(
                session_.dialect().services, std::back_inserter(services), [this](const auto* service) {
                    return service->worth_seeing && dialect::can_ask(session_.dialect(), *service);
                });
        }
        for (const auto& code : options_.services) {
            for (const auto* service : dialect::find_services(session_.dialect(), code)) {
                if (std::ranges::find(services, service) == services.end()) services.push_back(service);
            }
        }
        return services;
    }

    /// False when the pack is not worth asking anything more.
    Task<bool> one(const dialect::Service& service, std::uint8_t address) {
        const auto record = co_await session_.line().ask(service, address);
        if (record) {
            show(answer(session_.dialect().name, address, *record));
            co_return true;
        }
        auto error = record.error();
        if (is_refusal(error.code)) {
            refused(service, address);
            if (options_.services.empty()) {  // nobody insisted on it
                if (error.code == Errc::unsupported) {
                    io_.err << fmt::format("packwire read: pack {}: {}\n", address, error.where);
                }
                co_return true;
            }
        }
        const auto named = error.code == Errc::unsupported ? "" : fmt::format(", service {}", service.code);
        error.where.insert(0, fmt::format("pack {}{}: ", address, named));
        complain(error);
        co_return error.code != Errc::timeout && !is_port_error(error.code);
    }

    void refused(const dialect::Service& service, std::uint8_t address) {
        Message message;
        message.dialect = session_.dialect().name;
        message.address = address;
        message.service = service.code;
        message.rtn = session_.line().frame().code;
        show(message);
    }

    void show(const Message& message) {
        progress_.clear();
        std::string out;
        const auto now = session_.time().wall_now();
        const auto time = rfc3339(now);
        const auto here = local_time(now);
        const auto clock = clock_of(message);
        switch (options_.format) {
            case Format::json:
                out = fmt::format("{{\"time\":\"{}\",", time);
                append_members(out, message);
                if (clock) out += fmt::format(",\"drift_s\":{}", (*clock - here).count());
                out += "}\n";
                break;
            case Format::csv:
                append_csv(out, time, message);
                break;
            default:
                out = heading(message, io_.colour);
                out += '\n';
                out += field_table(message, io_.colour);
                if (clock) out += fmt::format("  clock: {}\n", model::clock_text(*clock, here));
                out += '\n';
        }
        io_.out << out << std::flush;
    }

    /// What the pack's clock shows, where that was asked for.
    static std::optional<LocalTime> clock_of(const Message& message) {
        if (!message.record || !model::is_clock(message.record->service())) return std::nullopt;
        return model::time_of(*message.record);
    }

    const ReadOptions& options_;
    Streams io_;
    Session& session_;
    Progress progress_;
    int code_ = Exit::done;
};

}  // namespace

int run(const ReadOptions& options, Streams io) {
    Session session(options.line, Unsaid::usual);
    Reading reading(options, io, session);
    return run_to_end(session.loop(), reading.all(), Exit::failed);
}

}  // namespace packwire::app
