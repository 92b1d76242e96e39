// Sentences about the decisions of services: addresses by DHCP, groups, routes by RIP.
#include "sim/explain/teller.h"
#include "sim/explain/templates.h"

namespace sim::explain {

using namespace templates;
using trace::DecisionKind;

Sentence Teller::leasing(const trace::Record& record, const trace::Decision& d) const {
    const Argument me = device(record.device), it = address(d.address);
    const Argument client{Argument::Kind::Mac, d.mac.toString(), record.device};
    switch (d.kind) {
    case DecisionKind::AddressChanged:
        return {d.number ? kAddressAdded : kAddressRemoved, {me, text(d.prefix.toString()), interface(d.iface)}};
    case DecisionKind::DhcpBound:
        return {d.code ? kDhcpRenewed : kDhcpBound, {me, it, number(d.number), address(d.source)}};
    case DecisionKind::DhcpNoServer: return {kDhcpNoServer, {me, interface(d.iface)}};
    case DecisionKind::DhcpLost:
        if (d.code == 2) return {kDhcpRefused, {me, it, address(d.source)}};
        return {d.code ? kDhcpReleased : kDhcpExpired, {me, it}};
    case DecisionKind::DhcpDeclined: return {kDhcpDeclined, {me, it, client}};
    case DecisionKind::DhcpChecks: return {kDhcpChecks, {me, it}};
    case DecisionKind::DhcpInUse: return {kDhcpInUse, {me, it}};
    case DecisionKind::DhcpOffered: {
        constexpr const char* kHow[] = {kDhcpOfferedByHash, kDhcpOfferedLease, kDhcpOfferedReserved, kDhcpOfferedAsked};
        return {kHow[d.code & 3], {me, it, client}};
    }
    case DecisionKind::DhcpGranted: return {kDhcpGranted, {me, it, client, number(d.number)}};
    case DecisionKind::DhcpDenied: return {kDhcpDenied, {me, it, client, text(mLog.text(d.text))}};
    case DecisionKind::DhcpNoAddress: return {kDhcpNoAddress, {me, client}};
    case DecisionKind::DhcpEnded:
        return {d.code == 2   ? kDhcpLeaseDeclined
                : d.code == 1 ? kDhcpLeaseReleased
                              : kDhcpLeaseExpired,
                {me, it, client}};
    default: return {d.code == 2 ? kDhcpRelayedReply : kDhcpRelayedRequest, {me, it, client}};
    }
}

Sentence Teller::routing(const trace::Record& record, const trace::Decision& d) const {
    const Argument me = device(record.device);
    const std::string prefix = d.prefix.length == 0 ? "default" : d.prefix.toString();
    const Argument row{Argument::Kind::Route, prefix + (d.via.isNone() ? "" : " via " + d.via.toString()),
                       record.device};
    switch (d.kind) {
    case DecisionKind::GroupJoined: return {kGroupJoined, {me, address(d.address), interface(d.iface)}};
    case DecisionKind::GroupLeft: return {kGroupLeft, {me, address(d.address), interface(d.iface)}};
    case DecisionKind::RipLearned: return {d.code ? kRipReplaced : kRipLearned, {me, row, number(d.number)}};
    case DecisionKind::RipLost:
        return {d.code == 2 ? kRipInterfaceGone : d.code == 1 ? kRipWithdrawn : kRipTimedOut, {me, row}};
    default: return {kRipIgnored, {me, address(d.source), text(mLog.text(d.text))}};
    }
}

} // namespace sim::explain
