#include "sim/stack/conntrack.h"

#include "sim/decisions/describe.h"
#include "sim/decisions/nat.h"
#include "sim/stack/conntrack_tcp.h"
#include "sim/stack/context.h"
#include "sim/stack/nat_rewrite.h"
#include "sim/wire/icmp.h"

#include <algorithm>
#include <string_view>

namespace sim::stack {

namespace {

using kernel::SimTime;
using wire::IpAddress;
using wire::IpProtocol;
using wire::Ipv4View;
using namespace std::chrono_literals;

constexpr SimTime kUdpUnreplied = 30s, kUdpStream = 120s, kUdpStreamAfter = 2s, kIcmp = 30s, kGeneric = 600s;
constexpr SimTime kTcpUnacknowledged = 300s;

/// Parsed is what connection tracking wants to know of a packet.
struct Parsed {
    enum class What : std::uint8_t { Untracked, Flow, Error };
    What what = What::Untracked;
    Tuple tuple;
    std::uint8_t tcpFlags = 0;
    bool echoReply = false;
};

/// parseFlow reads addresses and ports; transport may be cut off behind its first 8 bytes, as in a quoted packet.
Parsed parseFlow(const Ipv4View& ip, std::span<const std::uint8_t> transport) {
    Parsed p;
    if (ip.fragmentOffset() != 0) return p;
    p.tuple = {ip.source(), ip.destination(), 0, 0, ip.protocol()};
    switch (IpProtocol(ip.protocol())) {
    case IpProtocol::Tcp:
    case IpProtocol::Udp:
        if (transport.size() < 8) return p;
        p.tuple.sourcePort = wire::get16(&transport[0]);
        p.tuple.destinationPort = wire::get16(&transport[2]);
        if (ip.protocol() == 6 && transport.size() > 13) p.tcpFlags = transport[13];
        break;
    case IpProtocol::Icmp:
        if (transport.size() < 8) return p;
        switch (transport[0]) {
        case 0: p.echoReply = true; break;
        case 8: break;
        case 3:
        case 4:
        case 5:
        case 11:
        case 12: p.what = Parsed::What::Error; return p;
        default: return p;
        }
        p.tuple.sourcePort = p.tuple.destinationPort = wire::get16(&transport[4]);
        break;
    default: break; // other protocols are told apart by their addresses alone
    }
    p.what = Parsed::What::Flow;
    return p;
}

/// Quoted is the packet that an ICMP error is about.
struct Quoted {
    Ipv4View ip{nullptr};
    std::span<std::uint8_t> transport;
};
bool quotedIn(Ipv4View outer, Quoted& q) {
    const auto message = outer.payload();
    if (message.size() < 8 + 20) return false;
    const auto inner = message.subspan(8);
    q.ip = Ipv4View(inner.data());
    const auto header = q.ip.headerLength();
    if (inner[0] >> 4 != 4 || header < 20 || inner.size() < header + 8) return false;
    q.transport = inner.subspan(header);
    return true;
}

void erase(Conntrack& t, std::uint32_t index) {
    Connection& connection = t.connections[index];
    for (const Tuple& tuple : {connection.original, connection.reply})
        if (const auto e = t.tuples.find(tuple); e != t.tuples.kNone && t.tuples[e].connection == index)
            t.tuples.erase(e);
    connection = Connection{};
    t.free.push_back(index);
}

/// find gives the reference of a tuple whose connection still lives; one that has expired goes.
bool find(Context& c, const Tuple& tuple, Conntrack::Reference& found) {
    Conntrack& t = c.system().conntrack;
    const auto e = t.tuples.find(tuple);
    if (e == t.tuples.kNone) return false;
    found = t.tuples[e];
    if (t.connections[found.connection].expires > c.now()) return true;
    erase(t, found.connection);
    return false;
}

SimTime firstTimeout(const Track& track) {
    switch (IpProtocol(track.tuple.protocol)) {
    case IpProtocol::Tcp:
        return track.tcp == TrackedTcp::Established ? kTcpUnacknowledged : conntrack::tcpTimeout(track.tcp);
    case IpProtocol::Udp: return kUdpUnreplied;
    case IpProtocol::Icmp: return kIcmp;
    default: return kGeneric;
    }
}

/// insert makes the connection of a fresh packet.
void insert(Context& c, Track& track, const Tuple& reply) {
    Conntrack& t = c.system().conntrack;
    // A look at two others for each new one keeps the table in step with what lives, whatever traffic there is.
    for (int i = 0; i < 2 && !t.connections.empty(); ++i) {
        t.sweep = t.sweep + 1 < t.connections.size() ? t.sweep + 1 : 0;
        if (t.connections[t.sweep].used && t.connections[t.sweep].expires <= c.now()) erase(t, t.sweep);
    }
    std::uint32_t index;
    if (t.free.empty()) {
        index = std::uint32_t(t.connections.size());
        t.connections.emplace_back();
    } else {
        index = t.free.back();
        t.free.pop_back();
    }
    Connection& made = t.connections[index];
    made.original = track.tuple;
    made.reply = reply;
    made.tcp = track.tcp;
    const Tuple plain = track.tuple.reversed();
    made.sourceNat = reply.destination != plain.destination || reply.destinationPort != plain.destinationPort;
    made.destinationNat =
        reply.source != plain.source || (reply.sourcePort != plain.sourcePort && track.tuple.protocol != 1);
    made.used = true;
    made.created = c.now();
    made.expires = c.now() + firstTimeout(track);
    // A flow from an address and port to itself has one tuple for both ways; the original one wins.
    if (reply != track.tuple) t.tuples[t.tuples.insert(reply)] = {index, true};
    t.tuples[t.tuples.insert(track.tuple)] = {index, false};
    track.connection = index;
    track.fresh = false;
}

decisions::Endpoint endpoint(std::uint32_t address, std::uint16_t port) { return {IpAddress::v4(address), port}; }

/// natDecision is a mapping as the kinds of decisions about it have it: of one flow, seen from inside.
template <class D>
D natDecision(const Connection& k) {
    return {.inside = endpoint(k.original.source, k.original.sourcePort),
            .outside = endpoint(k.reply.destination, k.reply.destinationPort),
            .remote = endpoint(k.original.destination,
                               k.original.protocol == 1 ? std::uint16_t(0) : k.original.destinationPort),
            .protocol = k.original.protocol};
}

using Way = decisions::NatApplied::Way;

void noteApplied(Context& c, const Connection& k, Way way) {
    if (!c.tracing()) return;
    auto d = natDecision<decisions::NatApplied>(k);
    if (way == Way::In || way == Way::InReply) {
        d.inside = endpoint(k.original.destination, k.original.destinationPort);
        d.outside = endpoint(k.reply.source, k.reply.sourcePort);
        d.remote = endpoint(k.original.source, k.original.sourcePort);
    }
    d.way = way;
    c.decide(d);
}

enum class Refresh : std::uint8_t { Ok, Untracked, Fresh };

/// refresh lets a packet have its effect on the connection it belongs to.
Refresh refresh(Context& c, std::uint32_t index, bool reply, const Parsed& p) {
    Conntrack& t = c.system().conntrack;
    Connection& k = t.connections[index];
    const SimTime now = c.now();
    switch (IpProtocol(p.tuple.protocol)) {
    case IpProtocol::Tcp: {
        const auto verdict = conntrack::follow(k.tcp, p.tcpFlags, reply);
        switch (verdict.step) {
        case conntrack::TcpStep::Restart: erase(t, index); return Refresh::Fresh;
        case conntrack::TcpStep::Invalid: return Refresh::Untracked;
        case conntrack::TcpStep::Ignore: break;
        case conntrack::TcpStep::Move:
            if (verdict.state == TrackedTcp::Established && (k.seenReply || reply) &&
                (k.tcp == TrackedTcp::SynReceived || k.tcp == TrackedTcp::Established))
                k.assured = true;
            k.tcp = verdict.state;
            k.expires = now + conntrack::tcpTimeout(k.tcp);
            if (!k.seenReply) {
                // Given up before anybody answered: this packet still leaves by the mapping, the next one finds none.
                if (k.tcp == TrackedTcp::Close)
                    k.expires = now;
                else if (k.tcp == TrackedTcp::Established)
                    k.expires = now + kTcpUnacknowledged;
            }
            break;
        }
        break;
    }
    case IpProtocol::Udp:
        if (k.seenReply && now > k.created + kUdpStreamAfter) {
            k.assured = true;
            k.expires = now + kUdpStream;
        } else {
            k.expires = now + kUdpUnreplied;
        }
        break;
    case IpProtocol::Icmp: k.expires = now + kIcmp; break;
    default: k.expires = now + kGeneric; break;
    }
    k.seenReply |= reply;
    return Refresh::Ok;
}

/// translateError changes an ICMP error and its quote at one of the two places where addresses change (Linux:
/// nf_nat_icmp_reply_translation). reply: the error goes in the direction of answers; the quote went the other way.
void translateError(Context& c, Ipv4View ip, const Connection& k, bool reply, nat::End end) {
    const bool bySource = (end == nat::End::Source) != reply;
    if (!(bySource ? k.sourceNat : k.destinationNat)) return;
    Quoted q;
    if (!quotedIn(ip, q)) return;
    const Tuple& other = reply ? k.original : k.reply;
    if (end == nat::End::Destination) {
        nat::rewrite(q.ip, q.transport, nat::End::Source, other.source, other.sourcePort);
        ip.setDestination(other.source);
    } else {
        nat::rewrite(q.ip, q.transport, nat::End::Destination, other.destination, other.destinationPort);
        ip.setSource(other.destination);
    }
    wire::IcmpView::parse(ip.payload())->seal();
    noteApplied(c, k, end == nat::End::Destination ? Way::Back : Way::Out);
}

/// incomingError handles an ICMP error: it belongs to the connection of the packet that it quotes.
void incomingError(Context& c, Ipv4View ip, Track& track) {
    Quoted q;
    if (!quotedIn(ip, q)) return;
    const Parsed inner = parseFlow(q.ip, q.transport);
    Conntrack::Reference found;
    if (inner.what != Parsed::What::Flow || !find(c, inner.tuple.reversed(), found)) return;
    track.connection = found.connection;
    track.reply = found.reply;
    track.related = true;
    track.tuple = inner.tuple.reversed();
    translateError(c, ip, c.system().conntrack.connections[found.connection], found.reply, nat::End::Destination);
}

/// forwardPort looks whether a fresh packet is for a forwarded port of the outside address.
void forwardPort(Context& c, Ipv4View ip, Track& track) {
    const Conntrack& t = c.system().conntrack;
    if (t.forwards.empty() || t.outside >= c.system().interfaces.size()) return;
    const auto& own = c.interface(t.outside).addresses;
    const bool ours = std::any_of(own.begin(), own.end(), [&](const auto& p) {
        return p.address.isV4() && p.address.toV4() == track.tuple.destination;
    });
    if (!ours) return;
    for (const PortForward& f : t.forwards) {
        if (f.protocol != track.tuple.protocol || f.port != track.tuple.destinationPort) continue;
        track.forwarded = true;
        track.forwardedTo = f.to;
        track.forwardedPort = f.toPort;
        if (c.tracing())
            c.decide(decisions::NatForwarded{.outside = {IpAddress::v4(track.tuple.destination), f.port},
                                             .host = {IpAddress::v4(f.to), f.toPort},
                                             .sender = {IpAddress::v4(track.tuple.source), track.tuple.sourcePort},
                                             .protocol = f.protocol});
        return nat::rewrite(ip, ip.payload(), nat::End::Destination, f.to, f.toPort);
    }
}

/// portChoices is the block of ports from which another one is taken when the wished one is not free.
std::pair<std::uint32_t, std::uint32_t> portChoices(const Tuple& t) {
    if (t.protocol == 1) return {0, 65'536};
    if (t.sourcePort < 512) return {1, 511};
    if (t.sourcePort < 1024) return {600, 424};
    return {1024, 64'512};
}

/// plainReply is what an answer looks like when only the destination was changed.
Tuple plainReply(const Track& track) {
    Tuple reply = track.tuple.reversed();
    if (track.forwarded) {
        reply.source = track.forwardedTo;
        reply.sourcePort = track.forwardedPort;
    }
    return reply;
}

/// chooseReply finds what an answer will look like when the flow leaves as from address; false: every port tried is
/// taken.
bool chooseReply(Context& c, const Track& track, std::uint32_t address, Tuple& reply, bool& taken) {
    reply = plainReply(track);
    reply.destination = address;
    Conntrack::Reference other;
    taken = find(c, reply, other);
    if (!taken) return true;
    const bool hasPorts = track.tuple.protocol == 6 || track.tuple.protocol == 17 || track.tuple.protocol == 1;
    if (!hasPorts) return false;
    const auto [first, count] = portChoices(track.tuple);
    // Runs of neighbouring ports from random places, each half as long: bounded work however full the table is.
    for (std::uint32_t attempts = std::min<std::uint32_t>(count, 128); attempts >= 16; attempts /= 2) {
        std::uint32_t offset = c.system().rng.next16();
        for (std::uint32_t i = 0; i < attempts; ++i, ++offset) {
            reply.destinationPort = std::uint16_t(first + offset % count);
            if (track.tuple.protocol == 1) reply.sourcePort = reply.destinationPort;
            if (!find(c, reply, other)) return true;
        }
    }
    return false;
}

void translateOut(Ipv4View ip, const Connection& k) {
    nat::rewrite(ip, ip.payload(), nat::End::Source, k.reply.destination, k.reply.destinationPort);
}

} // namespace

namespace conntrack {

bool incoming(Context& c, std::uint32_t interface, std::span<std::uint8_t> packet, Track& track) {
    track = Track{};
    track.interface = interface;
    auto ip = Ipv4View::parse(packet);
    if (!ip) return true;
    const Parsed p = parseFlow(*ip, ip->payload());
    if (p.what == Parsed::What::Untracked) return true;
    if (p.what == Parsed::What::Error) {
        incomingError(c, *ip, track);
        return true;
    }
    track.tuple = p.tuple;
    Conntrack::Reference found;
    if (find(c, p.tuple, found)) {
        if (p.tuple == p.tuple.reversed()) found.reply = p.echoReply;
        // An answer to an echo that nobody asked, or a question by the identifier of somebody's own echo.
        if (p.tuple.protocol == 1 && found.reply != p.echoReply) return true;
        switch (refresh(c, found.connection, found.reply, p)) {
        case Refresh::Untracked: return true;
        case Refresh::Fresh: break;
        case Refresh::Ok: {
            track.connection = found.connection;
            track.reply = found.reply;
            const Connection& k = c.system().conntrack.connections[found.connection];
            if (found.reply && k.sourceNat) {
                nat::rewrite(*ip, ip->payload(), nat::End::Destination, k.original.source, k.original.sourcePort);
                noteApplied(c, k, Way::Back);
            } else if (!found.reply && k.destinationNat) {
                nat::rewrite(*ip, ip->payload(), nat::End::Destination, k.reply.source, k.reply.sourcePort);
                noteApplied(c, k, Way::In);
            }
            return true;
        }
        }
    }
    if (p.echoReply) return true;
    if (p.tuple.protocol == 6) {
        track.tcp = firstState(p.tcpFlags);
        if (track.tcp == TrackedTcp::None) return true;
    }
    track.fresh = true;
    if (interface != Track::kNone) forwardPort(c, *ip, track);
    return true;
}

bool outgoing(Context& c, std::uint32_t interface, std::span<std::uint8_t> packet, Track& track) {
    auto ip = Ipv4View::parse(packet);
    if (!ip) return true;
    Conntrack& t = c.system().conntrack;
    const auto& addresses = c.interface(interface).addresses;
    const bool back = track.forwarded && t.hairpin && interface == track.interface;
    const bool masquerade = (interface == t.outside || back) && !addresses.empty();
    if (track.fresh) {
        Tuple reply = plainReply(track);
        bool taken = false;
        if ((masquerade || track.forwarded) &&
            !chooseReply(c, track, masquerade ? addresses.front().address.toV4() : track.tuple.source, reply, taken))
            return false;
        insert(c, track, reply);
        const Connection& k = t.connections[track.connection];
        if (!k.sourceNat) return true;
        translateOut(*ip, k);
        if (c.tracing()) {
            if (taken) c.decide(natDecision<decisions::NatPortTaken>(k));
            c.decide(natDecision<decisions::NatCreated>(k));
        }
        return true;
    }
    if (track.connection == Track::kNone) {
        // Later fragments carry no ports, so only their address can be hidden; the first one made the mapping.
        if (masquerade && ip->fragmentOffset() != 0) ip->setSource(addresses.front().address.toV4());
        return true;
    }
    const Connection& k = t.connections[track.connection];
    if (track.related) {
        translateError(c, *ip, k, track.reply, nat::End::Source);
        return true;
    }
    if (track.reply ? !k.destinationNat : !k.sourceNat) return true;
    if (track.reply)
        nat::rewrite(*ip, ip->payload(), nat::End::Source, k.original.destination, k.original.destinationPort);
    else
        translateOut(*ip, k);
    noteApplied(c, k, track.reply ? Way::InReply : Way::Out);
    return true;
}

Track classify(Context& c, std::span<std::uint8_t> packet) {
    Track track;
    auto ip = Ipv4View::parse(packet);
    if (!ip || !c.system().tracking) return track;
    Parsed p = parseFlow(*ip, ip->payload());
    if (p.what == Parsed::What::Error) {
        Quoted q;
        if (!quotedIn(*ip, q)) return track;
        p = parseFlow(q.ip, q.transport);
        p.tuple = p.tuple.reversed();
        track.related = true;
    }
    Conntrack::Reference found;
    if (p.what != Parsed::What::Flow || !find(c, p.tuple, found)) {
        track.related = false;
        return track;
    }
    track.connection = found.connection;
    track.reply = found.reply;
    return track;
}

decisions::Untrackable whyInvalid(Context& c, std::span<std::uint8_t> packet, const char** state) {
    *state = "";
    auto ip = Ipv4View::parse(packet);
    if (!ip) return decisions::Untrackable::Untracked;
    const Parsed p = parseFlow(*ip, ip->payload());
    if (p.what != Parsed::What::Flow) return decisions::Untrackable::Untracked;
    if (p.tuple.protocol == 1) return decisions::Untrackable::NoRequest;
    if (p.tuple.protocol != 6) return decisions::Untrackable::Untracked;
    Conntrack::Reference found;
    if (!find(c, p.tuple, found)) return decisions::Untrackable::NoSyn;
    *state = stateName(c.system().conntrack.connections[found.connection].tcp);
    return decisions::Untrackable::WrongState;
}

bool translates(const Context& c, const Track& track) {
    const Conntrack& t = c.system().conntrack;
    if (!c.system().tracking || t.outside == 0xffff'ffff) return false;
    return track.fresh || (track.connection != Track::kNone && (t.connections[track.connection].sourceNat ||
                                                                t.connections[track.connection].destinationNat));
}

void delivered(Context& c, Track& track) {
    if (track.fresh) insert(c, track, plainReply(track));
}

} // namespace conntrack
} // namespace sim::stack
