// A lab of any size for the window's benchmarks: a grid of nodes with a cable to the right and one down from each,
// where every node pings a neighbour. The cables are slow, so that many frames are on the way at once.
#pragma once

#include "model/lab/kinds.h"
#include "model/lab/lab.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace bench {

inline constexpr double kSpacing = 120; ///< canvas units between nodes; 10,000 of them fill 1600×900 at 10 %

/// gridLab has nodes in rows of a 16:9 picture. inFlight is about how many frames are on the way at any moment from the
/// seventh second to the span's end, when the run ends by itself; 0: nobody sends.
inline model::lab::Lab gridLab(unsigned nodes, unsigned inFlight,
                               std::chrono::seconds span = std::chrono::seconds(14)) {
    using namespace model::lab;
    using sim::wire::IpAddress;
    constexpr Kind kinds[] = {Kind::Host, Kind::Router, Kind::WebServer, Kind::Host, Kind::DnsServer};
    const unsigned columns = std::max(1U, unsigned(std::ceil(std::sqrt(nodes * 16.0 / 9))));
    Lab lab;
    lab.name = QStringLiteral("Grid");
    lab.nodes.reserve(nodes);
    for (unsigned i = 0; i < nodes; ++i) {
        Node node = makeNode(kinds[i % 5], QStringLiteral("n%1").arg(i + 1),
                             QPointF((i % columns + 0.5) * kSpacing, (i / columns + 0.5) * kSpacing));
        node.id = NodeId{i + 1};
        node.ports.clear();
        lab.nodes.push_back(std::move(node));
    }
    std::uint32_t net = 0;
    const auto join = [&](unsigned a, unsigned b, const QString& portA, const QString& portB) {
        const std::uint32_t base = (10U << 24) + 4 * net++;
        const auto plug = [&](unsigned at, const QString& name, std::uint32_t address) {
            Port port;
            port.name = name;
            port.addresses = {{IpAddress::v4(address), 30}};
            lab.nodes[at].ports.push_back(std::move(port));
        };
        plug(a, portA, base + 1);
        plug(b, portB, base + 2);
        Link link;
        link.id = LinkId{net};
        link.a = {NodeId{a + 1}, portA};
        link.b = {NodeId{b + 1}, portB};
        link.delay = std::chrono::seconds(1);
        lab.links.push_back(std::move(link));
        return IpAddress::v4(base + 2);
    };
    for (unsigned i = 0; i < nodes; ++i) {
        IpAddress right, down;
        if (i % columns + 1 < columns && i + 1 < nodes)
            right = join(i, i + 1, QStringLiteral("east"), QStringLiteral("west"));
        if (i + columns < nodes) down = join(i, i + columns, QStringLiteral("south"), QStringLiteral("north"));
        if (!inFlight) continue;
        const IpAddress target = down.isNone() || ((i + i / columns) % 2 && !right.isNone()) ? right : down;
        if (target.isNone()) continue;
        // A question and its answer take a second each.
        const std::uint64_t interval = std::max<std::uint64_t>(10, 2000ULL * nodes / inFlight);
        RunStep step;
        step.at = std::chrono::microseconds(interval * 1000 * (i * 7919ULL % nodes) / nodes);
        step.on = NodeId{i + 1};
        step.action = QStringLiteral("ping %1 interval %2ms count %3")
                          .arg(QString::fromStdString(target.toString()))
                          .arg(interval)
                          .arg(std::max<std::uint64_t>(1, std::uint64_t(span.count()) * 1000 / interval));
        lab.run.push_back(std::move(step));
    }
    std::stable_sort(lab.run.begin(), lab.run.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    return lab;
}

} // namespace bench
