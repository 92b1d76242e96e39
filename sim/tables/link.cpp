// What is on the links: interfaces, neighbours, MAC addresses and the ends of tunnels ("ip -s link", "ip neigh",
// "bridge fdb", "wg show").
#include "sim/devices/device.h"
#include "sim/tables/table.h"

#include <algorithm>
#include <tuple>

namespace sim::tables {

using devices::InterfaceRow;
using devices::MacRow;
using devices::NeighbourRow;
using devices::TunnelPeerRow;

namespace {

/// GroupRow is a multicast group that an interface receives ("ip maddr"); 224.0.0.1, which all do, aside.
struct GroupRow {
    std::string key, interface;
    wire::IpAddress group;
    std::uint32_t users = 0; ///< programs that have joined it
};

std::vector<GroupRow> groupTable(const devices::Network& network, kernel::DeviceId device) {
    std::vector<GroupRow> rows;
    for (const auto& i : network.device(device).system.interfaces)
        for (const auto& g : i.groups) {
            if (g.users == 0) continue;
            const auto group = wire::IpAddress::v4(g.group);
            rows.push_back({i.name + ' ' + group.toString(), i.name, group, g.users});
        }
    std::stable_sort(rows.begin(), rows.end(), [](const GroupRow& a, const GroupRow& b) {
        return std::tie(a.interface, a.group) < std::tie(b.interface, b.group);
    });
    return rows;
}

} // namespace

std::vector<Description> linkTables() {
    return {
        describe<InterfaceRow>(
            {"interfaces", "", "", 0}, devices::interfaceTable,
            {
                {{"name"}, [](const InterfaceRow& r) -> Value { return r.name; }},
                {{"state"}, [](const InterfaceRow& r) -> Value { return r.state; }},
                {{"mac", "", Kind::Mac}, [](const InterfaceRow& r) -> Value { return r.mac; }},
                {{"mtu", "", Kind::Count}, [](const InterfaceRow& r) -> Value { return std::uint64_t(r.mtu); }},
                {{"addresses", "", Kind::Prefixes}, [](const InterfaceRow& r) -> Value { return r.addresses; }},
                {{"rx_bytes", "", Kind::Count}, [](const InterfaceRow& r) -> Value { return r.rxBytes; }},
                {{"rx_frames", "", Kind::Count}, [](const InterfaceRow& r) -> Value { return r.rxFrames; }},
                {{"tx_bytes", "", Kind::Count}, [](const InterfaceRow& r) -> Value { return r.txBytes; }},
                {{"tx_frames", "", Kind::Count}, [](const InterfaceRow& r) -> Value { return r.txFrames; }},
                {{"drops", "", Kind::Count}, [](const InterfaceRow& r) -> Value { return r.drops; }},
            }),
        describe<NeighbourRow>(
            {"neighbours", "ARP table", "Which MAC has which address: empty until ARP has asked.", 20, Wanted::WithIp},
            devices::neighbourTable,
            {
                {{"address", "Address", Kind::Address}, [](const NeighbourRow& r) -> Value { return r.address; }},
                {{"mac", "MAC", Kind::Mac}, [](const NeighbourRow& r) -> Value { return r.mac; }},
                {{"state", "State"}, [](const NeighbourRow& r) -> Value { return r.state; }},
                // The age gives way when a changed state needs the room.
                {{"updated", "Age", Kind::Age, true}, [](const NeighbourRow& r) -> Value { return r.updated; }},
                {{"interface"}, [](const NeighbourRow& r) -> Value { return r.interface; }},
            }),
        describe<MacRow>({"macs", "MAC table", "Which MAC is behind which port: empty until a frame has come by.", 50,
                          Wanted::OnSwitch},
                         devices::macTable,
                         {
                             {{"mac", "MAC", Kind::Mac, true}, [](const MacRow& r) -> Value { return r.mac; }},
                             {{"port", "Port"}, [](const MacRow& r) -> Value { return r.port; }},
                             {{"updated", "Age", Kind::Age}, [](const MacRow& r) -> Value { return r.updated; }},
                         }),
        describe<GroupRow>(
            {"groups", "Multicast groups", "", 55}, groupTable,
            {
                {{"interface", "Dev"}, [](const GroupRow& r) -> Value { return r.interface; }},
                {{"group", "Group", Kind::Address, true}, [](const GroupRow& r) -> Value { return r.group; }},
                {{"users", "Users", Kind::Count}, [](const GroupRow& r) -> Value { return std::uint64_t(r.users); }},
            }),
        describe<TunnelPeerRow>(
            {"tunnels", "WireGuard peers", "Who is at the other end of the tunnel.", 60}, devices::tunnelPeerTable,
            {
                {{"peer", "Peer"}, [](const TunnelPeerRow& r) -> Value { return r.peer; }},
                {{"endpoint", "Endpoint", Kind::Endpoint, true},
                 [](const TunnelPeerRow& r) -> Value {
                     return Endpoint{r.endpoint, r.endpointPort};
                 }},
                {{"allowed_ips", "Allowed IPs", Kind::Prefixes},
                 [](const TunnelPeerRow& r) -> Value { return r.allowedIps; }},
                {{"latest_handshake", "Handshake", Kind::Age},
                 [](const TunnelPeerRow& r) -> Value { return r.latestHandshake; }},
                {{"received", "Received", Kind::Count}, [](const TunnelPeerRow& r) -> Value { return r.received; }},
                {{"sent", "Sent", Kind::Count}, [](const TunnelPeerRow& r) -> Value { return r.sent; }},
                {{"interface"}, [](const TunnelPeerRow& r) -> Value { return r.interface; }},
                {{"public_key"}, [](const TunnelPeerRow& r) -> Value { return r.publicKey; }},
            }),
    };
}

} // namespace sim::tables
