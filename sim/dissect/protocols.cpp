#include "sim/dissect/protocols.h"

#include "sim/wire/dhcp.h"
#include "sim/wire/dns.h"
#include "sim/wire/ethernet.h"
#include "sim/wire/http.h"
#include "sim/wire/ipv4.h"
#include "sim/wire/rip.h"
#include "sim/wire/vxlan.h"
#include "sim/wire/wireguard.h"

#include <algorithm>

namespace sim::dissect {

// Each of these stands in the file of its protocol.
extern const Dissector kEthernet, kVlan, kArp, kIpv4, kIpv6, kIcmp, kIcmpv6, kIgmp, kUdp, kTcp, kDns, kHttp, kDhcp,
    kRip, kVxlan, kWireGuard, kLldp, kUnknown;

namespace {

using wire::EtherType;
using wire::IpProtocol;

constexpr Key ether(EtherType type) { return {Layer::EtherType, std::uint16_t(type)}; }
constexpr Key ip(IpProtocol number) { return {Layer::IpProtocol, std::uint16_t(number)}; }
constexpr Key udp(std::uint16_t port) { return {Layer::UdpPort, port}; }
constexpr Key udpTo(std::uint16_t port) { return {Layer::UdpDestination, port}; }
constexpr Key tcp(std::uint16_t port) { return {Layer::TcpPort, port}; }

/// The table. Of two ports that both tell something, the earlier row's counts.
constexpr ProtocolInfo kProtocols[] = {
    {"frame", "Frame", Protocol::Other, {}, &kUnknown},
    {"eth", "Ethernet", Protocol::Other, {}, &kEthernet},
    {"vlan", "802.1Q Virtual LAN", Protocol::Other, {ether(EtherType::Vlan), ether(EtherType::ServiceVlan)}, &kVlan},
    {"lldp", "LLDP", Protocol::Other, {ether(EtherType(0x88cc))}, &kLldp},
    {"arp", "ARP", Protocol::Arp, {ether(EtherType::Arp)}, &kArp},
    {"ip", "IPv4", Protocol::Other, {ether(EtherType::Ipv4), ip(IpProtocol::Ipv4)}, &kIpv4},
    {"ipv6", "IPv6", Protocol::Other, {ether(EtherType::Ipv6), ip(IpProtocol::Ipv6)}, &kIpv6},
    {"icmp", "ICMP", Protocol::Icmp, {ip(IpProtocol::Icmp)}, &kIcmp},
    {"icmpv6", "ICMPv6", Protocol::Icmp, {ip(IpProtocol::Icmpv6)}, &kIcmpv6},
    {"igmp", "IGMP", Protocol::Other, {ip(IpProtocol::Igmp)}, &kIgmp},
    {"udp", "UDP", Protocol::Udp, {ip(IpProtocol::Udp)}, &kUdp},
    {"tcp", "TCP", Protocol::Tcp, {ip(IpProtocol::Tcp)}, &kTcp},
    {"dns", "DNS", Protocol::Dns, {udp(wire::dns::kPort), tcp(wire::dns::kPort)}, &kDns},
    {"dhcp", "DHCP", Protocol::Dhcp, {udp(wire::dhcp::kServerPort), udp(wire::dhcp::kClientPort)}, &kDhcp},
    {"rip", "RIP", Protocol::Routing, {udp(wire::rip::kPort)}, &kRip},
    {"vxlan", "VXLAN", Protocol::Vpn, {udpTo(wire::VxlanHeader::kPort)}, &kVxlan},
    {"wg", "WireGuard", Protocol::Vpn, {udp(wire::wireguard::kPort)}, &kWireGuard},
    {"http", "HTTP", Protocol::Http, {tcp(wire::http::kPort), tcp(wire::http::kOtherPort)}, &kHttp, true},
};

/// Index finds rows by number: open addressing, so that nearly every look-up ends at its first slot.
class Index {
public:
    consteval explicit Index(Layer layer, Layer also = Layer::None) {
        for (std::uint8_t row = 0; row < std::size(kProtocols); ++row)
            for (const Key& key : kProtocols[row].keys)
                if (key.layer != Layer::None && (key.layer == layer || key.layer == also)) put(key.number, row);
    }
    /// row is the place in the table; kNone when no row has that number.
    std::size_t row(std::uint16_t number) const {
        for (std::size_t at = slotOf(number);; ++at) {
            const Slot& slot = mSlots[at % kSlots];
            if (slot.row == kNone || slot.number == number) return slot.row;
        }
    }
    static constexpr std::uint16_t kNone = 0xffff;

private:
    struct Slot {
        std::uint16_t number = 0, row = kNone;
    };
    static constexpr std::size_t kSlots = 256;
    static constexpr std::size_t slotOf(std::uint16_t number) { return (number ^ number >> 8) % kSlots; }
    consteval void put(std::uint16_t number, std::uint8_t row) {
        std::size_t at = slotOf(number);
        while (mSlots[at % kSlots].row != kNone)
            ++at;
        mSlots[at % kSlots] = {number, row};
    }
    std::array<Slot, kSlots> mSlots;
};

constexpr Index kByEtherType(Layer::EtherType), kByIpProtocol(Layer::IpProtocol), kByUdpSource(Layer::UdpPort),
    kByUdpDestination(Layer::UdpPort, Layer::UdpDestination), kByTcpPort(Layer::TcpPort);

/// kAnyPort are the rows that are looked for on every TCP port.
constexpr auto kAnyPort = [] {
    std::array<std::uint8_t, std::ranges::count(kProtocols, true, &ProtocolInfo::anyPort)> rows{};
    std::size_t n = 0;
    for (std::uint8_t row = 0; row < std::size(kProtocols); ++row)
        if (kProtocols[row].anyPort) rows[n++] = row;
    return rows;
}();

const ProtocolInfo* at(std::size_t row) { return row == Index::kNone ? nullptr : &kProtocols[row]; }

} // namespace

std::span<const ProtocolInfo> protocols() { return kProtocols; }

const ProtocolInfo* findProtocol(std::string_view filter) {
    for (const auto& p : kProtocols)
        if (p.filter == filter) return &p;
    return nullptr;
}

const Field* findField(std::string_view filter) {
    if (filter.empty()) return nullptr;
    for (const auto& p : kProtocols)
        for (const Field& f : p.dissector->fields)
            if (f.filter == filter || f.also == filter) return &f;
    return nullptr;
}

const ProtocolInfo* etherProtocol(std::uint16_t type) { return at(kByEtherType.row(type)); }

const ProtocolInfo* ipProtocol(std::uint8_t number) { return at(kByIpProtocol.row(number)); }

const ProtocolInfo* datagramProtocol(std::uint16_t source, std::uint16_t destination) {
    return at(std::min(kByUdpSource.row(source), kByUdpDestination.row(destination)));
}

Segment segmentProtocol(std::uint16_t source, std::uint16_t destination, Bytes payload) {
    for (const auto row : kAnyPort)
        if (kProtocols[row].dissector->begins(payload)) return {&kProtocols[row], true};
    const ProtocolInfo* const ends[] = {at(kByTcpPort.row(source)), at(kByTcpPort.row(destination))};
    for (const auto* p : ends)
        if (p && p->dissector->begins(payload)) return {p, true};
    for (const auto* p : ends)
        if (p && p->dissector->coloursRest) return {p, false};
    return {};
}

} // namespace sim::dissect
