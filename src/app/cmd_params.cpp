// SPDX-License-Identifier: MIT
/// packwire params: what a pack is configured to: show it, keep it, compare it. Reads only. Exit 1 when what
/// was asked for did not come; `diff` is no error when it finds differences.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <ostream>
#include <sstream>

#include "app/backup.hpp"
#include "app/commands.hpp"
#include "app/output.hpp"
#include "app/session.hpp"
#include "base/json_text.hpp"
#include "base/time_text.hpp"
#include "dialect/polling.hpp"
#include "model/snapshot.hpp"

namespace packwire::app {

using bus::Task;

namespace {

/// The last words of a threshold's three rows.
constexpr auto triple = std::to_array<std::string_view>({"_threshold", "_delay", "_release"});

/// Who a pack is, as a backup has it.
constexpr auto introduction = std::to_array<model::Metric>({
    model::metric("pack_serial_number"),
    model::metric("bms_serial_number"),
    model::metric("product_code"),
    model::metric("project_code"),
    model::metric("software_version"),
    model::metric("boot_version"),
});

Result<Backup> read_file(const std::string& name) {
    const std::ifstream in(name, std::ios::binary);
    if (!in) return fail(Errc::io, fmt::format("{} cannot be read", name));
    std::stringstream text;
    text << in.rdbuf();
    return from_toml(text.str(), name);
}

/// A file that a crash cannot leave half written.
Result<void> write_file(const std::string& name, const std::string& text) {
    const auto unfinished = name + ".part";
    std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
    out << text << std::flush;
    out.close();
    if (!out || std::rename(unfinished.c_str(), name.c_str()) != 0) {
        std::remove(unfinished.c_str());
        return fail(Errc::io, fmt::format("{} cannot be written", name));
    }
    return {};
}

class Params {
public:
    Params(const ParamsOptions& options, Streams io, Session* session)
        : options_(options), io_(io), session_(session), progress_(io) {}

    Task<int> all() {
        std::vector<Backup> sources;
        for (const auto& file : options_.files) {
            if (options_.action == ParamsOptions::Action::backup) break;
            auto backup = read_file(file);
            if (!backup) co_return complain(backup.error());
            sources.push_back(std::move(*backup));
        }
        if (session_ != nullptr) {
            const auto opened = co_await session_->port().open();
            if (!opened) co_return complain(opened.error());
            for (const auto address : options_.addresses) {
                auto backup = co_await read_pack(address);
                if (!backup) co_return complain(backup.error());
                sources.push_back(std::move(*backup));
            }
        }
        progress_.clear();
        switch (options_.action) {
            case ParamsOptions::Action::show:
                co_return show(sources);
            case ParamsOptions::Action::backup:
                co_return keep(sources);
            case ParamsOptions::Action::diff:
                co_return compare(sources);
        }
        co_return Exit::failed;
    }

private:
    int complain(const Error& error) {
        progress_.clear();
        io_.out.flush();
        io_.err << fmt::format("packwire params: {}\n", to_string(error));
        return Exit::failed;
    }

    Task<Result<Backup>> read_pack(std::uint8_t address) {
        Backup backup;
        backup.source = fmt::format("pack {} on {}", address, session_->port().name());
        backup.time = rfc3339(session_->time().wall_now());
        const auto introduced = co_await introduce(backup, address);
        if (!introduced) co_return std::unexpected(introduced.error());
        for (const auto* service : parameter_services(session_->dialect())) {
            progress_.show(fmt::format("pack {}: {}", address, service->title));
            const auto record = co_await session_->line().ask(*service, address);
            if (record) {
                backup.groups.push_back(group_of(*record));
            } else if (record.error().code == Errc::unsupported) {
                io_.err << fmt::format("packwire params: pack {}: {}\n", address, record.error().where);
            } else {
                co_return fail(fmt::format("pack {}, service {}", address, service->code), record.error());
            }
        }
        co_return backup;
    }

    static bool introduces(const model::Service& service) {
        return std::ranges::any_of(introduction, [&](auto metric) { return model::tells(service, metric); });
    }

    /// Serial number and firmware, as far as the firmware tells them.
    Task<Result<void>> introduce(Backup& backup, std::uint8_t address) {
        model::Snapshot snapshot;
        for (const auto* service : dialect::polled_services(session_->dialect())) {
            if (!introduces(*service)) continue;
            const auto record = co_await session_->line().ask(*service, address);
            if (record) {
                snapshot.update(*record, session_->time().now());
            } else if (!is_refusal(record.error().code)) {
                co_return fail(fmt::format("pack {}, service {}", address, service->code), record.error());
            }
        }
        backup.pack["address"] = fmt::format("{}", address);
        backup.pack["dialect"] = session_->dialect().name;
        for (const auto metric : introduction) {
            if (const auto text = snapshot.text(metric); !text.empty())
                backup.pack[std::string(metric.row().name)] = text;
        }
        co_return Result<void>{};
    }

    int keep(const std::vector<Backup>& sources) {
        const auto written = write_file(options_.files.front(), to_toml(sources.front()));
        if (!written) return complain(written.error());
        std::size_t count = 0;
        for (const auto& group : sources.front().groups) count += group.parameters.size();
        io_.out << fmt::format("{}: {} parameters of {}\n", options_.files.front(), count,
                               sources.front().source);
        return Exit::done;
    }

    int show(const std::vector<Backup>& sources) {
        // With a file to compare to, the pack is the last.
        if (sources.size() > 1) return compare(sources);
        if (options_.format == Format::json) return json(sources.front());
        for (const auto& group : sources.front().groups) table(group);
        return Exit::done;
    }

    int json(const Backup& backup) {
        for (const auto& group : backup.groups) {
            std::string out = "{\"section\":";
            append_json_text(out, group.section);
            out += fmt::format(",\"service\":\"{}\",\"parameters\":{{", group.service);
            std::string_view comma;
            for (const auto& parameter : group.parameters) {
                out += comma;
                comma = ",";
                append_json_text(out, parameter.name);
                out += ':';
                if (parameter.value.empty() && parameter.number) {
                    out += "null";
                } else if (parameter.number) {
                    out += parameter.value;
                } else {
                    append_json_text(out, parameter.value);
                }
            }
            io_.out << out << "}}\n";
        }
        return Exit::done;
    }

    /// In current thresholds and releases 0 means not set. Source: protocol 2.10.
    static bool is_unset(const Parameter& parameter) {
        const bool zero = parameter.value.find_first_not_of("0.") == std::string::npos;
        return parameter.value.empty() || (zero && parameter.unit == "A");
    }

    static std::string with_unit(const Parameter& parameter) {
        if (is_unset(parameter)) return "not set";
        std::string text = parameter.value;
        if (!parameter.unit.empty()) text += fmt::format(" {}", parameter.unit);
        return text;
    }

    /// Thresholds with delay and release side by side, all else a row each.
    void table(const ParameterGroup& group) {
        const auto* service = parameter_service(group.section);
        io_.out << paint(service != nullptr ? service->title : "Parameters", Style::bold, io_.colour)
                << fmt::format(" (service {})\n", group.service);
        using enum Table::Align;
        bool any_triple = false;
        Table triples({left, right, right, right});
        triples.header({"", "threshold", "delay", "release"});
        Table singles({left, right});
        const auto& all = group.parameters;
        for (std::size_t i = 0; i < all.size(); ++i) {
            const auto end = all[i].name.rfind(triple[0]);
            const bool begins = end != std::string::npos && end + triple[0].size() == all[i].name.size();
            const auto stem = begins ? all[i].name.substr(0, end) : "";
            if (begins && i + 2 < all.size() && all[i + 1].name == stem + std::string(triple[1]) &&
                all[i + 2].name == stem + std::string(triple[2])) {
                triples.row({stem, with_unit(all[i]), with_unit(all[i + 1]), with_unit(all[i + 2])});
                any_triple = true;
                i += 2;
            } else {
                singles.row({all[i].name, with_unit(all[i])});
            }
        }
        constexpr std::size_t indent = 2;
        if (any_triple) io_.out << triples.text(io_.colour, indent);
        io_.out << singles.text(io_.colour, indent) << '\n';
    }

    int compare(const std::vector<Backup>& sources) {
        const auto found = differences(sources[0], sources[1]);
        if (options_.format == Format::json) {
            for (const auto& row : found) json_difference(row);
            return Exit::done;
        }
        if (found.empty()) {
            io_.out << fmt::format("{} and {} are configured alike\n", sources[0].source, sources[1].source);
            return Exit::done;
        }
        using enum Table::Align;
        Table table({left, right, right, left});
        table.header({"parameter", sources[0].source, sources[1].source, ""});
        const auto shown = [](const std::string& value) { return value.empty() ? std::string("-") : value; };
        for (const auto& row : found) table.row({row.name, shown(row.first), shown(row.second), row.unit});
        io_.out << table.text(io_.colour);
        return Exit::done;
    }

    void json_difference(const Difference& row) {
        std::string out = "{\"section\":";
        append_json_text(out, row.section);
        out += ",\"name\":";
        append_json_text(out, row.name);
        out += ",\"first\":";
        append_json_text(out, row.first);
        out += ",\"second\":";
        append_json_text(out, row.second);
        io_.out << out << "}\n";
    }

    const ParamsOptions& options_;
    Streams io_;
    Session* session_;
    Progress progress_;
};

}  // namespace

int run(const ParamsOptions& options, Streams io) {
    if (options.line.port.empty()) {
        bus::asio::io_context loop(1);
        Params params(options, io, nullptr);
        return run_to_end(loop, params.all(), Exit::failed);
    }
    Session session(options.line, Unsaid::usual);
    Params params(options, io, &session);
    return run_to_end(session.loop(), params.all(), Exit::failed);
}

}  // namespace packwire::app
