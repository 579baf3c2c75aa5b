// SPDX-License-Identifier: MIT
/// A file that a history is appended to, record by record, and gone on with later.
#pragma once

#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/options.hpp"
#include "base/time_text.hpp"
#include "bus/history.hpp"

namespace packwire::app {

/// What a file has of one service, or a command has read of it.
struct KeptHistory {
    std::vector<bus::RecordMark> marks;  ///< in order
    std::optional<LocalTime> first;
    std::optional<LocalTime> last;
    void note(const model::Record& record);
};

class HistoryFile {
public:
    /// Reads what `name` has, if it is there, and opens it for more. A last line without its end, as a crash
    /// leaves it, is cut off. Errors: io; usage when it holds something else: another format, another pack,
    /// no history at all. Each names file and line.
    [[nodiscard]] static Result<HistoryFile> open(const std::string& name, Format format,
                                                  const dialect::Dialect& dialect, std::uint8_t address);

    /// By the code of the service.
    std::map<std::string, KeptHistory, std::less<>> kept;
    /// Of a CSV file; empty as long as it has no first line.
    std::vector<std::string> columns;

    /// Whole lines, in the file when this returns. Errors: io.
    Result<void> append(std::string_view lines);

private:
    struct Place;
    Result<void> read(const Place& place, std::istream& in);
    Result<void> take(const Place& place, const std::string& line);
    std::string name_;
    std::ofstream out_;
    model::Decoder decoder_;
};

}  // namespace packwire::app
