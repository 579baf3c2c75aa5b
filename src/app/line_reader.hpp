// SPDX-License-Identifier: MIT
/// Lines out of a stream, as they come and in bounded memory.
#pragma once

#include <functional>
#include <istream>
#include <string>

namespace packwire::app {

/// Ends a line at LF, and at CR too: a raw recording of the wire has nothing else. CR LF is one end.
class LineReader {
public:
    /// A longer line is cut off there, and says so.
    static constexpr std::size_t longest = 65536;

    /// `before_waiting` is called whenever the stream has nothing more at hand.
    LineReader(std::istream& in, std::function<void()> before_waiting)
        : in_(*in.rdbuf()), before_waiting_(std::move(before_waiting)) {}

    /// The next line without its end. False at the end of the stream.
    [[nodiscard]] bool next(std::string& line);
    /// Counts LF, from 1: what an editor shows.
    [[nodiscard]] std::size_t number() const { return number_; }
    [[nodiscard]] bool cut_off() const { return cut_off_; }

private:
    [[nodiscard]] int get();
    std::streambuf& in_;
    std::function<void()> before_waiting_;
    std::size_t number_ = 0;
    bool new_line_ = true;
    bool cut_off_ = false;
};

}  // namespace packwire::app
