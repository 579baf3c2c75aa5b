// SPDX-License-Identifier: MIT
#include "svg_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace packwire::bench {

namespace {

constexpr double left = 70;
constexpr double width = 1100;
constexpr double height = 170;  // of a band
constexpr double gap = 34;
constexpr double top = 50;

struct Range {
    double low = 0, high = 1;
};

Range range_of(const Band& band) {
    Range range{1e9, -1e9};
    for (const auto& curve : band.curves) {
        if (curve.values.empty()) continue;
        const auto [low, high] = std::ranges::minmax(curve.values);
        range = {std::min(range.low, low), std::max(range.high, high)};
    }
    const auto margin = std::max((range.high - range.low) * 0.05, 0.01);
    return {range.low - margin, range.high + margin};
}

class Writer {
public:
    explicit Writer(const Plot& plot) : plot_(plot) {
        const auto bottom = top + static_cast<double>(plot.bands.size()) * (height + gap) + 20;
        fmt::format_to(out(), R"(<svg xmlns="http://www.w3.org/2000/svg" width="{:.0f}" height="{:.0f}" )",
                       left + width + 20, bottom);
        fmt::format_to(out(), "font-family=\"sans-serif\" font-size=\"11\">\n");
        fmt::format_to(out(), "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        label(left, 20, 15, plot.title);
    }
    void band(const Band& band, double y) {
        const auto range = range_of(band);
        const auto place = [&](double value) {
            return y + height * (range.high - value) / (range.high - range.low);
        };
        fmt::format_to(out(), R"(<rect x="{}" y="{}" width="{}" height="{}" fill="none" stroke="#999"/>)",
                       left, y, width, height);
        label(left, y - 6, 12, band.title);
        for (int i = 0; i <= 4; ++i) {
            const auto value = range.low + (range.high - range.low) * i / 4;
            label(4, place(value) + 4, 10, fmt::format("{:.2f}", value));
        }
        double x = left + 260;
        for (const auto& curve : band.curves) {
            line(curve, place);
            fmt::format_to(out(), "<text x=\"{}\" y=\"{}\" fill=\"{}\">{}</text>\n", x, y - 6, curve.colour,
                           curve.name);
            x += 20 + 8 * static_cast<double>(curve.name.size());
        }
        hours(y);
    }
    void marks(double bottom) {
        for (const auto& [hour, words] : plot_.marks) {
            fmt::format_to(out(), R"(<line x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}" stroke="#ddd"/>)",
                           at(hour), top, bottom);
            fmt::format_to(out(), "<text x=\"{0:.1f}\" y=\"{1}\" font-size=\"9\" fill=\"#777\">{2}</text>\n",
                           at(hour) + 2, top - 18, words);
        }
    }
    [[nodiscard]] std::string done() && {
        fmt::format_to(out(), "</svg>\n");
        return std::move(text_);
    }

private:
    [[nodiscard]] std::back_insert_iterator<std::string> out() { return std::back_inserter(text_); }
    [[nodiscard]] double at(double hour) const {
        const auto first = plot_.hours.front();
        return left + width * (hour - first) / (plot_.hours.back() - first);
    }
    void label(double x, double y, int size, std::string_view words) {
        fmt::format_to(out(), "<text x=\"{}\" y=\"{:.1f}\" font-size=\"{}\">{}</text>\n", x, y, size, words);
    }
    template <class Place>
    void line(const Curve& curve, Place place) {
        fmt::format_to(out(), R"(<polyline fill="none" stroke="{}" points=")", curve.colour);
        for (std::size_t i = 0; i < curve.values.size(); ++i)
            fmt::format_to(out(), "{:.1f},{:.1f} ", at(plot_.hours[i]), place(curve.values[i]));
        fmt::format_to(out(), "\"/>\n");
    }
    void hours(double y) {
        for (double hour = plot_.hours.front(); hour <= plot_.hours.back(); hour += 2)
            label(at(hour) - 8, y + height + 14, 10, fmt::format("{:.0f} h", hour));
    }

    const Plot& plot_;
    std::string text_;
};

}  // namespace

std::string svg(const Plot& plot) {
    Writer writer(plot);
    double y = top;
    writer.marks(top + static_cast<double>(plot.bands.size()) * (height + gap) - gap);
    for (const auto& band : plot.bands) {
        writer.band(band, y);
        y += height + gap;
    }
    return std::move(writer).done();
}

}  // namespace packwire::bench
