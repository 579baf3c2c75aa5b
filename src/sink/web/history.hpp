// SPDX-License-Identifier: MIT
/// What was asked of the history, and what it says, as JSON. docs/api.md.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "sink/web/url.hpp"
#include "store/archive.hpp"

namespace packwire::sink::web {

/// Of all series of one answer together.
inline constexpr std::size_t most_points = 100'000;
inline constexpr std::size_t most_devices = 32;
inline constexpr std::size_t most_indices = 32;

struct HistoryRequest {
    model::Metric metric;
    WallTime from{};
    WallTime to{};
    bool indexed = false;  ///< what was asked for by its index is answered even if it is empty
    std::vector<store::Query> queries;
};

/// Errors: usage, naming the parameter and what was expected.
[[nodiscard]] Result<HistoryRequest> parse_history(const Url& url, WallTime now);
/// The same.
[[nodiscard]] Result<store::EventQuery> parse_events(const Url& url);

/// Writes an answer a part at a time, so that the loop is not held up by one of a hundred thousand points.
class HistoryWriter {
public:
    HistoryWriter(HistoryRequest request, std::vector<store::Answer> answers);
    /// About so many points more. True when that was all.
    [[nodiscard]] bool write(std::size_t points);
    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    void begin_series();

    HistoryRequest request_;
    std::vector<store::Answer> answers_;
    std::string out_;
    std::size_t series_ = 0;
    std::size_t point_ = 0;
    bool first_ = true;
};

/// {"id":…,"time":…,…}; `type` comes first where it is not empty.
[[nodiscard]] std::string event_json(const store::Event& event, std::string_view type = {});
/// `limit`: as asked for; when so many came there may be more.
[[nodiscard]] std::string events_json(const std::vector<store::Event>& events, std::size_t limit);

}  // namespace packwire::sink::web
