// Recording a run, its checkpoints, and going back and forth in it.
#include "chain.h"

#include "sim/replay/timeline.h"

#include <cmath>

using namespace sim;

namespace {

double milliseconds(std::vector<double>& seconds, double part) {
    std::sort(seconds.begin(), seconds.end());
    return seconds[std::size_t(double(seconds.size() - 1) * part)] * 1000;
}

} // namespace

int main(int argc, char** argv) {
    const bench::Options o(argc, argv,
                           {{"n", "200000"}, {"payload", "64"}, {"hops", "16"}, {"interval", "150"}, {"seeks", "200"}});
    const auto routers = unsigned(o.number("hops"));
    if (routers > bench::kMostRouters) {
        std::fprintf(stderr, "--hops: at most 62\n");
        return 2;
    }
    ui::run::fetchMemoryAhead();
    devices::Network network(1);
    const auto until = bench::chain(network, routers, o.number("n"), std::uint32_t(o.number("payload")),
                                    kernel::SimTime(std::int64_t(o.number("interval"))));
    replay::Timeline timeline(std::move(network), {});
    const double began = bench::now();
    timeline.extend(until, UINT64_MAX, replay::Timeline::Stop::AtTime);
    const double recorded = bench::now() - began;
    const auto hops = timeline.latest().counters().frameHops;

    // To moments all over the run: where the frames are, and the whole state of every device.
    std::vector<double> frames, states;
    std::uint64_t state = 1, found = 0;
    for (std::uint64_t i = 0; i < o.number("seeks"); ++i) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        const kernel::SimTime at(std::int64_t((state >> 33) % std::uint64_t(until.count())));
        double t = bench::now();
        found += timeline.log().inFlight(at).size();
        frames.push_back(bench::now() - t);
        t = bench::now();
        const devices::Network there = timeline.stateAt(at);
        states.push_back(bench::now() - t);
        found += there.framesHeld();
    }
    std::printf("{\"name\": \"timeline\", \"frame_hops\": %llu, \"events\": %llu, \"build_s\": 0, \"run_s\": %.4f, "
                "\"cpu_s\": %.4f, \"ns_per_hop\": %.1f, "
                "\"rss_mib\": %.1f, \"log_mib\": %.1f, \"log_bytes_per_hop\": %.0f, \"checkpoints\": %zu, "
                "\"seek_frames_ms_median\": %.3f, "
                "\"seek_frames_ms_p95\": %.3f, \"seek_state_ms_median\": %.3f, \"seek_state_ms_p95\": %.3f, \"found\": "
                "%llu, \"sent\": %llu, \"delivered\": %llu}\n",
                static_cast<unsigned long long>(hops),
                static_cast<unsigned long long>(timeline.latest().counters().events), recorded, bench::cpu(),
                recorded * 1e9 / double(hops), bench::rssMib(), double(timeline.log().memoryBytes()) / 1048576,
                double(timeline.log().memoryBytes()) / double(hops), timeline.checkpointCount(),
                milliseconds(frames, 0.5), milliseconds(frames, 0.95), milliseconds(states, 0.5),
                milliseconds(states, 0.95), static_cast<unsigned long long>(found),
                static_cast<unsigned long long>(bench::totals(timeline.latest()).sent),
                static_cast<unsigned long long>(bench::totals(timeline.latest()).delivered));
}
