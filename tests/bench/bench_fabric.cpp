// Routers in a grid, or hosts and routers in a fat tree (Al-Fares et al., 2008): random flows of datagrams between any
// two.
#include "bench.h"

#include <utility>

using namespace sim;

namespace {

/// Random is SplitMix64.
struct Random {
    std::uint64_t state = 1;
    std::uint64_t next() {
        std::uint64_t z = (state += 0x9e37'79b9'7f4a'7c15);
        z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9;
        z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11eb;
        return z ^ (z >> 31);
    }
};

struct Topology {
    std::uint32_t nodes = 0;
    std::uint32_t ends = 0; ///< the first of the nodes send and receive
    std::vector<std::pair<std::uint32_t, std::uint32_t>> cables;
};

Topology grid(std::uint32_t side) {
    Topology t{side * side, side * side, {}};
    for (std::uint32_t y = 0; y < side; ++y)
        for (std::uint32_t x = 0; x < side; ++x) {
            if (x + 1 < side) t.cables.emplace_back(y * side + x, y * side + x + 1);
            if (y + 1 < side) t.cables.emplace_back(y * side + x, (y + 1) * side + x);
        }
    return t;
}

Topology fatTree(std::uint32_t k) {
    const std::uint32_t half = k / 2, hosts = k * half * half, edge = hosts, aggregation = edge + k * half,
                        core = aggregation + k * half;
    Topology t{core + half * half, hosts, {}};
    for (std::uint32_t pod = 0; pod < k; ++pod)
        for (std::uint32_t i = 0; i < half; ++i)
            for (std::uint32_t j = 0; j < half; ++j) {
                t.cables.emplace_back((pod * half + i) * half + j, edge + pod * half + i);
                t.cables.emplace_back(edge + pod * half + i, aggregation + pod * half + j);
                t.cables.emplace_back(aggregation + pod * half + i, core + i * half + j);
            }
    return t;
}

} // namespace

int main(int argc, char** argv) {
    const bench::Options o(argc, argv,
                           {{"topology", "grid"},
                            {"side", "30"},
                            {"k", "8"},
                            {"flows", "2000"},
                            {"n", "100"},
                            {"payload", "64"},
                            {"record", "0"},
                            {"pcap", ""}});
    const bool tree = o.text("topology") == "fattree";
    const auto size = std::uint32_t(o.number(tree ? "k" : "side"));
    if ((!tree && o.text("topology") != "grid") || size < 2 || size > (tree ? 32 : 100) || (tree && size % 2)) {
        std::fprintf(stderr, "--topology: grid (--side=2..100) or fattree (--k=2..32, even)\n");
        return 2;
    }
    bench::Bench bench("fabric");
    const Topology t = tree ? fatTree(size) : grid(size);
    std::vector<config::DeviceConfig> nodes(t.nodes);
    for (std::uint32_t i = 0; i < t.nodes; ++i) {
        nodes[i].name = "n" + std::to_string(i);
        nodes[i].forwarding = true;
        if (i < t.ends) nodes[i].udpSink.emplace();
    }
    // A network of four addresses on each cable; a node is known by the last address that it got.
    std::vector<wire::IpAddress> known(t.nodes);
    std::uint32_t network = 10u << 24;
    for (const auto& [a, b] : t.cables) {
        for (const auto& [node, host] : {std::pair(a, 1u), std::pair(b, 2u)}) {
            known[node] = wire::IpAddress::v4(network + host);
            nodes[node].interfaces.push_back(
                bench::card("eth" + std::to_string(nodes[node].interfaces.size()), network + host, known[node], 30));
        }
        network += 4;
    }
    Random random;
    for (std::uint64_t f = 0; f < o.number("flows"); ++f) {
        const auto a = std::uint32_t(random.next() % t.ends);
        const auto b = std::uint32_t((a + 1 + random.next() % (t.ends - 1)) % t.ends);
        nodes[a].udpSources.push_back(
            {.destination = known[b],
             .count = o.number("n"),
             .payload = std::uint32_t(o.number("payload")),
             .interval = std::chrono::milliseconds(1),
             .start = std::chrono::seconds(1) + kernel::SimTime(std::int64_t(random.next() % 1'000'000))});
    }
    devices::Network net(1);
    for (const auto& node : nodes)
        net.addDevice(node);
    config::ChannelConfig cable;
    cable.rate = 1'000'000'000;
    cable.delay = std::chrono::microseconds(10);
    std::vector<std::uint32_t> used(t.nodes);
    for (const auto& [a, b] : t.cables) {
        const auto end = [&](std::uint32_t node) {
            return net.findInterface({node}, "eth" + std::to_string(used[node]++));
        };
        const auto first = end(a), second = end(b);
        net.connect(first, second, cable);
    }
    net.addShortestRoutes();
    bench.run(net, std::chrono::seconds(2) + std::chrono::milliseconds(o.number("n")), o.flag("record"),
              o.text("pcap"));
}
