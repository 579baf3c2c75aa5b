// SPDX-License-Identifier: MIT
/// All packs of all buses, as last read: from records to packs with an identity and an age. No I/O.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bank/identity.hpp"
#include "bank/pack.hpp"

namespace packwire::bank {

class Book {
public:
    /// `bounded`: as effective() says.
    explicit Book(LossTimes loss, bool bounded = true) : loss_(loss), bounded_(bounded) {}

    /// A pack answers that did not before. Until its identity is read again nothing of it is published, and
    /// what was published ages: it may be another pack. The dialect says what there is to ask about identity.
    void on_appear(const std::string& bus, std::uint8_t address, const model::Dialect& dialect);
    /// A good answer. Gives the pack when sinks should hear of it: it has live data and is known by name.
    const Pack* on_record(const std::string& bus, std::uint8_t address, const model::Record& record,
                          TimePoint now, WallTime wall);
    /// The pack answered RTN 04. Says nothing of telemetry, nor of what has answered since it appeared.
    const Pack* on_unsupported(const std::string& bus, std::uint8_t address, const model::Service& service);
    /// Who it is will not be asked there: a listening bus has waited for B0/3 long enough. The pack is named
    /// by its place until it appears anew, even if B0/3 is heard later.
    const Pack* on_identity_withheld(const std::string& bus, std::uint8_t address);
    /// How quickly readings follow each other on that bus; it rules how old they may become.
    void set_pace(const std::string& bus, const Pace& pace);

    /// When the pack at that bus becomes stale, lost and gone.
    [[nodiscard]] LossTimes times_at(const std::string& bus) const;
    [[nodiscard]] const std::map<std::string, Pace>& paces() const { return paces_; }

    /// Packs whose freshness is another now; each is to be published once.
    [[nodiscard]] std::vector<const Pack*> refresh(TimePoint now);
    /// When refresh() is worth calling next; TimePoint::max() when never.
    [[nodiscard]] TimePoint next_change() const;
    /// May next_change() be earlier than when this was asked last? A reading of a pack that is fresh only
    /// ever puts it off, so hundreds of packs need not be gone through for each of their answers.
    [[nodiscard]] bool take_sooner() { return std::exchange(sooner_, false); }

    /// Every pack that has a name.
    [[nodiscard]] std::vector<const Pack*> packs() const;

private:
    struct Entry {
        Pack pack;               ///< as published
        bool named = false;      ///< pack.snapshot.identity.id holds
        bool live = false;       ///< pack has live data
        bool confirmed = false;  ///< what answers now is `pack`
        Pack arriving;           ///< what answers now, while it is not known who it is
        bool arriving_live = false;
        IdentityAnswers answers;
    };
    using Key = std::pair<std::string, std::uint8_t>;
    Entry& entry(const std::string& bus, std::uint8_t address);
    const Pack* confirm(Entry& entry);
    [[nodiscard]] std::string distinct(const Entry& entry, const std::string& id) const;
    [[nodiscard]] LossTimes times_of(const Entry& entry) const;

    LossTimes loss_;
    bool bounded_;
    std::map<Key, Entry> entries_;
    std::map<std::string, Pace> paces_;
    bool sooner_ = false;
    std::vector<Pack> departed_;  ///< replaced by another pack at their place; told once as gone
    std::vector<Pack> told_;      ///< departed packs that the last refresh() gave out
};

}  // namespace packwire::bank
