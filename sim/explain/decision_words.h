// What a decision tells itself with: arguments of its sentence, made for the device that decided.
#pragma once

#include "sim/decisions/describe.h"
#include "sim/decisions/reasons.h"
#include "sim/explain/explainer.h"

namespace sim::explain {

/// DecisionWords makes the arguments of a decision's sentence.
class DecisionWords {
public:
    DecisionWords(const Explainer& explainer, const trace::Record& record) : mExplainer(explainer), mRecord(record) {}

    /// say is a template filled with arguments.
    template <class... A>
    Sentence say(decisions::Text text, A... arguments) const {
        return {text.get(), {std::move(arguments)...}};
    }
    /// me is the device that decided.
    Argument me() const { return mExplainer.device(mRecord.device); }
    Argument address(const wire::IpAddress& a) const { return mExplainer.address(a); }
    /// own is an address that this device has.
    Argument own(const wire::IpAddress& a) const { return mExplainer.address(a, mRecord.device); }
    Argument endpoint(const decisions::Endpoint& e) const { return mExplainer.endpoint(e.address, e.port); }
    Argument mac(const wire::MacAddress& m) const { return {Argument::Kind::Mac, m.toString(), mRecord.device}; }
    Argument interface(kernel::InterfaceId id) const { return mExplainer.interface(id); }
    /// port is an interface with the name of its device: "home:wan0".
    Argument port(kernel::InterfaceId id) const;
    /// receiverBehind is the device to which the frame goes that leaves by a port; the port where none does.
    Argument receiverBehind(kernel::InterfaceId port) const;
    /// neighbour, route and nat are rows of this device's tables.
    Argument neighbour(const wire::IpAddress& a) const {
        return {Argument::Kind::Neighbour, a.toString(), mRecord.device};
    }
    Argument route(const wire::Prefix& row, const wire::IpAddress& via, std::uint32_t table = 0) const;
    /// gateway is the next hop of a row of the routing table.
    Argument gateway(const wire::IpAddress& via) const {
        return {Argument::Kind::Route, via.toString(), mRecord.device};
    }
    Argument nat(const decisions::Endpoint& e) const {
        return mExplainer.endpoint(e.address, e.port, Argument::Kind::Nat, mRecord.device);
    }
    Argument number(std::uint64_t n) const { return Explainer::number(n); }
    /// span is a time as people say it: "8.02 ms".
    Argument span(kernel::SimTime time) const;
    Argument text(std::string s) const { return Explainer::text(std::move(s)); }
    Argument text(trace::TextId id) const { return Explainer::text(string(id)); }
    const std::string& string(trace::TextId id) const { return mExplainer.log().text(id); }
    /// icmp is what an ICMP message says.
    Argument icmp(unsigned type, unsigned code) const;
    /// rcode is why a DNS server has no answer.
    Argument rcode(unsigned code) const;
    /// failure is a result, with what whoever has watched the DHCP server knows.
    Argument failure(trace::TextId result) const;
    /// configError is what ip(8) prints.
    const char* configError(decisions::ConfigError error) const;

private:
    const Explainer& mExplainer;
    const trace::Record& mRecord;
};

} // namespace sim::explain
