// SPDX-License-Identifier: MIT
#include "bus/stand_aside.hpp"

namespace packwire::bus {

namespace {

class Ear final : public TapListener {
public:
    Ear(MasterWatch& masters, const Overheard& tell) : masters_(masters), tell_(tell) {}
    void on_message(const TapMessage& message) override {
        using enum TapMessage::Kind;
        const bool link = message.kind == answer && message.rtn == dialect::link_answer_code;
        if (message.kind == request || link) masters_.heard_again(message.when);
        if (tell_) tell_(message);
    }

private:
    MasterWatch& masters_;
    const Overheard& tell_;
};

}  // namespace

Task<Result<void>> stand_aside(Line& line, Time& time, Overheard tell) {
    Ear ear(line.masters(), tell);
    TapTiming timing;
    timing.gap = line.timing().gap;
    Tap tap(line.port(), time, line.dialect(), ear, timing);
    while (line.taken()) {
        const auto until = line.masters().gone_at();
        const auto heard = co_await tap.hear(until);
        if (!heard) co_return heard;
    }
    co_return Result<void>{};
}

}  // namespace packwire::bus
