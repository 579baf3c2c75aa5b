// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <utility>

#include "base/durable_file.hpp"
#include "rules/actor.hpp"
#include "rules/command.hpp"
#include "rules/gpio.hpp"
#include "rules/http_client.hpp"

namespace packwire::rules {

namespace {

class HttpActor final : public Actor {
public:
    HttpActor(const Actions& actions, HttpClient& client) : actions_(actions), client_(client) {}
    [[nodiscard]] std::string_view kind() const override { return "http"; }

    void tell(const Message& message, Done done) override {
        const auto& request = message.on ? actions_.http_on : actions_.http_off;
        if (request.url.empty()) {
            done({});
            return;
        }
        HttpCall call;
        call.method = request.method;
        call.url = request.url;
        call.headers = actions_.http_headers;
        call.body = message.on ? actions_.http_body_on : actions_.http_body_off;
        call.timeout = actions_.http_timeout;
        call.user = actions_.http_user;
        if (!actions_.http_password_file.empty()) {
            auto password = read_whole(actions_.http_password_file);
            if (!password) {
                done(std::unexpected(password.error()));
                return;
            }
            call.password = password->substr(0, password->find_first_of("\r\n"));
        }
        client_.send(std::move(call), std::move(done));
    }

private:
    const Actions& actions_;
    HttpClient& client_;
};

class CommandActor final : public Actor {
public:
    CommandActor(const Actions& actions, const Tools& tools)
        : actions_(actions), time_(tools.time), executor_(tools.executor), offload_(tools.offload) {}
    [[nodiscard]] std::string_view kind() const override { return "command"; }

    void tell(const Message& message, Done done) override {
        const auto& arguments = message.on ? actions_.command_on : actions_.command_off;
        if (arguments.empty()) {
            done({});
            return;
        }
        CommandCall call;
        call.arguments = arguments;
        call.timeout = actions_.command_timeout;
        call.environment = {"PACKWIRE_RULE=" + message.rule,
                            fmt::format("PACKWIRE_STATE={}", message.on ? "on" : "off"),
                            "PACKWIRE_QUANTITY=" + message.quantity,
                            "PACKWIRE_VALUE=" + (message.value ? fmt::format("{}", *message.value) : ""),
                            "PACKWIRE_REASON=" + message.reason};
        run_command(std::move(call), time_, executor_, offload_, std::move(done));
    }

private:
    const Actions& actions_;
    bus::Time& time_;
    bus::asio::any_io_executor executor_;
    bus::Offload& offload_;
};

class MqttActor final : public Actor {
public:
    MqttActor(const Actions& actions, const Publish& publish) : actions_(actions), publish_(publish) {}
    [[nodiscard]] std::string_view kind() const override { return "mqtt"; }

    void tell(const Message& message, Done done) override {
        const auto& payload = message.on ? actions_.mqtt_on : actions_.mqtt_off;
        const bool handed = publish_ && publish_(actions_.mqtt_topic, payload, actions_.mqtt_retain);
        done(handed ? Result<void>{} : fail(Errc::io, actions_.mqtt_topic + ": no connection to the broker"));
    }

private:
    const Actions& actions_;
    const Publish& publish_;
};

class GpioActor final : public Actor {
public:
    GpioActor(const GpioLine& line, bool active_low) : output_(line, active_low) {}
    [[nodiscard]] std::string_view kind() const override { return "gpio"; }
    void tell(const Message& message, Done done) override { done(output_.set(message.on)); }

private:
    GpioOutput output_;
};

}  // namespace

std::vector<std::unique_ptr<Actor>> actors_of(const Actions& actions, const Tools& tools) {
    std::vector<std::unique_ptr<Actor>> all;
    if (!actions.http_on.url.empty() || !actions.http_off.url.empty())
        all.push_back(std::make_unique<HttpActor>(actions, tools.http));
    if (!actions.command_on.empty() || !actions.command_off.empty())
        all.push_back(std::make_unique<CommandActor>(actions, tools));
    if (!actions.mqtt_topic.empty()) all.push_back(std::make_unique<MqttActor>(actions, tools.publish));
    if (actions.gpio) all.push_back(std::make_unique<GpioActor>(*actions.gpio, actions.gpio_active_low));
    return all;
}

}  // namespace packwire::rules
