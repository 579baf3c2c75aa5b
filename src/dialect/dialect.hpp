// SPDX-License-Identifier: MIT
/// What all dialects have in common: making questions, judging answers, recognising what nobody asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "model/record.hpp"
#include "wire/frame.hpp"

namespace packwire::dialect {

using model::Dialect;
using model::Service;

/// Stands where RTN stands in the answer to 84, and how long that answer is. Source: protocol 11.1.
inline constexpr std::uint8_t link_answer_code = 0x85;
inline constexpr std::size_t link_answer_bytes = 76;
/// The RTN of firmware that does not know the service. Source: protocol 2.5.
inline constexpr std::uint8_t unsupported_code = 0x04;

/// Every dialect there is.
[[nodiscard]] std::span<const Dialect* const> all();
/// By name; null when there is none.
[[nodiscard]] const Dialect* find(std::string_view name);

/// Services whose code is `code`, upper or lower case, or that begin with it: "B0" gives B0/3 and B0/4.
[[nodiscard]] std::vector<const Service*> find_services(const Dialect& dialect, std::string_view code);

/// Can packs of that dialect be asked for it? Not where the question would have to name a module, an
/// operation or a function, and cannot.
[[nodiscard]] bool can_ask(const Dialect& dialect, const Service& service);

/// What the CID2 is called: a service, or one that changes packs; empty when nobody knows.
[[nodiscard]] std::string_view command_name(const Dialect& dialect, std::uint8_t cid2);

/// The question of `service` to the pack at `address`; `said` as in model::encode_request.
[[nodiscard]] wire::Frame make_request(const Dialect& dialect, const Service& service, std::uint8_t address,
                                       std::span<const model::RequestValue> said = {});
/// An answer with RTN 00 and that INFO. `asked` is the CID2 of the question, for dialects that echo it.
[[nodiscard]] wire::Frame make_answer(const Dialect& dialect, std::uint8_t address,
                                      std::span<const std::uint8_t> info, std::uint8_t rtn = 0,
                                      std::uint8_t asked = 0);

/// The dialect whose frames begin like that; null when there is none.
[[nodiscard]] const Dialect* with_soi(char soi);

/// VER and CID1 of the dialect. Errors: wrong_version, wrong_device; a known look-alike is named.
[[nodiscard]] std::optional<Error> check_header(const Dialect& dialect, const wire::Frame& frame);

/// Requests carry a CID2 where answers carry RTN; 85 with LENID 098 is the answer to 84.
/// Source: protocol 1.1, 11.1.
[[nodiscard]] bool is_request(const wire::Frame& frame);

/// Can `answer` be to a question with that CID2? In a dialect that does not echo any can.
[[nodiscard]] constexpr bool may_answer(const Dialect& dialect, const wire::Frame& answer,
                                        std::uint8_t cid2) {
    return !dialect.echoes || answer.device == cid2;
}

/// The words for a return code: "04 unsupported command". Source: protocol 2.5.
[[nodiscard]] std::string rtn_text(std::uint8_t rtn);

/// The service that a request asks for, by CID2, module and function; one of the same module when only the
/// function is unknown. Null when there is no table.
[[nodiscard]] const Service* requested_service(const Dialect& dialect, const wire::Frame& request);

/// Which of `services` answers with this INFO: the first that reads it, else the first whose module and
/// function it names. Null when there is none.
[[nodiscard]] const Service* answered_service(model::Decoder& decoder,
                                              std::span<const Service* const> services,
                                              std::span<const std::uint8_t> info);

/// Is this INFO an answer to `service`? Null record when not.
[[nodiscard]] std::optional<model::Record> try_answer(model::Decoder& decoder, const Service& service,
                                                      std::span<const std::uint8_t> info);

/// The one service whose answer this can be; null when none or several fit. A table that INFO fills to the
/// last byte goes before one that leaves bytes over. Loose tables must bear their tell-tale.
[[nodiscard]] const Service* recognise(model::Decoder& decoder, const Dialect& dialect,
                                       const wire::Frame& answer);

}  // namespace packwire::dialect
