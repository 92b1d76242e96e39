// Lets every parser of the simulator read some bytes, wherever they may begin. What must hold whatever the bytes are is
// said as a sentence when it does not.
#pragma once

#include "sim/dissect/dissect.h"
#include "sim/wire/arp.h"
#include "sim/wire/dhcp.h"
#include "sim/wire/dns.h"
#include "sim/wire/ethernet.h"
#include "sim/wire/http.h"
#include "sim/wire/icmp.h"
#include "sim/wire/igmp.h"
#include "sim/wire/ipv4.h"
#include "sim/wire/rip.h"
#include "sim/wire/tcp.h"
#include "sim/wire/udp.h"
#include "sim/wire/vxlan.h"
#include "sim/wire/wireguard.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

/// misplaced finds a field that says it stands where the frame has no bytes, or that holds what its type does not.
inline std::string misplaced(const sim::dissect::FieldNode& node, std::size_t length) {
    if (std::size_t(node.range.offset) + node.range.length > length)
        return "field \"" + node.name + "\" reaches past the end";
    if (node.field && !std::holds_alternative<std::monostate>(node.value) &&
        !sim::dissect::isOfType(node.value, node.field->type))
        return "field \"" + node.name + "\" has a value of another type";
    for (const auto& child : node.children)
        if (auto why = misplaced(child, length); !why.empty()) return why;
    return {};
}

inline std::string parseApplication(std::span<const std::uint8_t> bytes) {
    using namespace sim::wire;
    if (const auto m = DnsMessage::parse(bytes)) {
        const auto again = DnsMessage::parse(m->write());
        if (!again || *again != *m) return "a DNS message is another after it was written and read";
    }
    if (const auto m = DhcpMessage::parse(bytes)) {
        const auto again = DhcpMessage::parse(m->write());
        if (!again || *again != *m) return "a DHCP message is another after it was written and read";
        (void)m->text(dhcp::kHostName);
        (void)m->addresses(dhcp::kRouter);
        (void)m->number32(dhcp::kLeaseTime);
    }
    if (const auto m = RipMessage::parse(bytes)) {
        const auto again = RipMessage::parse(m->write());
        if (!again || *again != *m) return "a RIP message is another after it was written and read";
    }
    (void)VxlanHeader::parse(bytes);
    (void)wireguard::typeOf(bytes);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    HttpResponse response, slowly;
    response.feed(text);
    for (std::size_t i = 0; i < text.size(); i += 7)
        slowly.feed(text.substr(i, 7));
    response.endOfStream();
    slowly.endOfStream();
    if (response.complete() != slowly.complete() || response.status() != slowly.status() ||
        response.body() != slowly.body())
        return "an HTTP response is another when it comes in pieces";
    return {};
}

/// parseTransport reads what stands behind an IP header.
inline std::string parseTransport(std::span<std::uint8_t> bytes) {
    using namespace sim::wire;
    if (const auto segment = TcpHeader::parse(bytes)) {
        if (segment->payload.size() > bytes.size()) return "a TCP segment is longer than its bytes";
        if (auto why = parseApplication(segment->payload); !why.empty()) return why;
    }
    if (const auto datagram = UdpView::parse(bytes))
        if (auto why = parseApplication(datagram->payload()); !why.empty()) return why;
    if (auto message = IcmpView::parse(bytes)) {
        (void)message->checksumOk();
        (void)message->isError();
        (void)message->body();
    }
    (void)IgmpQuery::parse(bytes);
    return {};
}

/// parseEverything reads a copy of bytes (that ends where the heap's block ends, so that reading past it is noticed).
inline std::string parseEverything(std::span<const std::uint8_t> bytes, bool deeply = true) {
    using namespace sim;
    std::vector<std::uint8_t> frame(bytes.begin(), bytes.end());
    std::span<std::uint8_t> rest(frame);
    if (auto ethernet = wire::EthernetView::parse(rest)) {
        (void)ethernet->source();
        rest = rest.subspan(wire::EthernetView::kSize);
        if (const auto arp = wire::ArpPacket::parse(rest)) {
            std::uint8_t written[wire::ArpPacket::kSize];
            arp->write(written);
            if (wire::ArpPacket::parse(written) != arp) return "an ARP packet is another after it was written and read";
        }
        if (auto ip = wire::Ipv4View::parse(rest)) {
            (void)ip->checksumOk();
            if (ip->payload().size() + ip->headerLength() > rest.size()) return "an IP packet is longer than its bytes";
            if (auto why = parseTransport(ip->payload()); !why.empty()) return why;
        }
    }
    if (!deeply) return {};
    for (const auto link : {wire::LinkType::Ethernet, wire::LinkType::RawIp}) {
        const auto tree = dissect::dissect(frame, link);
        if (auto why = misplaced(tree, frame.size()); !why.empty()) return why;
        const auto summary = dissect::summarize(frame, link);
        if (summary.word.size() > 5) return "the word \"" + summary.word + "\" is too long for an envelope";
        if (summary.length != frame.size()) return "the summary gives a wrong length";
    }
    return {};
}

} // namespace fuzz
