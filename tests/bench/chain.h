// A chain of routers for the benchmarks: link i is 10.0.i.0/24, .1 on the left and .2 on the right. Every router knows
// every network, as after RIP.
#pragma once

#include "bench.h"

namespace bench {

inline constexpr unsigned kMostRouters = 62; ///< a TTL of 64 goes no further

inline sim::wire::IpAddress left(unsigned link) { return address(10, 0, link, 1); }
inline sim::wire::IpAddress right(unsigned link) { return address(10, 0, link, 2); }

inline sim::config::RouteConfig route(sim::wire::IpAddress net, std::uint8_t length, sim::wire::IpAddress via) {
    sim::config::RouteConfig r;
    r.destination = {net, length};
    r.via = via;
    return r;
}

/// routerChain puts routers behind interface last and gives the right-hand interface of the last one.
inline sim::kernel::InterfaceId routerChain(sim::devices::Network& network, unsigned routers,
                                            sim::kernel::InterfaceId last, const sim::config::ChannelConfig& cable) {
    for (unsigned i = 0; i < routers; ++i) {
        sim::config::DeviceConfig router;
        router.name = "r" + std::to_string(i + 1);
        router.forwarding = true;
        router.interfaces = {card("eth0", 2 * i + 2, right(i)), card("eth1", 2 * i + 3, left(i + 1))};
        for (unsigned link = 0; link <= routers; ++link)
            if (link != i && link != i + 1)
                router.routes.push_back(route(address(10, 0, link, 0), 24, link < i ? left(i) : right(i + 1)));
        const auto id = network.addDevice(router);
        network.connect(last, network.findInterface(id, "eth0"), cable);
        last = network.findInterface(id, "eth1");
    }
    return last;
}

/// chain builds host - routers - host, with n datagrams at an interval, and gives the time by which all have arrived.
inline sim::kernel::SimTime chain(sim::devices::Network& network, unsigned routers, std::uint64_t n,
                                  std::uint32_t payload, sim::kernel::SimTime interval,
                                  sim::kernel::SimTime start = {}) {
    sim::config::ChannelConfig cable;
    cable.rate = 100'000'000'000;
    cable.delay = std::chrono::microseconds(1);
    sim::config::DeviceConfig source;
    source.name = "source";
    source.interfaces = {card("eth0", 1, left(0))};
    source.routes = {route(address(0, 0, 0, 0), 0, right(0))};
    source.udpSources = {
        {.destination = right(routers), .count = n, .payload = payload, .interval = interval, .start = start}};
    const auto last = routerChain(network, routers, network.findInterface(network.addDevice(source), "eth0"), cable);
    sim::config::DeviceConfig sink;
    sink.name = "sink";
    sink.interfaces = {card("eth0", 1000, right(routers))};
    sink.routes = {route(address(0, 0, 0, 0), 0, left(routers))};
    sink.udpSink.emplace();
    network.connect(last, network.findInterface(network.addDevice(sink), "eth0"), cable);
    return start + interval * std::int64_t(n) + std::chrono::milliseconds(100);
}

} // namespace bench
