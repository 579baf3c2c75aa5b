// SPDX-License-Identifier: MIT
#include "sink/web/guard.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>

namespace packwire::sink::web {

namespace {

constexpr std::string_view cookie_name = "packwire_token=";

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

/// "[::1]:8485" → "::1", "Box.lan.:80" → "box.lan"; empty for what is no host.
std::string name_of(std::string_view host) {
    if (host.starts_with('[')) {
        const auto end = host.find(']');
        return end == std::string_view::npos ? "" : lower(host.substr(1, end - 1));
    }
    auto name = lower(host.substr(0, host.find(':')));
    if (name.ends_with('.')) name.pop_back();
    return name;
}

bool is_address(const std::string& name) {
    boost::system::error_code error;
    boost::asio::ip::make_address(name, error);
    return !error;
}

std::string own_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return {};
    return lower(name.data());
}

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;
Digest digest(std::string_view text) {
    Digest sum{};
    ::SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), sum.data());  // NOLINT
    return sum;
}

std::string_view cookie_value(std::string_view cookies) {
    while (!cookies.empty()) {
        const auto end = std::min(cookies.find(';'), cookies.size());
        auto one = cookies.substr(0, end);
        cookies.remove_prefix(std::min(end + 1, cookies.size()));
        while (one.starts_with(' ')) one.remove_prefix(1);
        if (one.starts_with(cookie_name)) return one.substr(cookie_name.size());
    }
    return {};
}

}  // namespace

bool is_loopback(std::string_view host) {
    const auto name =
        host.find(':') != std::string_view::npos && !host.starts_with('[') ? lower(host) : name_of(host);
    if (name == "localhost") return true;
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(name, error);
    return !error && address.is_loopback();
}

bool is_good_token(std::string_view token) {
    const auto good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-._~+/=").find(c) != std::string_view::npos;
    };
    return token.size() >= 16 && token.size() <= 512 && std::ranges::all_of(token, good);
}

Guard::Guard(const Options& options)
    : names_{"localhost", "127.0.0.1", "::1", lower(options.host), own_name()},
      any_address_(!is_loopback(options.host)),
      tls_(!options.certificate.empty()),
      token_(options.token) {
    for (const auto& host : options.hosts) names_.push_back(name_of(host));
    std::erase(names_, "");
}

bool Guard::knows_host(std::string_view host) const {
    const auto name = name_of(host);
    if (name.empty()) return false;
    // Nobody can make a name of theirs an address of ours: where others may come, they may come by any.
    return std::ranges::find(names_, name) != names_.end() || (any_address_ && is_address(name));
}

bool Guard::same_origin(std::string_view origin, std::string_view host) {
    if (origin.empty()) return true;
    const auto scheme = origin.find("://");
    if (scheme == std::string_view::npos) return false;  // "null": a page without an origin
    return lower(origin.substr(scheme + 3)) == lower(host);
}

bool Guard::is_token(std::string_view given) const {
    const auto wanted = digest(token_);
    const auto got = digest(given);
    return !token_.empty() && ::CRYPTO_memcmp(wanted.data(), got.data(), wanted.size()) == 0;
}

bool Guard::authorised(const Request& request) const {
    if (token_.empty()) return true;
    constexpr std::string_view bearer = "bearer ";
    const std::string_view said = request.authorization;
    if (said.size() > bearer.size() && lower(said.substr(0, bearer.size())) == bearer)
        return is_token(said.substr(bearer.size()));
    return is_token(cookie_value(request.cookie));
}

std::string Guard::cookie() const {
    constexpr int a_year = 31'536'000;
    return fmt::format("{}{}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}", cookie_name, token_, a_year,
                       tls_ ? "; Secure" : "");
}

}  // namespace packwire::sink::web
