// SPDX-License-Identifier: MIT
#include "sink/venus/registry.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <utility>

#include "base/durable_file.hpp"
#include "sink/venus/item.hpp"

namespace packwire::sink::venus {

namespace {

constexpr auto ruler_id = "(ruler)\t";

}  // namespace

Registry::Registry(std::filesystem::path file) : file_(std::move(file)) {
    load();
}

bool Registry::is_taken(int instance) const {
    return std::ranges::any_of(packs_, [&](const auto& pack) { return pack.second.instance == instance; });
}

void Registry::load() {
    if (file_.empty()) return;
    std::ifstream in(file_);
    for (std::string line; std::getline(in, line);) read_line(line);
}

void Registry::read_line(const std::string& line) {
    const auto first = line.find('\t');
    const auto second = first == std::string::npos ? first : line.find('\t', first + 1);
    if (second == std::string::npos) return;
    int instance = 0;
    const auto* end = line.data() + second;
    const auto [stop, error] = std::from_chars(line.data() + first + 1, end, instance);
    if (error == std::errc{} && stop == end && line.starts_with(ruler_id) && instance == -1) {
        ruler_ = bus_text(line.substr(second + 1));
        return;
    }
    if (error != std::errc{} || stop != end || instance < 0 || is_taken(instance)) return;
    auto name = line.substr(second + 1);
    packs_.try_emplace(line.substr(0, first),
                       Entry{instance, is_utf8(name) ? std::move(name) : bus_text(std::move(name))});
}

int Registry::instance_of(const std::string& id) {
    const auto found = packs_.find(id);
    if (found != packs_.end()) return found->second.instance;
    const bool bank = id == bank_id && !is_taken(bank_instance);
    const int instance = bank ? bank_instance : free_instance();
    packs_[id] = Entry{instance, ""};
    changed_ = true;
    return instance;
}

void Registry::set_instance(const std::string& id, int instance) {
    auto& entry = packs_[id];
    changed_ = changed_ || entry.instance != instance;
    entry.instance = instance;
}

int Registry::free_instance() const {
    int instance = first_instance;
    while (is_taken(instance)) ++instance;
    return instance;
}

std::string Registry::name_of(const std::string& id) const {
    const auto found = packs_.find(id);
    return found != packs_.end() ? found->second.name : "";
}

void Registry::set_name(const std::string& id, std::string name) {
    instance_of(id);
    auto& entry = packs_[id];
    if (entry.name == name) return;
    entry.name = std::move(name);
    changed_ = true;
}

void Registry::set_ruler(const std::string& service) {
    changed_ = changed_ || ruler_ != service;
    ruler_ = service;
}

std::optional<std::string> Registry::take_changes() {
    if (!std::exchange(changed_, false) || file_.empty()) return std::nullopt;
    std::string text;
    for (const auto& [id, entry] : packs_) {
        text += id + '\t' + std::to_string(entry.instance) + '\t';
        text += entry.name + '\n';
    }
    if (!ruler_.empty()) {
        text += ruler_id;
        text += "-1\t" + ruler_ + '\n';
    }
    return text;
}

Result<void> Registry::write(const std::filesystem::path& file, const std::string& text) {
    if (const auto written = write_durably(file, text); !written) {
        return fail(Errc::io, written.error().where +
                                  "; instances and names of the packs on "
                                  "Venus will not survive a restart");
    }
    return {};
}

Result<void> Registry::save() {
    const auto text = take_changes();
    return text ? write(file_, *text) : Result<void>{};
}

}  // namespace packwire::sink::venus
