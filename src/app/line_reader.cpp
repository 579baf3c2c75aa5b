// SPDX-License-Identifier: MIT
#include "app/line_reader.hpp"

namespace packwire::app {

int LineReader::get() {
    if (in_.in_avail() <= 0) before_waiting_();
    return in_.sbumpc();
}

bool LineReader::next(std::string& line) {
    constexpr int end = std::char_traits<char>::eof();
    line.clear();
    cut_off_ = false;
    if (new_line_) ++number_;
    new_line_ = false;
    int c = get();
    const bool any = c != end;
    for (; c != end && c != '\n' && c != '\r'; c = get()) {
        if (line.size() < longest) {
            line += static_cast<char>(c);
        } else {
            cut_off_ = true;
        }
    }
    new_line_ = c == '\n';
    return any;
}

}  // namespace packwire::app
