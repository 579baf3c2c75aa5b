// SPDX-License-Identifier: MIT
/// The services besides 42 and their firmware variants; and finding and recognising them. Source: protocol 3.
#include <gtest/gtest.h>

#include <deque>
#include <nlohmann/json.hpp>

#include "dialect/daren/daren.hpp"
#include "dialect/dialect.hpp"
#include "model/format.hpp"

namespace packwire {
namespace {

using dialect::daren::dialect;
using model::Draft;
using model::metric;
using Bytes = std::vector<std::uint8_t>;

nlohmann::json fields(const model::Record& record) {
    std::string json;
    model::append_fields_json(json, record);
    return nlohmann::json::parse(json);
}

/// `size` bytes of an answer to `service`: its constants, zeros, and 0x41 behind them.
Bytes answer(const model::Service& service, std::size_t size) {
    model::Decoder decoder;
    auto info = Draft(decoder.layouts(), service, service.variants[0]).encode();
    info.resize(size, 0x41);
    return info;
}

class Services : public testing::Test {
protected:
    /// The record of `bytes`, which are kept for it.
    model::Record decoded(const model::Service& service, Bytes bytes) {
        const auto& info = kept.emplace_back(std::move(bytes));
        const auto record = decoder.decode(service, info);
        EXPECT_TRUE(record) << info.size() << ": " << to_string(record.error());
        if (!record) return {};
        EXPECT_EQ(model::encode(*record), info);
        return *record;
    }
    std::string refused(const model::Service& service, const Bytes& info) {
        const auto record = decoder.decode(service, info);
        EXPECT_FALSE(record) << info.size();
        if (record) return "";
        EXPECT_EQ(record.error().code, Errc::bad_layout);
        return record.error().where;
    }
    /// 47 with these two temperatures.
    nlohmann::json parameters(std::int32_t upper, std::int32_t lower) {
        const auto& service = dialect::daren::system_parameters;
        Draft draft(decoder.layouts(), service, service.variants[0]);
        EXPECT_TRUE(draft.set_raw("temperature_upper_limit", upper) &&
                    draft.set_raw("temperature_lower_limit", lower));
        const auto info = draft.encode();
        const auto record = decoded(service, info);
        auto json = fields(record);
        json["variant"] = record.variant();
        return json;
    }
    const model::Service* recognised(const Bytes& info) {
        return dialect::recognise(decoder, dialect, dialect::make_answer(dialect, 1, info));
    }
    model::Decoder decoder;
    std::deque<Bytes> kept;
};

TEST_F(Services, TemperaturesOf47InBothEncodings) {
    struct Case {
        std::int32_t upper, lower;
        int upper_c, lower_c;
        const char* variant;
    };
    constexpr Case cases[] = {
        {115, 45, 65, -5, "temperatures_plus_50"}, {60, -5, 60, -5, "signed_temperatures"},
        {91, 91, 41, 41, "temperatures_plus_50"},  {90, 45, 90, 45, "signed_temperatures"},
        {115, 0, 65, -50, "temperatures_plus_50"}, {-10, -40, -10, -40, "signed_temperatures"},
    };
    for (const auto& test : cases) {
        const auto json = parameters(test.upper, test.lower);
        EXPECT_EQ(json["temperature_upper_limit"], test.upper_c) << test.upper;
        EXPECT_EQ(json["temperature_lower_limit"], test.lower_c) << test.upper;
        EXPECT_EQ(json["variant"], test.variant) << test.upper;
    }
    EXPECT_TRUE(parameters(0x7FFF, -5)["temperature_upper_limit"].is_null());
    EXPECT_EQ(parameters(0x7FFF, -5)["temperature_lower_limit"], -5);
    EXPECT_TRUE(parameters(115, 0x7FFF)["temperature_lower_limit"].is_null());
}

TEST_F(Services, SystemParametersHave65Bytes) {
    const auto& service = dialect::daren::system_parameters;
    EXPECT_EQ(refused(service, answer(service, 64)),
              "service 47: expected at least 65 bytes of INFO, got 64");
    EXPECT_TRUE(decoded(service, answer(service, 65)).surplus().empty());
    EXPECT_EQ(decoded(service, answer(service, 67)).surplus().size(), 2U);
}

TEST_F(Services, SentinelsOf47AreNullWhereTheyExist) {
    const auto& service = dialect::daren::system_parameters;
    Bytes info(65, 0xFF);
    for (std::size_t i = 1; i < 25; i += 2) info[i] = 0x7F;
    const auto json = fields(decoded(service, info));
    for (const auto* field :
         {"cell_voltage_upper_limit", "cell_voltage_lower_limit", "temperature_upper_limit",
          "temperature_lower_limit", "charge_current_upper_limit", "pack_voltage_upper_limit_per_cell",
          "pack_voltage_lower_limit_per_cell", "charge_current_limit", "nominal_capacity"}) {
        EXPECT_TRUE(json.at(field).is_null()) << field;
    }
    EXPECT_EQ(json["cell_count"], 0x7FFF);
    EXPECT_EQ(json["history_interval_min"], 0x7FFF);
    EXPECT_EQ(json["balance_mode"], 0x7FFF);
    EXPECT_EQ(json["product_barcode"], "");
}

TEST_F(Services, ProtocolVersionMayBeEmpty) {
    const auto& service = dialect::daren::protocol_version;
    EXPECT_EQ(fields(decoded(service, {})), nlohmann::json::object());
    EXPECT_EQ(fields(decoded(service, {0xC8})), (nlohmann::json{{"protocol_version", 200}}));
    EXPECT_EQ(decoded(service, {0xC8, 0x01}).surplus().size(), 1U);
}

TEST_F(Services, DeviceAddressOrControlState) {
    EXPECT_EQ(decoded(dialect::daren::device_address, {}).variant(), "address");
    const auto record = decoded(dialect::daren::control_state, {0x01, 0x04, 0x01});
    EXPECT_EQ(record.variant(), "control_state");
    EXPECT_EQ(fields(record), (nlohmann::json{{"group", 1}, {"read_id", 4}, {"value", 1}}));
}

TEST_F(Services, ManufacturerInfoHas35To37Bytes) {
    const auto& service = dialect::daren::manufacturer_info;
    EXPECT_EQ(refused(service, answer(service, 34)),
              "service 51: expected at least 35 bytes of INFO, got 34");
    for (const std::size_t size : {35U, 36U}) {
        const auto record = decoded(service, answer(service, size));
        EXPECT_FALSE(fields(record).contains("extra")) << size;
        EXPECT_EQ(record.surplus().size(), size - 35U);
    }
    auto newer = answer(service, 37);
    newer[35] = 'H', newer[36] = 'C';
    EXPECT_EQ(fields(decoded(service, newer))["extra"], "HC");
    EXPECT_EQ(decoded(service, answer(service, 40)).surplus().size(), 3U);
}

TEST_F(Services, EightToFourteenCounters) {
    const auto& service = dialect::daren::protection_counters;
    Draft draft(decoder.layouts(), service, service.variants[0]);
    // Source: protocol 3.16, ids 1 to 14.
    constexpr const char* names[] = {"cell_overvoltage_count",
                                     "cell_undervoltage_count",
                                     "charge_overcurrent_count",
                                     "charge_over_temperature_count",
                                     "short_circuit_count",
                                     "mosfet_over_temperature_count",
                                     "ambient_over_temperature_count",
                                     "ambient_under_temperature_count",
                                     "pack_overvoltage_count",
                                     "pack_undervoltage_count",
                                     "discharge_overcurrent_count",
                                     "charge_under_temperature_count",
                                     "discharge_over_temperature_count",
                                     "discharge_under_temperature_count"};
    std::int32_t id = 0;
    for (const auto* name : names) ASSERT_TRUE(draft.set_raw(name, 0x7FFE + ++id)) << name;
    const auto whole = draft.encode();
    ASSERT_EQ(whole.size(), 30U);
    for (std::size_t size = 18; size <= 30; ++size) {
        const Bytes info(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        const auto record = decoded(service, info);
        const auto json = fields(record);
        EXPECT_EQ(json.size(), 2 + (size - 2) / 2) << size;
        for (std::size_t i = 0; i < 14; ++i) {
            EXPECT_EQ(json.contains(names[i]), 4 + 2 * i <= size) << names[i] << ' ' << size;
            if (json.contains(names[i])) {
                EXPECT_EQ(json[names[i]], 0x7FFF + i) << "counters have no sentinel";
            }
        }
        EXPECT_EQ(record.surplus().size(), size % 2) << size;
    }
    EXPECT_EQ(refused(service, {whole.begin(), whole.begin() + 17}),
              "service 83: expected at least 18 bytes of INFO, got 17");
    auto info = whole;
    info[0] = 0xB0;
    EXPECT_EQ(refused(service, info), "service 83: service_echo: expected 83, got B0");
    info = whole;
    info[1] = 2;
    EXPECT_EQ(refused(service, info), "service 83: operation: expected 01, got 02");
}

TEST_F(Services, ModulesAreToldApartByTheirHeader) {
    const auto& capacity = dialect::daren::capacity;
    const auto& manufacturing = dialect::daren::manufacturing;
    auto info = answer(capacity, 24);
    EXPECT_EQ(info[3], 4);
    for (const std::uint8_t length : {std::uint8_t{0}, std::uint8_t{0x12}, std::uint8_t{0xFF}}) {
        info[5] = length;  // not to be relied on
        info[1] = length;
        EXPECT_EQ(fields(decoded(capacity, info))["length"], length);
    }
    EXPECT_EQ(refused(manufacturing, info), "service B0/3: expected at least 119 bytes of INFO, got 24");
    EXPECT_EQ(refused(manufacturing,
                      [&] {
                          auto other = answer(manufacturing, 119);
                          other[3] = 4;
                          return other;
                      }()),
              "service B0/3: module: expected 03, got 04");
    EXPECT_EQ(refused(capacity, Bytes(info.begin(), info.end() - 1)),
              "service B0/4: expected at least 24 bytes of INFO, got 23");
}

TEST_F(Services, ProductionDate) {
    const auto& service = dialect::daren::manufacturing;
    auto info = answer(service, 119);
    const auto date = [&](std::array<std::uint8_t, 3> bytes) {
        std::ranges::copy(bytes, info.begin() + 96);
        return fields(decoded(service, info)).at("production_date");
    };
    EXPECT_EQ(date({0x19, 0x09, 0x18}), "2025-09-24");
    EXPECT_EQ(date({0x00, 0x01, 0x01}), "2000-01-01");
    EXPECT_TRUE(date({0xFF, 0xFF, 0xFF}).is_null());
    EXPECT_EQ(date({0xFF, 0xFF, 0xFE}), "2255-255-254") << "as it comes";
}

TEST_F(Services, TotalsAreUnsigned) {
    auto info = answer(dialect::daren::capacity, 24);
    for (std::size_t i = 12; i < 24; ++i) info[i] = 0xFF;
    const auto json = fields(decoded(dialect::daren::capacity, info));
    EXPECT_EQ(json["total_charge_capacity"], 4294967295);
    EXPECT_EQ(json["total_discharge_energy"], 6553.5);
}

TEST_F(Services, AreFoundByCode) {
    EXPECT_EQ(dialect::find("daren"), &dialect);
    EXPECT_EQ(dialect::find("pylon"), nullptr);
    EXPECT_EQ(dialect::find_services(dialect, "b0").size(), 6U);
    EXPECT_EQ(dialect::find_services(dialect, "B0/7").size(), 2U);
    EXPECT_EQ(dialect::find_services(dialect, "50").size(), 2U);
    EXPECT_EQ(dialect::find_services(dialect, "A0").size(), dialect::daren::external_module_count);
    EXPECT_EQ(dialect::find_services(dialect, "B0/4"), (std::vector{&dialect::daren::capacity}));
    EXPECT_EQ(dialect::find_services(dialect, "4f"), (std::vector{&dialect::daren::protocol_version}));
    EXPECT_TRUE(dialect::find_services(dialect, "B").empty());
    EXPECT_TRUE(dialect::find_services(dialect, "").empty());
    EXPECT_TRUE(dialect::find_services(dialect, "B0/9").empty());
}

TEST_F(Services, RequestsNameTheirServiceWhateverTheGroup) {
    const auto asked = [](std::uint8_t cid2, const Bytes& info) {
        auto frame = dialect::make_answer(dialect, 1, info);
        frame.code = cid2;
        return dialect::requested_service(dialect, frame);
    };
    EXPECT_EQ(asked(0x42, {0x00}), &dialect::daren::live_data);
    EXPECT_EQ(asked(0x42, {0xFF}), &dialect::daren::live_data);
    EXPECT_EQ(asked(0xB0, {1, 1, 3, 0xFF, 0}), &dialect::daren::manufacturing);
    EXPECT_EQ(asked(0xB0, {1, 1, 4, 0xFF, 2}), &dialect::daren::capacity);
    EXPECT_EQ(asked(0xB0, {1, 1, 3, 1, 0}), &dialect::daren::manufacturing) << "one item only";
    EXPECT_EQ(asked(0xB0, {1, 1, 7, 1, 0}), &dialect::daren::rs485_port);
    EXPECT_EQ(asked(0xB0, {1, 1, 7, 0x0C, 0}), &dialect::daren::can_port);
    EXPECT_EQ(asked(0x50, {}), &dialect::daren::device_address);
    EXPECT_EQ(asked(0x50, {1, 0x19}), &dialect::daren::control_state);
    EXPECT_EQ(asked(0x4B, {2, 1}), &dialect::daren::history_record);
    EXPECT_EQ(asked(0xB0, {1, 1, 9, 0xFF, 0}), nullptr);
    EXPECT_EQ(asked(0x99, {}), nullptr);
}

TEST_F(Services, RequestOrAnswer) {
    // Source: protocol 1.1 (b), 2.5, 11.1.
    wire::Frame frame;
    for (const int code : {0x00, 0x01, 0x04, 0x08, 0x90, 0x91}) {
        frame.code = static_cast<std::uint8_t>(code);
        EXPECT_FALSE(dialect::is_request(frame)) << code;
    }
    for (const int code : {0x42, 0x47, 0x84, 0x85, 0xB0}) {
        frame.code = static_cast<std::uint8_t>(code);
        EXPECT_TRUE(dialect::is_request(frame)) << code;
    }
    frame.code = 0x85;
    frame.set_info(Bytes(76));
    EXPECT_FALSE(dialect::is_request(frame)) << "the answer to 84";
}

TEST_F(Services, AnswersAreRecognisedIfOnlyOneFits) {
    EXPECT_EQ(recognised({}), nullptr) << "4F and 50 both";
    EXPECT_EQ(recognised({0xC8}), &dialect::daren::protocol_version);
    EXPECT_EQ(recognised(answer(dialect::daren::system_parameters, 65)), &dialect::daren::system_parameters);
    EXPECT_EQ(recognised(answer(dialect::daren::manufacturer_info, 35)), &dialect::daren::manufacturer_info);
    EXPECT_EQ(recognised(answer(dialect::daren::capacity, 24)), &dialect::daren::capacity);
    EXPECT_EQ(recognised(answer(dialect::daren::capacity, 27)), &dialect::daren::capacity) << "with surplus";
    EXPECT_EQ(recognised(answer(dialect::daren::protection_counters, 20)),
              &dialect::daren::protection_counters);
    EXPECT_EQ(recognised(Bytes(50, 0x41)), nullptr) << "nothing fits to the last byte or names itself";
    EXPECT_EQ(recognised(Bytes(212, 0x00)), nullptr) << "as long as 80, but no thresholds";
    EXPECT_EQ(recognised(Bytes(31, 0x00)), nullptr) << "as long as 8C, but no text";
    EXPECT_EQ(recognised(Bytes(101, 0x00)), nullptr) << "as long as 8A, but at no speed";
    EXPECT_EQ(recognised(Bytes(7, 0x00)), nullptr) << "as long as 4D, but no date";
    EXPECT_EQ(recognised({1, 4, 1}), &dialect::daren::control_state);
    EXPECT_EQ(recognised({1, 3, 1}), nullptr) << "there is no such control";
}

TEST_F(Services, AnswerOf84IsToldByItsCode) {
    const auto& service = dialect::daren::slave_data;
    const auto info = answer(service, 76);
    const auto coded = [&](std::uint8_t code) {
        return dialect::recognise(decoder, dialect, dialect::make_answer(dialect, 6, info, code));
    };
    EXPECT_EQ(coded(0x85), &service);
    EXPECT_NE(coded(0x00), &service);
    EXPECT_EQ(dialect::rtn_text(0x85), "RTN 85 normal, to 84");
}

class Thresholds : public Services {
protected:
    Bytes words() {
        Draft draft(decoder.layouts(), service, service.variants[0]);
        EXPECT_TRUE(draft.set("cell_overvoltage_protection_threshold", 3.65) &&
                    draft.set("cell_undervoltage_protection_threshold", 2.5) &&
                    draft.set("charge_voltage_limit", 56) && draft.set("charge_current_limit", 100));
        return draft.encode();
    }
    const model::Service& service = dialect::daren::basic_parameters;
};

TEST_F(Thresholds, OldFirmwareHas104Words) {
    auto info = words();
    info.resize(208);
    const auto record = decoded(service, info);
    EXPECT_EQ(record.variant(), "words");
    EXPECT_TRUE(record.surplus().empty());
    EXPECT_FALSE(fields(record).contains("charge_voltage_limit"));
    info.resize(206);
    EXPECT_EQ(refused(service, info),
              "service 80: expected at least 208 or 209 or 210 bytes of INFO, got 206");
}

TEST_F(Thresholds, LeadingBytesAreSkippedWhereWordZeroIsNone) {
    for (const std::size_t size : {212U, 208U}) {
        for (const auto& lead : {Bytes{}, Bytes{0x01}, Bytes{0x01, 0x01}}) {
            auto info = words();
            info.resize(size);
            info.insert(info.begin(), lead.begin(), lead.end());
            const auto json = fields(decoded(service, info));
            EXPECT_EQ(json["cell_overvoltage_protection_threshold"], 3.65) << info.size();
            EXPECT_EQ(json["cell_undervoltage_protection_threshold"], 2.5) << info.size();
            EXPECT_EQ(json.contains("charge_current_limit"), size == 212) << info.size();
        }
    }
    Bytes none(212);
    EXPECT_EQ(decoded(service, none).variant(), "words") << "nothing is plausible: as it comes";
    auto trailing = words();
    trailing.push_back(7);
    EXPECT_EQ(decoded(service, trailing).variant(), "words");
    EXPECT_EQ(decoded(service, trailing).surplus().size(), 1U);
}

TEST_F(Thresholds, BalanceTemperaturesInWholeDegreesOrTenths) {
    struct Case {
        std::int32_t high, low;
        double high_c, low_c;
    };
    constexpr Case cases[] = {
        {60, -10, 60, -10}, {600, -100, 60, -10}, {150, -150, 150, -150},
        {50, -200, 5, -20}, {151, 0, 15.1, 0},
    };
    for (const auto& test : cases) {
        auto info = words();
        const auto put = [&](std::size_t word, std::int32_t raw) {
            info[2 * word] = static_cast<std::uint8_t>(raw >> 8);
            info[2 * word + 1] = static_cast<std::uint8_t>(raw);
        };
        put(98, test.high), put(99, test.low);
        const auto json = fields(decoded(service, info));
        EXPECT_EQ(json["balance_high_temperature_inhibit"], test.high_c) << test.high;
        EXPECT_EQ(json["balance_low_temperature_inhibit"], test.low_c) << test.high;
    }
}

TEST_F(Services, MonthByteOf4BSaysWhichTable) {
    // Source: protocol 3.7, combined rule.
    const auto& service = dialect::daren::history_record;
    struct Case {
        int byte;
        const char* variant;
        const char* field;
    };
    constexpr Case cases[] = {
        {0x01, "v0", "charge_depth"},
        {0x0C, "v0", "charge_depth"},
        {0x10, "v0_packed_month", "charge_depth"},
        {0xC0, "v0_packed_month", "charge_depth"},
        {0x0D, "v1", "event_code"},
        {0x11, "v1", "event_code"},
        {0x4B, "v1", "event_code"},
        {0xC1, "v1", "event_code"},
        {0xFF, "v1", "event_code"},
    };
    for (const auto& test : cases) {
        Bytes info(47 + 2, 0);
        info[3] = static_cast<std::uint8_t>(test.byte);
        info[43] = 1;
        const auto record = decoded(service, info);
        EXPECT_EQ(record.variant(), test.variant) << test.byte;
        EXPECT_TRUE(fields(record).contains(test.field)) << test.byte;
    }
}

TEST_F(Services, DomainTakesWhatIsThere) {
    const auto& service = dialect::daren::server_domain;
    EXPECT_EQ(fields(decoded(service, {1}))["server_domain"], "");
    EXPECT_EQ(fields(decoded(service, {1, 'a'}))["server_domain"], "a");
    EXPECT_TRUE(decoded(service, Bytes(100, 'a')).surplus().empty());
    EXPECT_EQ(fields(decoded(service, Bytes(100, 'a')))["server_domain"], std::string(99, 'a'));
    EXPECT_FALSE(decoder.decode(service, {}));
}

}  // namespace
}  // namespace packwire
