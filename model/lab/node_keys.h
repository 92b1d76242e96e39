// The keys of a node, of its interfaces, routes and address translation.
#pragma once

#include "model/lab/service_keys.h"
#include "model/lab/tunnel_keys.h"

namespace model::lab {

// Types that only these keys have.
struct NodeKind {};
struct PortCount {};
struct PortMap {};
struct InterfaceKind {};
struct InterfaceAddress {};
struct DhcpHostName {};
struct DhcpCheck {};
struct RouteDestination {};
struct RouteLine {};
struct RouteVia {};
struct RouteTableName {};
struct RuleLine {};
struct FilterLines {};
struct ForwardLine {};
struct ListenerMap {};
struct PortRange {};
struct AgentName {};
struct SysctlMap {};
/// Tunnel is the group of keys of a tunnel.
template <class T>
struct Tunnel {};
/// Service is a group of keys, or false for none; true for its usual settings where it has such.
template <class T>
struct Service {};

inline constexpr const char* kRouteKinds[] = {"unicast", "unreachable", "prohibit", "blackhole"};

template <>
struct Keys<Port> {
    Q_DECLARE_TR_FUNCTIONS(model::lab::Keys)
public:
    static constexpr const char* kId = "interface";
    static constexpr const char* kWhat = QT_TR_NOOP("an interface");
    static constexpr const char* kAbout =
        QT_TR_NOOP("A network interface; just its address, or a list, says the same.");
    static constexpr std::tuple kKeys{
        key("kind", &Port::tunnel, InterfaceKind{})
            .what(QT_TR_NOOP("the kind of the interface"))
            .about(
                QT_TR_NOOP("\"tunnel\" is a virtual interface without a cable; \"wireguard\" and \"vxlan\" imply it."))
            .usual("ethernet")
            .example("tunnel"),
        key("mac", &Port::mac, Mac{})
            .what(QT_TR_NOOP("A MAC address"))
            .about(QT_TR_NOOP("MAC address of the interface, in quotes; not that of a group, and not zero."))
            .usual("(made of the places of node and interface in the lab)")
            .example("\"02:00:00:00:00:01\""),
        key("address", &Port::addresses, InterfaceAddress{})
            .what(QT_TR_NOOP("An interface's address"))
            .about(QT_TR_NOOP(
                "Its address with the length of the network, a list of such, \"dhcp\", or \"auto\": the plan gives it "
                "one when the lab is run, or the one that stands behind."))
            .usual("(none)")
            .example("192.168.0.5/24")
            .always(),
        key("hostname", &Port::dhcp, DhcpHostName{})
            .what(QT_TR_NOOP("the name of a host"))
            .about(QT_TR_NOOP("Host name sent to the DHCP server; only with \"address: dhcp\"."))
            .usual("(none)")
            .example("pc"),
        key("check", &Port::dhcp, DhcpCheck{})
            .about(QT_TR_NOOP(
                "True: checks by ARP whether another host has the address already; only with \"address: dhcp\"."))
            .usual("false")
            .example("true"),
        key("mtu", &Port::mtu, Whole{68, 65535})
            .what(QT_TR_NOOP("An MTU"))
            .about(QT_TR_NOOP("Largest IP packet in bytes."))
            .usual("1500 (of WireGuard 1420, of VXLAN 50 less than below it)")
            .example("1400"),
        key("wireguard", &Port::wireguard, Tunnel<Wireguard>{})
            .about(QT_TR_NOOP("Makes a WireGuard tunnel of the interface, with the words of wg-quick."))
            .usual("(no tunnel)")
            .example("{listen-port: 51820, peers: [{node: gw}]}"),
        key("vxlan", &Port::vxlan, Tunnel<Vxlan>{})
            .about(QT_TR_NOOP("Makes a VXLAN of the interface."))
            .usual("(no tunnel)")
            .example("{vni: 42, remote: 198.51.100.2}")};
};

template <>
struct Keys<Route> {
    Q_DECLARE_TR_FUNCTIONS(model::lab::Keys)
public:
    static constexpr const char* kId = "route";
    static constexpr const char* kWhat = QT_TR_NOOP("a route");
    static constexpr const char* kAbout = QT_TR_NOOP(
        "A route: these keys, or a line such as \"10.0.0.0/8 via 192.168.0.1 dev eth0 metric 100\", as ip-route(8) "
        "takes it; with several next hops, \"default via 10.1.0.1 weight 3 via 10.2.0.1\".");
    static constexpr std::tuple kKeys{
        key("to", &Route::to, RouteDestination{})
            .what(QT_TR_NOOP("a route's destination"))
            .about(QT_TR_NOOP("Network, address, or \"default\"."))
            .example("10.0.0.0/8")
            .required(QT_TR_NOOP("A route needs a destination."),
                      QT_TR_NOOP("Write \"to: 10.0.0.0/8\" or \"to: default\".")),
        key(
            "via", [](auto& r) { return std::tie(r.via, r.hops); }, RouteVia{})
            .what(QT_TR_NOOP("A gateway"))
            .about(QT_TR_NOOP(
                "Gateway that packets are sent to; or a list of several, each with \"dev IFACE\" and \"weight N\" from "
                "1 to 256 [1]: each flow takes one, as the hash of its addresses has it (fib_multipath_hash_policy 0), "
                "or of its ports, too (1)."))
            .usual("(none: directly connected)")
            .example("[192.168.0.1 weight 3, 192.168.0.2]"),
        key("dev", &Route::dev, Text{})
            .what(QT_TR_NOOP("the name of an interface"))
            .about(QT_TR_NOOP("Interface that packets leave by."))
            .usual("(the one whose network holds the gateway)")
            .example("eth0"),
        key("metric", &Route::metric, Whole{0, 0xffff'ffff})
            .what(QT_TR_NOOP("A metric"))
            .about(QT_TR_NOOP("Of routes to the same network the one with the lowest metric is used."))
            .usual("0")
            .example("100"),
        key("src", &Route::src, Address{Family::V4})
            .what(QT_TR_NOOP("A source address"))
            .about(QT_TR_NOOP("Own address from which it sends what goes by this route and has no source yet."))
            .usual("(an address of the interface)")
            .example("192.168.0.5"),
        key("table", &Route::table, RouteTableName{})
            .what(QT_TR_NOOP("A routing table"))
            .about(QT_TR_NOOP("Table that holds it, by number or as main or default; \"rules\" say who asks it."))
            .usual("main")
            .example("100"),
        key("onlink", &Route::onlink, Bool{})
            .about(
                QT_TR_NOOP("True: the gateway is taken for a neighbour though no network of the interface holds it."))
            .usual("false")
            .example("true"),
        key("kind", &Route::kind,
            Choice{kRouteKinds, 4, QT_TR_NOOP("There is no kind of route called \"%1\"."),
                   QT_TR_NOOP("The kinds are: unicast, unreachable, prohibit, blackhole.")})
            .what(QT_TR_NOOP("the kind of the route"))
            .about(QT_TR_NOOP("What becomes of packets: sent on, refused with an ICMP error, or dropped silently."))
            .usual("unicast")
            .example("blackhole")};
};

template <>
struct Keys<Nat> {
    Q_DECLARE_TR_FUNCTIONS(model::lab::Keys)
public:
    static constexpr const char* kId = "nat";
    static constexpr const char* kWhat = QT_TR_NOOP("address translation");
    static constexpr const char* kAbout = QT_TR_NOOP("Address translation as Linux's masquerade; false for none.");
    static constexpr std::tuple kKeys{
        key("outside", &Nat::outside, Text{})
            .what(QT_TR_NOOP("the name of an interface"))
            .about(QT_TR_NOOP("Interface behind whose address the others hide."))
            .example("wan0")
            .required(QT_TR_NOOP("Address translation needs to know which interface is outside."),
                      QT_TR_NOOP("Write \"nat: {outside: wan0}\".")),
        key("forward", &Nat::forwards, Many<ForwardLine>{})
            .what(QT_TR_NOOP("a port forward"))
            .about(QT_TR_NOOP("Ports of the outside address that reach a host inside: one, or a list."))
            .usual("(none)")
            .example("[tcp 8080 to 192.168.0.5:80]"),
        key("hairpin", &Nat::hairpin, Bool{})
            .about(QT_TR_NOOP("True: hosts inside may use the forwarded ports by the outside address, too."))
            .usual("false")
            .example("true")};
};

template <>
struct Keys<Node> {
    Q_DECLARE_TR_FUNCTIONS(model::lab::Keys)
public:
    static constexpr const char* kId = "node";
    static constexpr const char* kWhat = QT_TR_NOOP("a node");
    static constexpr const char* kAbout = QT_TR_NOOP("A node of the lab: a host, a switch, a router …");
    static constexpr std::tuple kKeys{
        key("kind", &Node::kind, NodeKind{})
            .what(QT_TR_NOOP("the kind of the node"))
            .about(QT_TR_NOOP("What it is made as; the kind decides what it has and runs when nothing else is said."))
            .usual("host")
            .example("router")
            .always(),
        key("at", &Node::at, Point{})
            .what(QT_TR_NOOP("A place"))
            .about(QT_TR_NOOP("Centre of its tile on the canvas, [x, y]."))
            .usual("(a place in a grid)")
            .example("[80, 240]")
            .always(),
        key("ports", &Node::ports, PortCount{})
            .what(QT_TR_NOOP("The number of ports"))
            .about(QT_TR_NOOP("Of a switch: how many ports it has, p1 to pN; at most 1024."))
            .usual("8")
            .example("24")
            .always(),
        key("interfaces", &Node::ports, PortMap{})
            .about(QT_TR_NOOP("Its interfaces by name: at most 15 characters each, at most 1024 of them."))
            .usual("(by kind: eth0; of a switch p1 to p8, of a router eth0 to eth3, of a home router lan0 and wan0)")
            .example("{eth0: {address: 192.168.0.5/24}, eth1: 10.0.0.1/8, eth2: dhcp}")
            .always(),
        key("gateway", &Node::gateway, Address{})
            .what(QT_TR_NOOP("A gateway"))
            .about(QT_TR_NOOP("Gateway of its default route."))
            .usual("(none)")
            .example("192.168.0.1"),
        key("routes", &Node::routes, List<RouteLine>{{}, QT_TR_NOOP("routes"), false})
            .about(
                QT_TR_NOOP("Static routes, each a line or a map; those of connected networks are there by themselves."))
            .usual("(none)")
            .example("[10.0.0.0/8 via 192.168.0.1, default via 10.1.0.1 via 10.2.0.1, blackhole 10.9.0.0/16]"),
        key("rules", &Node::rules,
            List<RuleLine>{{},
                           QT_TR_NOOP("routing rules"),
                           false,
                           1000,
                           QT_TR_NOOP("A node has at most 1000 routing rules."),
                           QT_TR_NOOP("Take some away: each packet asks them one after the other.")})
            .about(QT_TR_NOOP(
                "Policy routing, as ip-rule(8) has it: from and to NETWORK, iif INTERFACE (lo: made here); \"lookup "
                "TABLE\", prohibit, unreachable or blackhole; priority N, the lowest first. Those without a priority "
                "are asked in their order, just before the table main (32766). A table without an answer: the next "
                "rule."))
            .usual("(none: the table main)")
            .example("[from 10.1.0.0/16 lookup 100, from 10.2.0.9 prohibit]"),
        key("loopback", &Node::loopback, Many<Prefix>{})
            .what(QT_TR_NOOP("An address of lo"))
            .about(QT_TR_NOOP("Addresses of lo besides 127.0.0.1/8."))
            .usual("(none)")
            .example("10.8.8.8/32"),
        key("firewall", &Node::firewall, FilterLines{})
            .about(QT_TR_NOOP(
                "Packet filter, rules in order. A rule: accept, drop, reject or reset; chain input, forward or "
                "output [input]; tcp, udp, icmp; from or to NETWORK; from port or to port N-M; in or out "
                "INTERFACE; state new, established, related, invalid; with net-, host-, prot-, "
                "port-unreachable [port-unreachable], net-, host-, admin-prohibited. A policy: policy CHAIN "
                "accept or drop."))
            .usual("(accepts everything)")
            .example("[accept input state established, policy input drop]"),
        key("neighbours", &Node::neighbours,
            MapOf<Address, Mac>{{}, {}, QT_TR_NOOP("neighbours"), QT_TR_NOOP("A neighbour")})
            .what(QT_TR_NOOP("A MAC address"))
            .about(QT_TR_NOOP("Permanent rows of its ARP table: addresses and their MAC addresses."))
            .usual("(none)")
            .example("{192.168.0.6: \"00:00:00:00:00:02\"}"),
        key("dns", &Node::dns, Many<Address>{})
            .what(QT_TR_NOOP("A DNS server"))
            .about(QT_TR_NOOP("DNS servers that it queries, in order: one, or a list."))
            .usual("(none, or what DHCP gives)")
            .example("192.168.0.1"),
        key("search", &Node::search,
            Many<DnsName>{{},
                          false,
                          32,
                          QT_TR_NOOP("A search list has at most 32 domains."),
                          QT_TR_NOOP("Take some away: each is asked for, one after the other.")})
            .what(QT_TR_NOOP("a domain"))
            .about(QT_TR_NOOP("Domains below which names are tried, too; the one that DHCP gives is added."))
            .usual("(none)")
            .example("home.lan"),
        key("ndots", &Node::ndots, Whole{0, 15})
            .what(QT_TR_NOOP("The number of dots"))
            .about(QT_TR_NOOP("Names with fewer dots are tried below the domains of \"search\" first."))
            .usual("1")
            .example("2"),
        key("hosts", &Node::hosts,
            MapOf<Address, DnsName>{
                {Family::V4}, {}, QT_TR_NOOP("addresses and names"), QT_TR_NOOP("An address"), true, "lab"})
            .what(QT_TR_NOOP("a name"))
            .about(QT_TR_NOOP("Its /etc/hosts: one or more names by address, which come before DNS; \"lab\" gives the "
                              "names of all nodes with their addresses."))
            .usual("(empty)")
            .example("{10.0.0.9: [files, files.lan]}"),
        key("forwarding", &Node::forwarding, Bool{})
            .about(QT_TR_NOOP("Whether it forwards packets that are for others (net.ipv4.ip_forward)."))
            .usual("(true of routers)")
            .example("true"),
        key("sysctl", &Node::sysctl, SysctlMap{})
            .about(QT_TR_NOOP(
                "Settings of its kernel below net.ipv4, by name: of the node ip_forward, icmp_echo_ignore_broadcasts, "
                "tcp_syn_retries, fib_multipath_hash_policy and _seed; of all interfaces, or of one as eth0.NAME, "
                "rp_filter, arp_ignore, arp_announce, proxy_arp, proxy_delay, accept_redirects, promote_secondaries. "
                "Whole names, net.ipv4.conf.eth0.NAME, mean the same."))
            .usual("(as the kernel has it; promote_secondaries 1)")
            .example("{rp_filter: 1, eth0.proxy_arp: 1}"),
        key("nat", &Node::nat, Service<Nat>{})
            .about(QT_TR_NOOP("Address translation of what leaves by one interface; false for none."))
            .usual("(of a home router: outside wan0)")
            .example("{outside: wan0}")
            .always(),
        key("dns-server", &Node::dnsServer, Service<DnsServer>{})
            .about(QT_TR_NOOP("Runs a DNS server; true for one without records, false for none."))
            .usual("(of a DNS server: true)")
            .example("{records: {google.com: 8.8.8.8}}")
            .always(),
        key("web-server", &Node::webServer, Service<WebServer>{})
            .about(QT_TR_NOOP("Runs a web server; true for one with a page of welcome, false for none."))
            .usual("(of a web server: true)")
            .example("{pages: {/: \"<h1>Hello</h1>\"}}")
            .always(),
        key("dhcp-server", &Node::dhcpServer, DhcpPools{})
            .about(QT_TR_NOOP("Runs a DHCP server: its pool or a list of pools; true for the usual pool."))
            .usual("false")
            .example("{pool: 192.168.0.100-192.168.0.110, lease: 2min}"),
        key("dhcp-relay", &Node::dhcpRelay, Many<Address>{{Family::V4}})
            .what(QT_TR_NOOP("A DHCP server"))
            .about(QT_TR_NOOP("DHCP servers that requests are relayed to: one, or a list."))
            .usual("(none)")
            .example("10.0.0.2"),
        key("rip", &Node::rip, Service<Rip>{})
            .about(QT_TR_NOOP("Speaks RIP version 2 with its neighbours; true for the usual settings."))
            .usual("false")
            .example("{networks: 10.0.0.0/8}")
            .always(),
        key("listen", &Node::listeners, ListenerMap{})
            .about(QT_TR_NOOP("Scripts that wait on ports, by \"tcp N\" or \"udp N\"."))
            .usual("(none)")
            .example("{tcp 80: \"recv 10, send 10, close\", udp 7: echo}"),
        key("congestion-control", &Node::congestion,
            Choice{kCongestionWords.data(), kCongestionWords.size(),
                   QT_TR_NOOP("There is no congestion control called \"%1\"."),
                   QT_TR_NOOP("There are: cubic, reno, bbr.")})
            .what(QT_TR_NOOP("the congestion control"))
            .about(QT_TR_NOOP("Congestion control of its TCP (net.ipv4.tcp_congestion_control)."))
            .usual("cubic")
            .example("reno"),
        key("ephemeral-ports", &Node::portRange, PortRange{})
            .about(QT_TR_NOOP("Ports that its own connections come from (net.ipv4.ip_local_port_range)."))
            .usual("32768-60999")
            .example("49152-65535"),
        key("user-agent", &Node::userAgent, AgentName{})
            .what(QT_TR_NOOP("the browser's name for itself"))
            .about(QT_TR_NOOP("What its browser calls itself; at most 200 ASCII characters."))
            .usual("Packetarium/0.1")
            .example("Mozilla/5.0")};
};

} // namespace model::lab
