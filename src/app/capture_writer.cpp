// SPDX-License-Identifier: MIT
#include "app/capture_writer.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <iterator>
#include <system_error>

#include "app/output.hpp"
#include "base/json_text.hpp"
#include "base/time_text.hpp"
#include "wire/frame.hpp"

namespace packwire::app {

namespace {

using Kind = bus::TapMessage::Kind;

/// CHKSUM over what stands before it, whatever else is wrong.
bool checksum_ok(std::string_view frame) {
    if (frame.size() < wire::min_text - 1) return false;
    const auto covered = frame.substr(1, frame.size() - 5);
    return fmt::format("{:04X}", wire::checksum(covered)) == frame.substr(frame.size() - 4);
}

bool length_ok(const bus::TapMessage& message) {
    if (message.kind != Kind::bad_frame || !message.error) return true;
    switch (message.error->code) {
        case Errc::too_short:
        case Errc::too_long:
        case Errc::bad_length:
        case Errc::bad_length_checksum:
            return false;
        default:
            return true;
    }
}

std::string_view direction(Kind kind) {
    switch (kind) {
        case Kind::request:
            return "request";
        case Kind::answer:
            return "response";
        default:
            return "unknown";
    }
}

}  // namespace

Error CaptureWriter::because(const char* what) const {
    return {Errc::io,
            fmt::format("{} {}: {}", file_, what, std::error_code(errno, std::generic_category()).message())};
}

Result<void> CaptureWriter::open(const std::string& file) {
    file_ = file;
    errno = 0;
    out_.open(file, std::ios::binary | std::ios::app);
    if (!out_.is_open()) return std::unexpected(because("cannot be written"));
    return {};
}

std::string CaptureWriter::notes(const bus::TapMessage& message) const {
    std::string notes;
    const auto add = [&notes](std::string_view note) {
        if (!notes.empty()) notes += "; ";
        notes += note;
    };
    if (unknown_bytes_ > 0) add(fmt::format("{} bytes that are no frame before it", unknown_bytes_));
    if (message.error) add(to_string(*message.error));
    if (message.kind == Kind::answer && !message.paired) add("no request before it");
    return notes;
}

Result<void> CaptureWriter::write(const bus::TapMessage& message, std::uint32_t baud) {
    if (message.kind == Kind::unknown) {
        unknown_bytes_ += message.text.size();
        return {};
    }
    auto frame = message.text;
    while (frame.ends_with(wire::eoi)) frame.remove_suffix(1);
    const auto time = rfc3339(message.time);
    std::string line = fmt::format("{{\"id\":\"listen-{}-{}\",\"direction\":\"{}\",\"service\":", time,
                                   ++frames_, direction(message.kind));
    append_json_text(line, message.code);
    line += R"(,"frame":)";
    append_json_text(line, frame);
    if (baud > 0) fmt::format_to(std::back_inserter(line), ",\"baud\":{}", baud);
    fmt::format_to(std::back_inserter(line),
                   ",\"time\":\"{}\",\"checksum_ok\":{},\"length_ok\":{},\"synthetic\":false", time,
                   checksum_ok(frame), length_ok(message));
    if (const auto noted = notes(message); !noted.empty()) {
        line += R"(,"notes":)";
        append_json_text(line, noted);
    }
    line += "}\n";
    unknown_bytes_ = 0;
    errno = 0;
    out_ << line << std::flush;
    if (out_.good()) return {};
    const auto error = because("cannot be written");
    out_.close();
    return std::unexpected(error);
}

}  // namespace packwire::app
