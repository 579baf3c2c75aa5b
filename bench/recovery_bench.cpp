// SPDX-License-Identifier: MIT
/// From the end of each fault of the matrix to the next good value, in virtual time.
#include <fmt/format.h>

#include <chrono>

#include "harness.hpp"
#include "support/fault_matrix.hpp"

int main(int argc, char** argv) {
    using namespace packwire;
    if (!bench::wanted(argc, argv, "recovery")) return 0;
    const auto seconds = [](Duration time) { return std::chrono::duration<double>(time).count(); };
    int status = 0;
    for (const auto& fault : test::all_faults()) {
        const auto result = test::inject(fault);
        const auto note = fmt::format("{}; {}: {}, wrong values: {}, good values while it lasted: {}",
                                      fault.name, fault.counter, result.counted, result.wrong, result.good);
        bench::print({.bench = "recovery",
                      .value = seconds(result.recovery),
                      .unit = "s",
                      .limit = seconds(fault.goal),
                      .note = note});
        if (result.recovery > fault.goal || result.wrong > 0 || result.counted == 0) status = 1;
    }
    return status;
}
