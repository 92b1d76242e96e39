// A vocabulary to say what a frame is: Packet(bytes).differs({ttl(63), udp(), toPort(53)}) gives what is not so, and
// the same checks pick frames out of a recording.
#pragma once

#include "sim/trace/trace_log.h"
#include "sim/wire/arp.h"
#include "sim/wire/ethernet.h"
#include "sim/wire/icmp.h"
#include "sim/wire/ipv4.h"
#include "sim/wire/tcp.h"
#include "sim/wire/udp.h"

#include "tests/support/networks.h"

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace support {

/// Packet is a frame taken apart, as far as it is whole.
struct Packet {
    /// Check gives what is not so in a packet; nothing when all is.
    using Check = std::function<std::string(const Packet&)>;

    explicit Packet(std::span<const std::uint8_t> frame) : bytes(frame.begin(), frame.end()) {
        using namespace sim::wire;
        if (!(ethernet = EthernetView::parse(bytes))) return;
        const auto rest = std::span(bytes).subspan(14);
        if (ethernet->etherType() == 0x0806) arp = ArpPacket::parse(rest);
        if (ethernet->etherType() != 0x0800 || !(ip = Ipv4View::parse(rest)) || ip->isFragment()) return;
        const auto inner = ip->payload();
        payload = inner;
        if (ip->protocol() == 1 && (icmp = IcmpView::parse(inner))) payload = icmp->body();
        if (ip->protocol() == 17 && (udp = UdpView::parse(inner))) payload = udp->payload();
        if (const auto t = ip->protocol() == 6 ? TcpHeader::parse(inner) : std::nullopt) {
            tcp = t->header;
            payload = t->payload;
        }
    }
    Packet(const Packet&) = delete; // the views point into bytes
    Packet& operator=(const Packet&) = delete;

    /// differs gives all that is not so; an empty text when the packet is what was expected.
    std::string differs(std::initializer_list<Check> checks) const {
        std::string wrong;
        for (const auto& check : checks)
            if (const auto what = check(*this); !what.empty()) wrong += (wrong.empty() ? "" : "; ") + what;
        return wrong;
    }
    /// is is whether all checks hold.
    bool is(std::initializer_list<Check> checks) const { return differs(checks).empty(); }

    std::vector<std::uint8_t> bytes;
    std::optional<sim::wire::EthernetView> ethernet;
    std::optional<sim::wire::ArpPacket> arp;
    std::optional<sim::wire::Ipv4View> ip;
    std::optional<sim::wire::IcmpView> icmp;
    std::optional<sim::wire::UdpView> udp;
    std::optional<sim::wire::TcpHeader> tcp;
    std::span<const std::uint8_t> payload; ///< of the innermost header that was read
};

using Check = Packet::Check;

inline std::string differs(const char* what, const std::string& is, const std::string& expected) {
    return is == expected ? std::string() : std::string(what) + " is " + is + ", not " + expected;
}
inline std::string differs(const char* what, std::uint64_t is, std::uint64_t expected) {
    return differs(what, std::to_string(is), std::to_string(expected));
}

inline Check udp() {
    return [](const Packet& p) { return p.udp ? std::string() : "not UDP"; };
}
inline Check tcp() {
    return [](const Packet& p) { return p.tcp ? std::string() : "not TCP"; };
}
/// tcp is a segment with just these flags (wire::TcpFlags).
inline Check tcp(std::uint8_t flags) {
    return [=](const Packet& p) { return p.tcp ? differs("TCP flags", p.tcp->flags, flags) : "not TCP"; };
}
/// igmp is a packet with IP protocol 2.
inline Check igmp() {
    return [](const Packet& p) { return p.ip ? differs("IP protocol", p.ip->protocol(), 2) : "not IPv4"; };
}
/// icmp is a message of a type and a code (RFC 792).
inline Check icmp(int type, int code = 0) {
    return [=](const Packet& p) {
        return p.icmp ? differs("ICMP", p.icmp->type() * 256u + p.icmp->code(), unsigned(type * 256 + code))
                      : "not ICMP";
    };
}
inline Check ttl(int n) {
    return [=](const Packet& p) { return p.ip ? differs("TTL", p.ip->ttl(), std::uint64_t(n)) : "not IPv4"; };
}
inline Check from(const std::string& address) {
    return [=](const Packet& p) {
        return p.ip ? differs("source", sim::wire::IpAddress::v4(p.ip->source()).toString(), address) : "not IPv4";
    };
}
inline Check to(const std::string& address) {
    return [=](const Packet& p) {
        return p.ip ? differs("destination", sim::wire::IpAddress::v4(p.ip->destination()).toString(), address)
                    : "not IPv4";
    };
}
inline Check fromPort(std::uint16_t port) {
    return [=](const Packet& p) {
        return p.udp   ? differs("source port", p.udp->sourcePort(), port)
               : p.tcp ? differs("source port", p.tcp->sourcePort, port)
                       : "no ports";
    };
}
inline Check toPort(std::uint16_t port) {
    return [=](const Packet& p) {
        return p.udp   ? differs("destination port", p.udp->destinationPort(), port)
               : p.tcp ? differs("destination port", p.tcp->destinationPort, port)
                       : "no ports";
    };
}

} // namespace support
