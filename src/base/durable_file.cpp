// SPDX-License-Identifier: MIT
#include "base/durable_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace packwire {

namespace {

std::unexpected<Error> failed(const std::filesystem::path& path) {
    const auto why = std::error_code(errno, std::generic_category()).message();
    return fail(Errc::io, fmt::format("{}: {}", path.string(), why));
}

class Descriptor {
public:
    Descriptor(const std::filesystem::path& path, int flags) : fd_(::open(path.c_str(), flags, 0640)) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int get() const { return fd_; }

private:
    int fd_;
};

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

Result<void> write_durably(const std::filesystem::path& path, std::string_view text) {
    auto draft = path;
    draft += ".new";
    {
        const Descriptor file(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
        if (file.get() < 0 || !write_all(file.get(), text) || ::fsync(file.get()) != 0) return failed(draft);
    }
    if (::rename(draft.c_str(), path.c_str()) != 0) return failed(path);
    // The name, too, has to be on the disk.
    const auto parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    const Descriptor directory(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory.get() < 0 || ::fsync(directory.get()) != 0) return failed(parent);
    return {};
}

Result<std::string> read_whole(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return failed(path);
    return std::string{std::istreambuf_iterator<char>(file), {}};
}

}  // namespace packwire
