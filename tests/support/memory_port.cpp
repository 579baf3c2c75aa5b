// SPDX-License-Identifier: MIT
#include "support/memory_port.hpp"

#include <algorithm>
#include <utility>

namespace packwire::test {

MemoryPort::MemoryPort(bus::Time& time, std::string name, std::uint32_t baud)
    : time_(time), timer_(time.timer()), name_(std::move(name)), baud_(baud) {}

void MemoryPort::deliver(TimePoint when, std::string bytes) {
    if (bytes.empty()) return;
    arrivals_.emplace(when, std::move(bytes));
    timer_->cancel();  // a read under way looks again
}

void MemoryPort::vanish() {
    vanished_ = true;
    arrivals_.clear();
    close();
}

bus::Task<Result<void>> MemoryPort::open() {
    ++opens_;
    close();
    if (vanished_) co_return fail(Errc::port_missing, name_ + ": no such device");
    if (refusal_) co_return std::unexpected(*refusal_);
    open_ = true;
    discard_input();
    co_return Result<void>{};
}

void MemoryPort::close() {
    open_ = false;
    timer_->cancel();
}

bool MemoryPort::has_input() const {
    return !arrivals_.empty() && arrivals_.begin()->first <= time_.now();
}

std::size_t MemoryPort::take(std::span<char> into) {
    // All that has come, as a real port gives it.
    std::size_t taken = 0;
    while (has_input() && taken < into.size()) {
        const auto first = arrivals_.begin();
        const auto count = std::min(first->second.size(), into.size() - taken);
        std::ranges::copy_n(first->second.begin(), static_cast<std::ptrdiff_t>(count),
                            into.begin() + static_cast<std::ptrdiff_t>(taken));
        taken += count;
        first->second.erase(0, count);
        if (first->second.empty()) arrivals_.erase(first);
    }
    return taken;
}

bus::Task<Result<std::size_t>> MemoryPort::read(std::span<char> into, TimePoint deadline) {
    while (open_) {
        if (has_input()) co_return take(into);
        if (time_.now() >= deadline) co_return fail(Errc::timeout, name_ + ": nothing came");
        const auto next = arrivals_.empty() ? deadline : std::min(deadline, arrivals_.begin()->first);
        co_await timer_->wait_until(next);
    }
    co_return fail(Errc::port_gone, name_ + ": gone");
}

bus::Task<Result<void>> MemoryPort::write(std::string_view bytes) {
    if (!open_) co_return fail(Errc::port_gone, name_ + ": gone");
    written_ += bytes;
    if (on_write) on_write(bytes);
    co_return Result<void>{};
}

void MemoryPort::discard_input() {
    while (has_input()) arrivals_.erase(arrivals_.begin());
}

Result<void> MemoryPort::set_baud(std::uint32_t baud) {
    if (baud_fixed_) return Port::set_baud(baud);
    baud_ = baud;
    return {};
}

Duration MemoryPort::character_time() const {
    return baud_ == 0 ? Duration::zero() : Duration{std::chrono::seconds{10}} / baud_;
}

}  // namespace packwire::test
