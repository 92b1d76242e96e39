#include "sim/explain/facts.h"

#include "sim/dissect/fields.h"
#include "sim/dissect/protocol_of.h"
#include "sim/wire/bytes.h"
#include "sim/wire/ethernet.h"

#include <algorithm>

namespace sim::explain {

using wire::get16;
using wire::get32;

namespace {

constexpr std::uint8_t kIcmp = 1, kTcp = 6, kUdp = 17;
enum Flag : unsigned { kFin = 1, kSyn = 2, kRst = 4, kAck = 16 };

const std::string* findValue(const dissect::FieldNode& node, std::string_view filter) {
    if (node.filter == filter) return &node.value;
    for (const auto& child : node.children)
        if (const auto* found = findValue(child, filter)) return found;
    return nullptr;
}

/// firstLayer: a tunnel's frames begin with their IP header; an Ethernet header there would have a type at byte 12.
dissect::FirstLayer firstLayer(std::span<const std::uint8_t> bytes) {
    const bool ethernet =
        bytes.size() >= 14 && ((bytes[12] == 0x08 && (bytes[13] == 0x00 || bytes[13] == 0x06)) ||
                               (bytes[12] == 0x86 && bytes[13] == 0xdd) || (bytes[12] == 0x81 && bytes[13] == 0x00));
    return ethernet || bytes.empty() || bytes[0] >> 4 != 4 ? dissect::FirstLayer::Ethernet : dissect::FirstLayer::Ip;
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
    mFirst = firstLayer(mBytes);
    mProtocol = dissect::protocolOf(mBytes, mFirst);
    read();
}

void Facts::read() {
    std::size_t at = 0;
    if (mFirst == dissect::FirstLayer::Ethernet) {
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
    if (packet.size() < 20) return;
    mIp = Ip{get32(&packet[12]), get32(&packet[16]), get16(&packet[2]), get16(&packet[4]), packet[9]};
    const std::size_t header = (packet[0] & 15u) * 4;
    const bool good = packet[0] >> 4 == 4 && header >= 20 && mIp->length >= header && mIp->length <= packet.size();
    if (good && (get16(&packet[6]) & 0x3fff) == 0) readTransport(packet.first(mIp->length), header);
}

void Facts::readTransport(std::span<const std::uint8_t> packet, std::size_t header) {
    const auto part = packet.subspan(header);
    Transport t;
    t.protocol = mIp->protocol;
    switch (t.protocol) {
    case kIcmp:
        if (part.size() < 8) return;
        t.source = part[0];
        t.destination = part[1];
        t.payload = part.subspan(8);
        break;
    case kUdp:
        if (part.size() < 8) return;
        t.length = get16(&part[4]);
        if (t.length < 8 || t.length > part.size()) return;
        t.source = get16(&part[0]);
        t.destination = get16(&part[2]);
        t.payload = part.subspan(8, t.length - 8u);
        break;
    case kTcp: {
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

bool Facts::isHttp() const {
    return mTransport ? dissect::looksLikeHttp(mTransport->payload) : summary().protocolName == "HTTP";
}

std::string_view Facts::word() const {
    if (mTransport && mProtocol == dissect::Protocol::Tcp) {
        if (mTransport->flags & kRst) return "RST";
        if (mTransport->flags & kSyn) return mTransport->flags & kAck ? "S+A" : "SYN";
        if (mTransport->flags & kFin) return "FIN";
        return mTransport->payload.empty() ? "ACK" : "DATA";
    }
    if (mTransport && mProtocol == dissect::Protocol::Icmp && (mTransport->source == 8 || mTransport->source == 0))
        return mTransport->source == 8 ? "PING" : "PONG";
    if (mTransport && mProtocol == dissect::Protocol::Udp) return "UDP";
    return summary().word;
}

std::string Facts::destination() const {
    // Another packet in this one would be the one that is summed up.
    if (mIp && mTransport) return wire::IpAddress::v4(mIp->destination).toString();
    return summary().destination;
}

const dissect::Summary& Facts::summary() const {
    if (!mSummary) mSummary = !mKnown ? dissect::Summary{} : dissect::summarize(mBytes, mFirst);
    return *mSummary;
}

std::string Facts::value(std::string_view filter) const {
    if (!mTree) mTree = !mKnown ? dissect::FieldNode{} : dissect::dissect(mBytes, mFirst);
    const auto* found = findValue(*mTree, filter);
    return found ? *found : std::string();
}

std::optional<wire::MacAddress> Facts::destinationMac() const {
    if (!mKnown || mFirst != dissect::FirstLayer::Ethernet || mBytes.size() < 6)
        return wire::MacAddress::parse(value("eth.dst").substr(0, 17));
    wire::MacAddress mac;
    std::copy_n(mBytes.begin(), 6, mac.bytes.begin());
    return mac;
}

} // namespace sim::explain
