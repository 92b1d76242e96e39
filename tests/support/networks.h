// Small networks for tests: addresses from text, configurations of devices, cables, and what a recording holds.
#pragma once

#include "sim/devices/network.h"
#include "sim/devices/tables.h"

#include <algorithm>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace support {

/// ip reads an IP address. Text that is none throws std::invalid_argument, as in prefix.
inline sim::wire::IpAddress ip(const std::string& text) {
    if (const auto a = sim::wire::IpAddress::parse(text)) return *a;
    throw std::invalid_argument("not an IP address: " + text);
}

/// prefix reads an address and its length, as in 10.0.0.1/24; host bits stay.
inline sim::wire::Prefix prefix(const std::string& text) {
    if (const auto p = sim::wire::Prefix::parse(text)) return *p;
    throw std::invalid_argument("not a prefix: " + text);
}

/// mac is the MAC address of a number: 1 is 00:00:00:00:00:01.
inline sim::wire::MacAddress mac(std::uint64_t number) { return sim::wire::MacAddress::fromNumber(number); }

/// interface is an Ethernet interface with the MAC address of a number; mtu in bytes.
inline sim::config::InterfaceConfig interface(std::string name, std::uint64_t number,
                                              std::initializer_list<const char*> addresses = {}, int mtu = 1500) {
    sim::config::InterfaceConfig i;
    i.name = std::move(name);
    i.mac = mac(number);
    i.mtu = mtu;
    for (const char* a : addresses)
        i.addresses.push_back(prefix(a));
    return i;
}

inline sim::config::InterfaceConfig interface(std::string name, std::uint64_t number, const char* address,
                                              int mtu = 1500) {
    return interface(std::move(name), number, {address}, mtu);
}

/// device has these interfaces and an IP stack.
inline sim::config::DeviceConfig device(std::string name, std::vector<sim::config::InterfaceConfig> interfaces) {
    sim::config::DeviceConfig d;
    d.name = std::move(name);
    d.interfaces = std::move(interfaces);
    return d;
}

/// host has one interface, eth0.
inline sim::config::DeviceConfig host(std::string name, std::uint64_t number, const char* address) {
    return device(std::move(name), {interface("eth0", number, address)});
}

/// router forwards between its interfaces.
inline sim::config::DeviceConfig router(std::string name, std::vector<sim::config::InterfaceConfig> interfaces) {
    auto d = device(std::move(name), std::move(interfaces));
    d.forwarding = true;
    return d;
}

/// bridge is a switch without addresses, with ports p1, p2 … and the MAC addresses first, first + 1 …
inline sim::config::DeviceConfig bridge(std::string name, int ports, std::uint64_t first) {
    auto d = device(std::move(name), {});
    d.bridge = true;
    d.ipStack = false;
    for (int p = 0; p < ports; ++p)
        d.interfaces.push_back(interface("p" + std::to_string(p + 1), first + std::uint64_t(p)));
    return d;
}

/// End is an interface of a device, by its name.
struct End {
    sim::kernel::DeviceId device;
    std::string interface = "eth0";
};

/// plug puts a cable between two interfaces.
inline sim::kernel::ChannelId plug(sim::devices::Network& network, const End& a, const End& b,
                                   const sim::config::ChannelConfig& cable = {}) {
    return network.connect(network.findInterface(a.device, a.interface), network.findInterface(b.device, b.interface),
                           cable);
}

/// decisions are those of one kind, in their order.
inline std::vector<sim::trace::Decision> decisions(const sim::trace::TraceLog& log, sim::trace::DecisionKind kind) {
    std::vector<sim::trace::Decision> found;
    for (const auto& r : log.records())
        if (r.kind == sim::trace::RecordKind::Decision && r.decision() == kind) found.push_back(log.decision(r.index));
    return found;
}

/// count is how many decisions of one kind there are.
inline std::size_t count(const sim::trace::TraceLog& log, sim::trace::DecisionKind kind) {
    return decisions(log, kind).size();
}

} // namespace support
