// SPDX-License-Identifier: MIT
/// A memory of bounded size, as flash in a pack is: the newest overwrites the oldest.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

namespace packwire::sim {

template <class T>
class Ring {
public:
    explicit Ring(std::size_t capacity) : capacity_(std::max<std::size_t>(capacity, 1)) {}

    void push(T entry) {
        entries_.push_back(std::move(entry));
        keep_newest(capacity_);
    }
    /// Forgets the oldest until at most `count` are left.
    void keep_newest(std::size_t count) {
        while (entries_.size() > count) {
            entries_.pop_front();
            ++first_;
        }
    }

    /// Entries have numbers that stay: first() is the oldest that is left, end() the one that comes next.
    [[nodiscard]] std::uint64_t first() const { return first_; }
    [[nodiscard]] std::uint64_t end() const { return first_ + entries_.size(); }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    [[nodiscard]] bool empty() const { return entries_.empty(); }
    [[nodiscard]] std::size_t capacity() const { return capacity_; }
    /// `number` from first() to end(), without it.
    [[nodiscard]] const T& at(std::uint64_t number) const {
        return entries_[static_cast<std::size_t>(number - first_)];
    }
    [[nodiscard]] const T& back() const { return entries_.back(); }

private:
    std::size_t capacity_;
    std::deque<T> entries_;
    std::uint64_t first_ = 0;
};

}  // namespace packwire::sim
