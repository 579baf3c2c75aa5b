// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "wire/frame.hpp"
#include "wire/splitter.hpp"

namespace packwire::wire {
namespace {

using Bytes = std::vector<std::uint8_t>;

rc::Gen<Frame> any_frame() {
    const auto info = rc::gen::mapcat(rc::gen::inRange<std::size_t>(0, 513), [](std::size_t size) {
        return rc::gen::container<Bytes>(size, rc::gen::inRange<std::uint8_t>(0, 255));
    });
    const auto header = rc::gen::container<std::array<std::uint8_t, 4>>(rc::gen::arbitrary<std::uint8_t>());
    return rc::gen::map(rc::gen::pair(header, info), [](const auto& parts) {
        Frame frame;
        frame.version = parts.first[0];
        frame.address = parts.first[1];
        frame.device = parts.first[2];
        frame.code = parts.first[3];
        frame.set_info(parts.second);
        return frame;
    });
}

/// Bytes that are not SOI, with many that have a meaning.
rc::Gen<std::string> noise() {
    return rc::gen::container<std::string>(
        rc::gen::oneOf(rc::gen::elementOf(std::string("0123456789ABCDEFabcdef\r")),
                       rc::gen::suchThat(rc::gen::arbitrary<char>(), [](char c) { return c != '~'; })));
}

RC_GTEST_PROP(WireProperty, DecodeOfEncodeIsTheSame, ()) {
    const auto frame = *any_frame();
    const auto text = encode(frame);
    const auto decoded = decode(text);
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(*decoded == frame);
    RC_ASSERT(encode(*decoded) == text);
}

RC_GTEST_PROP(WireProperty, SplitterFindsExactlyTheFrames, ()) {
    std::string stream;
    std::vector<std::string> sent;
    const auto pieces = *rc::gen::inRange(0, 8);
    for (int i = 0; i < pieces; ++i) {
        const auto frame = encode(*any_frame());
        const auto kind = *rc::gen::inRange(0, 4);
        if (kind == 0) {
            stream += *noise();
        } else if (kind == 1) {  // cut off
            stream += frame.substr(0, *rc::gen::inRange<std::size_t>(1, frame.size() - 5));
        } else {
            stream += frame;
            sent.push_back(frame);
        }
    }
    Splitter splitter;
    std::vector<std::string> found;
    std::string_view rest = stream;
    while (!rest.empty()) {
        auto chunk = rest.substr(0, *rc::gen::inRange<std::size_t>(1, 200));
        rest.remove_prefix(chunk.size());
        while (const auto text = splitter.next(chunk)) {
            Frame frame;
            if (parse(*text, {}, frame)) found.emplace_back(*text);
        }
    }
    RC_ASSERT(found == sent);
}

RC_GTEST_PROP(WireProperty, SplitterDoesNotCareHowTheStreamIsCut, ()) {
    const auto stream = *rc::gen::container<std::string>(
        rc::gen::oneOf(rc::gen::elementOf(std::string("~~~0123456789ABCDEF\r")), rc::gen::arbitrary<char>()));
    const Limits limits{.max_lenid = 12};
    const auto cut = [&](std::size_t piece) {
        Splitter splitter{limits};
        std::vector<std::string> found;
        for (std::string_view rest = stream; !rest.empty();) {
            auto chunk = rest.substr(0, piece);
            rest.remove_prefix(chunk.size());
            while (const auto text = splitter.next(chunk)) found.emplace_back(*text);
        }
        return std::tuple(found, splitter.dropped().noise_bytes, splitter.dropped().cut_off,
                          splitter.dropped().bad_byte, splitter.dropped().too_long, splitter.missing());
    };
    const auto whole = cut(stream.size() + 1);
    RC_ASSERT(cut(1) == whole);
    RC_ASSERT(cut(*rc::gen::inRange<std::size_t>(2, 20)) == whole);
}

/// A valid frame, then a few characters changed, taken out, put in, or the case of them.
std::string mutated() {
    auto text = encode(*any_frame());
    const auto times = *rc::gen::inRange(0, 4);
    for (int i = 0; i < times && !text.empty(); ++i) {
        // Half of the time in the header, where most rules are.
        const auto end = *rc::gen::arbitrary<bool>() ? text.size() : std::min<std::size_t>(text.size(), 14);
        const auto at = *rc::gen::inRange<std::size_t>(0, end);
        switch (*rc::gen::inRange(0, 5)) {
            case 0:
                text[at] = *rc::gen::arbitrary<char>();
                break;
            case 1:
                text[at] = *rc::gen::elementOf(std::string("0123456789ABCDEF"));
                break;
            case 2:
                text.erase(at, 1);
                break;
            case 3:
                text.insert(at, 1, *rc::gen::elementOf(std::string("0F~\r")));
                break;
            default:
                text[at] = static_cast<char>(text[at] ^ 0x20);
                break;
        }
    }
    return text;
}

RC_GTEST_PROP(WireProperty, ParseAndExplainAgree, ()) {
    const auto text = mutated();
    Frame frame;
    const bool good = parse(text, {}, frame);
    // Of a good frame explain() can only say that CHKSUM is what it should be.
    const auto error = explain(text, {});
    const bool faultless = error.code == Errc::bad_checksum && error.where.size() == 23 &&
                           error.where.substr(9, 4) == error.where.substr(19, 4);
    RC_ASSERT(good == faultless);
    RC_ASSERT(decode(text).has_value() == good);
}

}  // namespace
}  // namespace packwire::wire
