// SPDX-License-Identifier: MIT
/// Frames to records, without a line: who asked for what is found out from the frames themselves.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "app/frame_line.hpp"
#include "app/message.hpp"
#include "bus/persistent_faults.hpp"
#include "dialect/dialect.hpp"

namespace packwire::app {

/// An answer does not name its question, but in dialects that echo it. It is matched to the request before
/// it, if that went to the same pack and has no answer yet; else to the services that the user named; else
/// recognised by its content.
class Interpreter {
public:
    /// `services`: codes that find_services knows.
    Interpreter(const dialect::Dialect& dialect, const std::vector<std::string>& services);

    /// The message holds until the next call. Errors: those of wire, dialect and model.
    [[nodiscard]] Result<Message> read(const FrameLine& line);
    /// The answers that follow belong to none of the requests so far: another file begins.
    void forget() { asked_.reset(); }
    [[nodiscard]] const dialect::Dialect& dialect() const { return dialect_; }

private:
    /// The tables of a request, in the shape that the decoder takes.
    struct RequestTable {
        const dialect::Service* of = nullptr;
        model::Variant variant;
        model::Service service;
    };
    struct Asked {
        std::uint8_t address = 0;
        std::uint8_t cid2 = 0;
        std::string service;
        const dialect::Service* known = nullptr;
    };

    Result<Message> read_request(Message message);
    Result<Message> read_answer(Message message, const std::string& said);
    Result<Message> read_as(Message message, const std::string& service);
    Result<Message> read_as(Message message, const dialect::Service& service);
    Result<Message> read_as_one_of(Message message);
    Result<Message> recognise(Message message);
    [[nodiscard]] bool is_request(const FrameLine& line) const;

    const dialect::Dialect& dialect_;
    std::vector<const dialect::Service*> wanted_;
    std::deque<RequestTable> requests_;
    model::Decoder decoder_;
    wire::Frame frame_;
    std::optional<Asked> asked_;
    bus::PersistentFaults faults_;
};

}  // namespace packwire::app
