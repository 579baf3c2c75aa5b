// SPDX-License-Identifier: MIT
#include "harness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <new>

namespace {
std::uint64_t allocated = 0;
}

// Counting versions of what all other forms of new and delete come down to.
void* operator new(std::size_t size) {
    ++allocated;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);
}

namespace packwire::bench {

using Clock = std::chrono::steady_clock;

std::uint64_t allocations() {
    return allocated;
}

Measured measure(double units, const std::function<void()>& work) {
    constexpr int runs = 5;
    constexpr std::chrono::duration<double> least{0.2};
    work();  // fills caches, and the layouts
    Measured best;
    const auto before = allocated;
    for (int run = 0; run < runs; ++run) {
        const auto start = Clock::now();
        std::chrono::duration<double> took{};
        double done = 0;
        while (took < least) {
            work();
            done += units;
            took = Clock::now() - start;
        }
        best.per_second = std::max(best.per_second, done / took.count());
    }
    best.allocations = allocated - before;
    return best;
}

void print(const Line& line) {
    const auto limit = line.limit > 0 ? fmt::format("{}", line.limit) : "null";
    const auto value =
        line.value < 10'000 ? fmt::format("{:.4g}", line.value) : fmt::format("{:.0f}", line.value);
    fmt::print("{{\"bench\":\"{}\",\"value\":{},\"unit\":\"{}\",\"limit\":{},\"note\":\"{}\"}}\n", line.bench,
               value, line.unit, limit, line.note);
    std::fflush(stdout);
}

bool wanted(int argc, char** argv, std::string_view bench) {
    return argc < 2 || std::string_view(argv[1]).empty() || argv[1] == bench;
}

std::chrono::seconds soak_length() {
    const char* said = std::getenv("PACKWIRE_SOAK_SECONDS");
    return std::chrono::seconds(said != nullptr ? std::atoi(said) : 60);
}

}  // namespace packwire::bench
