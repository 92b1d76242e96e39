#include "model/plan/segments.h"

#include "model/lab/kinds.h"
#include "model/plan/groups.h"

#include <map>

namespace model::plan {

Segments::Segments(const lab::Lab& lab) {
    std::map<lab::NodeId, std::size_t> nodes;
    std::size_t count = 0;
    for (std::size_t n = 0; n < lab.nodes.size(); ++n) {
        nodes[lab.nodes[n].id] = n;
        mFirst.push_back(count);
        count += lab.nodes[n].ports.size();
    }
    Groups groups(count);
    mCabled.resize(count, false);
    for (std::size_t n = 0; n < lab.nodes.size(); ++n)
        if (lab::bridges(lab.nodes[n].kind))
            for (std::size_t p = 1; p < lab.nodes[n].ports.size(); ++p)
                groups.join(mFirst[n], mFirst[n] + p);
    for (const auto& link : lab.links) {
        const auto find = [&](const lab::LinkEnd& end) {
            const auto node = nodes.find(end.node);
            if (node == nodes.end()) return count;
            const auto& ports = lab.nodes[node->second].ports;
            for (std::size_t p = 0; p < ports.size(); ++p)
                if (ports[p].name == end.port) return mFirst[node->second] + p;
            return count;
        };
        const std::size_t a = find(link.a), b = find(link.b);
        if (a == count || b == count) continue;
        mCabled[a] = mCabled[b] = true;
        groups.join(a, b);
    }
    constexpr auto kNone = std::size_t(-1);
    std::vector<std::size_t> number(count, kNone); // by the port that stands for the segment
    for (std::size_t n = 0; n < lab.nodes.size(); ++n)
        for (std::size_t p = 0; p < lab.nodes[n].ports.size(); ++p) {
            std::size_t& segment = number[groups.root(mFirst[n] + p)];
            if (segment == kNone) {
                segment = mPorts.size();
                mPorts.emplace_back();
            }
            mSegment.push_back(segment);
            mPorts[segment].push_back({n, p});
        }
}

} // namespace model::plan
