// SPDX-License-Identifier: MIT
/// packwire scan: which packs answer, at which speed and address, and who they are. Exit 1 when none does.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>

#include "app/commands.hpp"
#include "app/output.hpp"
#include "app/session.hpp"
#include "base/json_text.hpp"
#include "dialect/polling.hpp"
#include "model/snapshot.hpp"

namespace packwire::app {

using bus::Task;
using model::metric;

namespace {

/// Text quantities that say who a pack is, in the order of the columns.
constexpr auto who = std::to_array<model::Metric>({metric("pack_serial_number"), metric("product_code"),
                                                   metric("project_code"), metric("software_version")});
/// Numbers that say how it is.
constexpr auto how =
    std::to_array<model::Metric>({metric("cell_count"), metric("state_of_charge"), metric("pack_voltage")});

struct Pack {
    bus::Found found;
    model::Snapshot snapshot;
};

class Scanning {
public:
    Scanning(const ScanOptions& options, Streams io, Session& session)
        : options_(options), io_(io), session_(session), progress_(io) {}

    Task<int> all() {
        const auto opened = co_await session_.port().open();
        if (!opened) co_return complain(opened.error());
        bus::ScanWish wish;
        if (!session_.probes() || session_.url().kind == bus::PortUrl::Kind::tcp)
            wish.bauds = session_.bauds();
        wish.addresses = options_.addresses;
        wish.progress = [this](const bus::ScanProgress& at) {
            progress_.show(fmt::format("asking address {} at {} baud in {}, {} pack(s) found", at.address,
                                       at.baud, at.dialect->name, at.found));
        };
        const auto found = co_await bus::scan(session_.lines(), session_.time(), std::move(wish));
        if (!found) co_return complain(found.error());
        std::vector<Pack> packs;
        for (const auto& one : *found) {
            progress_.show(fmt::format("asking address {} who it is", one.address));
            packs.push_back(Pack{one, {}});
            co_await introduce(packs.back());
        }
        progress_.clear();
        show(packs);
        if (!packs.empty()) co_return Exit::done;
        co_return complain(nobody());
    }

private:
    int complain(const Error& error) {
        progress_.clear();
        io_.out.flush();
        io_.err << fmt::format("packwire scan: {}\n", to_string(error));
        return Exit::failed;
    }

    Error nobody() {
        std::string tried;
        for (const auto* line : session_.lines()) {
            const auto bauds =
                session_.probes() ? bauds_to_try(session_.url(), {}, line->dialect()) : session_.bauds();
            tried += fmt::format("{}{} at {} baud", tried.empty() ? "" : ", ", line->dialect().name,
                                 fmt::join(bauds, ", "));
        }
        const bool all = session_.lines().size() > 1;
        return Error{
            Errc::timeout,
            fmt::format("{}: no pack answers ({}), addresses {} to {}; check A and B, the DIP switches, "
                        "and that no other master is on the line{}",
                        session_.port().name(), tried, options_.addresses.front(), options_.addresses.back(),
                        all ? "" : "; or try --dialect auto")};
    }

    static bool introduces(const model::Service& service) {
        const auto told = [&](model::Metric metric) { return model::tells(service, metric); };
        return std::ranges::any_of(who, told) || std::ranges::any_of(how, told);
    }

    Task<void> introduce(Pack& pack) {
        const auto lines = session_.lines();
        auto& line =
            **std::ranges::find(lines, pack.found.dialect, [](auto* one) { return &one->dialect(); });
        for (const auto* service : dialect::polled_services(line.dialect())) {
            if (!introduces(*service)) continue;
            const auto record = co_await line.ask(*service, pack.found.address);
            if (record) pack.snapshot.update(*record, session_.time().now());
        }
    }

    static std::string number(const model::Snapshot& pack, model::Metric metric) {
        const auto value = pack.value(metric);
        return value ? fmt::format("{:.{}f}", *value, metric.row().decimals) : "";
    }

    static std::string milliseconds(Duration latency) {
        return fmt::format("{:.1f}", std::chrono::duration<double, std::milli>(latency).count());
    }

    void show(const std::vector<Pack>& packs) {
        switch (options_.format) {
            case Format::json:
                json(packs);
                break;
            case Format::csv:
                csv(packs);
                break;
            default:
                table(packs);
        }
    }

    void json(const std::vector<Pack>& packs) {
        for (const auto& [found, pack] : packs) {
            auto out =
                fmt::format("{{\"address\":{},\"baud\":{},\"dialect\":\"{}\",\"latency_ms\":{}",
                            found.address, found.baud, found.dialect->name, milliseconds(found.latency));
            for (const auto metric : who) {
                fmt::format_to(std::back_inserter(out), ",\"{}\":", metric.row().name);
                append_json_text(out, pack.text(metric));
            }
            for (const auto metric : how) {
                const auto text = number(pack, metric);
                fmt::format_to(std::back_inserter(out), ",\"{}\":{}", metric.row().name,
                               text.empty() ? "null" : text);
            }
            io_.out << out << "}\n";
        }
    }

    void csv(const std::vector<Pack>& packs) {
        std::vector<std::string> header{"address", "baud", "dialect", "latency_ms"};
        for (const auto metric : who) header.emplace_back(metric.row().name);
        for (const auto metric : how) header.emplace_back(metric.row().name);
        io_.out << csv_line(header);
        for (const auto& pack : packs) io_.out << csv_line(cells(pack, false));
    }

    void table(const std::vector<Pack>& packs) {
        if (packs.empty()) return;
        Table table({Table::Align::right, Table::Align::right, Table::Align::left, Table::Align::right});
        std::vector<std::string> header{"address", "baud", "dialect", "latency"};
        for (const auto metric : who) header.emplace_back(metric.row().label);
        for (const auto metric : how) header.emplace_back(metric.row().label);
        table.header(std::move(header));
        for (const auto& pack : packs) table.row(cells(pack, true));
        io_.out << table.text(io_.colour);
    }

    static std::vector<std::string> cells(const Pack& pack, bool units) {
        std::vector<std::string> row{fmt::format("{}", pack.found.address),
                                     fmt::format("{}", pack.found.baud),
                                     std::string(pack.found.dialect->name), milliseconds(pack.found.latency)};
        if (units) row.back() += " ms";
        for (const auto metric : who) row.push_back(pack.snapshot.text(metric));
        for (const auto metric : how) {
            row.push_back(number(pack.snapshot, metric));
            if (units && !row.back().empty() && !metric.row().unit.empty())
                row.back() += fmt::format(" {}", metric.row().unit);
        }
        return row;
    }

    const ScanOptions& options_;
    Streams io_;
    Session& session_;
    Progress progress_;
};

}  // namespace

int run(const ScanOptions& options, Streams io) {
    Session session(options.line, Unsaid::probe);
    Scanning scanning(options, io, session);
    return run_to_end(session.loop(), scanning.all(), Exit::failed);
}

}  // namespace packwire::app
