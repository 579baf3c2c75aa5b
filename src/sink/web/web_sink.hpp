// SPDX-License-Identifier: MIT
/// Packs and the bank over HTTP: the page, the API, the live push, metrics. docs/api.md.
#pragma once

#include <string>

#include "sink/log.hpp"
#include "sink/sink.hpp"
#include "sink/web/server.hpp"

namespace packwire::sink::web {

class WebSink final : public Sink {
public:
    WebSink(Options options, bus::Time& time, bus::asio::any_io_executor executor, Log log);

    [[nodiscard]] std::string_view name() const override { return "web"; }
    [[nodiscard]] std::string trouble() const override { return server_.trouble(); }
    void publish(const bank::Pack& pack) override;
    void publish_bank(const bank::Bank& bank) override;
    bus::Task<void> run() override;

    /// To the live push.
    void tell(const store::Event& event);
    [[nodiscard]] const Server& server() const { return server_; }

private:
    Options options_;
    bus::Time& time_;
    QuietLog log_;
    Board board_;
    Server server_;
};

}  // namespace packwire::sink::web
