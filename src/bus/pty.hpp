// SPDX-License-Identifier: MIT
/// A pseudo-terminal: a line without hardware, of which this is the far end.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "bus/timer.hpp"

namespace packwire::bus {

/// Others open path() or link() as they would a serial port. It exists, and the line is raw, from open()
/// until destruction; then whoever has it open sees it hang up. Destroying ends a read or write under way
/// with port_gone.
class Pty {
public:
    /// `link` becomes a symbolic link to the line once that is ready; one that is there is replaced, nothing
    /// else is. Errors: io, port_refused (something other than a link is at `link`).
    static Result<std::unique_ptr<Pty>> open(const asio::any_io_executor& executor,
                                             std::optional<std::filesystem::path> link = std::nullopt);
    Pty(const Pty&) = delete;
    Pty& operator=(const Pty&) = delete;
    /// Removes the link, if it still leads here.
    ~Pty();

    /// "/dev/pts/7"
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] const std::optional<std::filesystem::path>& link() const { return link_; }
    /// At least one byte that the other side wrote, and how many. Errors: port_gone.
    Task<Result<std::size_t>> read(std::span<char> into);
    /// Returns when the kernel has all bytes; waits while nobody reads some 20 kB. Errors: port_gone.
    Task<Result<void>> write(std::string_view bytes);
    /// The rate that the other side has set; zero when unknown.
    [[nodiscard]] std::uint32_t baud() const;

private:
    explicit Pty(const asio::any_io_executor& executor) : master_(executor) {}
    Result<void> open_pair();
    Result<void> place_link(const std::filesystem::path& link);
    void release_exclusive() const;

    std::string path_;
    std::optional<std::filesystem::path> link_;
    asio::posix::stream_descriptor master_;
    int slave_ = -1;  ///< held: without an open slave the master reads EIO for ever
};

}  // namespace packwire::bus
