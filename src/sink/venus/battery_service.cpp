// SPDX-License-Identifier: MIT
#include "sink/venus/battery_service.hpp"

#include <chrono>
#include <exception>
#include <utility>

#include "sink/venus/bus_address.hpp"
#include "sink/venus/marshal.hpp"

namespace packwire::sink::venus {

namespace {

/// What SetValue gives. Source: victron 1.1.
constexpr std::int32_t accepted = 0;
constexpr std::int32_t not_writable = 1;
constexpr std::int32_t refused = 2;

}  // namespace

template <class Put>
void BatteryService::add_getter(sdbus::IObject& object, const char* name, const char* signature,
                                const Put& put) {
    object.registerMethod(bus_item, name, "", signature, [this, put](const sdbus::MethodCall& call) {
        if (setup_.before_answer) setup_.before_answer();
        auto reply = call.createReply();
        put(reply);
        reply.send();
    });
}

BatteryService::BatteryService(Setup setup, std::vector<PathSpec> specs, const std::vector<Value>& values,
                               const asio::any_io_executor& executor)
    : setup_(std::move(setup)), connection_(connect_to_bus(setup_.dbus)) {
    // A bus that does not answer must not stop the loop for sd-bus's own 25 s.
    connection_->setMethodCallTimeout(std::chrono::seconds(1));
    add_root();
    add(std::move(specs), values);
    for (auto& item : items_) item.fresh = false;  // whoever looks when the name appears sees them
    pump_ = std::make_unique<BusPump>(*connection_, executor, setup_.on_broken);
}

void BatteryService::appear() {
    connection_->requestName(setup_.name);  // sd-bus does not queue unless asked to
    named_ = true;
    pump_->poke();
}

BatteryService::~BatteryService() {
    if (!named_ || pump_->broken()) return;
    try {
        // Asked for: after a mere close the bus may see a successor before it sees that we have gone.
        connection_->releaseName(setup_.name);
    } catch (const std::exception&) {  // the bus has gone, and the name with it
        return;
    }
}

void BatteryService::add(std::vector<PathSpec> specs, const std::vector<Value>& values) {
    for (std::size_t i = 0; i < specs.size(); ++i) {
        auto& item = items_.emplace_back(Item{std::move(specs[i]), values[i], values[i], true});
        add_item(item);
        add_nodes(item.spec.path);
    }
}

void BatteryService::add_root() {
    auto root = sdbus::createObject(*connection_, "/");
    add_getter(*root, "GetItems", "a{sa{sv}}", [this](auto& reply) { put_items(reply, items_, false); });
    add_getter(*root, "GetValue", "v", [this](auto& reply) { put_tree(reply, items_, "/", What::value); });
    add_getter(*root, "GetText", "v", [this](auto& reply) { put_tree(reply, items_, "/", What::text); });
    root->registerSignal(bus_item, "ItemsChanged", "a{sa{sv}}");
    root->finishRegistration();
    root_ = root.get();
    objects_.push_back(std::move(root));
}

void BatteryService::add_item(Item& item) {
    auto object = sdbus::createObject(*connection_, item.spec.path);
    add_getter(*object, "GetValue", "v", [&item](auto& reply) { put_variant(reply, item.value); });
    add_getter(*object, "GetText", "s",
               [&item](auto& reply) { reply << text_of(item.value, item.spec.format); });
    object->registerMethod(bus_item, "SetValue", "v", "i", [this, &item](sdbus::MethodCall call) {
        const auto result = write(item, call);
        auto reply = call.createReply();
        reply << result;
        reply.send();
    });
    object->registerSignal(bus_item, "PropertiesChanged", "a{sv}");
    object->finishRegistration();
    objects_.push_back(std::move(object));
}

void BatteryService::add_node(const std::string& path) {
    auto node = sdbus::createObject(*connection_, path);
    add_getter(*node, "GetValue", "v",
               [this, path](auto& reply) { put_tree(reply, items_, path, What::value); });
    add_getter(*node, "GetText", "v",
               [this, path](auto& reply) { put_tree(reply, items_, path, What::text); });
    node->finishRegistration();
    objects_.push_back(std::move(node));
}

/// Every path between the root and an item: /Dc, /Dc/0, /System …
void BatteryService::add_nodes(const std::string& path) {
    for (auto slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
        if (const auto node = path.substr(0, slash); nodes_.insert(node).second) add_node(node);
    }
}

std::int32_t BatteryService::write(Item& item, sdbus::MethodCall& call) {
    if (item.spec.write == Write::nothing) return not_writable;
    sdbus::Variant written;
    call >> written;
    const auto value = value_in(written);
    const auto wanted = value ? as_type(*value, item.spec.type) : std::nullopt;
    if (!wanted) {
        refuse(item, value && valid(*value) ? text_of(*value, item.spec.format) : "something else");
        return refused;
    }
    if (item.value == *wanted) return accepted;
    if (!setup_.on_write(item.spec, *wanted)) {
        refuse(item, text_of(*wanted, item.spec.format));
        return refused;
    }
    item.value = *wanted;
    announce(item);
    return accepted;
}

void BatteryService::refuse(const Item& item, const std::string& got) const {
    if (setup_.on_nonsense) setup_.on_nonsense(item.spec, got);
}

/// The legacy signal of one path. Only after an accepted SetValue: all else goes by ItemsChanged.
void BatteryService::announce(const Item& item) {
    for (const auto& object : objects_) {
        if (object->getObjectPath() != item.spec.path) continue;
        auto signal = object->createSignal(bus_item, "PropertiesChanged");
        put_value_and_text(signal, item);
        object->emitSignal(signal);
    }
}

void BatteryService::update(std::vector<Value> values) {
    for (std::size_t i = 0; i < items_.size(); ++i) items_[i].value = std::move(values[i]);
}

BatteryService::Changes BatteryService::changes() const {
    Changes found;
    for (const auto& item : items_) {
        if (!item.changed()) continue;
        found.any = true;
        found.urgent = found.urgent || item.spec.urgent;
    }
    return found;
}

void BatteryService::tell() {
    if (!changes().any) return;
    auto signal = root_->createSignal(bus_item, "ItemsChanged");
    put_items(signal, items_, true);
    for (auto& item : items_) {
        item.told = item.value;
        item.fresh = false;
    }
    root_->emitSignal(signal);
    pump_->poke();
}

}  // namespace packwire::sink::venus
