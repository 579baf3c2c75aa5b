// SPDX-License-Identifier: MIT
/// 5,000 history records at 19200 baud, interrupted in the middle and gone on with, in virtual time: how long
/// that takes against the time that the characters need on the wire. Ends with 1 when a record is lost, comes
/// twice or out of order.
#include <fmt/format.h>

#include <stdexcept>

#include "bus/history.hpp"
#include "dialect/daren/daren.hpp"
#include "harness.hpp"
#include "support/ring_pack.hpp"
#include "support/run.hpp"

namespace {

using namespace packwire;
using bench::Line;

constexpr std::uint32_t records = 5000;
constexpr std::size_t interrupted_after = 2345;
/// One record of 16 cells and 4 sensors. Source: protocol 8.
constexpr int question_characters = 22;
constexpr int answer_characters = 192;

struct Download {
    double seconds = 0;  ///< of virtual time
    double wire = 0;
};

class Stage {
public:
    explicit Stage(Duration latency) {
        pack_.latency = latency;
        if (!test::run(loop_, time_, port_.open(), Duration::zero())) throw std::runtime_error("no port");
        for (std::uint32_t i = 0; i < records; ++i) pack_.history.push(test::history_info(i));
    }
    Download all() {
        const auto began = time_.now();
        read(interrupted_after);
        const auto between = time_.now() - ended_;  // the loop lives on behind the end
        read(records);
        for (std::uint32_t i = 0; i < got_.size(); ++i) {
            if (got_[i] != i)
                throw std::runtime_error(fmt::format("record {} came in the place of {}", got_[i], i));
        }
        if (got_.size() != records) throw std::runtime_error(fmt::format("{} records came", got_.size()));
        const auto per_record = port_.character_time() * (question_characters + answer_characters);
        return {seconds(ended_ - began - between), seconds(per_record) * records};
    }

private:
    static double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }
    void read(std::size_t until) {
        bus::HistoryReader* reading = nullptr;
        const auto take = [&](const model::Record& record) -> Result<void> {
            const auto place = record.layout().find("running_mileage").first;
            got_.push_back(static_cast<std::uint32_t>(record.raw()[place]));
            marks_.push_back(bus::mark_of(record));
            ended_ = time_.now();
            if (got_.size() == until) reading->stop();
            return {};
        };
        bus::HistoryWish wish;
        wish.kept = marks_;
        bus::HistoryReader reader(line_, dialect::daren::history_record, 1, std::move(wish), take);
        reading = &reader;
        static_cast<void>(test::run(loop_, time_, reader.read(), std::chrono::hours(1)));
    }

    bus::asio::io_context loop_;
    bus::VirtualTime time_{loop_};
    test::MemoryPort port_{time_};
    test::RingPack pack_{port_, time_};
    bus::Line line_{port_, time_, dialect::daren::dialect};
    std::vector<std::uint32_t> got_;
    std::vector<bus::RecordMark> marks_;
    TimePoint ended_{};
};

bool measure(std::chrono::milliseconds latency, double limit) {
    const auto took = Stage(latency).all();
    const auto of_wire = took.seconds / took.wire;
    const auto with_latency =
        took.seconds / (took.wire + std::chrono::duration<double>(latency).count() * records);
    const auto note = fmt::format(
        "{} records in {:.1f} s of virtual time, wire {:.1f} s, pack latency {} ms, one "
        "interruption, none lost, none twice; at most",
        records, took.seconds, took.wire, latency.count());
    bench::print(Line{fmt::format("history_{}ms", latency.count()), of_wire, "x wire", limit, note});
    bench::print(Line{fmt::format("history_{}ms_with_latency", latency.count()), with_latency,
                      "x (wire + latency)", 1.1, "the same; at most"});
    return (limit == 0 || of_wire <= limit) && with_latency <= 1.1;
}

}  // namespace

int main(int argc, char** argv) {
    if (!bench::wanted(argc, argv, "history")) return 0;
    const bool quick = measure(std::chrono::milliseconds(5), 1.1);
    // A latency of 20 ms is 18 % of the wire time by itself.
    const bool usual = measure(std::chrono::milliseconds(20), 0);
    return quick && usual ? 0 : 1;
}
