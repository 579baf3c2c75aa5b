// SPDX-License-Identifier: MIT
#include "support/scripted_pack.hpp"

#include <algorithm>

namespace packwire::test {

namespace {

// clang-format off
constexpr std::pair<std::string_view, std::string_view> seed[] = {
    {"42", "~22014A00E0C6001A2C14C0100D010D010CDB0D010D010D000D020CE60CF80D020D010CDF0D020D020D000CE0010E0104010E040104010401040104000000000050011F4014F000CC000000000000000000230000000000000000000000000000000000000000000000D582\r"},
    {"47", "~22014A006082000E4209C40073002D2EE00E4209C400102EE01F4005A00000FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF444A4D3232303531383030363120202020202020E02C\r"},
    {"4D", "~22014A00200E07EA0B16070509FA94\r"},
    {"4F", "~22014A00E002C8FD14\r"},
    {"51", "~22014A00604654315F472020202020204855414E593034202020313653313030412020200100020101EFB6\r"},
    {"80", "~22014A00D1A80E4203E80D3409C403E80B5403200BB801F416D003E815180FA003E8122004B00BB8000005DC03E8000004B00BB8000005DC012C000002580BB80226FFCE0BB80000028A0BB80258FF380BB8FF6A03E80BB8035202BC0BB8028AFF060BB8FF380DFC03E80D7A0A8C03E80B5401F40BB8012C166003E8159010E003E81220044C0BB8041A05780BB80514044C0BB8041A05780BB8051402260BB801F400000BB8001E02580BB80226FF6A0BB8FF9C03840BB80320028A0BB80258FF380BB8FF6A0C4E05A0003CFFF60D7A001E000F001415E003E8A124\r"},
    {"83", "~22014A00103C8301015A0007000100000000000000000000000000000000000000000000F224\r"},
    {"B0/3", "~22014A0040EEB0010103FF714A44324D30323135303836302031202020202020FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00C043\r"},
    {"B0/4", "~22014A00D030B0010104FF0014F01F40271000003B87000036D044E139C3F38A\r"},
};
// clang-format on

}  // namespace

std::vector<std::uint8_t> seed_info(std::string_view service) {
    for (const auto& [code, text] : seed) {
        if (code != service) continue;
        const auto frame = wire::decode(text);
        return {frame->info().begin(), frame->info().end()};
    }
    return {};
}

std::string seed_answer(std::string_view service, std::uint8_t address) {
    return wire::encode(dialect::make_answer(dialect::daren::dialect, address, seed_info(service)));
}

ScriptedBus::ScriptedBus(MemoryPort& port, bus::Time& time, const dialect::Dialect& dialect)
    : baud(port.baud()), port_(port), time_(time), dialect_(dialect) {
    port_.on_write = [this](std::string_view bytes) { hear(bytes); };
}

std::size_t ScriptedBus::count(std::string_view service, std::uint8_t address) const {
    return static_cast<std::size_t>(std::ranges::count_if(asked, [&](const Question& question) {
        return question.service == service && question.address == address;
    }));
}

void ScriptedBus::hear(std::string_view bytes) {
    const auto request = wire::decode(bytes, {.soi = dialect_.soi});
    if (!request || port_.baud() != baud) return;
    const auto* service = dialect::requested_service(dialect_, *request);
    if (service == nullptr) return;
    asked.push_back({std::string(service->code), request->address, time_.now()});
    const auto pack = packs.find(request->address);
    if (pack == packs.end() || pack->second.silent) return;
    const auto& [address, script] = *pack;
    const auto own = script.info.find(std::string(service->code));
    const bool refuses = std::ranges::find(script.refused, service->code) != script.refused.end();
    const auto info = refuses                    ? std::vector<std::uint8_t>{}
                      : own != script.info.end() ? own->second
                                                 : seed_info(service->code);
    const std::uint8_t rtn = refuses ? 4 : 0;
    auto answer = wire::encode(dialect::make_answer(dialect_, address, info, rtn, request->code));
    if (tamper) answer = tamper(std::move(answer), service->code, address);
    if (answer.empty()) return;
    const auto characters = [this](std::string_view text) {
        return static_cast<Duration::rep>(text.size()) * port_.character_time();
    };
    // A pack answers one question after the other.
    const auto begin = std::max(time_.now() + characters(bytes), busy_until_[address]) + script.latency;
    busy_until_[address] = begin + characters(answer);
    // Deadlines are those of the first character and of gaps, so it comes in pieces.
    constexpr std::size_t piece = 16;
    for (std::size_t sent = 0; sent < answer.size(); sent += piece) {
        const auto part = answer.substr(sent, piece);
        port_.deliver(begin + characters(answer.substr(0, sent + part.size())), part);
    }
}

}  // namespace packwire::test
