// SPDX-License-Identifier: MIT
#include <boost/asio/ssl.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "sink/web/session.hpp"

namespace packwire::sink::web {

namespace {

namespace ssl = bus::asio::ssl;
using Stream = ssl::stream<bus::asio::ip::tcp::socket>;

class OpenSsl final : public Tls {
public:
    Result<void> load(const Options& options) {
        boost::system::error_code error;
        context_.set_options(
            ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1, error);
        if (!error) context_.use_certificate_chain_file(options.certificate, error);
        if (error) return fail(Errc::bad_config, fmt::format("{}: {}", options.certificate, error.message()));
        // A passphrase would have to be asked for, and nobody is there to be asked.
        context_.set_password_callback(
            [](std::size_t, ssl::context::password_purpose) { return std::string(); }, error);
        context_.use_private_key_file(options.key, ssl::context::pem, error);
        if (error) return fail(Errc::bad_config, fmt::format("{}: {}", options.key, error.message()));
        return {};
    }

    bus::Task<void> serve(House& house, bus::asio::ip::tcp::socket socket) override {
        Session<Stream> session(house, Stream(std::move(socket), context_));
        session.set_deadline(session.limits().header);
        const auto [failed] = co_await session.stream().async_handshake(ssl::stream_base::server, as_result);
        if (!failed) co_await session.run();
    }

private:
    ssl::context context_{ssl::context::tls_server};
};

}  // namespace

Result<std::unique_ptr<Tls>> Tls::load(const Options& options) {
    auto made = std::make_unique<OpenSsl>();
    if (const auto loaded = made->load(options); !loaded) return std::unexpected(loaded.error());
    return made;
}

}  // namespace packwire::sink::web
