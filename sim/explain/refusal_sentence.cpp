// Sentences about what a device cannot do, or knows no more: packets without a way, commands that ip(8) refuses, rows
// that go with the carrier.
#include "sim/explain/teller.h"
#include "sim/explain/templates.h"
#include "sim/stack/conntrack.h"
#include "sim/stack/ip.h"
#include "sim/stack/next_hop.h"
#include "sim/wire/dhcp.h"
#include "sim/wire/dns.h"
#include "sim/wire/rip.h"

namespace sim::explain {

using namespace templates;
using trace::DecisionKind;

namespace {

/// datagramName is what a datagram is by its ports.
std::string datagramName(std::uint16_t own, std::uint16_t theirs) {
    if (own == wire::dhcp::kServerPort || own == wire::dhcp::kClientPort) return "the DHCP message";
    if (own == wire::dns::kPort) return "the DNS response";
    if (theirs == wire::dns::kPort) return "the DNS query";
    if (own == wire::rip::kPort) return "its routes (RIP)";
    return "a datagram";
}

} // namespace

Sentence Teller::refusal(const trace::Record& record, const trace::Decision& d) const {
    const Argument me = device(record.device), it = address(d.address);
    switch (d.kind) {
    case DecisionKind::NeighboursEvicted:
        if (d.number == 1) return {kNeighbourEvicted, {me, interface(d.iface)}};
        return {kNeighboursEvicted, {me, interface(d.iface), number(d.number)}};
    case DecisionKind::BridgeEvicted:
        if (d.number == 1) return {kBridgeEvictedOne, {me, interface(d.iface)}};
        return {kBridgeEvicted, {me, interface(d.iface), number(d.number)}};
    case DecisionKind::CannotSend: {
        std::string why;
        switch (stack::UnsentWhy(d.number)) {
        case stack::UnsentWhy::NoRoute: why = "no route to " + it.text + ", and no default gateway"; break;
        case stack::UnsentWhy::RouteRefuses: why = "the route to " + it.text + " refuses it"; break;
        case stack::UnsentWhy::SourceGone:
            why = d.source.toString() + " is not an address of " + me.text + " any more";
            break;
        case stack::UnsentWhy::NoAddress:
            why = "no route to " + it.text + ", as " + interface(d.iface).text + " has no address";
            break;
        }
        switch (stack::Unsent(d.code)) {
        case stack::Unsent::EchoReply: return {kCannotPong, {me, it, text(why)}};
        case stack::Unsent::SynAck: return {kCannotSynAck, {me, it, text(why)}};
        case stack::Unsent::Reset: return {kCannotReset, {me, it, text(why)}};
        case stack::Unsent::Segment: return {kCannotSegment, {me, it, text(why)}};
        case stack::Unsent::IcmpError: return {kCannotIcmp, {me, it, text(why)}};
        case stack::Unsent::Datagram: break;
        }
        return {kCannotDatagram, {me, it, text(why), text(datagramName(d.port, d.port2))}};
    }
    case DecisionKind::TrackInvalid: {
        const Argument from = endpoint(d.source, d.number), to = endpoint(d.address, d.port);
        switch (stack::conntrack::Invalid(d.code)) {
        case stack::conntrack::Invalid::NoSyn: return {kTrackNoSyn, {me, to, from}};
        case stack::conntrack::Invalid::WrongState: return {kTrackWrongState, {me, from, to, text(mLog.text(d.text))}};
        case stack::conntrack::Invalid::NoRequest: return {kTrackNoRequest, {me, address(d.source), it}};
        case stack::conntrack::Invalid::Untracked: break;
        }
        return {kTrackUntracked, {me}};
    }
    case DecisionKind::NoConnection:
        if (!d.via.isNone() && d.via != d.source) return {kNoConnectionOther, {me, address(d.source), address(d.via)}};
        return {kNoConnection, {me, endpoint(d.source, d.number), text("port " + std::to_string(d.port))}};
    default: break;
    }
    const Argument command = text(mLog.text(d.text));
    const auto error = stack::ConfigError(d.code);
    std::string words = stack::configErrorText(error);
    if (error == stack::ConfigError::NoDevice) {
        const auto& all = command.text;
        const auto dev = all.find(" dev ");
        if (dev != std::string::npos) words += " \"" + all.substr(dev + 5, all.find(' ', dev + 5) - dev - 5) + '"';
    }
    const char* sentence = kRefusedExists;
    switch (error) {
    case stack::ConfigError::None:
    case stack::ConfigError::FileExists: break;
    case stack::ConfigError::InvalidGateway: sentence = kRefusedGateway; break;
    case stack::ConfigError::NoSuchProcess: sentence = kRefusedNoRow; break;
    case stack::ConfigError::NoDevice: sentence = kRefusedDevice; break;
    case stack::ConfigError::OnlinkNeedsDevice: sentence = kRefusedOnlink; break;
    case stack::ConfigError::AddressAssigned: sentence = kRefusedAssigned; break;
    case stack::ConfigError::AddressNotFound: sentence = kRefusedNotFound; break;
    }
    return {sentence, {me, command, text(words), it}};
}

} // namespace sim::explain
