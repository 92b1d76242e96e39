// What is on the links: interfaces, neighbours, MAC addresses and the ends of tunnels ("ip -s link", "ip neigh",
// "bridge fdb", "wg show").
#include "sim/tables/table.h"

namespace sim::tables {

using devices::InterfaceRow;
using devices::MacRow;
using devices::NeighbourRow;
using devices::TunnelPeerRow;

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
