#include "sim/explain/facts.h"

#include "sim/dissect/protocol_of.h"
#include "sim/wire/bytes.h"
#include "sim/wire/ethernet.h"
#include "sim/wire/ipv4.h"

#include <algorithm>

namespace sim::explain {

using wire::get16;
using wire::get32;

namespace {

enum Flag : unsigned { kFin = 1, kSyn = 2, kRst = 4, kAck = 16 };

/// tcpOf reads what a segment is from its flags.
Facts::Tcp tcpOf(unsigned flags, bool payload) {
    if (flags & kRst) return Facts::Tcp::Reset;
    if (flags & kSyn) return flags & kAck ? Facts::Tcp::SynAck : Facts::Tcp::Syn;
    if (flags & kFin) return Facts::Tcp::Fin;
    return payload ? Facts::Tcp::Data : Facts::Tcp::Ack;
}

} // namespace

Facts::Facts(const trace::TraceLog& log, std::uint32_t frame) {
    if (frame == trace::kNoIndex || frame >= log.frameCount()) return;
    const auto pieces = log.pieces(frame);
    if (pieces.first.empty()) {
        mBytes = pieces.second;
    } else {
        mWhole.reserve(pieces.size());
        mWhole.insert(mWhole.end(), pieces.first.begin(), pieces.first.end());
        mWhole.insert(mWhole.end(), pieces.second.begin(), pieces.second.end());
        mBytes = mWhole;
    }
    mKnown = true;
    mLink = log.frame(frame).link;
    mProtocol = dissect::protocolOf(mBytes, mLink);
    read();
}

void Facts::read() {
    std::size_t at = 0;
    if (mLink == wire::LinkType::Ethernet) {
        at = wire::EthernetView::kSize;
        if (mBytes.size() < at) return;
        const auto type = wire::EtherType(get16(&mBytes[12]));
        if (type == wire::EtherType::Arp) {
            const auto arp = mBytes.subspan(at);
            if (arp.size() >= 28 && get16(&arp[0]) == 1 && get16(&arp[2]) == 0x0800 && arp[4] == 6 && arp[5] == 4)
                mArp = arp;
        }
        if (type != wire::EtherType::Ipv4) return;
    }
    const auto packet = mBytes.subspan(at);
    if (packet.size() < 20 || (at == 0 && packet[0] >> 4 != 4)) return;
    mIp = Ip{get32(&packet[12]), get32(&packet[16]), get16(&packet[2]), get16(&packet[4]), packet[9]};
    const std::size_t header = (packet[0] & 15u) * 4;
    const bool good = packet[0] >> 4 == 4 && header >= 20 && mIp->length >= header && mIp->length <= packet.size();
    if (good && (get16(&packet[6]) & 0x3fff) == 0) readTransport(packet.first(mIp->length), header);
}

void Facts::readTransport(std::span<const std::uint8_t> packet, std::size_t header) {
    const auto part = packet.subspan(header);
    Transport t;
    t.protocol = mIp->protocol;
    switch (wire::IpProtocol(t.protocol)) {
    case wire::IpProtocol::Icmp:
        if (part.size() < 8) return;
        t.source = part[0];
        t.destination = part[1];
        t.payload = part.subspan(8);
        break;
    case wire::IpProtocol::Udp:
        if (part.size() < 8) return;
        t.length = get16(&part[4]);
        if (t.length < 8 || t.length > part.size()) return;
        t.source = get16(&part[0]);
        t.destination = get16(&part[2]);
        t.payload = part.subspan(8, t.length - 8u);
        break;
    case wire::IpProtocol::Tcp: {
        if (part.size() < 20) return;
        const std::size_t own = (part[12] >> 4) * 4u;
        if (own < 20 || own > part.size()) return;
        t.source = get16(&part[0]);
        t.destination = get16(&part[2]);
        t.flags = part[13];
        t.payload = part.subspan(own);
        break;
    }
    default: return;
    }
    mTransport = t;
}

bool Facts::isHttp() const { return mTransport ? dissect::looksLikeHttp(mTransport->payload) : has("http"); }

Facts::Tcp Facts::tcp() const {
    if (mProtocol != dissect::Protocol::Tcp) return Tcp::None;
    if (mTransport) return tcpOf(mTransport->flags, !mTransport->payload.empty());
    const auto* segment = tree().find("tcp");
    if (!segment || segment->malformed) return Tcp::None;
    return tcpOf(unsigned(segment->number("tcp.flags").value_or(0)), has("tcp.payload"));
}

bool Facts::isIcmp(std::uint8_t type, std::uint8_t typeOfIcmpv6) const {
    if (mProtocol != dissect::Protocol::Icmp) return false;
    if (mTransport) return mTransport->source == type;
    return number("icmp.type") == type || number("icmpv6.type") == typeOfIcmpv6;
}

bool Facts::isArpReply() const { return mArp.empty() ? number("arp.opcode") == 2 : get16(&mArp[6]) == 2; }

bool Facts::isDnsResponse() const {
    if (const auto& t = mTransport;
        t && wire::IpProtocol(t->protocol) == wire::IpProtocol::Udp && t->payload.size() >= 4)
        return t->payload[2] & 0x80;
    return flag("dns.flags.response");
}

std::string Facts::destination() const {
    // Another packet in this one would be the one that is summed up.
    if (mIp && mTransport) return wire::IpAddress::v4(mIp->destination).toString();
    return summary().destination;
}

const dissect::Summary& Facts::summary() const {
    if (!mSummary) mSummary = !mKnown ? dissect::Summary{} : dissect::summarize(mBytes, mLink);
    return *mSummary;
}

const dissect::FieldNode& Facts::tree() const {
    if (!mTree) mTree = !mKnown ? dissect::FieldNode{} : dissect::dissect(mBytes, mLink);
    return *mTree;
}

std::string Facts::display(std::string_view filter) const {
    const auto* found = tree().find(filter);
    return found ? found->display : std::string();
}

std::string Facts::valueName(std::string_view filter) const {
    const auto* found = tree().find(filter);
    return found ? found->valueName : std::string();
}

std::optional<wire::MacAddress> Facts::destinationMac() const {
    if (!mKnown || mLink != wire::LinkType::Ethernet || mBytes.size() < 6) return std::nullopt;
    wire::MacAddress mac;
    std::copy_n(mBytes.begin(), 6, mac.bytes.begin());
    return mac;
}

} // namespace sim::explain
