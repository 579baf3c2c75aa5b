// SPDX-License-Identifier: MIT
#include "dialect/dialect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "dialect/daren/daren.hpp"
#include "dialect/sns/sns.hpp"

namespace packwire::dialect {

namespace {

constexpr auto dialects = std::to_array<const Dialect*>({&daren::dialect, &sns::dialect});

/// Where commands begin: lower codes are return codes.
constexpr std::uint8_t first_command = 0x40;

bool same_letter(char a, char b) {
    const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; };
    return upper(a) == upper(b);
}

bool same(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, same_letter);
}

/// Does INFO agree with the constant of the field of that name, if the table has it?
bool agrees(std::span<const model::Field> fields, std::span<const std::uint8_t> info, std::string_view name) {
    for (std::size_t i = 0; i < std::min(info.size(), fields.size()); ++i) {
        if (model::width(fields[i]) != 1) break;  // a header has bytes only
        if (fields[i].name == name && fields[i].constant >= 0) return fields[i].constant == info[i];
    }
    return true;
}

/// How well a request fits: 0 not at all; several services share a CID2, some of them a module.
int fit(const Service& service, const wire::Frame& request) {
    const auto info = request.info();
    if (service.cid2 != request.code || !agrees(service.request, info, "module")) return 0;
    const int size = info.size() == service.request.size() ? 1 : 0;
    const int function = agrees(service.request, info, "function") ? 2 : 0;
    return 1 + size + function;
}

bool may_be(const Service& service, const model::Record& record) {
    return service.tell_tale == nullptr || service.tell_tale(record);
}

/// Can only be this service: the bytes name it, or its values confirm each other.
bool names_itself(const Service& service) {
    return service.contradiction != nullptr ||
           std::ranges::any_of(service.variants, [](const model::Variant& variant) {
               return !variant.fields.empty() && variant.fields.front().constant >= 0;
           });
}

}  // namespace

std::span<const Dialect* const> all() {
    return dialects;
}

const Dialect* find(std::string_view name) {
    const auto* const found =
        std::ranges::find(dialects, name, [](const Dialect* dialect) { return dialect->name; });
    return found == dialects.end() ? nullptr : *found;
}

std::vector<const Service*> find_services(const Dialect& dialect, std::string_view code) {
    std::vector<const Service*> found;
    for (const auto* service : dialect.services) {
        const auto slash = service->code.find('/');
        if (same(service->code, code) ||
            (slash != std::string_view::npos && same(service->code.substr(0, slash), code))) {
            found.push_back(service);
        }
    }
    return found;
}

bool can_ask(const Dialect& dialect, const Service& service) {
    return !dialect.bare ||
           std::ranges::none_of(service.request, [](const auto& field) { return field.constant >= 0; });
}

std::string_view command_name(const Dialect& dialect, std::uint8_t cid2) {
    const auto writing = std::ranges::find(dialect.writings, cid2, &model::Writing::cid2);
    if (writing != dialect.writings.end()) return writing->name;
    const auto service = std::ranges::find(dialect.services, cid2, &Service::cid2);
    return service == dialect.services.end() ? std::string_view() : (*service)->name;
}

wire::Frame make_request(const Dialect& dialect, const Service& service, std::uint8_t address,
                         std::span<const model::RequestValue> said) {
    wire::Frame frame = make_answer(dialect, address, {}, service.cid2, dialect.device);
    if (!dialect.bare) frame.set_info(model::encode_request(service, address, said));
    return frame;
}

wire::Frame make_answer(const Dialect& dialect, std::uint8_t address, std::span<const std::uint8_t> info,
                        std::uint8_t rtn, std::uint8_t asked) {
    wire::Frame frame;
    frame.soi = dialect.soi;
    frame.version = dialect.version;
    frame.device = dialect.echoes ? asked : dialect.device;
    frame.address = address;
    frame.code = rtn;
    frame.set_info(info);
    return frame;
}

const Dialect* with_soi(char soi) {
    const auto* const found = std::ranges::find(dialects, soi, &Dialect::soi);
    return found == dialects.end() ? nullptr : *found;
}

std::optional<Error> check_header(const Dialect& dialect, const wire::Frame& frame) {
    if (frame.version != dialect.version) {
        const bool lifepower = frame.version == 0x20 && frame.device == 0x4A;
        return Error{lifepower ? Errc::look_alike : Errc::wrong_version,
                     fmt::format("VER: expected {:02X}, got {:02X}{}", dialect.version, frame.version,
                                 lifepower ? "; an EG4 LifePower or its kin, which is not supported" : "")};
    }
    const bool echo = dialect.echoes && !is_request(frame) && frame.device >= first_command;
    if (frame.device != dialect.device && !echo) {
        return Error{Errc::wrong_device,
                     fmt::format("CID1: expected {:02X}, got {:02X}", dialect.device, frame.device)};
    }
    return std::nullopt;
}

bool is_request(const wire::Frame& frame) {
    if (frame.code == link_answer_code && frame.info().size() == link_answer_bytes) return false;
    return frame.code >= first_command && frame.code != 0x90 && frame.code != 0x91;
}

std::string rtn_text(std::uint8_t rtn) {
    std::string_view words = "unknown return code";
    switch (rtn) {
        case 0x00:
            words = "normal";
            break;
        case 0x01:
            words = "wrong version";
            break;
        case 0x02:
            words = "wrong checksum";
            break;
        case 0x03:
            words = "wrong length checksum";
            break;
        case 0x04:
            words = "unsupported command";
            break;
        case 0x05:
            words = "wrong command format";
            break;
        case 0x06:
            words = "invalid data";
            break;
        case 0x07:
            words = "execution error";
            break;
        case 0x08:
            words = "not allowed now";
            break;
        case link_answer_code:
            words = "normal, to 84";
            break;
        case 0x90:
            words = "wrong address";
            break;
        case 0x91:
            words = "internal communication error";
            break;
        default:
            break;
    }
    return fmt::format("RTN {:02X} {}", rtn, words);
}

const Service* requested_service(const Dialect& dialect, const wire::Frame& request) {
    const Service* best = nullptr;
    int best_fit = 0;
    for (const auto* service : dialect.services) {
        const auto its_fit = fit(*service, request);
        if (its_fit <= best_fit) continue;
        best = service;
        best_fit = its_fit;
    }
    return best;
}

const Service* answered_service(model::Decoder& decoder, std::span<const Service* const> services,
                                std::span<const std::uint8_t> info) {
    if (services.size() == 1) return services.front();
    const Service* named = nullptr;
    for (const auto* service : services) {
        model::Record record;
        if (decoder.read(*service, info, record)) return service;
        const auto fields = service->variants.front().fields;
        const bool names = agrees(fields, info, "module") && agrees(fields, info, "function");
        if (named == nullptr && names) named = service;
    }
    return named;
}

std::optional<model::Record> try_answer(model::Decoder& decoder, const Service& service,
                                        std::span<const std::uint8_t> info) {
    model::Record record;
    if (!decoder.read(service, info, record) || model::check(record)) return std::nullopt;
    return record;
}

const Service* recognise(model::Decoder& decoder, const Dialect& dialect, const wire::Frame& answer) {
    const Service* exact = nullptr;
    const Service* loose = nullptr;
    std::size_t exact_fits = 0;
    std::size_t loose_fits = 0;
    for (const auto* service : dialect.services) {
        if (service->answer_code != answer.code || !may_answer(dialect, answer, service->cid2)) continue;
        const auto record = try_answer(decoder, *service, answer.info());
        if (!record || !may_be(*service, *record)) continue;
        if (record->surplus().empty()) {
            exact = service;
            ++exact_fits;
        } else if (names_itself(*service)) {
            loose = service;
            ++loose_fits;
        }
    }
    if (exact_fits > 0) return exact_fits == 1 ? exact : nullptr;
    return loose_fits == 1 ? loose : nullptr;
}

}  // namespace packwire::dialect
