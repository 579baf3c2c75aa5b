// SPDX-License-Identifier: MIT
#include "sink/mqtt/handle.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

namespace packwire::sink::mqtt {

namespace {

constexpr int keepalive = 30;  // s
/// Where Debian and Venus OS keep what they trust; for a client certificate libmosquitto wants to be told.
constexpr const char* system_certificates = "/etc/ssl/certs";

void initialise() {
    [[maybe_unused]] static const int once = mosquitto_lib_init();
}

std::string error_text(int code) {
    if (code == MOSQ_ERR_ERRNO) return std::strerror(errno);  // NOLINT(concurrency-mt-unsafe)
    return mosquitto_strerror(code);
}

/// Errors only; the library's other lines say nothing to an operator.
void note(mosquitto* /*handle*/, void* client, int level, const char* text) {
    if (client == nullptr || (level & MOSQ_LOG_ERR) == 0) return;
    static_cast<Client*>(client)->complaint = text;
}

/// An encrypted key has nobody who could type its password.
int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*handle*/) {
    return 0;
}

Result<std::string> password_of(const Broker& broker) {
    if (broker.password_file.empty()) return broker.password;
    std::ifstream file(broker.password_file);
    std::string password;
    if (!std::getline(file, password)) {
        return fail(Errc::bad_config,
                    fmt::format("[mqtt] password_file {} cannot be read", broker.password_file));
    }
    if (password.ends_with('\r')) password.pop_back();
    return password;
}

Result<void> checked(std::string_view what, int code) {
    if (code == MOSQ_ERR_SUCCESS) return {};
    return fail(Errc::bad_config, fmt::format("{}: {}", what, error_text(code)));
}

Result<void> readable(const std::string& file) {
    if (file.empty() || ::access(file.c_str(), R_OK) == 0) return {};
    return fail(Errc::bad_config, fmt::format("{} cannot be read", file));
}

Result<void> set_tls(mosquitto* handle, const Broker& broker) {
    if (!broker.tls) return {};
    for (const auto* file : {&broker.ca_file, &broker.cert_file, &broker.key_file}) {
        if (auto good = readable(*file); !good) return good;
    }
    if (broker.ca_file.empty()) mosquitto_int_option(handle, MOSQ_OPT_TLS_USE_OS_CERTS, 1);
    if (broker.ca_file.empty() && broker.cert_file.empty()) return {};
    const auto given = [](const std::string& text) { return text.empty() ? nullptr : text.c_str(); };
    return checked("certificates",
                   mosquitto_tls_set(handle, given(broker.ca_file),
                                     broker.ca_file.empty() ? system_certificates : nullptr,
                                     given(broker.cert_file), given(broker.key_file), no_password));
}

Result<void> set_user(mosquitto* handle, const Broker& broker) {
    const auto password = password_of(broker);
    if (!password) return std::unexpected(password.error());
    if (broker.user.empty()) return {};
    return checked("user", mosquitto_username_pw_set(handle, broker.user.c_str(),
                                                     password->empty() ? nullptr : password->c_str()));
}

Result<void> set_up(mosquitto* handle, const Broker& broker, const Message& will, bool version_5) {
    mosquitto_int_option(handle, MOSQ_OPT_PROTOCOL_VERSION,
                         version_5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311);
    mosquitto_int_option(handle, MOSQ_OPT_TCP_NODELAY, 1);
    if (auto good = set_user(handle, broker); !good) return good;
    if (auto good = set_tls(handle, broker); !good) return good;
    return checked("will",
                   mosquitto_will_set(handle, will.topic.c_str(), static_cast<int>(will.payload.size()),
                                      will.payload.data(), qos, will.retain));
}

}  // namespace

Result<Handle> begin(const Broker& broker, const Message& will, bool version_5, Client& client) {
    initialise();
    Handle handle(mosquitto_new(nullptr, true, &client));
    if (!handle) return fail(Errc::io, "no memory");
    mosquitto_log_callback_set(handle.get(), note);
    if (auto good = set_up(handle.get(), broker, will, version_5); !good)
        return std::unexpected(good.error());
    const int code = mosquitto_connect_async(handle.get(), broker.host.c_str(), broker.port, keepalive);
    if (code == MOSQ_ERR_SUCCESS) return handle;
    auto why = code == MOSQ_ERR_TLS && !client.complaint.empty() ? client.complaint : error_text(code);
    return fail(code == MOSQ_ERR_TLS ? Errc::bad_config : Errc::io, std::move(why));
}

}  // namespace packwire::sink::mqtt
