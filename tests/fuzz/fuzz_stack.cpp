// Frames of the fuzzer's choice arrive anywhere in a network that has one device of every kind, in the middle of its
// work.
//
// An input is a list of: interface, steps, mode. Mode even: length and bytes of a frame. Mode odd: the number of a
// frame that this network sends by itself, and changes to it (count; each offset and value). Mode & 2: checksums are
// mended.
#include "model/io/lab_file.h"
#include "model/network/network_builder.h"
#include "sim/replay/timeline.h"
#include "tests/fuzz/repair.h"
#include "tests/sim/invariants.h"
#include "tests/support/places.h"

#include <QFile>

#include <cstdio>
#include <cstdlib>

namespace {

/// Moment is the network at a time, and what was recorded until then.
struct Moment {
    sim::devices::Network network;
    sim::trace::TraceLog log;
};

struct World {
    sim::replay::Timeline timeline;
    std::vector<Moment> moments;
};

const World& world() {
    static const World made = [] {
        QFile file(support::source("tests/fuzz/every_kind.lab.yaml"));
        model::io::ReadLab read;
        model::io::Problem problem;
        if (!file.open(QIODevice::ReadOnly) || !model::io::readLab(file.readAll(), file.fileName(), &read, &problem)) {
            std::fprintf(stderr, "%s\n", qPrintable(problem.toString()));
            std::abort();
        }
        auto built = model::network::build(read.lab);
        for (const auto& p : built.problems) {
            std::fprintf(stderr, "%s\n", qPrintable(p.toString()));
            std::abort();
        }
        World w;
        w.timeline = sim::replay::Timeline(std::move(built.network), std::move(built.stimuli));
        w.timeline.extend(std::chrono::seconds(3), 1'000'000, sim::replay::Timeline::Stop::AtTime);
        for (const int ms : {0, 8, 30, 110, 220, 360, 530, 590, 640, 720, 860, 920, 1000, 1300, 2000, 3000}) {
            auto network = w.timeline.stateAt(std::chrono::milliseconds(ms));
            auto log = w.timeline.log();
            log.truncate(network.eventNo());
            w.moments.push_back({std::move(network), std::move(log)});
        }
        return w;
    }();
    return made;
}

class Input {
public:
    Input(const std::uint8_t* data, std::size_t size) : mLeft(data, size) {}
    bool empty() const { return mLeft.empty(); }
    std::uint8_t u8() {
        if (mLeft.empty()) return 0;
        const auto v = mLeft[0];
        mLeft = mLeft.subspan(1);
        return v;
    }
    std::uint16_t u16() {
        const auto high = u8();
        return std::uint16_t(high << 8 | u8());
    }
    std::span<const std::uint8_t> bytes(std::size_t n) {
        const auto taken = mLeft.first(std::min(n, mLeft.size()));
        mLeft = mLeft.subspan(taken.size());
        return taken;
    }

private:
    std::span<const std::uint8_t> mLeft;
};

void look(const sim::devices::Network& network) {
    const auto why = invariants::violation(network);
    if (why.empty()) return;
    std::fprintf(stderr, "%s\n", why.c_str());
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const World& w = world();
    const auto& log = w.timeline.log();
    Input in(data, size);
    const auto& moment = w.moments[in.u8() % w.moments.size()];
    auto network = moment.network;
    sim::trace::TraceLog record; // every second run with a log: causes must survive as well
    sim::trace::TraceLog* const kept = in.u8() % 2 ? &record : nullptr;
    if (kept) record = moment.log; // frames on the way are known to it
    for (int n = 0; n < 40 && !in.empty(); ++n) {
        sim::kernel::InterfaceId to{in.u8() % std::uint32_t(network.interfaceCount())};
        const int steps = in.u8();
        const auto mode = in.u8();
        std::vector<std::uint8_t> frame;
        if (mode & 1) {
            const auto& from = log.frames()[in.u16() % log.frames().size()];
            const auto bytes = log.bytes(from);
            frame.assign(bytes.begin(), bytes.end());
            if (from.to.valid() && (mode & 4)) to = from.to;
            for (int changes = in.u8() % 8; changes > 0 && !frame.empty(); --changes) {
                const auto at = in.u16() % frame.size();
                frame[at] = in.u8();
            }
            if (mode & 8) frame.resize(std::min<std::size_t>(frame.size(), in.u8()));
        } else {
            const auto bytes = in.bytes(in.u16() % 2048);
            frame.assign(bytes.begin(), bytes.end());
        }
        if (mode & 2) fuzz::repair(frame);
        network.inject(to, frame, kept);
        for (int i = 0; i < steps % 64 && network.step(kept); ++i)
            look(network);
    }
    for (int i = 0; i < 300 && network.step(kept); ++i)
        if (i % 8 == 0) look(network);
    look(network);
    return 0;
}
