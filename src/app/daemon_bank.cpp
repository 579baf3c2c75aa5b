// SPDX-License-Identifier: MIT
#include "app/daemon_bank.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

#include "base/durable_file.hpp"

namespace packwire::app {

using namespace std::chrono_literals;

namespace {

/// So many packs are asked after at each of their readings; more wait for each other.
constexpr std::size_t home = 16;
constexpr Duration least_pause = 50ms;
/// Longest time without a step: limits rise by themselves.
constexpr Duration most_pause = 1s;
/// Flash wears: energy and history are worth a write so often, …
constexpr Duration save_usual = 10min;
/// … what rules the limits of the next run so often at most.
constexpr Duration save_least = 10s;

bank::Memory recall(const std::filesystem::path& file) {
    std::error_code ignored;
    if (file.empty() || !std::filesystem::exists(file, ignored)) return {};
    const auto text = read_whole(file);
    auto memory = text ? bank::load(*text) : std::unexpected(text.error());
    if (memory) return std::move(*memory);
    auto bad = file;
    bad += ".bad";
    std::filesystem::rename(file, bad, ignored);
    spdlog::warn("{}: {}; the bank begins anew, without its history; the file is kept as {}", file.string(),
                 memory.error().where, bad.string());
    return {};
}

}  // namespace

DaemonBank::DaemonBank(bank::KeeperSettings settings, std::filesystem::path file, const bank::Book& book,
                       bus::Time& time, bus::Offload& offload)
    : settings_(std::move(settings)),
      file_(std::move(file)),
      book_(book),
      time_(time),
      offload_(offload),
      timer_(time.timer()),
      keeper_(settings_, recall(file_)),
      saved_at_(time.now()) {
    saved_ = keeper_.memory();
}

void DaemonBank::take(const bank::Pack& pack) {
    keeper_.on_pack(pack);
    timer_->cancel();
}

void DaemonBank::wish(const Wish& wish, bool on, std::string_view by) {
    auto wanted = keeper_.requests();
    if (wanted.*wish.which == on) return;
    wanted.*wish.which = on;
    keeper_.request(wanted, time_.now());
    changed();
    log_seldom(spdlog::level::warn, std::string(wish.words),
               fmt::format("bank: {} was switched {} {}", wish.words, on ? "on" : "off", by));
}

void DaemonBank::log_seldom(spdlog::level::level_enum level, const std::string& topic,
                            const std::string& message) {
    if (const auto passed = messages_.pass(topic, message, time_.now())) spdlog::log(level, "{}", *passed);
}

void DaemonBank::note_limit(std::string_view name, double was, double is, const std::string& why) {
    if ((was == 0) == (is == 0)) return;
    const auto topic = fmt::format("{} limit", name);
    if (is == 0) {
        log_seldom(spdlog::level::warn, topic, fmt::format("bank: {} limit is 0: {}", name, why));
    } else {
        log_seldom(spdlog::level::info, topic, fmt::format("bank: {} limit is {:.1f} A again", name, is));
    }
}

void DaemonBank::refresh() {
    if (time_.now() >= due_) step();
}

bus::Task<void> DaemonBank::run() {
    try {
        for (;;) {
            step();
            co_await timer_->wait_until(std::min(keeper_.next(), time_.now() + most_pause));
            if (keeper_.size() <= home) continue;
            const auto earliest = time_.now() + least_pause;
            while (time_.now() < earliest) co_await timer_->wait_until(earliest);
        }
    } catch (...) {  // cancelled
        save();
        throw;
    }
}

void DaemonBank::step() {
    due_ = TimePoint::max();  // who is published to may ask for refresh()
    step_now();
    due_ = keeper_.next();
}

void DaemonBank::step_now() {
    for (const auto& [bus, round] : book_.rounds()) keeper_.set_round(bus, round);
    auto bank = keeper_.step(time_.now(), time_.wall_now());
    if (worth_saving()) save();
    if (!bank) return;
    note_changes(*bank);
    latest_ = std::move(bank);
    if (publish_) publish_(*latest_);
}

/// What a user would want to read the next morning, once each.
void DaemonBank::note_changes(const bank::Bank& bank) {
    if (!latest_) {
        spdlog::info("bank: {} pack(s)", bank.members.size());
    } else if (latest_->freshness != bank.freshness) {
        const bool fresh = bank.freshness == bank::Freshness::fresh;
        spdlog::log(fresh ? spdlog::level::info : spdlog::level::warn, "bank: {}",
                    bank::name(bank.freshness));
    }
    if (std::exchange(monitor_reason_, bank.monitor_reason) != bank.monitor_reason) {
        if (bank.monitor_reason.empty()) {
            log_seldom(spdlog::level::info, "monitor", "bank: gives limits again");
        } else {
            log_seldom(spdlog::level::warn, "monitor",
                       fmt::format("bank: a monitor, without limits: {}", bank.monitor_reason));
        }
    }
    if (!bank.limits || !latest_ || !latest_->limits) return;
    const auto& was = *latest_->limits;
    const auto& is = *bank.limits;
    note_limit("charge", was.charge_current, is.charge_current, is.charge_limitation);
    note_limit("discharge", was.discharge_current, is.discharge_current, is.discharge_limitation);
}

bool DaemonBank::worth_saving() const {
    const auto since = time_.now() - saved_at_;
    if (since < save_least) return false;  // before a copy of all that is remembered, at each reading
    const auto memory = keeper_.memory();
    if (since >= save_usual) return memory != saved_;
    const auto rules = [](const bank::Memory& one) {
        return one.control ? std::pair(one.control->mode, one.control->discharge_stop)
                           : std::pair(bank::ChargeMode::bulk, bank::DischargeStop::none);
    };
    const bool other_packs =
        !std::ranges::equal(memory.packs, saved_.packs, {}, &bank::Expected::id, &bank::Expected::id);
    const bool first = memory.control.has_value() != saved_.control.has_value();
    return first || other_packs || rules(memory) != rules(saved_);
}

void DaemonBank::save() {
    saved_ = keeper_.memory();
    saved_at_ = time_.now();
    if (file_.empty()) return;
    auto work = [file = file_, text = bank::save(saved_)] { return write_durably(file, text); };
    offload_.post(std::move(work), [this](const Result<void>& result) {
        const auto trouble = result ? std::string() : result.error().where;
        if (std::exchange(save_trouble_, trouble) == trouble) return;
        if (trouble.empty()) {
            spdlog::info("bank: its memory can be written again");
            return;
        }
        spdlog::warn("bank: {}; a restart will not know its history nor how far a charge was", trouble);
    });
}

std::vector<std::uint8_t> DaemonBank::known_on(std::string_view bus) const {
    std::vector<std::uint8_t> addresses;
    for (const auto& pack : keeper_.memory().packs) {
        if (pack.bus == bus) addresses.push_back(pack.address);
    }
    return addresses;
}

std::optional<bank::Limits> DaemonBank::pack_limits(const std::string& id) {
    const auto packs = book_.packs();
    const auto found =
        std::ranges::find(packs, id, [](const bank::Pack* pack) { return pack->snapshot.identity.id; });
    if (found == packs.end()) return std::nullopt;
    auto& control = alone_.try_emplace(id, settings_.charge).first->second;
    const std::array one{*found};
    return control.step(one, time_.now(), time_.wall_now());
}

}  // namespace packwire::app
