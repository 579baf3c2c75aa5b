// SPDX-License-Identifier: MIT
/// Lines to a file or to stdout, without ever waiting for whoever reads them.
#pragma once

#include <string>

#include "base/result.hpp"

namespace packwire::sink::json_lines {

class Output {
public:
    /// A file to append to; empty or "-" is stdout.
    explicit Output(std::string path);
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    ~Output();

    /// Nothing of an earlier line is left to write.
    [[nodiscard]] bool idle() const { return rest_.empty(); }
    /// Takes one line, only when idle, and writes what goes without waiting. Errors: as flush().
    [[nodiscard]] Result<void> write(const std::string& line);
    /// Goes on with a line that the reader had no room for. Errors: io; the rest of the line is kept, and a
    /// file is opened anew next time.
    [[nodiscard]] Result<void> flush();

private:
    [[nodiscard]] Result<void> open();
    [[nodiscard]] Result<void> give_up(const char* doing);
    [[nodiscard]] bool is_stdout() const;
    std::string path_;
    std::string rest_;
    int fd_ = -1;
};

}  // namespace packwire::sink::json_lines
