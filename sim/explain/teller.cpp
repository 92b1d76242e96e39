#include "sim/explain/teller.h"

#include "sim/devices/tables.h"
#include "sim/explain/templates.h"

namespace sim::explain {

namespace {

// Larger networks are not searched for the owner of a MAC: a sentence must stay cheap.
constexpr std::size_t kSearchable = 200;

const std::string* findValue(const dissect::FieldNode& node, std::string_view filter) {
    if (node.filter == filter) return &node.value;
    for (const auto& child : node.children)
        if (const auto* found = findValue(child, filter)) return found;
    return nullptr;
}

} // namespace

std::string Facts::value(std::string_view filter) const {
    const auto* found = findValue(tree, filter);
    return found ? *found : std::string();
}

Argument Teller::device(kernel::DeviceId id) const {
    const bool known = id.valid() && id.value < mNetwork.deviceCount();
    return {Argument::Kind::Device, known ? mNetwork.deviceName(id) : "nobody", id};
}

Argument Teller::interface(kernel::InterfaceId id) const {
    const bool known = id.valid() && id.value < mNetwork.interfaceCount();
    return {Argument::Kind::Interface, known ? mNetwork.interfaceName(id) : "no interface",
            known ? mNetwork.deviceOf(id) : kernel::DeviceId{}};
}

Argument Teller::address(const wire::IpAddress& a, kernel::DeviceId owner) const {
    return {Argument::Kind::Address, a.isNone() ? "nobody" : a.toString(), owner};
}

Argument Teller::endpoint(const wire::IpAddress& a, std::uint32_t port, Argument::Kind kind,
                          kernel::DeviceId owner) const {
    const std::string host = a.isV6() ? "[" + a.toString() + "]" : a.toString();
    return {kind, port ? host + ":" + std::to_string(port) : host, owner};
}

Facts Teller::facts(std::uint32_t frame) const {
    Facts facts;
    if (frame == trace::kNoIndex || frame >= mLog.frames().size()) return facts;
    const auto& f = mLog.frames()[frame];
    const auto bytes = mLog.bytes(f);
    // A tunnel's frames begin with their IP header; an Ethernet header there would have a type at byte 12.
    const bool ethernet =
        bytes.size() >= 14 && ((bytes[12] == 0x08 && (bytes[13] == 0x00 || bytes[13] == 0x06)) ||
                               (bytes[12] == 0x86 && bytes[13] == 0xdd) || (bytes[12] == 0x81 && bytes[13] == 0x00));
    const auto first =
        ethernet || bytes.empty() || bytes[0] >> 4 != 4 ? dissect::FirstLayer::Ethernet : dissect::FirstLayer::Ip;
    facts.summary = dissect::summarize(bytes, first);
    facts.tree = dissect::dissect(bytes, first);
    return facts;
}

const char* Teller::noun(const Facts& facts) {
    using namespace templates::noun;
    const auto& word = facts.summary.word;
    switch (facts.summary.protocol) {
    case dissect::Protocol::Arp: return facts.value("arp.opcode").starts_with("2") ? kArpAnswer : kArpQuestion;
    case dissect::Protocol::Dns:
        return facts.value("dns.flags.response").ends_with("response") ? kDnsAnswer : kDnsQuestion;
    case dissect::Protocol::Http:
        if (facts.summary.protocolName != "HTTP") return kData;
        return facts.has("http.response.code") ? kHttpAnswer : kHttpQuestion;
    case dissect::Protocol::Dhcp: return kDhcpMessage;
    case dissect::Protocol::Routing: return kRoutes;
    case dissect::Protocol::Icmp: return word == "PING" ? kPing : word == "PONG" ? kPong : kIcmpError;
    case dissect::Protocol::Tcp:
        return word == "SYN"   ? kSyn
               : word == "S+A" ? kSynAck
               : word == "FIN" ? kFin
               : word == "RST" ? kReset
               : word == "ACK" ? kAck
                               : kData;
    case dissect::Protocol::Other: return word == "FRAG" ? kFragment : facts.summary.length ? kFrame : kPacket;
    default: return word == "FRAG" ? kFragment : kDatagram;
    }
}

bool Teller::isBridge(kernel::DeviceId id) const {
    if (!id.valid()) return false;
    for (const auto& row : devices::interfaceTable(mNetwork, id))
        if (!row.addresses.empty()) return false;
    return true;
}

kernel::DeviceId Teller::ownerOf(const wire::MacAddress& mac) const {
    if (mac.isGroup() || mac.isZero() || mNetwork.deviceCount() > kSearchable) return {};
    for (std::uint32_t i = 0; i < mNetwork.deviceCount(); ++i)
        for (const auto& row : devices::interfaceTable(mNetwork, kernel::DeviceId{i}))
            if (row.mac == mac) return kernel::DeviceId{i};
    return {};
}

Sentence explain(const devices::Network& network, const trace::TraceLog& log, const trace::Record& record) {
    const Teller teller(network, log);
    switch (record.kind) {
    case trace::RecordKind::FrameSent: return teller.frameSent(record);
    case trace::RecordKind::FrameReceived: return teller.frameReceived(record);
    case trace::RecordKind::Dropped: return teller.dropped(record);
    case trace::RecordKind::Decision: return teller.decision(record);
    }
    return {};
}

std::string Sentence::toString() const {
    std::string out;
    for (const char* p = text; *p; ++p) {
        if (*p == '%' && p[1] >= '1' && p[1] <= '9') {
            const auto i = std::size_t(p[1] - '1');
            if (i < arguments.size()) out += arguments[i].text;
            ++p;
        } else {
            out += *p;
        }
    }
    // A sentence may begin with a noun of the list: "the SYN is lost …".
    if (!out.empty() && text[0] == '%' && !arguments.empty()) {
        const std::size_t first = std::size_t(text[1] - '1');
        if (first < arguments.size() && arguments[first].kind == Argument::Kind::Text && out[0] >= 'a' && out[0] <= 'z')
            out[0] = char(out[0] - 'a' + 'A');
    }
    return out;
}

std::vector<const char*> allTemplates() {
    return {
#define PACKETARIUM_LIST(NAME, TEXT) TEXT,
        PACKETARIUM_NOUNS(PACKETARIUM_LIST) PACKETARIUM_FRAME_SENTENCES(PACKETARIUM_LIST)
            PACKETARIUM_DECISION_SENTENCES(PACKETARIUM_LIST) PACKETARIUM_DROP_SENTENCES(PACKETARIUM_LIST)
#undef PACKETARIUM_LIST
    };
}

} // namespace sim::explain
