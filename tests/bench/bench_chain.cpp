// host - router - … - router - host: datagrams at a constant rate from one end to the other.
#include "chain.h"

using namespace sim;

int main(int argc, char** argv) {
    const bench::Options o(
        argc, argv,
        {{"n", "1000000"}, {"payload", "64"}, {"hops", "16"}, {"interval", "150"}, {"record", "0"}, {"pcap", ""}});
    const auto n = o.number("n");
    const auto routers = unsigned(o.number("hops"));
    if (routers > bench::kMostRouters) {
        std::fprintf(stderr, "--hops: at most 62\n");
        return 2;
    }
    bench::Bench bench("chain");
    devices::Network network(1);

    const kernel::SimTime interval(std::int64_t(o.number("interval")));

    devices::DeviceConfig source;
    source.name = "source";
    source.interfaces = {bench::card("eth0", 1, bench::left(0))};
    source.routes = {bench::route(bench::address(0, 0, 0, 0), 0, bench::right(0))};
    source.udpSource.emplace();
    source.udpSource->destination = bench::right(routers);
    source.udpSource->count = n;
    source.udpSource->payload = std::uint32_t(o.number("payload"));
    source.udpSource->interval = interval;
    kernel::InterfaceId last = network.findInterface(network.addDevice(source), "eth0");

    devices::ChannelConfig cable;
    cable.rate = 100'000'000'000;
    cable.delay = std::chrono::microseconds(1);
    last = bench::routerChain(network, routers, last, cable);
    devices::DeviceConfig sink;
    sink.name = "sink";
    sink.interfaces = {bench::card("eth0", 1000, bench::right(routers))};
    sink.routes = {bench::route(bench::address(0, 0, 0, 0), 0, bench::left(routers))};
    sink.udpSink.emplace();
    network.connect(last, network.findInterface(network.addDevice(sink), "eth0"), cable);

    bench.run(network, interval * std::int64_t(n) + std::chrono::milliseconds(100), o.flag("record"), o.text("pcap"));
}
