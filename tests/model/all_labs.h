// Every lab that comes with the project, run: for tests of what must hold in all of them.
#pragma once

#include "model/io/lab_file.h"
#include "model/network/network_builder.h"
#include "sim/dissect/dissect.h"
#include "sim/replay/timeline.h"

#include "tests/support/places.h"

#include <QDir>
#include <QFile>
#include <QStringList>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tests {

/// labFiles lists resources/labs and tests/conformance, in the order of their names.
inline QStringList labFiles() {
    QStringList paths;
    for (const char* folder : {"resources/labs", "tests/conformance"}) {
        const QDir dir(support::source(folder));
        for (const QString& name : dir.entryList({QStringLiteral("*.lab.yaml")}, QDir::Files, QDir::Name))
            paths << dir.filePath(name);
    }
    return paths;
}

inline model::network::Built buildLab(const QString& path, std::uint64_t seed = 0) {
    QFile file(path);
    model::io::ReadLab read;
    model::io::Problem problem;
    if (!file.open(QIODevice::ReadOnly) || !model::io::readLab(file.readAll(), path, &read, &problem))
        qFatal("%s: %s", qPrintable(path), qPrintable(problem.toString()));
    return model::network::build(read.lab, seed);
}

/// runLab runs a lab until it rests, or a bound.
inline sim::replay::Timeline runLab(const QString& path, std::uint64_t seed = 0) {
    auto built = buildLab(path, seed);
    sim::replay::Timeline timeline(std::move(built.network), std::move(built.stimuli));
    timeline.extend(std::chrono::minutes(3), 60'000);
    return timeline;
}

/// shapeOf is a frame without what differs from run to run: frames of one shape are of the same kind.
inline std::string shapeOf(std::span<const std::uint8_t> frame, sim::wire::LinkType link) {
    const auto s = sim::dissect::summarize(frame, link);
    std::string shape = s.protocolName + '|' + s.word + '|' + std::to_string(s.length) + '|';
    for (const char c : s.info)
        if (c < '0' || c > '9') shape += c;
    return shape;
}

struct Sample {
    std::vector<std::uint8_t> bytes;
    sim::wire::LinkType link = sim::wire::LinkType::Ethernet;
};

/// samples are frames from all labs in the order in which they were seen: of each shape at most three different ones.
inline std::vector<Sample> samples() {
    std::map<std::string, int> shapes;
    std::set<std::vector<std::uint8_t>> seen;
    std::vector<Sample> found;
    for (const QString& path : labFiles()) {
        const auto timeline = runLab(path);
        for (const auto& frame : timeline.log().frames()) {
            const auto bytes = timeline.log().bytes(frame);
            std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
            if (shapes[shapeOf(bytes, frame.link)] >= 3 || !seen.insert(copy).second) continue;
            ++shapes[shapeOf(bytes, frame.link)];
            found.push_back({std::move(copy), frame.link});
        }
    }
    return found;
}

} // namespace tests
