// SPDX-License-Identifier: MIT
/// Answers questions as a pack does, out of the tables of the dialect.
#pragma once

#include <optional>

#include "dialect/dialect.hpp"
#include "sim/identity.hpp"
#include "sim/logbook.hpp"
#include "sim/pack.hpp"
#include "sim/recall.hpp"

namespace packwire::sim {

/// Return codes. Source: protocol 2.5.
inline constexpr std::uint8_t rtn_unknown_command = 0x04;
inline constexpr std::uint8_t rtn_bad_format = 0x05;
inline constexpr std::uint8_t rtn_bad_data = 0x06;

/// A question that a table covers, or the return code that refuses it.
struct Asked {
    const dialect::Service* service = nullptr;
    std::uint8_t rtn = 0;
};

/// RTN 04 where no table is, and for writes; 05 where INFO has the wrong length; 06 where a byte of it is
/// wrong.
[[nodiscard]] Asked understand(const dialect::Dialect& dialect, const wire::Frame& request);

class Responder {
public:
    Responder(const dialect::Dialect& dialect, std::uint8_t address, Identity identity)
        : dialect_(dialect), address_(address), identity_(std::move(identity)) {}

    /// What the pack says; nothing when it is not the one asked, or the header is of another device.
    /// Each field gets its value by its name: a new service of known quantities needs no line here. `now` is
    /// what 4D tells; `book` is what 4B and 4C read, each from where it was.
    [[nodiscard]] std::optional<wire::Frame> answer(const Pack& pack, const wire::Frame& request,
                                                    WallTime now = {}, const Logbook& book = Logbook{});
    /// The pack restarts.
    void forget() {
        history_cursor_.forget();
        event_cursor_.forget();
    }

    [[nodiscard]] const Identity& identity() const { return identity_; }
    [[nodiscard]] std::uint8_t address() const { return address_; }

private:
    [[nodiscard]] wire::Frame tell(const Pack& pack, const dialect::Service& service,
                                   const wire::Frame& request, WallTime now);
    template <class T>
    [[nodiscard]] wire::Frame recall(const Ring<T>& ring, Cursor& cursor, const dialect::Service& service,
                                     const wire::Frame& request, WallTime now);
    [[nodiscard]] wire::Frame good(const model::Draft& draft) const;
    [[nodiscard]] wire::Frame refuse(const wire::Frame& request, std::uint8_t rtn) const;
    void fill(model::Draft& draft, const Pack& pack, const wire::Frame& request, WallTime now) const;
    void set(model::Draft& draft, const model::Slot& slot, double value) const;
    [[nodiscard]] std::int32_t status(const Pack& pack, const model::Field& field) const;
    [[nodiscard]] const model::Variant& variant(const dialect::Service& service) const;

    const dialect::Dialect& dialect_;
    std::uint8_t address_;
    Identity identity_;
    model::Layouts layouts_;
    Cursor history_cursor_;
    Cursor event_cursor_;
};

}  // namespace packwire::sim
