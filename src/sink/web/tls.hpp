// SPDX-License-Identifier: MIT
/// Certificate and key, without OpenSSL's headers.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "sink/web/options.hpp"

namespace boost::asio::ssl {
class context;  // NOLINT(readability-identifier-naming): theirs
}

namespace packwire::sink::web {

class Tls {
public:
    using Context = boost::asio::ssl::context;

    /// Errors: bad_config, "file: what".
    [[nodiscard]] static Result<std::unique_ptr<Tls>> load(const Options& options);
    explicit Tls(std::unique_ptr<Context> context);
    ~Tls();
    Tls(const Tls&) = delete;
    Tls& operator=(const Tls&) = delete;

    [[nodiscard]] Context& context() { return *context_; }

private:
    std::unique_ptr<Context> context_;
};

}  // namespace packwire::sink::web
