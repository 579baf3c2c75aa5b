// SPDX-License-Identifier: MIT
/// One odd field costs that field, never the pack: any field of 42, any layout, any extreme value, with right
/// LENGTH and CHKSUM. PACKWIRE_ODD_FIELDS=100000 in the environment: so many random cases.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <random>

#include "../dialect/live.hpp"
#include "bus/transact.hpp"
#include "dialect/sns/sns.hpp"
#include "model/snapshot.hpp"
#include "support/run.hpp"
#include "support/scripted_pack.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using model::Field;
using model::Metric;
using model::Wire;

unsigned case_count() {
    const char* const said = std::getenv("PACKWIRE_ODD_FIELDS");  // NOLINT(concurrency-mt-unsafe)
    return said != nullptr ? static_cast<unsigned>(std::atoi(said)) : 300;
}

bool is_number(const Field& field) {
    return field.flags.empty() && field.wire != Wire::mask_low && field.wire != Wire::mask_high;
}

/// A pack with 1 mV of noise in its cells, one of whose fields says what a test wants.
class OddPack {
public:
    OddPack(const model::Variant& variant, std::uint8_t cells, std::uint8_t sensors, bool whole,
            std::mt19937& random)
        : random_(random), pack_(cells, sensors, variant) {
        const auto& slots = pack_.draft.record().layout().slots();
        size_ = pack_.draft.encode().size();
        for (const auto& slot : slots) {
            if (!whole && slot.field->optional) size_ = std::min<std::size_t>(size_, slot.offset);
        }
        const auto& record = pack_.draft.record();
        const auto first = record.layout().find("cell_voltage").first;
        for (std::size_t i = 0; i < cells; ++i) cells_.push_back(record.raw()[first + i]);
    }
    [[nodiscard]] const model::Layout& layout() { return pack_.draft.record().layout(); }
    [[nodiscard]] std::size_t size() const { return size_; }
    void make_odd(const model::Slot& slot, std::int32_t raw) {
        odd_ = &slot;
        raw_ = raw;
    }
    /// INFO of an answer; what it should have been is kept as `truth`.
    std::vector<std::uint8_t> answer() {
        const auto cell = random_() % cells_.size();
        pack_.draft.set_raw("cell_voltage", cells_[cell] + static_cast<std::int32_t>(random_() % 2), cell);
        truth = pack_.draft.encode();
        truth.resize(size_);
        auto info = truth;
        if (odd_ == nullptr) return info;
        const auto bytes = width(*odd_->field);
        for (std::size_t i = 0; i < bytes; ++i) {
            info[odd_->offset + i] =
                static_cast<std::uint8_t>(static_cast<std::uint32_t>(raw_) >> 8 * (bytes - 1 - i));
        }
        return info;
    }
    std::vector<std::uint8_t> truth;

private:
    std::mt19937& random_;
    LiveDraft pack_;
    std::size_t size_ = 0;
    std::vector<std::int32_t> cells_;  ///< mV without noise
    const model::Slot* odd_ = nullptr;
    std::int32_t raw_ = 0;
};

/// A line with one such pack, in virtual time.
class OddLine {
public:
    OddLine(const dialect::Dialect& dialect, OddPack& pack)
        : bus(port, time, dialect), line(port, time, dialect) {
        EXPECT_TRUE(run(loop, time, port.open(), 0s));
        bus.packs[1] = {};
        bus.tamper = [&dialect, &pack](const std::string&, std::string_view, std::uint8_t address) {
            return wire::encode(dialect::make_answer(dialect, address, pack.answer(), 0, live().cid2));
        };
    }
    Result<model::Record> poll() {
        time.run_for(1s);
        return run(loop, time, line.ask(live(), 1), 5s);
    }
    [[nodiscard]] std::size_t asked() const { return bus.asked.size(); }

    bus::asio::io_context loop;
    bus::VirtualTime time{loop};
    MemoryPort port{time};
    ScriptedBus bus;
    bus::Line line;
};

void expect_same(const model::Snapshot& seen, const model::Snapshot& truth, Metric odd) {
    for (std::size_t i = 0; i < model::metric_count; ++i) {
        const Metric metric{static_cast<std::uint8_t>(i)};
        if (truth.find(metric) == nullptr || metric == odd) continue;
        ASSERT_EQ(seen.count(metric), truth.count(metric)) << metric.row().name;
        EXPECT_EQ(seen.bits(metric), truth.bits(metric)) << metric.row().name;
        for (std::size_t place = 0; place < truth.count(metric); ++place) {
            EXPECT_EQ(seen.value(metric, place), truth.value(metric, place)) << metric.row().name << place;
        }
    }
}

/// Of a list that one value of is odd.
void expect_others_same(const model::Snapshot& seen, const model::Snapshot& truth, const model::Slot& slot) {
    const auto metric = slot.field->metric;
    for (std::size_t place = 0; place < truth.count(metric); ++place) {
        if (place == slot.index) continue;
        EXPECT_EQ(seen.value(metric, place), truth.value(metric, place)) << metric.row().name << place;
    }
}

/// Unknown, or a number that a battery can have.
void expect_possible(const model::Snapshot& seen, const model::Slot& slot) {
    const auto& field = *slot.field;
    const auto value = seen.value(field.metric, slot.index);
    if (!value || field.min >= field.max) return;
    const auto& range =
        field.proves && field.possible.max > 0 ? field.possible : model::Interval{field.min, field.max};
    EXPECT_GE(*value, range.min);
    EXPECT_LE(*value, range.max);
}

bool fits_two_tables(const std::vector<std::uint8_t>& info) {
    model::Decoder decoder;
    model::Record record;
    return decoder.read(live(), info, record) && !decoder.read_unproven(live(), info, record);
}

class OddFields : public testing::Test {
protected:
    std::size_t below(std::size_t count) { return random() % count; }

    /// Any field but the counts, which are the layout, and text.
    const model::Slot& any_slot(OddPack& pack) {
        while (true) {
            const auto slots = pack.layout().slots();
            const auto& slot = slots[below(slots.size())];
            const bool counts = slot.field->name.ends_with("_count") && slot.field->wire == Wire::u8;
            if (!counts && slot.offset < pack.size()) return slot;
        }
    }
    std::int32_t any_extreme(const Field& field) {
        constexpr std::array<std::uint32_t, 6> words{0, 1, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF};
        auto raw =
            below(3) == 0 ? static_cast<std::uint32_t>(random() & 0xFFFFU) : words[below(words.size())];
        if (width(field) == 1) raw &= 0xFFU;
        return field.wire == Wire::s16 ? static_cast<std::int16_t>(raw) : static_cast<std::int32_t>(raw);
    }
    void try_one(bool known_before);

    std::mt19937 random{20261130};
};

void OddFields::try_one(bool known_before) {
    const auto& dialect = below(2) == 0 ? dialect::daren::dialect : dialect::sns::dialect;
    const auto& variant = below(2) == 0 ? with_flag() : without_flag();
    const auto cells = static_cast<std::uint8_t>(1 + below(32));
    const auto sensors = static_cast<std::uint8_t>(below(21));
    OddPack pack(variant, cells, sensors, below(4) != 0, random);
    const auto& slot = any_slot(pack);
    const auto raw = any_extreme(*slot.field);
    // A short tail and SOC in whole percent are another, known device.
    const bool look_alike = slot.field->name == "state_of_charge" && raw < 101;
    if (look_alike) return;
    SCOPED_TRACE(fmt::format("{} {} cells {} sensors, {} bytes: {} {} = {:04X}", dialect.name, cells, sensors,
                             pack.size(), slot.field->name, slot.index + 1, static_cast<std::uint16_t>(raw)));
    OddLine line(dialect, pack);
    for (int i = 0; i < 3 && known_before; ++i) {
        const auto good = line.poll();
        ASSERT_TRUE(good) << to_string(good.error());
    }
    const auto before = line.asked();
    pack.make_odd(slot, raw);
    // Where two tables fit by size it is the sum of the cells that tells which it is.
    if (slot.field->proves && fits_two_tables(pack.answer())) return;
    auto record = line.poll();
    // What the frame's proof rests on has to come three times in a row, and be confirmed.
    for (int polls = 1; !record && slot.field->proves && polls < 6; ++polls) record = line.poll();
    ASSERT_TRUE(record) << to_string(record.error());
    if (!slot.field->proves) {
        EXPECT_LE(line.asked() - before, 3U);
        EXPECT_EQ(line.line.counters().of(Errc::out_of_range), 0U);
    }
    model::Snapshot seen;
    seen.update(*record, line.time.now());
    model::Decoder decoder;
    const auto right = decoder.decode(live(), pack.truth);
    ASSERT_TRUE(right) << to_string(right.error());
    model::Snapshot truth;
    truth.update(*right, line.time.now());
    const auto odd = model::find_metric(slot.field->name);
    expect_same(seen, truth, odd);
    if (is_number(*slot.field) && odd.exists()) {
        expect_others_same(seen, truth, slot);
        expect_possible(seen, slot);
    }
    // It stays so, at the price of one question a reading as soon as nobody doubts the line any more.
    if (slot.field->proves) return;
    const auto then = line.asked();
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(line.poll());
    const auto& counted = line.line.counters();
    EXPECT_EQ(line.asked() - then, 3U)
        << "late " << counted.late << ", foreign " << counted.foreign << ", retries " << counted.retries
        << ", implausible " << counted.of(Errc::implausible) << ", unconfirmed "
        << counted.of(Errc::unconfirmed) << ", timeout " << counted.of(Errc::timeout) << ", echoes "
        << counted.echoes;
}

TEST_F(OddFields, CostThatFieldAndNeverThePack) {
    const auto cases = case_count();
    for (unsigned i = 0; i < cases && !HasFailure(); ++i) try_one(i % 2 == 0);
}

}  // namespace
}  // namespace packwire::test
