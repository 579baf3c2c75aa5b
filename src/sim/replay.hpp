// SPDX-License-Identifier: MIT
/// Answers that real packs gave, given again.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dialect/dialect.hpp"

namespace packwire::sim {

/// A frame of a capture, before anybody has looked whether it is good.
struct Captured {
    std::string frame;     ///< "~22…", without CR
    std::string service;   ///< as the capture names it: "42", "B0"; may be empty
    std::string firmware;  ///< captures of one firmware belong together; may be empty
};

/// One JSON object a line with `frame` (and `service`, `firmware`), or plain frames, a line each, with a
/// direction mark or a timestamp before them. `#` comments. Lines that are neither are passed over.
[[nodiscard]] std::vector<Captured> read_captures(std::string_view text);

/// The answers of one firmware.
class Recording {
public:
    std::string firmware;

    /// Keeps it if it is new.
    void add(const dialect::Service& service, const wire::Frame& answer);
    [[nodiscard]] bool has(const dialect::Service& service) const;
    /// The first answer kept; null when there is none.
    [[nodiscard]] const wire::Frame* first(const dialect::Service& service) const;

    /// Where a pack is in the recording, service by service.
    using Place = std::vector<std::size_t>;
    /// The next answer of a pack, as if it came from `address`: the first pack says what was captured,
    /// another
    /// (`copy` > 0) has that number at the end of its serial number. Several answers follow each other, again
    /// and again.
    [[nodiscard]] std::optional<wire::Frame> answer(const dialect::Service& service, std::uint8_t address,
                                                    unsigned copy, Place& place) const;

private:
    struct Kept {
        const dialect::Service* service;
        std::vector<wire::Frame> answers;
    };
    std::vector<Kept> kept_;
};

/// Good answers of the dialect, by firmware, in the order of the captures. Recordings with live data go
/// first.
[[nodiscard]] std::vector<Recording> make_recordings(const dialect::Dialect& dialect,
                                                     const std::vector<Captured>& captures);

/// Errors: io; bad_config when no frame in the file is a good answer.
[[nodiscard]] Result<std::vector<Recording>> load_recordings(const dialect::Dialect& dialect,
                                                             const std::filesystem::path& file);

}  // namespace packwire::sim
