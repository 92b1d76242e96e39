// What the explainers share: the run that is told, and arguments made of it.
#pragma once

#include "sim/explain/explain.h"
#include "sim/explain/facts.h"

#include <unordered_map>
#include <utility>

namespace sim::explain {

/// Explainer knows the names of what a recording speaks of.
class Explainer {
public:
    Explainer(const devices::Network& network, const trace::TraceLog& log) : mNetwork(network), mLog(log) {}

    const devices::Network& network() const { return mNetwork; }
    const trace::TraceLog& log() const { return mLog; }

    Argument device(kernel::DeviceId id) const;
    Argument interface(kernel::InterfaceId id) const;
    Argument address(const wire::IpAddress& a, kernel::DeviceId owner = {}) const;
    Argument endpoint(const wire::IpAddress& a, std::uint32_t port, Argument::Kind kind = Argument::Kind::Address,
                      kernel::DeviceId owner = {}) const;
    static Argument text(std::string s) { return {Argument::Kind::Text, std::move(s), {}}; }
    static Argument number(std::uint64_t n) { return {Argument::Kind::Number, std::to_string(n), {}}; }

    Facts facts(std::uint32_t frame) const { return {mLog, frame}; }
    /// noun is what a frame is called in a sentence: "the SYN".
    static const char* noun(const Facts& facts);
    /// isBridge tells whether a device has no IP address of its own, as a switch has none.
    bool isBridge(kernel::DeviceId id) const;
    /// ownerOf is the device whose interface has a MAC; none in networks too large to search.
    kernel::DeviceId ownerOf(const wire::MacAddress& mac) const;

    /// explain tells one record.
    Sentence explain(const trace::Record& record) const;
    /// moment tells the event whose records these are.
    Moment moment(std::size_t firstRecord, std::size_t lastRecord) const;

    /// told are the records of the moment that is told, from the one that has the word; none: a record by itself.
    std::pair<std::size_t, std::size_t> told() const { return {mTold, mLast}; }

    Sentence frameSent(const trace::Record& record) const;
    Sentence frameReceived(const trace::Record& record) const;
    Sentence decision(const trace::Record& record) const;
    Sentence dropped(const trace::Record& record) const;

private:
    Sentence arp(const trace::Record& record, const trace::FrameTrace& frame, const Facts& facts) const;
    Sentence dns(const Argument& me, const Facts& facts) const;
    Sentence igmp(const Argument& me, const Facts& facts) const;
    Sentence dhcp(const Argument& me, const Facts& facts) const;
    Sentence own(const Argument& me, const trace::FrameTrace& frame, const Facts& facts) const;
    Argument nextHop(const trace::FrameTrace& frame, const Facts& facts) const;
    bool wasWaiting(const trace::Record& record) const;

    const devices::Network& mNetwork;
    const trace::TraceLog& mLog;
    /// Owners are whose MACs they are, as the network was after an event.
    struct Owners {
        kernel::EventNo event = 0;
        std::unordered_map<std::uint64_t, kernel::DeviceId> byMac;
    };
    mutable Owners mOwners;
    mutable std::size_t mFirst = 0, mLast = 0; ///< records of the event that is told; none: not known yet
    mutable std::size_t mTold = 0;             ///< the record of these that has the word
};

} // namespace sim::explain
