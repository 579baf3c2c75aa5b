// SPDX-License-Identifier: MIT
/// packwire listen: decodes what others say on a line; transmits nothing. Exit 1 if no good frame came within
/// --duration; 0 when interrupted.
#include <fmt/format.h>

#include <iterator>
#include <ostream>

#include "app/capture_writer.hpp"
#include "app/commands.hpp"
#include "app/interpreter.hpp"
#include "app/session.hpp"
#include "app/tap_text.hpp"
#include "app/values.hpp"
#include "base/json_text.hpp"
#include "base/time_text.hpp"
#include "wire/hex.hpp"

namespace packwire::app {

using bus::Task;

namespace {

using Kind = bus::TapMessage::Kind;
class Listening final : public bus::TapListener {
public:
    Listening(const ListenOptions& options, Streams io, Session& session)
        : options_(options),
          io_(io),
          session_(session),
          interpreter_(session.dialect(), {}),
          progress_(io),
          tap_(session.port(), session.time(), session.dialect(), *this,
               bus::tap_timing_for(session.url().kind)) {
        const bool gateway = session.url().kind == bus::PortUrl::Kind::tcp;
        if (!gateway && session.bauds().size() == 1) baud_ = session.bauds().front();
    }

    Task<int> all() {
        if (options_.record) {
            const auto opened = capture_.open(*options_.record);
            if (!opened) co_return complain(opened.error());
        }
        const auto opened = co_await session_.port().open();
        if (!opened) co_return complain(opened.error());
        const auto end = options_.duration ? session_.time().now() + *options_.duration : TimePoint::max();
        announce();
        if (options_.format == Format::csv) io_.out << csv_header("time") << std::flush;
        const auto found = co_await tap_.find_speed(session_.bauds(), end);
        if (!found) co_return complain(found.error());
        if (*found) {
            const auto heard = co_await tap_.hear(end);
            if (failed_) co_return Exit::failed;
            if (!heard) co_return complain(heard.error());
        }
        if (tap_.statistics().frames == 0) co_return nothing_heard();
        co_return Exit::done;
    }

    /// However it ended.
    void finish() {
        progress_.clear();
        io_.out.flush();
        if (!options_.statistics && !io_.terminal) return;
        io_.err << tap_statistics_text(tap_.statistics(), io_.colour) << std::flush;
    }

private:
    int complain(const Error& error) {
        progress_.clear();
        io_.out.flush();
        io_.err << fmt::format("packwire listen: {}\n", to_string(error)) << std::flush;
        return Exit::failed;
    }

    int nothing_heard() {
        return complain(
            {Errc::timeout,
             fmt::format("{}: no good frame within {}; check A and B, the baud rate, and that "
                         "a master is asking",
                         session_.port().name(), duration_text(options_.duration.value_or(Duration{})))});
    }

    void announce() {
        std::string speed;
        if (session_.bauds().size() > 1) speed = ", looking for the baud rate";
        if (baud_ > 0) speed = fmt::format(" at {} baud", baud_);
        io_.err << fmt::format("packwire listen: listening on {}{}; transmitting nothing\n",
                               session_.port().name(), speed)
                << std::flush;
    }

    void on_speed(std::uint32_t baud, bool found) override {
        if (!found) {
            progress_.show(fmt::format("listening at {} baud", baud));
            return;
        }
        progress_.clear();
        baud_ = baud;
        io_.err << fmt::format("packwire listen: good frames at {} baud\n", baud) << std::flush;
    }

    void on_message(const bus::TapMessage& heard) override {
        record(heard);
        auto shown = heard;
        const auto message = interpret(shown);
        switch (options_.format) {
            case Format::json:
                json(shown, message);
                break;
            case Format::csv:
                csv(shown, message);
                break;
            default:
                out_ = tap_line(shown, message ? &*message : nullptr, io_.colour);
                out_ += '\n';
        }
        io_.out << out_ << std::flush;
    }

    void record(const bus::TapMessage& heard) {
        if (!capture_.is_open()) return;
        const auto written = capture_.write(heard, baud_);
        if (written) return;
        complain(written.error());
        failed_ = true;
        session_.port().close();
    }

    /// As decode would print it. Who answers what the tap knows better: it has heard when.
    /// A known other device that answers nobody is found here.
    std::optional<Message> interpret(bus::TapMessage& heard) {
        if (heard.error || (heard.kind != Kind::request && heard.kind != Kind::answer)) return std::nullopt;
        frame_.kind = FrameLine::Kind::frame;
        frame_.direction =
            heard.kind == Kind::request ? FrameLine::Direction::request : FrameLine::Direction::response;
        frame_.text = heard.text;
        frame_.service = heard.kind == Kind::answer ? heard.code : std::string_view();
        if (!heard.paired) interpreter_.forget();
        auto message = interpreter_.read(frame_);
        if (!message) {
            heard.error = message.error();
            return std::nullopt;
        }
        return std::move(*message);
    }

    void json(const bus::TapMessage& heard, const std::optional<Message>& message) {
        out_ = fmt::format("{{\"time\":\"{}\",", rfc3339(heard.time));
        if (message) {
            append_members(out_, *message);
        } else {
            append_error(out_, heard.error.value_or(Error{}));
            const std::vector<std::uint8_t> bytes(heard.text.begin(), heard.text.end());
            if (heard.kind == Kind::unknown) {
                fmt::format_to(std::back_inserter(out_), ",\"unknown\":\"{}\"", wire::to_hex(bytes));
            } else {
                out_ += R"(,"frame":)";
                append_json_text(out_, heard.text.substr(0, heard.text.find(wire::eoi)));
            }
        }
        out_ += "}\n";
    }

    void csv(const bus::TapMessage& heard, const std::optional<Message>& message) {
        out_.clear();
        const auto time = rfc3339(heard.time);
        if (message) {
            append_csv(out_, time, *message);
        } else {
            const bool known = heard.kind == Kind::answer;
            out_ = csv_line({time, known ? "response" : "unknown",
                             known ? fmt::format("{}", heard.address) : "", std::string(heard.code), "", "",
                             "error", to_string(heard.error.value_or(Error{})), ""});
        }
    }

    const ListenOptions& options_;
    Streams io_;
    Session& session_;
    Interpreter interpreter_;
    Progress progress_;
    CaptureWriter capture_;
    FrameLine frame_;
    std::string out_;
    std::uint32_t baud_ = 0;
    bool failed_ = false;
    bus::Tap tap_;
};

}  // namespace

int run(const ListenOptions& options, Streams io) {
    Session session(options.line, Unsaid::usual, bus::PortAccess::listen_only);
    Listening listening(options, io, session);
    const int code = run_to_end(session.loop(), listening.all(), Exit::done);
    listening.finish();
    return code;
}

}  // namespace packwire::app
