// host - router - … - router - host: datagrams at a constant rate from one end to the other.
#include "chain.h"

using namespace sim;

int main(int argc, char** argv) {
    const bench::Options o(argc, argv,
                           {{"n", "1000000"},
                            {"payload", "64"},
                            {"hops", "16"},
                            {"interval", "150"},
                            {"chains", "1"},
                            {"times", "1"},
                            {"record", "0"},
                            {"pcap", ""}});
    const auto routers = unsigned(o.number("hops"));
    if (routers > bench::kMostRouters) {
        std::fprintf(stderr, "--hops: at most 62\n");
        return 2;
    }
    bench::Bench bench("chain");
    // Several chains that know nothing of each other make a large network of the same work.
    const auto chains = std::max<std::uint64_t>(o.number("chains"), 1);
    const kernel::SimTime interval(std::int64_t(o.number("interval")));
    for (auto left = std::max<std::uint64_t>(o.number("times"), 1); left > 0; --left) {
        devices::Network network(1);
        kernel::SimTime until{0};
        for (std::uint64_t i = 0; i < chains; ++i)
            until = std::max(until,
                             bench::chain(network, routers, o.number("n") / chains, std::uint32_t(o.number("payload")),
                                          interval * std::int64_t(chains), interval * std::int64_t(i)));
        bench.measure(network, until, o.flag("record"), o.text("pcap"));
    }
    bench.report();
}
