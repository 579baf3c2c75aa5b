// SPDX-License-Identifier: MIT
/// The table of paths in docs/victron.md is what the services have. PACKWIRE_WRITE_DOCS=1 renews it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "seed.hpp"
#include "sink/venus/paths.hpp"
#include "support/document.hpp"

namespace packwire::sink::venus {
namespace {

struct Row {
    PathSpec spec;
    std::string bank, pack;
    std::set<std::string> quantities;
};
using Rows = std::map<std::string, Row>;

/// "/Voltages/Cell{}" for each of its places.
std::string general_path(const PathSpec& spec) {
    if (!spec.metric.exists() || spec.own != nullptr || spec.alarm != model::Alarm::none) return spec.path;
    return std::string(spec.metric.row().venus);
}

std::string quantity(const PathSpec& spec) {
    if (spec.own != nullptr || spec.alarm != model::Alarm::none) return "";
    return fmt::format("`{}`", spec.metric.row().name);
}

std::string_view name(Type type) {
    if (type == Type::text) return "text";
    return type == Type::real ? "real" : "integer";
}

void add(Rows& rows, const View& view, std::string Row::* column, const std::string& word) {
    for (const auto& spec : paths_for(view)) {
        auto& row = rows[general_path(spec)];
        if (row.spec.path.empty()) row.spec = spec;
        row.spec.urgent = row.spec.urgent || spec.urgent;
        if (spec.write != Write::nothing) row.spec.write = spec.write;
        if (const auto name = quantity(spec); !name.empty()) row.quantities.insert(name);
        if (row.*column != "yes") row.*column = word;
    }
}

bank::Bank example_bank() {
    bank::Bank bank;
    bank.site = "home";
    bank.members.push_back({"A", bank::Freshness::fresh});
    bank.set(model::metric("cell_voltage"), 3.3, 15);
    return bank;
}

std::string table() {
    BankRequests requests;
    requests.force_charging_off = requests.force_discharging_off =
        requests.full_charge = [](bool) { return true; };
    requests.clear_history = [](int) { return true; };
    About about;
    about.requests = &requests;
    const test::SeedPack seed;
    auto bank = example_bank();
    Rows rows;
    add(rows, View(seed.pack, About{}), &Row::pack, "yes");
    add(rows, View(bank, about), &Row::bank, "yes");
    bank.limits.emplace();
    add(rows, View(bank, about), &Row::bank, "limits");
    std::string text =
        "| path | type | unit | bank | pack | at once | writable | quantity "
        "|\n|---|---|---|---|---|---|---|---|\n";
    for (const auto& [path, row] : rows) {
        text += fmt::format("| `{}` | {} | {} | {} | {} | {} | {} | {} |\n", path, name(row.spec.type),
                            row.spec.format.unit, row.bank, row.pack, row.spec.urgent ? "yes" : "",
                            row.spec.write != Write::nothing ? "yes" : "", fmt::join(row.quantities, ", "));
    }
    return text;
}

TEST(VenusDocs, PathsAreAsTheTables) {
    test::expect_in_document("docs/victron.md", "<!-- paths:", "<!-- end of paths -->", table(),
                             "build/asan/tests/test_sink --gtest_filter='VenusDocs.*'");
}

/// A second row of one path for the same kind of service would never be seen.
TEST(VenusDocs, NoPathIsDeclaredTwiceForOneService) {
    std::map<std::pair<std::string_view, bool>, int> declared;
    for (const auto& row : own_paths()) {
        if (row.scope != model::Scope::bank) ++declared[{row.path, false}];
        if (row.scope != model::Scope::pack) ++declared[{row.path, true}];
    }
    for (const auto& [key, count] : declared) EXPECT_EQ(count, 1) << key.first;
}

}  // namespace
}  // namespace packwire::sink::venus
