// SPDX-License-Identifier: MIT
/// The subcommands: options and streams in, exit code out. One file each, cmd_<name>.cpp.
#pragma once

#include "app/options.hpp"
#include "app/streams.hpp"

namespace packwire::app {

[[nodiscard]] int run(const DemoOptions& options, Streams io);
[[nodiscard]] int run(const ScanOptions& options, Streams io);
[[nodiscard]] int run(const ReadOptions& options, Streams io);
[[nodiscard]] int run(const WatchOptions& options, Streams io);
[[nodiscard]] int run(const ListenOptions& options, Streams io);
[[nodiscard]] int run(const DecodeOptions& options, Streams io);
[[nodiscard]] int run(const SimOptions& options, Streams io);
[[nodiscard]] int run(const RunOptions& options, Streams io);
[[nodiscard]] int run(const StatusOptions& options, Streams io);
[[nodiscard]] int run(const RulesOptions& options, Streams io);
[[nodiscard]] int run(const ParamsOptions& options, Streams io);
[[nodiscard]] int run(const HistoryOptions& options, Streams io);
[[nodiscard]] int run(const ExportOptions& options, Streams io);
[[nodiscard]] int run(const ServicesOptions& options, Streams io);
[[nodiscard]] int run(const CheckConfigOptions& options, Streams io);

}  // namespace packwire::app
