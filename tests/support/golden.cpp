// SPDX-License-Identifier: MIT
#include "support/golden.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <map>
#include <stdexcept>

#include "support/source_dir.hpp"

namespace packwire::test {

namespace fs = std::filesystem;

std::vector<fs::path> golden_files(const std::string& dialect) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(source_dir() / "tests/golden" / dialect)) {
        if (entry.path().extension() == ".txt") files.push_back(entry.path());
    }
    if (files.empty()) throw std::runtime_error("no golden files of " + dialect);
    std::ranges::sort(files);
    return files;
}

Golden read_golden(const fs::path& file) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error("cannot read " + file.string());
    Golden golden;
    std::map<std::string, std::string*> missing{{"source", &golden.source},
                                                {"service", &golden.service},
                                                {"request", &golden.request},
                                                {"response", &golden.response},
                                                {"fields", &golden.fields}};
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line.front() == '#') continue;
        const auto colon = line.find(": ");
        const auto place = missing.find(line.substr(0, colon));
        if (colon == std::string::npos || place == missing.end())
            throw std::runtime_error(file.string() + ": not expected: " + line);
        *place->second = line.substr(colon + 2);
        missing.erase(place);
    }
    if (!missing.empty()) throw std::runtime_error(file.string() + ": no " + missing.begin()->first + ":");
    golden.request += '\r';
    golden.response += '\r';
    return golden;
}

std::string test_name(const fs::path& file) {
    auto name = file.stem().string();
    std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    return name;
}

}  // namespace packwire::test
