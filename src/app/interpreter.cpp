// SPDX-License-Identifier: MIT
#include "app/interpreter.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace packwire::app {

namespace {

constexpr std::uint8_t parameter_modules = 0xB0;
constexpr std::uint8_t external_modules = 0xA0;
/// Where A0 and B0 name their module: in the question, and in the answer.
constexpr std::size_t module_asked = 2;
constexpr std::size_t module_answered = 3;

std::string with_module(std::uint8_t cid2, std::span<const std::uint8_t> info, std::size_t place) {
    const bool modules = cid2 == parameter_modules || cid2 == external_modules;
    if (!modules || info.size() <= place) return fmt::format("{:02X}", cid2);
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
        made.of = service;
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
    const bool both = frame_.code == dialect::link_answer_code || frame_.code == 0x90 || frame_.code == 0x91;
    if (both && line.direction != FrameLine::Direction::unknown) {
        return line.direction == FrameLine::Direction::request;
    }
    return dialect::is_request(frame_);
}

Result<Message> Interpreter::read_request(Message message) {
    const auto* service = dialect::requested_service(dialect_, frame_);
    message.service = service != nullptr ? std::string(service->code)
                                         : with_module(frame_.code, frame_.info(), module_asked);
    asked_ = {frame_.address, frame_.code, message.service, service};
    message.name = dialect::command_name(dialect_, frame_.code);
    const auto found = std::ranges::find(requests_, service, &RequestTable::of);
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
    const dialect::Service* known = nullptr;
    // A master pack may talk to its slaves in between.
    const bool link = frame_.code == dialect::link_answer_code;
    const bool ours = asked && dialect::may_answer(dialect_, frame_, asked_->cid2) &&
                      (!link || (asked_->known != nullptr && asked_->known->answer_code == frame_.code));
    if (dialect_.echoes) service = fmt::format("{:02X}", frame_.device);
    if (service.empty() && ours) {
        service = asked_->service;
        known = asked_->known;
    }
    if (ours) asked_.reset();
    message.rtn = frame_.code;
    const bool refused = frame_.code != 0 && !link;
    if (refused) {
        message.service = service;
        if (service.empty() && wanted_.size() == 1) message.service = wanted_.front()->code;
        return message;
    }
    if (known != nullptr) return read_as(std::move(message), *known);
    if (!service.empty()) return read_as(std::move(message), service);
    if (!wanted_.empty()) return read_as_one_of(std::move(message));
    return recognise(std::move(message));
}

Result<Message> Interpreter::read_as(Message message, const std::string& service) {
    const auto info = frame_.info();
    const auto services = dialect::find_services(dialect_, service);
    if (const auto* known = dialect::answered_service(decoder_, services, info)) {
        return read_as(std::move(message), *known);
    }
    message.service = service;
    if (dialect_.echoes) message.name = dialect::command_name(dialect_, frame_.device);
    if (!services.empty()) message.service = with_module(services.front()->cid2, info, module_answered);
    return message;
}

Result<Message> Interpreter::read_as(Message message, const dialect::Service& service) {
    auto record = decoder_.decode(service, frame_.info());
    if (record) {
        faults_.heard_good(frame_.address, service);
        message.record = *record;
    } else {
        // As the daemon does it: what a pack says again and again it means.
        model::Record again;
        const bool believed = faults_.is_confirmed(frame_.address, service, record.error()) &&
                              decoder_.read(service, frame_.info(), again);
        if (!believed) return std::unexpected(record.error());
        message.record = again;
    }
    message.service = service.code;
    return message;
}

Result<Message> Interpreter::read_as_one_of(Message message) {
    if (wanted_.size() == 1) return read_as(std::move(message), *wanted_.front());
    const dialect::Service* fits = nullptr;
    std::string codes;
    for (const auto* service : wanted_) {
        if (!codes.ends_with(service->code)) {
            codes += fmt::format("{}{}", codes.empty() ? "" : ", ", service->code);
        }
        if (!dialect::try_answer(decoder_, *service, frame_.info())) continue;
        if (fits != nullptr) return message;  // two fit: nobody knows
        fits = service;
    }
    if (fits == nullptr) {
        return fail(Errc::bad_layout,
                    fmt::format("{} bytes of INFO fit none of {}", frame_.info().size(), codes));
    }
    return read_as(std::move(message), *fits);
}

Result<Message> Interpreter::recognise(Message message) {
    if (const auto* service = dialect::recognise(decoder_, dialect_, frame_)) {
        return read_as(std::move(message), *service);
    }
    // A known other device is refused by name, not shown as something unknown. Source: protocol 11.3.
    for (const auto* service : dialect_.services) {
        if (service->contradiction == nullptr && service->stranger == nullptr) continue;
        const auto record = decoder_.decode(*service, frame_.info());
        if (!record && record.error().code == Errc::look_alike) return std::unexpected(record.error());
    }
    return message;
}

}  // namespace packwire::app
