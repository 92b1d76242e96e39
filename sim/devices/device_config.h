// The configuration of a device: what an administrator would set. Plain data; Network::addDevice brings it to life.
#pragma once

#include "sim/apps/script.h"
#include "sim/kernel/id.h"
#include "sim/kernel/time.h"
#include "sim/link/fault_injector.h"
#include "sim/wire/address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sim::devices {

enum class InterfaceKind : std::uint8_t {
    Ethernet,
    Tunnel, ///< a virtual card without MAC (Linux tun); without a peer it has no carrier
};

struct InterfaceConfig {
    std::string name;                    ///< "eth0"; "lo" is added by itself to every device with an IP stack
    InterfaceKind kind = InterfaceKind::Ethernet;
    wire::MacAddress mac;                ///< Ethernet: must not be zero
    std::vector<wire::Prefix> addresses; ///< with the length of the network: 192.168.0.5/24
    int mtu = 1500;                      ///< bytes of IP packet
    bool up = true;
};

struct RouteConfig {
    enum class Kind : std::uint8_t { Unicast, Unreachable, Prohibit, Blackhole };
    wire::Prefix destination;            ///< 0.0.0.0/0 is the default route
    wire::IpAddress via;                 ///< none: on-link
    std::string interface;               ///< empty: found from via
    std::uint32_t metric = 0;
    Kind kind = Kind::Unicast;
};

/// NeighbourConfig is a permanent row of the ARP table.
struct NeighbourConfig {
    wire::IpAddress address;
    wire::MacAddress mac;
};

/// SourceNatConfig is Linux's masquerade on one interface.
struct SourceNatConfig {
    std::string outside;
};

struct DnsRecordConfig {
    std::string name;
    wire::IpAddress address;
    std::uint32_t ttl = 300; ///< seconds
};

/// DnsServerConfig is a DNS server as dnsmasq is one: its own records, a cache, and others to ask.
struct DnsServerConfig {
    std::vector<DnsRecordConfig> records;
    std::vector<std::string> localDomains; ///< answered here or not at all (NXDOMAIN): "com"
    std::vector<wire::IpAddress> forward;  ///< upstream servers; none: what is not known here is refused
    std::size_t cacheSize = 150;           ///< names
};

struct HttpPageConfig {
    std::string path = "/";
    std::string body;
    std::string contentType = "text/html";
};

struct HttpServerConfig {
    std::uint16_t port = 80;
    std::vector<HttpPageConfig> pages; ///< other paths are answered with 404
};

/// ListenConfig is a port where a script waits for whoever comes.
struct ListenConfig {
    bool tcp = true;
    std::uint16_t port = 0;
    apps::Script script;
};

/// UdpSourceConfig sends datagrams at a constant rate: the load of the benchmarks.
struct UdpSourceConfig {
    wire::IpAddress destination;
    std::uint16_t port = 9000;
    std::uint64_t count = 0;
    std::uint32_t payload = 64;                  ///< bytes
    kernel::SimTime interval{1000};
    kernel::SimTime start{0};
};

struct UdpSinkConfig {
    std::uint16_t port = 9000;
};

struct DeviceConfig {
    std::string name;
    std::vector<InterfaceConfig> interfaces;
    bool bridge = false;                         ///< all interfaces are ports of one bridge; it has no IP stack then
    bool ipStack = true;
    bool forwarding = false;                     ///< net.ipv4.ip_forward
    std::vector<RouteConfig> routes;             ///< connected routes are added by themselves
    std::vector<wire::Prefix> loopback;          ///< addresses of lo besides 127.0.0.1/8
    std::vector<NeighbourConfig> neighbours;
    std::vector<wire::IpAddress> dnsServers;     ///< the resolver's
    std::vector<std::pair<std::string, wire::IpAddress>> hosts; ///< /etc/hosts
    std::pair<std::uint16_t, std::uint16_t> portRange{32768, 60999}; ///< net.ipv4.ip_local_port_range
    std::optional<SourceNatConfig> sourceNat;
    std::optional<DnsServerConfig> dnsServer;
    std::optional<HttpServerConfig> httpServer;
    std::vector<ListenConfig> listeners;
    std::string userAgent = "Packetarium/0.1";   ///< what the browser calls itself
    std::optional<UdpSourceConfig> udpSource;
    std::optional<UdpSinkConfig> udpSink;
};

/// ChannelConfig is a full-duplex cable between two interfaces.
struct ChannelConfig {
    std::uint64_t rate = 1'000'000'000;          ///< bits per second, at least 1
    kernel::SimTime delay = std::chrono::milliseconds(1); ///< propagation, one way
    std::uint32_t queueBytes = 1'000'000;        ///< what may wait at each end
    bool up = true;
    std::vector<link::Fault> faults;             ///< counted
    link::Impairment impairment;                 ///< by chance
};

} // namespace sim::devices
