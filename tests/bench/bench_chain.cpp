// host - router - … - router - host: datagrams at a constant rate from one end to the other.
#include "bench.h"

using namespace sim;

int main(int argc, char** argv) {
    const bench::Options o(
        argc, argv,
        {{"n", "1000000"}, {"payload", "64"}, {"hops", "16"}, {"interval", "150"}, {"record", "0"}, {"pcap", ""}});
    const auto n = o.number("n");
    const auto routers = unsigned(o.number("hops"));
    if (routers > 62) { // a TTL of 64 goes no further
        std::fprintf(stderr, "--hops: at most 62\n");
        return 2;
    }
    bench::Bench bench("chain");
    devices::Network network(1);

    // Link i is 10.0.i.0/24: .1 on the left, .2 on the right. Every router knows every network, as after RIP.
    const auto left = [](unsigned link) { return bench::address(10, 0, link, 1); };
    const auto right = [](unsigned link) { return bench::address(10, 0, link, 2); };
    const auto route = [](wire::IpAddress net, std::uint8_t length, wire::IpAddress via) {
        devices::RouteConfig r;
        r.destination = {net, length};
        r.via = via;
        return r;
    };
    const kernel::SimTime interval(std::int64_t(o.number("interval")));

    devices::DeviceConfig source;
    source.name = "source";
    source.interfaces = {bench::card("eth0", 1, left(0))};
    source.routes = {route(bench::address(0, 0, 0, 0), 0, right(0))};
    source.udpSource.emplace();
    source.udpSource->destination = right(routers);
    source.udpSource->count = n;
    source.udpSource->payload = std::uint32_t(o.number("payload"));
    source.udpSource->interval = interval;
    kernel::InterfaceId last = network.findInterface(network.addDevice(source), "eth0");

    devices::ChannelConfig cable;
    cable.rate = 100'000'000'000;
    cable.delay = std::chrono::microseconds(1);
    for (unsigned i = 0; i < routers; ++i) {
        devices::DeviceConfig router;
        router.name = "r" + std::to_string(i + 1);
        router.forwarding = true;
        router.interfaces = {bench::card("eth0", 2 * i + 2, right(i)), bench::card("eth1", 2 * i + 3, left(i + 1))};
        for (unsigned link = 0; link <= routers; ++link)
            if (link != i && link != i + 1)
                router.routes.push_back(route(bench::address(10, 0, link, 0), 24, link < i ? left(i) : right(i + 1)));
        const auto id = network.addDevice(router);
        network.connect(last, network.findInterface(id, "eth0"), cable);
        last = network.findInterface(id, "eth1");
    }
    devices::DeviceConfig sink;
    sink.name = "sink";
    sink.interfaces = {bench::card("eth0", 1000, right(routers))};
    sink.routes = {route(bench::address(0, 0, 0, 0), 0, left(routers))};
    sink.udpSink.emplace();
    network.connect(last, network.findInterface(network.addDevice(sink), "eth0"), cable);

    bench.run(network, interval * std::int64_t(n) + std::chrono::milliseconds(100), o.flag("record"), o.text("pcap"));
}
