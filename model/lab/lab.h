// The lab as people edit and save it: a value. Nothing here runs; model/network turns it into a simulated network.
#pragma once

#include "model/lab/tunnel.h"
#include "sim/config/action.h"
#include "sim/config/host_settings.h"
#include "sim/kernel/time.h"
#include "sim/link/fault_injector.h"
#include "sim/stack/flow.h"
#include "sim/wire/address.h"

#include <QPointF>
#include <QString>
#include <QStringList>

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace model::lab {

/// NodeId and LinkId stay the same while their things are renamed or changed; they are not saved. 0 refers to nothing.
struct NodeId {
    std::uint32_t value = 0;
    auto operator<=>(const NodeId&) const = default;
};
/// LinkId names a cable while the program runs; files know it by its ends.
struct LinkId {
    std::uint32_t value = 0;
    auto operator<=>(const LinkId&) const = default;
};

/// Kind is what a node was made as: a preset of the one composition every device is.
enum class Kind : std::uint8_t { Host, WebServer, DnsServer, Switch, Router, HomeRouter, VpnEndpoint, Hub };

/// DhcpClient lets a port get its address by DHCP.
struct DhcpClient {
    QString hostName;   ///< told to the server; empty: none
    bool check = false; ///< look by ARP whether somebody has the address already
    bool operator==(const DhcpClient&) const = default;
};

/// Port is an interface of a node as a lab says it.
struct Port {
    QString name;                             ///< "eth0", "p1"
    std::optional<sim::wire::MacAddress> mac; ///< none: derived from the node's place in the lab
    std::vector<sim::wire::Prefix> addresses;
    std::optional<int> mtu; ///< bytes; none: 1500, of WireGuard 1420, of VXLAN 50 less than below it
    bool tunnel = false;    ///< a virtual card: takes no cable; true for WireGuard and VXLAN
    std::optional<Wireguard> wireguard;
    std::optional<Vxlan> vxlan;
    std::optional<DhcpClient> dhcp; ///< instead of addresses
    bool automatic = false;         ///< the address is the plan's (model/plan): addresses holds the one given so far
    bool operator==(const Port&) const = default;
};

/// NextHop is one of several of a route.
struct NextHop {
    sim::wire::IpAddress via;
    QString dev; ///< empty: the interface whose network holds via
    std::uint32_t weight = 1;
    bool operator==(const NextHop&) const = default;
};

/// Route is a configured route of a node.
struct Route {
    enum class Kind : std::uint8_t { Unicast, Unreachable, Prohibit, Blackhole };
    sim::wire::Prefix to;
    sim::wire::IpAddress via;
    QString dev;
    std::uint32_t metric = 0;
    Kind kind = Kind::Unicast;
    bool onlink = false;                          ///< via is taken for a neighbour though no network of dev holds it
    sim::wire::IpAddress src;                     ///< of what is sent by it; none: as the interface has it
    std::uint32_t table = sim::stack::kMainTable; ///< its number
    std::vector<NextHop> hops;                    ///< two or more that share the load, instead of via and dev
    bool operator==(const Route&) const = default;
};

/// DnsRecord is a record that a DNS server serves.
struct DnsRecord {
    QString name;
    sim::wire::IpAddress address;
    std::uint32_t ttl = 300;
    QString data; ///< instead of an address, as in a zone file: "CNAME google.com"
    bool operator==(const DnsRecord&) const = default;
};

/// DnsZone is what a server answers with authority. All names are whole.
struct DnsZone {
    QString name; ///< empty: the root
    QString soa;  ///< data as in a zone file; empty: the first server and usual times
    QStringList ns;
    std::uint32_t ttl = 300;
    std::vector<DnsRecord> records;
    bool operator==(const DnsZone&) const = default;
};

/// DnsServer is what a node's DNS server knows by itself, and whom it asks.
struct DnsServer {
    std::vector<DnsRecord> records;
    QStringList domains;       ///< answered here or not at all
    bool domainNeeded = false; ///< addresses of names without a dot are not asked for elsewhere
    std::vector<sim::wire::IpAddress> forward;
    std::vector<DnsZone> zones;
    std::vector<sim::wire::IpAddress> roots; ///< where it begins when it finds out by itself
    std::optional<int> cache;                ///< sets of records it remembers; none: 150
    bool operator==(const DnsServer&) const = default;
};

/// DhcpPool is what a DHCP server gives to one network.
struct DhcpPool {
    sim::wire::IpAddress first, last;          ///< none: most of the network of the first inside interface
    sim::wire::Prefix network;                 ///< of clients behind a relay; none: as the interface has it
    std::optional<sim::kernel::SimTime> lease; ///< none: 1 h
    sim::wire::IpAddress router;               ///< none: the server itself
    std::vector<sim::wire::IpAddress> dns;     ///< none: the server itself when it serves names
    QString domain;
    bool ping = true; ///< look whether an address is in use before offering it
    bool authoritative = true;
    struct Reservation {
        sim::wire::MacAddress mac;
        sim::wire::IpAddress address;
        QString name;
        bool operator==(const Reservation&) const = default;
    };
    std::vector<Reservation> reservations;
    bool operator==(const DhcpPool&) const = default;
};

/// Rip makes a router learn routes from its neighbours.
using Rip = sim::config::RipConfig;

/// Page is one page of a web server.
struct Page {
    QString path = QStringLiteral("/");
    QString body;
    QString type;           ///< of its content; empty: by the path
    QString redirect;       ///< where the page is instead
    int status = 0;         ///< 0: 200, of a redirect 301
    std::uint64_t size = 0; ///< so many bytes of filling instead of a body
    bool chunked = false;   ///< sent in chunks, without telling the length first
    bool operator==(const Page&) const = default;
};

/// WebHost is a virtual host: pages for who asks for that name.
struct WebHost {
    QString name;
    std::vector<Page> pages;
    bool operator==(const WebHost&) const = default;
};

/// WebServer is what a node serves by HTTP.
struct WebServer {
    std::uint16_t port = 80;
    std::vector<Page> pages;
    std::vector<WebHost> hosts;
    bool operator==(const WebServer&) const = default;
};

/// kCongestionWords are the names of the congestion controls in a lab file.
inline constexpr std::array<const char*, 3> kCongestionWords{"cubic", "reno", "bbr"};

/// Listener is a script that waits on a port: sim/apps/script_player.h has its words.
using Listener = sim::config::ListenConfig;

/// PortForward lets the world reach a host inside by a port of the outside address.
struct PortForward {
    bool tcp = true;
    std::uint16_t port = 0;
    sim::wire::IpAddress to;
    std::uint16_t toPort = 0;
    bool operator==(const PortForward&) const = default;
};

/// Nat is the address translation of a router.
struct Nat {
    QString outside; ///< name of a port of the same node
    std::vector<PortForward> forwards;
    bool hairpin = false; ///< the inside may use them by the outside address, too
    bool operator==(const Nat&) const = default;
};

/// Neighbour is a permanent row of a node's ARP table.
using Neighbour = sim::config::NeighbourConfig;

/// Node has its settings as a host from sim::config::HostSettings: they go to the device as they are.
struct Node : sim::config::HostSettings {
    NodeId id;
    QString name;
    Kind kind = Kind::Host;
    QPointF at; ///< centre of the tile, in canvas units (pixels at 100 %)
    std::vector<Port> ports;
    std::optional<sim::wire::IpAddress> gateway;
    std::vector<Route> routes;
    QStringList firewall;           ///< rules and policies in order, as written: "drop tcp to port 80"
    std::optional<bool> forwarding; ///< none: as the kind has it
    std::optional<Nat> nat;
    std::optional<DnsServer> dnsServer;
    std::optional<WebServer> webServer;
    std::vector<DhcpPool> dhcpServer; ///< empty: none
    /// port is the port of that name, or null.
    const Port* port(const QString& portName) const;
    bool operator==(const Node&) const = default;
};

/// LinkEnd is one end of a cable: a node and its port.
struct LinkEnd {
    NodeId node;
    QString port;
    bool operator==(const LinkEnd&) const = default;
};

/// Link is a cable between two ports.
struct Link {
    LinkId id;
    LinkEnd a, b;
    std::optional<sim::kernel::SimTime> delay; ///< none: 1 ms
    std::optional<std::uint64_t> rate;         ///< bit/s; none: 1 Gbit/s
    std::optional<std::uint32_t> queue;        ///< bytes; none: 1,000,000
    bool up = true;
    sim::link::Impairment impairment;
    std::vector<sim::link::Fault> faults; ///< end 0 is a
    bool operator==(const Link&) const = default;
};

/// RunStep is one line of the run of the lab: what a node does, and when.
struct RunStep {
    sim::kernel::SimTime at{0};
    NodeId on;
    QString action; ///< "browse http://google.com/", "ping 8.8.8.8"
    bool operator==(const RunStep&) const = default;
};

/// Note is a text on the canvas.
struct Note {
    QString text;
    QPointF at;
    bool operator==(const Note&) const = default;
};

/// Area is a tinted rectangle with a caption, behind the nodes.
struct Area {
    QString caption;
    double x = 0, y = 0, width = 0, height = 0;
    bool operator==(const Area&) const = default;
};

/// Addressing is where the addresses of new ports come from: nowhere, from DHCP (of hosts; of others from the plan), or
/// from the plan.
enum class Addressing : std::uint8_t { Manual, Dhcp, Automatic };

/// Lab is everything that a lab file says.
struct Lab {
    QString name;
    QString about;
    std::uint64_t seed = 1;
    Addressing addressing = Addressing::Manual;
    std::vector<Node> nodes;
    std::vector<Link> links;
    std::vector<Note> notes;
    std::vector<Area> areas;
    std::vector<RunStep> run;
    QStringList expect; ///< kept as written
    bool operator==(const Lab&) const = default;

    const Node* node(NodeId id) const;
    const Node* node(const QString& name) const;
    const Link* link(LinkId id) const;
    /// linkAt is the cable in a port, or null.
    const Link* linkAt(NodeId node, const QString& port) const;
};

/// numbered is the same lab with ids given out anew in order, so that labs from different sources can be compared.
Lab numbered(Lab lab);

} // namespace model::lab
