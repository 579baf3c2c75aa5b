// SPDX-License-Identifier: MIT
/// docs/openapi.json against what is served: the same paths, and answers that fit their schemas.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "sink/web/router.hpp"
#include "support/source_dir.hpp"
#include "web_fixture.hpp"

namespace packwire::sink::web {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

json openapi() {
    return json::parse(std::ifstream(test::source_dir() / "docs" / "openapi.json"));
}

/// Real answers of a scene with everything in it, by the name of their schema.
std::vector<std::pair<std::string, json>> answers() {
    test::WebScene scene;
    scene.desk.recorded = std::vector<store::Event>{
        {.id = 8, .device = "A", .kind = store::EventKind::limits, .name = "x", .level = 0, .text = "y"}};
    scene.desk.answers = std::vector<store::Answer>{{.resolution = store::Resolution::hour,
                                                     .span = 3600s,
                                                     .points = {{.min = 1, .mean = 2, .max = 3, .last = 4}}}};
    scene.listen();
    scene.add_pack();
    scene.add_pack("B");
    scene.packs[1].pack.freshness = bank::Freshness::gone;
    scene.sink->publish(scene.packs[1].pack);
    scene.publish_bank();
    std::vector<std::pair<std::string, json>> all;
    for (const auto& [schema, path] : std::vector<std::pair<std::string, std::string>>{
             {"Packs", "/api/v1/packs"},
             {"Pack", "/api/v1/packs/B"},
             {"Bank", "/api/v1/bank"},
             {"Catalogue", "/api/v1/metrics"},
             {"History", "/api/v1/history?device=A&metric=pack_voltage"},
             {"Events", "/api/v1/events"},
             {"Health", "/healthz"},
             {"Error", "/nothing"},
             {"Error", "/api/v1/history"},
             {"Error", "/api/v1/live"}})
        all.emplace_back(schema, scene.get(path).json());
    test::LiveClient client(scene);
    for (int i = 0; i < 4; ++i) all.emplace_back("Message", *client.next(scene.loop));
    return all;
}

TEST(WebOpenApi, HasThePathsThatAreServed) {
    const auto api = openapi();
    EXPECT_EQ(api["openapi"], "3.1.0");
    std::set<std::string> described;
    for (const auto& [path, operations] : api["paths"].items()) {
        described.insert(path);
        EXPECT_TRUE(operations.contains("get")) << path;
        EXPECT_EQ(operations.size(), 1U) << path;  // nothing can be changed
    }
    std::set<std::string> served;
    for (const auto path : routes()) served.emplace(path);
    EXPECT_EQ(described, served);
}

bool is_a(const json& value, const std::string& type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_boolean();
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    return type == "null" && value.is_null();
}

/// As much of JSON Schema as openapi.json uses; gives what does not fit.
std::string misfit(const json& api, const json& schema, const json& value, const std::string& where) {
    if (schema.contains("$ref"))
        return misfit(api, api.at(json::json_pointer(schema["$ref"].get<std::string>().substr(1))), value,
                      where);
    if (schema.contains("anyOf")) {
        for (const auto& one : schema["anyOf"]) {
            if (misfit(api, one, value, where).empty()) return "";
        }
        return where + " fits none of anyOf; ";
    }
    if (schema.contains("enum") && std::ranges::find(schema["enum"], value) == schema["enum"].end())
        return where + " is none of enum; ";
    if (schema.contains("type")) {
        const auto types = schema["type"].is_array() ? schema["type"] : json::array({schema["type"]});
        if (std::ranges::none_of(types, [&](const json& type) { return is_a(value, type); }))
            return where + " has another type; ";
    }
    std::string all;
    for (const auto& name : schema.value("required", json::array())) {
        if (!value.contains(name.get<std::string>()))
            all += where + " lacks " + name.get<std::string>() + "; ";
    }
    if (value.is_array() && schema.contains("items")) {
        for (const auto& one : value) all += misfit(api, schema["items"], one, where + "[]");
    }
    if (!value.is_object()) return all;
    for (const auto& [name, member] : value.items()) {
        const auto& properties = schema.value("properties", json::object());
        if (properties.contains(name)) {
            all += misfit(api, properties[name], member, where + "." + name);
        } else if (schema.contains("additionalProperties")) {
            all += misfit(api, schema["additionalProperties"], member, where + "." + name);
        }
    }
    return all;
}

TEST(WebOpenApi, AnswersFitTheirSchemas) {
    const auto api = openapi();
    for (const auto& [schema, document] : answers())
        EXPECT_EQ(misfit(api, api["components"]["schemas"].at(schema), document, schema), "");
}

TEST(WebOpenApi, WhatDoesNotFitIsSeen) {
    const auto api = openapi();
    const auto& pack = api["components"]["schemas"]["Pack"];
    for (const auto& [name, document] : answers()) {
        if (name != "Pack") continue;
        auto wrong = document;
        wrong.erase("bus");
        EXPECT_EQ(misfit(api, pack, wrong, "p"), "p lacks bus; ");
        wrong = document;
        wrong["freshness"] = "good";
        EXPECT_EQ(misfit(api, pack, wrong, "p"), "p.freshness is none of enum; ");
        wrong = document;
        wrong["values"]["cycle_count"] = true;
        EXPECT_EQ(misfit(api, pack, wrong, "p"), "p.values.cycle_count fits none of anyOf; ");
    }
}

/// By a validator that is not ours; skipped where npm cannot get it.
TEST(WebOpenApi, AjvSaysTheSame) {
    boost::asio::io_context loop;
    test::TempDir directory;
    const auto from = test::source_dir() / "tests" / "openapi";
    for (const auto* name : {"package.json", "package-lock.json", "check.mjs"})
        std::filesystem::copy_file(from / name, directory / name);
    std::filesystem::copy_file(test::source_dir() / "docs" / "openapi.json", directory / "openapi.json");
    const auto cd = "cd '" + (directory / "").string() + "' && ";
    const auto npm = test::run_child(
        loop, {"sh", "-c",
               cd + "npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1 && echo ready; cat npm.log"});
    if (npm.find("ready") == std::string::npos)
        GTEST_SKIP() << "ajv is not there and npm cannot install it: " << npm;
    {
        std::ofstream lines(directory / "answers");
        for (const auto& [schema, document] : answers())
            lines << json{{"schema", schema}, {"document", document}}.dump() << '\n';
    }
    const auto said =
        test::run_child(loop, {"sh", "-c", cd + "node check.mjs openapi.json < answers; echo exit $?"});
    EXPECT_NE(said.find(" 0 do not fit\nexit 0"), std::string::npos) << said;
}

}  // namespace
}  // namespace packwire::sink::web
