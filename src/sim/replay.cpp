// SPDX-License-Identifier: MIT
#include "sim/replay.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace packwire::sim {

namespace {

const dialect::Service* fitting(model::Decoder& decoder, std::span<const dialect::Service* const> services,
                                const wire::Frame& answer) {
    for (const auto* service : services) {
        if (dialect::try_answer(decoder, *service, answer.info())) return service;
    }
    return nullptr;
}

/// Sorts frames to services; an answer does not name its own.
class Sorter {
public:
    explicit Sorter(const dialect::Dialect& dialect) : dialect_(dialect) {}

    void take(const Captured& captured, std::vector<Recording>& recordings) {
        const auto frame = wire::decode(captured.frame + wire::eoi, wire::Limits{.soi = dialect_.soi});
        if (!frame || dialect::check_header(dialect_, *frame)) return;
        if (dialect::is_request(*frame)) {
            asked_ = dialect::requested_service(dialect_, *frame);
            return;
        }
        const auto* service = service_of(captured, *frame);
        asked_ = nullptr;
        if (service != nullptr && frame->code == service->answer_code)
            recording(captured.firmware, recordings).add(*service, *frame);
    }

private:
    const dialect::Service* service_of(const Captured& captured, const wire::Frame& answer) {
        if (!captured.service.empty()) {
            return fitting(decoder_, dialect::find_services(dialect_, captured.service), answer);
        }
        if (asked_ != nullptr) return fitting(decoder_, {&asked_, 1}, answer);
        return dialect::recognise(decoder_, dialect_, answer);
    }

    static Recording& recording(const std::string& firmware, std::vector<Recording>& recordings) {
        const auto found = std::ranges::find(recordings, firmware, &Recording::firmware);
        if (found != recordings.end()) return *found;
        recordings.emplace_back().firmware = firmware;
        return recordings.back();
    }

    const dialect::Dialect& dialect_;
    const dialect::Service* asked_ = nullptr;
    model::Decoder decoder_;
};

void number_text(std::span<std::uint8_t> field, unsigned copy) {
    const auto digits = fmt::format("{:02}", copy + 1);
    std::size_t used = field.size();
    const auto padding = [](std::uint8_t byte) { return byte == 0 || byte == ' ' || byte == 0xFF; };
    while (used > 0 && padding(field[used - 1])) --used;
    used = std::min(std::max(used, digits.size()), field.size());
    std::ranges::copy(digits, field.begin() + static_cast<std::ptrdiff_t>(used - digits.size()));
}

}  // namespace

void Recording::add(const dialect::Service& service, const wire::Frame& answer) {
    const auto found = std::ranges::find(kept_, &service, &Kept::service);
    if (found == kept_.end()) {
        kept_.push_back({&service, {answer}});
    } else if (std::ranges::find(found->answers, answer) == found->answers.end()) {
        found->answers.push_back(answer);
    }
}

bool Recording::has(const dialect::Service& service) const {
    return first(service) != nullptr;
}

const wire::Frame* Recording::first(const dialect::Service& service) const {
    const auto found = std::ranges::find(kept_, &service, &Kept::service);
    return found == kept_.end() ? nullptr : &found->answers.front();
}

std::optional<wire::Frame> Recording::answer(const dialect::Service& service, std::uint8_t address,
                                             unsigned copy, Place& place) const {
    const auto found = std::ranges::find(kept_, &service, &Kept::service);
    if (found == kept_.end()) return std::nullopt;
    const auto index = static_cast<std::size_t>(found - kept_.begin());
    place.resize(kept_.size());
    auto frame = found->answers[place[index]++ % found->answers.size()];
    model::Decoder decoder;
    model::Record record;
    if (!decoder.read(service, frame.info(), record)) return std::nullopt;
    std::vector<std::uint8_t> info(frame.info().begin(), frame.info().end());
    const auto& layout = record.layout();
    const auto group = layout.find("group");
    if (group.count > 0) info[layout.slots()[group.first].offset] = address;
    const auto serial = layout.find("pack_serial_number");
    if (serial.count > 0 && copy > 0) {
        const auto& slot = layout.slots()[serial.first];
        number_text(std::span(info).subspan(slot.offset, model::width(*slot.field)), copy);
    }
    frame.address = address;
    frame.set_info(info);
    return frame;
}

std::vector<Recording> make_recordings(const dialect::Dialect& dialect,
                                       const std::vector<Captured>& captures) {
    std::vector<Recording> recordings;
    Sorter sorter(dialect);
    for (const auto& captured : captures) sorter.take(captured, recordings);
    const auto* live = model::telemetry(dialect);
    const auto has_live = [&](const Recording& recording) { return live != nullptr && recording.has(*live); };
    std::ranges::stable_partition(recordings, has_live);
    return recordings;
}

}  // namespace packwire::sim
