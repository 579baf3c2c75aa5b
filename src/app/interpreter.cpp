// SPDX-License-Identifier: MIT
#include "app/interpreter.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace packwire::app {

namespace {

constexpr std::uint8_t parameter_modules = 0xB0;
/// Where B0 names its module: in the question, and in the answer.
constexpr std::size_t module_asked = 2;
constexpr std::size_t module_answered = 3;
/// The inter-pack link answers 84 with 85 where RTN stands. Source: protocol 11.1.
constexpr std::uint8_t link_answer = 0x85;

std::string with_module(std::uint8_t cid2, std::span<const std::uint8_t> info, std::size_t place) {
    if (cid2 != parameter_modules || info.size() <= place) return fmt::format("{:02X}", cid2);
    return fmt::format("{:02X}/{:X}", cid2, info[place]);
}

std::string upper(std::string text) {
    for (auto& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

}  // namespace

Interpreter::Interpreter(const dialect::Dialect& dialect, const std::vector<std::string>& services)
    : dialect_(dialect) {
    for (const auto& code : services) {
        for (const auto* service : dialect::find_services(dialect, code)) {
            if (std::ranges::find(wanted_, service) == wanted_.end()) wanted_.push_back(service);
        }
    }
    for (const auto* service : dialect.services) {
        auto& made = requests_.emplace_back();
        made.variant = {"request", service->request};
        made.service.code = service->code;
        made.service.name = service->name;
        made.service.cid2 = service->cid2;
        made.service.variants = {&made.variant, 1};
    }
}

Result<Message> Interpreter::read(const FrameLine& line) {
    const wire::Limits limits{.soi = dialect_.soi};
    if (!wire::parse(line.text, limits, frame_)) {
        forget();  // it may have been the answer, or another request
        return std::unexpected(wire::explain(line.text, limits));
    }
    if (auto error = dialect::check_header(dialect_, frame_)) return std::unexpected(*error);
    Message message;
    message.dialect = dialect_.name;
    message.address = frame_.address;
    message.info = frame_.info();
    message.request = is_request(line);
    if (message.request) return read_request(std::move(message));
    return read_answer(std::move(message), upper(line.service));
}

/// The frame decides where it can: CID2 and RTN have few codes in common.
bool Interpreter::is_request(const FrameLine& line) const {
    const bool both = frame_.code == link_answer || frame_.code == 0x90 || frame_.code == 0x91;
    if (both && line.direction != FrameLine::Direction::unknown) {
        return line.direction == FrameLine::Direction::request;
    }
    return dialect::is_request(frame_);
}

Result<Message> Interpreter::read_request(Message message) {
    message.service = with_module(frame_.code, frame_.info(), module_asked);
    asked_ = {frame_.address, message.service};
    const auto found = std::ranges::find(requests_, message.service,
                                         [](const RequestTable& made) { return made.service.code; });
    model::Record record;
    if (found != requests_.end() && decoder_.read(found->service, frame_.info(), record) &&
        record.surplus().empty()) {
        message.record = record;
    }
    return message;
}

Result<Message> Interpreter::read_answer(Message message, const std::string& said) {
    const bool asked = asked_ && asked_->address == frame_.address;
    auto service = said;
    if (service.empty() && asked) service = asked_->service;
    if (asked) asked_.reset();
    message.rtn = frame_.code;
    const bool refused = frame_.code != 0 && frame_.code != link_answer;
    if (refused) {
        message.service = service;
        if (service.empty() && wanted_.size() == 1) message.service = wanted_.front()->code;
        return message;
    }
    if (!service.empty()) return read_as(std::move(message), service);
    if (!wanted_.empty()) return read_as_one_of(std::move(message));
    return recognise(std::move(message));
}

const dialect::Service* Interpreter::table(const std::string& service,
                                           std::span<const std::uint8_t> info) const {
    for (const auto* known : dialect_.services) {
        if (known->code == service) return known;
        if (known->cid2 != parameter_modules || service != "B0") continue;
        if (known->code == with_module(parameter_modules, info, module_answered)) return known;
    }
    return nullptr;
}

Result<Message> Interpreter::read_as(Message message, const std::string& service) {
    const auto info = frame_.info();
    message.service = service == "B0" ? with_module(parameter_modules, info, module_answered) : service;
    const auto* known = table(service, info);
    if (known == nullptr) return message;
    auto record = decoder_.decode(*known, info);
    if (!record) return std::unexpected(record.error());
    message.record = *record;
    message.service = known->code;
    return message;
}

Result<Message> Interpreter::read_as_one_of(Message message) {
    if (wanted_.size() == 1) return read_as(std::move(message), std::string(wanted_.front()->code));
    const dialect::Service* fits = nullptr;
    std::string codes;
    for (const auto* service : wanted_) {
        codes += fmt::format("{}{}", codes.empty() ? "" : ", ", service->code);
        if (!dialect::try_answer(decoder_, *service, frame_.info())) continue;
        if (fits != nullptr) return message;  // two fit: nobody knows
        fits = service;
    }
    if (fits == nullptr) {
        return fail(Errc::bad_layout,
                    fmt::format("{} bytes of INFO fit none of {}", frame_.info().size(), codes));
    }
    return read_as(std::move(message), std::string(fits->code));
}

Result<Message> Interpreter::recognise(Message message) {
    if (const auto* service = dialect::recognise(decoder_, dialect_, frame_)) {
        return read_as(std::move(message), std::string(service->code));
    }
    // A known other device is refused by name, not shown as something unknown. Source: protocol 11.3.
    for (const auto* service : dialect_.services) {
        model::Record record;
        if (service->contradiction == nullptr || !decoder_.read(*service, frame_.info(), record)) continue;
        const auto error = model::check(record);
        if (error && error->code == Errc::look_alike) return std::unexpected(*error);
    }
    return message;
}

}  // namespace packwire::app
