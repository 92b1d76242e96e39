#include "model/check/segments.h"
#include "model/lab/kinds.h"

namespace model::check {

Segments::Segments(const lab::Lab& lab) {
    std::map<lab::NodeId, std::size_t> nodes;
    std::size_t count = 0;
    for (std::size_t n = 0; n < lab.nodes.size(); ++n) {
        nodes[lab.nodes[n].id] = n;
        mFirst.push_back(count);
        count += lab.nodes[n].ports.size();
    }
    for (std::size_t i = 0; i < count; ++i)
        mParent.push_back(i);
    mCabled.resize(count, false);
    for (std::size_t n = 0; n < lab.nodes.size(); ++n)
        if (lab::bridges(lab.nodes[n].kind))
            for (std::size_t p = 1; p < lab.nodes[n].ports.size(); ++p)
                join(mFirst[n], mFirst[n] + p);
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
        join(a, b);
    }
    for (std::size_t i = 0; i < count; ++i)
        mParent[i] = root(i);
}

std::size_t Segments::of(Place place) const { return mParent[index(place)]; }

std::size_t Segments::root(std::size_t i) {
    while (mParent[i] != i)
        i = mParent[i] = mParent[mParent[i]];
    return i;
}

void Segments::join(std::size_t a, std::size_t b) { mParent[root(b)] = root(a); }

} // namespace model::check
