// SPDX-License-Identifier: MIT
#include "damaged_port.hpp"

#include <algorithm>
#include <chrono>

#include "dialect/daren/daren.hpp"
#include "dialect/dialect.hpp"
#include "sim/bus.hpp"
#include "sim/identity.hpp"
#include "wire/frame.hpp"

namespace packwire::bench {

using namespace std::chrono_literals;

namespace {

class LeapingTimer final : public bus::Timer {
public:
    explicit LeapingTimer(LeapingTime& time) : time_(time) {}
    bus::Task<bool> wait_until(TimePoint when) override {
        time_.leap_to(when);
        co_return true;
    }
    void cancel() override {}

private:
    LeapingTime& time_;
};

constexpr Duration step = 500ms;

}  // namespace

std::unique_ptr<bus::Timer> LeapingTime::timer() {
    return std::make_unique<LeapingTimer>(*this);
}

std::vector<std::string> life_of_a_pack(std::size_t count) {
    LeapingTime time;
    std::vector<std::string> life;
    sim::LineSettings settings;
    settings.baud = 0;
    sim::SimulatedBus line(time, dialect::daren::dialect, settings,
                           [&](TimePoint, const std::string& text) { life.push_back(text); });
    sim::PackSettings pack;
    pack.profile = sim::Profile::day;
    line.add(1, sim::make_identity(1, 16, 100), pack);
    const auto question =
        wire::encode(dialect::make_request(dialect::daren::dialect, dialect::daren::live_data, 1));
    while (life.size() < count) {
        time.leap_to(time.now() + step);
        line.advance();
        line.receive(question);
    }
    return life;
}

bus::Task<Result<void>> DamagedPort::write(std::string_view bytes) {
    // There and back again, so that nothing jumps where its recorded life ends.
    const auto period = 2 * life_.size() - 2;
    const auto at = static_cast<std::size_t>(time_.now().time_since_epoch() / step) % period;
    truth_ = &life_[at < life_.size() ? at : period - at];
    heard_ = *truth_;
    // A generator of its own for each frame: those of sim::Random in a row are not independent enough for the
    // same damage twice in millions.
    sim::Random random(sim::mix(sim::mix(++frames_)));
    damage_(heard_, random);
    time_.leap_to(time_.now() + 20ms + character_time() * static_cast<Duration::rep>(bytes.size()));
    if (heard_ != *truth_) {
        ++damaged_;
        wire::Frame frame;
        const auto text = std::string_view(heard_);
        if (wire::parse(text.substr(std::min(text.find('~'), text.size())), {}, frame)) ++undetected_;
    }
    co_return Result<void>{};
}

bus::Task<Result<std::size_t>> DamagedPort::read(std::span<char> into, TimePoint deadline) {
    if (heard_.empty()) {
        time_.leap_to(deadline);
        co_return fail(Errc::timeout, name_);
    }
    const auto size = std::min(heard_.size(), into.size());
    std::copy_n(heard_.begin(), size, into.begin());
    heard_.erase(0, size);
    time_.leap_to(time_.now() + character_time() * static_cast<Duration::rep>(size));
    co_return size;
}

Duration DamagedPort::character_time() const {
    return Duration{10s} / 19200;
}

}  // namespace packwire::bench
