// One page of many bytes fetched by TCP over a chain of routers.
#include "chain.h"

using namespace sim;

int main(int argc, char** argv) {
    const bench::Options o(argc, argv, {{"n", "100000000"}, {"hops", "3"}, {"record", "0"}, {"pcap", ""}});
    const auto routers = unsigned(o.number("hops"));
    if (routers > bench::kMostRouters) {
        std::fprintf(stderr, "--hops: at most 62\n");
        return 2;
    }
    bench::Bench bench("tcp");
    devices::Network network(1);
    config::ChannelConfig cable;
    cable.rate = 1'000'000'000;
    cable.delay = std::chrono::microseconds(50);

    config::DeviceConfig client;
    client.name = "client";
    client.interfaces = {bench::card("eth0", 1, bench::left(0))};
    client.routes = {bench::route(bench::address(0, 0, 0, 0), 0, bench::right(0))};
    const auto clientId = network.addDevice(client);
    kernel::InterfaceId last = network.findInterface(clientId, "eth0");
    last = bench::routerChain(network, routers, last, cable);
    config::DeviceConfig server;
    server.name = "server";
    server.interfaces = {bench::card("eth0", 1000, bench::right(routers))};
    server.routes = {bench::route(bench::address(0, 0, 0, 0), 0, bench::left(routers))};
    server.httpServer.emplace();
    server.httpServer->pages = {{"/", std::string(o.number("n"), 'x'), "text/plain"}};
    network.connect(last, network.findInterface(network.addDevice(server), "eth0"), cable);

    network.apply(kernel::SimTime(0), clientId, config::Browse{"http://" + bench::right(routers).toString() + "/"});
    bench.run(network, std::chrono::seconds(1) + std::chrono::nanoseconds(o.number("n") * 80), o.flag("record"),
              o.text("pcap"));
    for (const auto& app : network.device(clientId).apps)
        std::fprintf(stderr, "%s\n", app.result().c_str());
}
