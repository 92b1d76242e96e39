#include "sim/explain/explainer.h"

#include "sim/decisions/all.h"
#include "sim/explain/templates.h"
#include "sim/wire/bytes.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace sim::explain {

namespace {

/// numberOf is a MAC address as one number.
std::uint64_t numberOf(const wire::MacAddress& mac) {
    return std::uint64_t(wire::get16(&mac.bytes[0])) << 32 | wire::get32(&mac.bytes[2]);
}

// Larger networks are not searched for the owner of a MAC: a sentence must stay cheap.
constexpr std::size_t kSearchable = 200;

} // namespace

Argument Explainer::device(kernel::DeviceId id) const {
    const bool known = id.valid() && id.value < mNetwork.deviceCount();
    return {Argument::Kind::Device, known ? mNetwork.deviceName(id) : "nobody", id};
}

Argument Explainer::interface(kernel::InterfaceId id) const {
    const bool known = id.valid() && id.value < mNetwork.interfaceCount();
    return {Argument::Kind::Interface, known ? mNetwork.interfaceName(id) : "no interface",
            known ? mNetwork.deviceOf(id) : kernel::DeviceId{}};
}

Argument Explainer::address(const wire::IpAddress& a, kernel::DeviceId owner) const {
    return {Argument::Kind::Address, a.isNone() ? "nobody" : a.toString(), owner};
}

Argument Explainer::endpoint(const wire::IpAddress& a, std::uint32_t port, Argument::Kind kind,
                             kernel::DeviceId owner) const {
    const std::string host = a.isV6() ? "[" + a.toString() + "]" : a.toString();
    return {kind, port ? host + ":" + std::to_string(port) : host, owner};
}

const char* Explainer::noun(const Facts& facts) {
    using namespace templates::noun;
    // The first fragment still shows what it is the beginning of, and is not that.
    if (facts.isFragment()) return kFragment;
    switch (facts.protocol()) {
    case dissect::Protocol::Arp: return facts.isArpReply() ? kArpAnswer : kArpQuestion;
    case dissect::Protocol::Dns: return facts.isDnsResponse() ? kDnsAnswer : kDnsQuestion;
    case dissect::Protocol::Http:
        if (!facts.isHttp()) return kData;
        return facts.has("http.response.code") ? kHttpAnswer : kHttpQuestion;
    case dissect::Protocol::Dhcp: return kDhcpMessage;
    case dissect::Protocol::Routing: return kRoutes;
    case dissect::Protocol::Icmp: return facts.isEcho() ? kPing : facts.isEchoReply() ? kPong : kIcmpError;
    case dissect::Protocol::Tcp:
        switch (facts.tcp()) {
        case Facts::Tcp::Syn: return kSyn;
        case Facts::Tcp::SynAck: return kSynAck;
        case Facts::Tcp::Fin: return kFin;
        case Facts::Tcp::Reset: return kReset;
        case Facts::Tcp::Ack: return kAck;
        default: return kData;
        }
    case dissect::Protocol::Other: return facts.length() ? kFrame : kPacket;
    default: return kDatagram;
    }
}

bool Explainer::isBridge(kernel::DeviceId id) const {
    if (!id.valid()) return false;
    const auto& interfaces = mNetwork.device(id).system.interfaces;
    return std::all_of(interfaces.begin(), interfaces.end(), [](const auto& i) { return i.addresses.empty(); });
}

kernel::DeviceId Explainer::ownerOf(const wire::MacAddress& mac) const {
    if (mac.isGroup() || mac.isZero() || mNetwork.deviceCount() > kSearchable) return {};
    if (mOwners.byMac.empty() || mOwners.event != mNetwork.eventNo()) {
        mOwners.byMac.clear();
        mOwners.event = mNetwork.eventNo();
        for (std::uint32_t i = 0; i < mNetwork.deviceCount(); ++i)
            for (const auto& interface : mNetwork.device({i}).system.interfaces)
                mOwners.byMac.emplace(numberOf(interface.mac), kernel::DeviceId{i});
    }
    const auto found = mOwners.byMac.find(numberOf(mac));
    return found == mOwners.byMac.end() ? kernel::DeviceId{} : found->second;
}

Sentence Explainer::explain(const trace::Record& record) const {
    switch (record.kind) {
    case trace::RecordKind::FrameSent: return frameSent(record);
    case trace::RecordKind::FrameReceived: return frameReceived(record);
    case trace::RecordKind::Dropped: return dropped(record);
    case trace::RecordKind::Decision: return decision(record);
    }
    return {};
}

Sentence explain(const devices::Network& network, const trace::TraceLog& log, const trace::Record& record) {
    return Explainer(network, log).explain(record);
}

void Sentence::appendTo(std::string& out) const {
    const std::size_t begin = out.size();
    for (std::string_view rest = text; !rest.empty();) {
        const auto mark = rest.find('%');
        out += rest.substr(0, mark);
        if (mark == std::string_view::npos) break;
        rest.remove_prefix(mark + 1);
        if (!rest.empty() && rest[0] >= '1' && rest[0] <= '9') {
            const auto i = std::size_t(rest[0] - '1');
            if (i < arguments.size()) out += arguments[i].text;
            rest.remove_prefix(1);
        } else {
            out += '%';
        }
    }
    // A sentence may begin with a noun of the list: "the SYN is lost …".
    if (out.size() > begin && text[0] == '%' && !arguments.empty()) {
        const std::size_t first = std::size_t(text[1] - '1');
        char& letter = out[begin];
        if (first < arguments.size() && arguments[first].kind == Argument::Kind::Text && letter >= 'a' && letter <= 'z')
            letter = char(letter - 'a' + 'A');
    }
}

std::string Sentence::toString() const {
    std::string out;
    out.reserve(120);
    appendTo(out);
    return out;
}

std::vector<const char*> allTemplates() {
    std::vector<const char*> all = {
#define PACKETARIUM_LIST(NAME, TEXT) TEXT,
        PACKETARIUM_NOUNS(PACKETARIUM_LIST) PACKETARIUM_FRAME_SENTENCES(PACKETARIUM_LIST)
            PACKETARIUM_DROP_SENTENCES(PACKETARIUM_LIST)
#undef PACKETARIUM_LIST
    };
    decisions::All::forEach([&]<class D>(trace::DecisionKind) {
        all.insert(all.end(), std::begin(D::kSays.texts), std::end(D::kSays.texts));
    });
    return all;
}

} // namespace sim::explain
