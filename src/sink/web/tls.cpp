// SPDX-License-Identifier: MIT
#include "sink/web/tls.hpp"

#include <fmt/format.h>

#include <boost/asio/ssl/context.hpp>
#include <string>

#include "bus/timer.hpp"

namespace packwire::sink::web {

namespace ssl = bus::asio::ssl;

Tls::Tls(std::unique_ptr<Context> context) : context_(std::move(context)) {}
Tls::~Tls() = default;

Result<std::unique_ptr<Tls>> Tls::load(const Options& options) {
    auto made = std::make_unique<Tls>(std::make_unique<Context>(Context::tls_server));
    auto& context = made->context();
    boost::system::error_code error;
    context.set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1,
                        error);
    if (!error) context.use_certificate_chain_file(options.certificate, error);
    if (error) return fail(Errc::bad_config, fmt::format("{}: {}", options.certificate, error.message()));
    // A passphrase would have to be asked for, and nobody is there to be asked.
    context.set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); },
                                  error);
    context.use_private_key_file(options.key, ssl::context::pem, error);
    if (error) return fail(Errc::bad_config, fmt::format("{}: {}", options.key, error.message()));
    return made;
}

}  // namespace packwire::sink::web
