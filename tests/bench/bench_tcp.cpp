// One page of many bytes fetched by TCP over a chain of routers.
#include "bench.h"

using namespace sim;

int main(int argc, char** argv) {
    const bench::Options o(argc, argv, {{"n", "100000000"}, {"hops", "3"}, {"record", "0"}, {"pcap", ""}});
    const auto routers = unsigned(o.number("hops"));
    if (routers > 62) {
        std::fprintf(stderr, "--hops: at most 62\n");
        return 2;
    }
    bench::Bench bench("tcp");
    devices::Network network(1);
    const auto left = [](unsigned link) { return bench::address(10, 0, link, 1); };
    const auto right = [](unsigned link) { return bench::address(10, 0, link, 2); };
    const auto route = [](wire::IpAddress net, std::uint8_t length, wire::IpAddress via) {
        devices::RouteConfig r;
        r.destination = {net, length};
        r.via = via;
        return r;
    };
    devices::ChannelConfig cable;
    cable.rate = 1'000'000'000;
    cable.delay = std::chrono::microseconds(50);

    devices::DeviceConfig client;
    client.name = "client";
    client.interfaces = {bench::card("eth0", 1, left(0))};
    client.routes = {route(bench::address(0, 0, 0, 0), 0, right(0))};
    const auto clientId = network.addDevice(client);
    kernel::InterfaceId last = network.findInterface(clientId, "eth0");
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
    devices::DeviceConfig server;
    server.name = "server";
    server.interfaces = {bench::card("eth0", 1000, right(routers))};
    server.routes = {route(bench::address(0, 0, 0, 0), 0, left(routers))};
    server.httpServer.emplace();
    server.httpServer->pages = {{"/", std::string(o.number("n"), 'x'), "text/plain"}};
    network.connect(last, network.findInterface(network.addDevice(server), "eth0"), cable);

    network.apply(kernel::SimTime(0), clientId, apps::Browse{"http://" + right(routers).toString() + "/"});
    bench.run(network, std::chrono::seconds(1) + std::chrono::nanoseconds(o.number("n") * 80), o.flag("record"),
              o.text("pcap"));
    for (const auto& app : network.device(clientId).apps)
        std::fprintf(stderr, "%s\n", app.status.result.c_str());
}
