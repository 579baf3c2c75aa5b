// SPDX-License-Identifier: MIT
/// packwire decode: frames to records, offline. Exit 1 if any line was bad.
#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <ostream>
#include <system_error>

#include "app/commands.hpp"
#include "app/interpreter.hpp"
#include "app/line_reader.hpp"
#include "base/json_text.hpp"

namespace packwire::app {

namespace {

using Interpreters = std::vector<std::unique_ptr<Interpreter>>;

/// One for each dialect that frames may be of.
Interpreters interpreters(const DecodeOptions& options) {
    Interpreters all;
    for (const auto* dialect : dialect::all()) {
        if (options.dialect != auto_dialect && options.dialect != dialect->name) continue;
        all.push_back(std::make_unique<Interpreter>(*dialect, options.services));
    }
    return all;
}

class Decoding {
public:
    Decoding(const DecodeOptions& options, Streams io)
        : options_(options), io_(io), interpreters_(interpreters(options)) {
        for (const auto& one : interpreters_) sois_ += one->dialect().soi;
    }

    int all() {
        if (options_.format == Format::csv) io_.out << csv_header("line");
        if (options_.files.empty()) one(io_.in, "-");
        for (const auto& file : options_.files) open(file);
        io_.out.flush();
        return good_ ? Exit::done : Exit::failed;
    }

private:
    void complain(std::string_view what) {
        io_.out.flush();
        io_.err << fmt::format("packwire decode: {}\n", what);
        good_ = false;
    }

    void open(const std::string& name) {
        if (name == "-") {
            one(io_.in, name);
            return;
        }
        std::error_code ignored;
        if (std::filesystem::is_directory(name, ignored)) {
            complain(fmt::format("{} is a directory, expected a file of frames", name));
            return;
        }
        std::ifstream file(name, std::ios::binary);
        if (!file) {
            const auto why = std::error_code(errno, std::generic_category()).message();
            complain(fmt::format("{} cannot be read: {}", name, why));
            return;
        }
        one(file, name);
    }

    void one(std::istream& in, const std::string& name) {
        file_ = options_.files.size() > 1 ? name : std::string();
        frames_ = bad_ = 0;
        for (const auto& one : interpreters_) one->forget();
        LineReader reader(in, [this] { io_.out.flush(); });
        std::string line;
        while (reader.next(line)) take(line, reader);
        const auto shown = name == "-" ? std::string("standard input") : name;
        if (frames_ == 0) {
            complain(fmt::format("{} has no frame in it; expected lines such as {}22014A42E00201FD28", shown,
                                 sois_.front()));
        } else if (bad_ > 0) {
            complain(
                fmt::format("{}: {} bad line{}, each shown in its place", shown, bad_, bad_ == 1 ? "" : "s"));
        }
    }

    void take(const std::string& line, const LineReader& reader) {
        if (reader.cut_off()) {
            const auto where = fmt::format("the line has more than {} characters", LineReader::longest);
            show(Error{Errc::too_long, where}, reader.number());
            return;
        }
        read_frame_line(line, sois_, line_);
        if (line_.kind == FrameLine::Kind::bad) show(line_.error, reader.number());
        if (line_.kind != FrameLine::Kind::frame) return;
        ++frames_;
        const auto dialect = sois_.find(line_.text.front());
        if (const auto message = interpreters_[dialect]->read(line_)) {
            show(*message, reader.number());
        } else {
            show(message.error(), reader.number());
        }
    }

    void begin_object(std::size_t number) {
        text_ = "{";
        if (!file_.empty()) {
            text_ += "\"file\":";
            append_json_text(text_, file_);
            text_ += ',';
        }
        fmt::format_to(std::back_inserter(text_), "\"line\":{},", number);
    }

    [[nodiscard]] std::string place(std::size_t number) const {
        return file_.empty() ? fmt::format("line {}", number) : fmt::format("{}:{}", file_, number);
    }

    void show(const Message& message, std::size_t number) {
        if (options_.format == Format::json) {
            begin_object(number);
            append_members(text_, message);
            text_ += "}\n";
        } else if (options_.format == Format::csv) {
            text_.clear();
            append_csv(text_, file_.empty() ? fmt::format("{}", number) : place(number), message);
        } else {
            text_ = fmt::format("{}  {}\n", place(number), heading(message, io_.colour));
            text_ += field_table(message, io_.colour);
        }
        io_.out.write(text_.data(), static_cast<std::streamsize>(text_.size()));
    }

    void show(const Error& error, std::size_t number) {
        ++bad_;
        if (options_.format == Format::json) {
            begin_object(number);
            append_error(text_, error);
            text_ += "}\n";
        } else if (options_.format == Format::csv) {
            text_ = csv_line({file_.empty() ? fmt::format("{}", number) : place(number), "", "", "", "", "",
                              "error", to_string(error), ""});
        } else {
            text_ = fmt::format("{}  {}\n", place(number), paint(to_string(error), Style::red, io_.colour));
        }
        io_.out.write(text_.data(), static_cast<std::streamsize>(text_.size()));
    }

    const DecodeOptions& options_;
    Streams io_;
    Interpreters interpreters_;
    std::string sois_;  ///< as interpreters_
    FrameLine line_;
    std::string text_;
    std::string file_;  ///< named in the output only when there are several
    std::size_t frames_ = 0;
    std::size_t bad_ = 0;
    bool good_ = true;
};

}  // namespace

int run(const DecodeOptions& options, Streams io) {
    return Decoding(options, io).all();
}

}  // namespace packwire::app
