// SPDX-License-Identifier: MIT
#include "app/history_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "dialect/dialect.hpp"
#include "model/calendar.hpp"
#include "wire/hex.hpp"

namespace packwire::app {

namespace fs = std::filesystem;

/// Where in which file we are, and what must stand there.
struct HistoryFile::Place {
    const std::string& name;
    Format format;
    const dialect::Dialect& dialect;
    std::uint8_t address;
    std::size_t line = 0;
    [[nodiscard]] std::unexpected<Error> wrong(std::string_view what) const {
        return fail(Errc::usage, fmt::format("{}:{}: {}", name, line, what));
    }
};

namespace {

/// What a line must say to be gone on with.
struct Essentials {
    std::string address;
    std::string service;
    std::string info;
};

std::optional<Essentials> from_json(const std::string& line) {
    const auto object = nlohmann::json::parse(line, nullptr, false);
    if (!object.is_object()) return std::nullopt;
    const auto text = [&](const char* name) {
        const auto found = object.find(name);
        if (found == object.end()) return std::string();
        return found->is_string() ? found->get<std::string>() : found->dump();
    };
    return Essentials{text("address"), text("service"), text("info")};
}

/// Cells of a line of CSV; a line break within quotes does not occur in ours.
std::vector<std::string> cells_of(std::string_view line) {
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        const bool twice = quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"';
        if (twice) {
            cells.back() += c;
            ++i;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            cells.emplace_back();
        } else if (c != '\r') {
            cells.back() += c;
        }
    }
    return cells;
}

std::optional<Essentials> from_csv(const std::vector<std::string>& columns, const std::string& line) {
    const auto cells = cells_of(line);
    const auto text = [&](std::string_view name) {
        const auto place = static_cast<std::size_t>(std::ranges::find(columns, name) - columns.begin());
        return place < cells.size() ? cells[place] : std::string();
    };
    return Essentials{text("address"), text("service"), text("info")};
}

std::optional<std::vector<std::uint8_t>> bytes_of(std::string_view hex) {
    std::vector<std::uint8_t> bytes(hex.size() / 2);
    if (hex.empty() || hex.size() % 2 != 0 || !wire::from_hex(hex.data(), bytes.size(), bytes.data()))
        return std::nullopt;
    return bytes;
}

/// Cuts off what has no line end. Errors: io.
Result<void> cut_unfinished(const std::string& name) {
    std::ifstream in(name, std::ios::binary);
    std::uintmax_t good = 0;
    std::uintmax_t size = 0;
    std::array<char, 65536> some;
    while (in.read(some.data(), some.size()) || in.gcount() > 0) {
        const std::string_view text(some.data(), static_cast<std::size_t>(in.gcount()));
        const auto end = text.rfind('\n');
        if (end != std::string_view::npos) good = size + end + 1;
        size += text.size();
    }
    std::error_code error;
    if (good < size) fs::resize_file(name, good, error);
    if (error) return fail(Errc::io, fmt::format("{}: {}", name, error.message()));
    return {};
}

}  // namespace

void KeptHistory::note(const model::Record& record) {
    marks.push_back(bus::mark_of(record));
    const auto time = model::time_of(record);
    if (!first) first = time;
    if (time) last = time;
}

Result<HistoryFile> HistoryFile::open(const std::string& name, Format format, const dialect::Dialect& dialect,
                                      std::uint8_t address) {
    HistoryFile file;
    file.name_ = name;
    if (fs::is_regular_file(name)) {  // a pipe or a device can only be written to
        auto cut = cut_unfinished(name);
        if (!cut) return std::unexpected(cut.error());
        std::ifstream in(name, std::ios::binary);
        auto read = file.read({.name = name, .format = format, .dialect = dialect, .address = address}, in);
        if (!read) return std::unexpected(read.error());
    }
    file.out_.open(name, std::ios::binary | std::ios::app);
    if (!file.out_) return fail(Errc::io, fmt::format("{} cannot be written", name));
    return file;
}

Result<void> HistoryFile::read(const Place& place, std::istream& in) {
    auto here = place;
    for (std::string line; std::getline(in, line);) {
        ++here.line;
        if (here.format == Format::csv && columns.empty()) {
            columns = cells_of(line);
            if (std::ranges::find(columns, "info") != columns.end()) continue;
            return here.wrong("expected the columns of packwire history, with \"info\" among them");
        }
        auto taken = take(here, line);
        if (!taken) return taken;
    }
    if (in.bad()) return fail(Errc::io, fmt::format("{} cannot be read", here.name));
    return {};
}

Result<void> HistoryFile::take(const Place& place, const std::string& line) {
    const auto said = place.format == Format::csv ? from_csv(columns, line) : from_json(line);
    const auto info = said ? bytes_of(said->info) : std::nullopt;
    if (!info) return place.wrong("expected a record of packwire history");
    if (said->address != fmt::format("{}", place.address)) {
        return place.wrong(fmt::format("this file has the history of pack {}, not of pack {}", said->address,
                                       place.address));
    }
    const auto services = dialect::find_services(place.dialect, said->service);
    if (services.empty() || !bus::is_history(*services.front()))
        return place.wrong(fmt::format("service \"{}\" is no history", said->service));
    const auto record = decoder_.decode(*services.front(), *info);
    if (!record) return place.wrong(to_string(record.error()));
    kept[said->service].note(*record);
    return {};
}

Result<void> HistoryFile::append(std::string_view lines) {
    out_ << lines << std::flush;
    if (!out_) return fail(Errc::io, fmt::format("{} cannot be written; is the disk full?", name_));
    return {};
}

}  // namespace packwire::app
