// Routes for a whole network at once, in time near (devices x networks): a search from each device over the cables.
#include "sim/devices/network.h"

#include "sim/stack/interface.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

namespace sim::devices {

namespace {

constexpr std::uint32_t kNone = 0xffff'ffff;

constexpr std::uint32_t mask(unsigned length) { return length ? ~std::uint32_t{0} << (32 - length) : 0; }

/// Subnet is an IPv4 network on one cable, or on several that switches join.
struct Subnet {
    std::uint32_t segment, network;
    std::uint8_t length;
    std::vector<std::uint32_t> ends; ///< indices of Attachments
    bool operator<(const Subnet& o) const {
        // In the order of a routing table's rows.
        return std::tuple(32 - length, network, segment) < std::tuple(32 - o.length, o.network, o.segment);
    }
};

/// Attachment is a device's address in a subnet.
struct Attachment {
    std::uint32_t subnet, device, interface, address;
};

/// Segments tell which interfaces hear one another: by a cable, or through switches.
class Segments {
public:
    explicit Segments(std::size_t size) : mParent(size) { std::iota(mParent.begin(), mParent.end(), 0u); }
    std::uint32_t of(std::uint32_t i) {
        while (mParent[i] != i)
            i = mParent[i] = mParent[mParent[i]];
        return i;
    }
    void unite(std::uint32_t a, std::uint32_t b) { mParent[std::max(of(a), of(b))] = std::min(of(a), of(b)); }

private:
    std::vector<std::uint32_t> mParent;
};

} // namespace

void Network::addShortestRoutes() {
    Segments segments(mPorts.size());
    for (const auto& channel : mChannels)
        segments.unite(channel.ends[0].value, channel.ends[1].value);
    for (const auto& cow : mDevices)
        if (const auto& s = cow.read().system; s.bridge)
            for (const auto& i : s.interfaces)
                segments.unite(s.interfaces[0].id.value, i.id.value);

    std::vector<Subnet> subnets;
    std::vector<std::tuple<std::uint32_t, std::uint32_t, std::uint8_t>> keys; // segment, network, length
    std::vector<Attachment> attachments;
    const auto eachAddress = [&](auto use) {
        for (std::uint32_t d = 0; d < mDevices.size(); ++d) {
            const auto& s = mDevices[d].read().system;
            for (std::uint32_t i = 0; s.ip && i < s.interfaces.size(); ++i)
                for (const auto& p : s.interfaces[i].addresses)
                    if (s.interfaces[i].type == stack::InterfaceType::Ethernet && p.address.isV4() && p.length < 32)
                        use(d, i, p,
                            std::tuple(segments.of(s.interfaces[i].id.value), p.address.toV4() & mask(p.length),
                                       p.length));
        }
    };
    eachAddress([&](auto, auto, const auto&, const auto& key) { keys.push_back(key); });
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    for (const auto& [segment, network, length] : keys)
        subnets.push_back({segment, network, length, {}});
    std::vector<std::uint32_t> order(subnets.size()), place(subnets.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return subnets[a] < subnets[b]; });
    for (std::uint32_t i = 0; i < order.size(); ++i)
        place[order[i]] = i;
    std::sort(subnets.begin(), subnets.end());
    std::vector<std::vector<std::uint32_t>> attached(mDevices.size());
    eachAddress([&](std::uint32_t device, std::uint32_t interface, const wire::Prefix& p, const auto& key) {
        const auto subnet = place[std::size_t(std::lower_bound(keys.begin(), keys.end(), key) - keys.begin())];
        attached[device].push_back(std::uint32_t(attachments.size()));
        subnets[subnet].ends.push_back(std::uint32_t(attachments.size()));
        attachments.push_back({subnet, device, interface, p.address.toV4()});
    });

    // First is the first step of the way to what was reached; kNone: not reached, or by a cable of its own.
    struct First {
        std::uint32_t via = kNone, out = kNone; // indices of Attachments: the neighbour's, and ours in the same subnet
    };
    std::vector<First> toDevice(mDevices.size()), toSubnet(subnets.size());
    std::vector<std::uint32_t> seenDevice(mDevices.size(), kNone), seenSubnet(subnets.size(), kNone), reached;
    std::vector<stack::Route> routes;
    for (std::uint32_t from = 0; from < mDevices.size(); ++from) {
        if (attached[from].empty()) continue;
        reached.assign(1, from);
        seenDevice[from] = from;
        for (std::size_t next = 0; next < reached.size(); ++next) {
            const std::uint32_t device = reached[next];
            if (device != from && !mDevices[device].read().system.forwarding) continue;
            for (const std::uint32_t a : attached[device]) {
                const std::uint32_t subnet = attachments[a].subnet;
                if (seenSubnet[subnet] == from) continue;
                seenSubnet[subnet] = from;
                toSubnet[subnet] = device == from ? First{} : toDevice[device];
                for (const std::uint32_t b : subnets[subnet].ends) {
                    const std::uint32_t other = attachments[b].device;
                    if (seenDevice[other] == from) continue;
                    seenDevice[other] = from;
                    toDevice[other] = device == from ? First{b, a} : toDevice[device];
                    reached.push_back(other);
                }
            }
        }
        routes.clear();
        for (std::uint32_t s = 0; s < subnets.size(); ++s) {
            if (seenSubnet[s] != from || toSubnet[s].via == kNone) continue;
            const Attachment &via = attachments[toSubnet[s].via], &out = attachments[toSubnet[s].out];
            routes.push_back({.network = subnets[s].network,
                              .length = subnets[s].length,
                              .via = via.address,
                              .interface = out.interface,
                              .source = out.address});
        }
        mDevices[from].write().system.routes.add(routes);
    }
}

} // namespace sim::devices
