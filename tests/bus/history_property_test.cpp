// SPDX-License-Identifier: MIT
/// Whatever the line loses, damages or delays: each record exactly once, in order.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "bus/history.hpp"
#include "support/ring_pack.hpp"
#include "support/run.hpp"
#include "support/scripted_pack.hpp"

namespace packwire::test {
namespace {

using Fate = RingPack::Fate;

/// A line that fails as the list says, though never so often in one record that its repeats do not suffice:
/// what is late also costs the exchanges that do not wait for it.
struct Losses {
    static constexpr int repeats = 3;
    std::vector<int> fates;
    std::size_t progress = 0;
    int spent = 0;
    Fate operator()(std::size_t number, std::size_t so_far) {
        if (std::exchange(progress, so_far) != so_far) spent = 0;
        const auto fate = static_cast<Fate>(fates[number % fates.size()]);
        spent += fate == Fate::good ? 0 : fate == Fate::late ? repeats : 1;
        if (spent <= repeats) return fate;
        spent -= fate == Fate::late ? repeats : 1;
        return Fate::good;
    }
};

TEST(HistoryProperty, EachRecordExactlyOnceWhateverIsLost) {
    const bool held = rc::check([] {
        const auto size = *rc::gen::inRange<std::uint32_t>(1, 30);
        const auto split = *rc::gen::inRange<std::uint32_t>(0, size);
        const bool stands = *rc::gen::arbitrary<bool>();
        Losses losses{.fates = *rc::gen::container<std::vector<int>>(17, rc::gen::inRange(0, 5))};
        const auto lateness = *rc::gen::inRange(100, 1200);
        bus::asio::io_context loop;
        bus::VirtualTime time{loop};
        MemoryPort port{time};
        RingPack pack{port, time};
        bus::Line line{port, time, dialect::daren::dialect};
        pack.lateness = std::chrono::milliseconds(lateness);
        const bus::HistoryReader* reading = nullptr;
        pack.fate = [&](std::size_t number, std::uint8_t) {
            return losses(number, reading->report().fresh + reading->report().skipped);
        };
        RC_ASSERT(run(loop, time, port.open(), std::chrono::seconds(0)).has_value());
        for (std::uint32_t i = 0; i < size; ++i) pack.history.push(history_info(i));

        std::vector<std::uint32_t> got;
        std::vector<bus::RecordMark> marks;
        const auto read = [&](std::optional<std::size_t> stop_after) {
            const auto take = [&](const model::Record& record) -> Result<void> {
                if (stop_after && got.size() == *stop_after) return fail(Errc::cancelled, "interrupted");
                const auto place = record.layout().find("running_mileage").first;
                got.push_back(static_cast<std::uint32_t>(record.raw()[place]));
                marks.push_back(bus::mark_of(record));
                return {};
            };
            bus::HistoryReader reader(line, dialect::daren::history_record, 1,
                                      {.repeats = Losses::repeats, .kept = marks}, take);
            reading = &reader;
            return run(loop, time, reader.read(), std::chrono::hours(2));
        };
        if (split > 0) {
            RC_ASSERT(!read(split).has_value());
            if (!stands) pack.history.cursor.reset();
        }
        const auto done = read(std::nullopt);
        if (!done) RC_LOG(to_string(done.error()));
        RC_ASSERT(done.has_value());
        std::vector<std::uint32_t> all(size);
        for (std::uint32_t i = 0; i < size; ++i) all[i] = i;
        RC_ASSERT(got == all);
    });
    EXPECT_TRUE(held);
}

}  // namespace
}  // namespace packwire::test
