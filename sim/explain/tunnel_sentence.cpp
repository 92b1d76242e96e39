// Sentences about tunnels: who is asked for keys, what goes in by which row, what comes out.
#include "sim/explain/teller.h"
#include "sim/explain/templates.h"

namespace sim::explain {

using namespace templates;
using trace::DecisionKind;

Sentence Teller::tunnel(const trace::Record& record, const trace::Decision& d) const {
    const Argument me = device(record.device), card = interface(d.iface), peer = text(mLog.text(d.text));
    const Argument place = endpoint(d.via, d.port);
    const Argument mac{Argument::Kind::Mac, d.mac.toString(), record.device};
    const Argument row = text(d.prefix.toString());
    switch (d.kind) {
    case DecisionKind::TunnelHandshakeBegun:
        if (d.number > 0) return {kTunnelHandshakeAgain, {me, peer, place}};
        return {kTunnelHandshakeBegun, {me, peer, place}};
    case DecisionKind::TunnelHandshakeAnswered: return {kTunnelHandshakeAnswered, {me, peer, place}};
    case DecisionKind::TunnelEstablished: return {kTunnelEstablished, {me, peer}};
    case DecisionKind::TunnelEncapsulated: return {kTunnelEncapsulated, {address(d.address), peer, row, place}};
    case DecisionKind::TunnelDecapsulated: return {kTunnelDecapsulated, {place, peer, address(d.source), row, me}};
    case DecisionKind::TunnelKeepaliveSent: return {kTunnelKeepaliveSent, {me, peer}};
    case DecisionKind::TunnelKeepaliveReceived: return {kTunnelKeepaliveReceived, {me, peer}};
    case DecisionKind::TunnelRoamed: return {kTunnelRoamed, {me, peer, place}};
    case DecisionKind::TunnelCookie: return {kTunnelCookie, {me, place}};
    case DecisionKind::VxlanEncapsulated:
        if (d.code) return {kVxlanEncapsulated, {card, mac, place}};
        return {d.mac.isGroup() ? kVxlanEncapsulatedAll : kVxlanEncapsulatedUnknown, {card, mac, place}};
    case DecisionKind::VxlanDecapsulated: return {kVxlanDecapsulated, {card, number(d.number), place}};
    case DecisionKind::VxlanLearned: return {kVxlanLearned, {card, mac, place}};
    default: return {};
    }
}

} // namespace sim::explain
