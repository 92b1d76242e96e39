// What a user, or the run of the lab, makes a device do during a run.
#pragma once

#include "sim/config/order.h"
#include "sim/config/script.h"
#include "sim/kernel/id.h"
#include "sim/kernel/time.h"
#include "sim/stack/path_mtu.h"
#include "sim/wire/address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace sim::config {

/// Browse opens a page; url is http://HOST[:PORT]/PATH.
struct Browse {
    std::string url;
    bool ipv4Only = false;       ///< curl -4: only A is asked for
    kernel::SimTime deadline{0}; ///< curl -m: gives up after so long; 0: never
    bool operator==(const Browse&) const = default;
};

/// Ping sends count echo requests, interval apart, to a name or an address; size is the payload in bytes.
struct Ping {
    std::string target;
    int count = 4;
    kernel::SimTime interval = std::chrono::seconds(1);
    int size = 56;
    int ttl = 64;
    stack::PathMtu pathMtu = stack::PathMtu::Want;
    kernel::SimTime deadline{0}; ///< ping -w: goes on until count answers or this long; 0: no deadline
    bool broadcast = false;      ///< ping -b: the target may be a broadcast address
    std::string from;            ///< ping -I: an own address or interface; empty: as the route says
    bool ipv4Only = false;       ///< ping -4: only A is asked for
    bool numeric = false;        ///< ping -n: no names are looked up of addresses
    int id = 0;                  ///< ping -e: the identifier; 0: a random one
    bool operator==(const Ping&) const = default;
};

/// Traceroute sends probes with growing TTL, one at a time.
struct Traceroute {
    enum class With : std::uint8_t { Udp, Icmp, Tcp };
    std::string target;
    int maxHops = 30;
    int firstHop = 1;
    int queries = 1; ///< probes for each hop
    With with = With::Udp;
    int port = 0;                                   ///< of TCP probes; 0: 80
    int size = 60;                                  ///< of the whole IP packet, in bytes
    kernel::SimTime wait = std::chrono::seconds(5); ///< for each answer
    bool ipv4Only = false;                          ///< traceroute -4: only A is asked for
    bool operator==(const Traceroute&) const = default;
};

/// Resolve asks for a name: the resolver for addresses (A, AAAA or both at once), or as dig does for other types and
/// when a server is named.
struct Resolve {
    std::string name;
    std::vector<std::uint16_t> types; ///< of wire::dns; empty: A
    wire::IpAddress server;           ///< none: the host's own
    bool operator==(const Resolve&) const = default;
};

/// SocketScript connects a TCP or UDP socket and plays a script with it.
struct SocketScript {
    bool tcp = true;
    std::string host; ///< a name or an address
    std::uint16_t port = 0;
    std::uint16_t localPort = 0; ///< 0: any
    Script script;
    kernel::SimTime deadline{0}; ///< gives up after so long; 0: never
    bool operator==(const SocketScript&) const = default;
};

/// SetLink pulls a cable (up = false) or plugs it in again.
struct SetLink {
    kernel::ChannelId channel;
    bool up = true;
    bool operator==(const SetLink&) const = default;
};

/// MoveCable takes an end of a cable out of a port and puts it into another one, which is free. A cable that is
/// unplugged stays so.
struct MoveCable {
    kernel::ChannelId channel;
    kernel::InterfaceId from, to;
    bool operator==(const MoveCable&) const = default;
};

/// Cut lets a cable lose every frame while both ends still have a link, and repairs it again.
struct Cut {
    kernel::ChannelId channel;
    bool cut = true;
    bool operator==(const Cut&) const = default;
};

/// ChangeLink changes a cable from now on, in both directions; frames on their way keep their time. What is not given
/// stays as it is. Chances are in parts per million.
struct ChangeLink {
    kernel::ChannelId channel;
    std::optional<kernel::SimTime> delay, jitter;
    std::optional<std::uint64_t> rate; ///< bits per second
    std::optional<std::uint32_t> loss, corrupt, duplicate, reorder;
    std::string text; ///< as it was written, behind the port: "loss 5% delay 20ms"
    bool operator==(const ChangeLink&) const = default;
};

/// SetPower switches a machine off or on, or both at once, as its reset button does.
struct SetPower {
    enum class To : std::uint8_t { Off, On, Restart };
    To to = To::Off;
    bool operator==(const SetPower&) const = default;
};

/// DhcpCommand tells the DHCP client of an interface what to do.
struct DhcpCommand {
    enum class Word : std::uint8_t { Renew, Release, Request };
    Word word = Word::Renew;
    std::string interface;   ///< empty: the first that has a client, or the first there is
    wire::IpAddress request; ///< Request: the address to ask for; none: any
    bool operator==(const DhcpCommand&) const = default;
};

/// Administer has an order carried out on the device.
struct Administer {
    Order order;
    bool operator==(const Administer&) const = default;
};

using Action = std::variant<Browse, Ping, Traceroute, Resolve, SocketScript, SetLink, MoveCable, Cut, ChangeLink,
                            SetPower, Administer, DhcpCommand>;

/// onDevice tells whether an action happens on a device; otherwise it happens to a cable.
inline bool onDevice(const Action& action) {
    return !std::holds_alternative<SetLink>(action) && !std::holds_alternative<MoveCable>(action) &&
           !std::holds_alternative<Cut>(action) && !std::holds_alternative<ChangeLink>(action);
}

/// describe gives the action as it is written in a lab file: "browse http://google.com/".
std::string describe(const Action& action);

} // namespace sim::config
