// The configuration of a device: what an administrator would set. Plain data; Network::addDevice brings it to life.
#pragma once

#include "sim/config/host_settings.h"
#include "sim/crypto/crypto.h"
#include "sim/kernel/id.h"
#include "sim/kernel/time.h"
#include "sim/link/fault_injector.h"
#include "sim/stack/conntrack.h"
#include "sim/stack/firewall.h"
#include "sim/stack/flow.h"
#include "sim/wire/address.h"
#include "sim/wire/dns.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sim::config {

/// InterfaceKind is what an interface is to its device.
enum class InterfaceKind : std::uint8_t {
    Ethernet,
    Tunnel, ///< a virtual card without MAC; without WireGuard it has no carrier
    Vxlan,  ///< a virtual card with a MAC, whose frames travel in UDP
};

/// WireguardPeerConfig is a [Peer] of wg(8).
struct WireguardPeerConfig {
    std::string name; ///< for people; empty: the beginning of the key
    crypto::Key publicKey{};
    crypto::Key presharedKey{}; ///< zero: none
    wire::IpAddress endpoint;   ///< none: learned from what arrives
    std::uint16_t endpointPort = 51820;
    std::vector<wire::Prefix> allowedIps;
    kernel::SimTime persistentKeepalive{0}; ///< 0: off
};

/// WireguardConfig is an [Interface] of wg(8).
struct WireguardConfig {
    crypto::Key privateKey{};
    std::uint16_t listenPort = 0; ///< 0: an ephemeral one
    bool userspace = false;       ///< outer packets as wireguard-go sends them, not as the kernel does
    bool underLoad = false;       ///< answers handshakes with a cookie first, as in a flood
    std::vector<WireguardPeerConfig> peers;
};

/// VxlanConfig is "ip link add … type vxlan".
struct VxlanConfig {
    std::uint32_t vni = 0;
    wire::IpAddress remote; ///< where frames go whose place is not known; none: nowhere
    wire::IpAddress local;  ///< none: as the route says
    std::uint16_t port = 4789;
};

/// DhcpClientConfig lets an interface get its address by DHCP, as busybox's udhcpc does it.
struct DhcpClientConfig {
    std::string hostName;    ///< told to the server; empty: none
    bool check = false;      ///< ask by ARP whether somebody has the address already, and decline it then
    wire::IpAddress request; ///< an address to ask for; none: any
    bool operator==(const DhcpClientConfig&) const = default;
};

/// InterfaceConfig is an interface of a device to be built.
struct InterfaceConfig {
    std::string name; ///< "eth0"; "lo" is added by itself to every device with an IP stack
    InterfaceKind kind = InterfaceKind::Ethernet;
    wire::MacAddress mac;                ///< Ethernet: must not be zero
    std::vector<wire::Prefix> addresses; ///< with the length of the network: 192.168.0.5/24
    int mtu = 0; ///< bytes of IP packet; 0: 1500, of WireGuard 1420, of VXLAN 50 less than what it runs over
    bool up = true;
    std::optional<DhcpClientConfig> dhcp;
    std::optional<WireguardConfig> wireguard; ///< of a Tunnel
    VxlanConfig vxlan;                        ///< of a Vxlan
};

/// NextHopConfig is one more next hop of a route that shares its load among several.
struct NextHopConfig {
    wire::IpAddress via;
    std::string interface; ///< empty: found from via
    std::uint32_t weight = 1;
    bool operator==(const NextHopConfig&) const = default;
};

/// RouteConfig is a static route.
struct RouteConfig {
    enum class Kind : std::uint8_t { Unicast, Unreachable, Prohibit, Blackhole };
    wire::Prefix destination; ///< 0.0.0.0/0 is the default route
    wire::IpAddress via;      ///< none: on-link
    std::string interface;    ///< empty: found from via
    std::uint32_t metric = 0;
    Kind kind = Kind::Unicast;
    bool onlink = false;                     ///< take via for a neighbour though no network of the interface holds it
    wire::IpAddress source;                  ///< of what is sent by it; none: as the interface has it
    std::uint32_t table = stack::kMainTable; ///< its number
    std::uint32_t weight = 1;                ///< of the first next hop, when there are others
    std::vector<NextHopConfig> others;
    bool operator==(const RouteConfig&) const = default;
};

/// SourceNatConfig is Linux's masquerade on one interface.
struct SourceNatConfig {
    std::string outside;
    std::vector<stack::PortForward> forwards; ///< by the outside interface's address
    bool hairpin = false;
};

/// DnsRecordConfig is an address record that a DNS server serves.
struct DnsRecordConfig {
    std::string name;
    wire::IpAddress address;
    std::uint32_t ttl = 300; ///< seconds
};

/// DnsZoneConfig is a zone as BIND has it (RFC 1034 4.2): with a SOA record; NS records below its name delegate.
struct DnsZoneConfig {
    std::string name;                     ///< "example.com"; empty: the root
    std::vector<wire::DnsRecord> records; ///< with whole names; the SOA among them
};

/// DnsServerConfig is a DNS server as dnsmasq is one: its own records, a cache, and others to ask.
struct DnsServerConfig {
    std::vector<DnsRecordConfig> records;
    std::vector<std::string> localDomains; ///< answered here or not at all (NXDOMAIN): "com"
    bool domainNeeded = false;             ///< addresses of names without a dot are, too (dnsmasq --domain-needed)
    std::vector<wire::IpAddress> forward;  ///< upstream servers; none: what is not known here is refused
    std::size_t cacheSize = 150;           ///< sets of records
    std::vector<wire::DnsRecord> others;   ///< records without addresses: CNAME, MX, TXT …
    std::vector<DnsZoneConfig> zones;      ///< answered with authority
    std::vector<wire::IpAddress> roots;    ///< where to begin asking; none: it does not walk down from the root
};

/// HttpPageConfig is one page of a web server.
struct HttpPageConfig {
    std::string path = "/";
    std::string body;
    std::string contentType = "text/html";
    std::string redirect = {}; ///< where the page is instead; empty: here
    int status = 200;
    std::uint64_t size = 0; ///< so many bytes of filling instead of body
    bool chunked = false;   ///< sent in chunks (RFC 9112 7.1)
};

/// HttpHostConfig is a virtual host: pages for who asks for that name.
struct HttpHostConfig {
    std::string name;
    std::vector<HttpPageConfig> pages;
};

/// HttpServerConfig is a web server: its port and its pages.
struct HttpServerConfig {
    std::uint16_t port = 80;
    std::vector<HttpPageConfig> pages; ///< of all hosts that are not named; other paths are answered with 404
    std::vector<HttpHostConfig> hosts;
};

/// DhcpServerConfig is one pool of addresses of a DHCP server as dnsmasq is one.
struct DhcpServerConfig {
    wire::IpAddress first, last; ///< of the pool
    wire::Prefix network;        ///< none: of the interface whose network holds the pool
    std::uint32_t leaseSeconds = 3600;
    wire::IpAddress router;           ///< none: this server's own address there, or the relay's
    std::vector<wire::IpAddress> dns; ///< none: this server's own address when it serves names, too
    std::string domain;
    bool check = true;         ///< ping an address before offering it
    bool authoritative = true; ///< the only server there is: wrong requests are refused
    struct Reservation {
        wire::MacAddress mac;
        wire::IpAddress address;
        std::string name; ///< host name to tell; may be empty
        bool operator==(const Reservation&) const = default;
    };
    std::vector<Reservation> reservations;
    bool operator==(const DhcpServerConfig&) const = default;
};

/// UdpSourceConfig sends datagrams at a constant rate: the load of the benchmarks.
struct UdpSourceConfig {
    wire::IpAddress destination;
    std::uint16_t port = 9000;
    std::uint64_t count = 0;
    std::uint32_t payload = 64; ///< bytes
    kernel::SimTime interval{1000};
    kernel::SimTime start{0};
};

/// UdpSinkConfig is a port at which datagrams are counted.
struct UdpSinkConfig {
    std::uint16_t port = 9000;
};

/// DeviceConfig is all that a device is built from.
struct DeviceConfig : HostSettings {
    std::string name;
    std::vector<InterfaceConfig> interfaces;
    bool bridge = false;  ///< all interfaces are ports of one bridge; it has no IP stack then
    bool learning = true; ///< of a bridge: false makes a hub of it
    bool ipStack = true;
    bool forwarding = false;         ///< net.ipv4.ip_forward
    std::vector<RouteConfig> routes; ///< connected routes are added by themselves
    std::vector<stack::FilterRule> filterRules;
    std::vector<stack::FilterPolicy> filterPolicies;
    std::optional<SourceNatConfig> sourceNat;
    std::optional<DnsServerConfig> dnsServer;
    std::optional<HttpServerConfig> httpServer;
    std::vector<DhcpServerConfig> dhcpServer; ///< its pools; empty: no DHCP server
    std::vector<UdpSourceConfig> udpSources;
    std::optional<UdpSinkConfig> udpSink;
};

/// ChannelConfig is a full-duplex cable between two interfaces.
struct ChannelConfig {
    std::uint64_t rate = 1'000'000'000;                   ///< bits per second, at least 1
    kernel::SimTime delay = std::chrono::milliseconds(1); ///< propagation, one way
    std::uint32_t queueBytes = 1'000'000;                 ///< what may wait at each end
    bool up = true;
    std::vector<link::Fault> faults; ///< counted
    link::Impairment impairment;     ///< by chance
};

} // namespace sim::config
