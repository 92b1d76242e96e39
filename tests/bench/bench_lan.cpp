// Hosts on one switch, each sending datagrams to the next: ARP floods, learning, forwarding.
#include "bench.h"

using namespace sim;

int main(int argc, char** argv) {
    const bench::Options o(argc, argv,
                           {{"n", "1000000"}, {"payload", "64"}, {"hosts", "100"}, {"record", "0"}, {"pcap", ""}});
    const auto hosts = unsigned(o.number("hosts"));
    if (hosts < 2 || hosts > 250) {
        std::fprintf(stderr, "--hosts: 2 to 250\n");
        return 2;
    }
    bench::Bench bench("lan");
    devices::Network network(1);

    config::DeviceConfig bridge;
    bridge.name = "sw";
    bridge.bridge = true;
    for (unsigned i = 0; i < hosts; ++i)
        bridge.interfaces.push_back(bench::card("p" + std::to_string(i + 1), 0x1000 + i));
    const auto sw = network.addDevice(bridge);
    config::ChannelConfig cable;
    cable.rate = 1'000'000'000;
    cable.delay = std::chrono::microseconds(10);
    const kernel::SimTime interval = std::chrono::microseconds(100);
    for (unsigned i = 0; i < hosts; ++i) {
        config::DeviceConfig host;
        host.name = "h" + std::to_string(i + 1);
        host.interfaces = {bench::card("eth0", i + 1, bench::address(10, 0, 0, i + 1))};
        host.udpSources = {{.destination = bench::address(10, 0, 0, (i + 1) % hosts + 1),
                            .count = o.number("n") / hosts,
                            .payload = std::uint32_t(o.number("payload")),
                            .interval = interval,
                            .start = interval / int(hosts) * int(i)}};
        host.udpSink.emplace();
        const auto id = network.addDevice(host);
        network.connect(network.findInterface(id, "eth0"), network.findInterface(sw, "p" + std::to_string(i + 1)),
                        cable);
    }
    bench.run(network, interval * std::int64_t(o.number("n") / hosts) + std::chrono::milliseconds(100),
              o.flag("record"), o.text("pcap"));
}
