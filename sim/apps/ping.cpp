#include "sim/apps/ping.h"

#include "sim/stack/icmp.h"

#include <algorithm>

namespace sim::apps {

using stack::Errno;
using stack::NoticeKind;
using trace::DecisionKind;

namespace {

/// errorText is what an ICMP error says, in words.
std::string errorText(std::uint8_t type, std::uint8_t code) {
    if (type == 11) return "time to live exceeded";
    if (type != 3) return "ICMP type " + std::to_string(type);
    switch (code) {
    case 0: return "network unreachable";
    case 1: return "host unreachable";
    case 2: return "protocol unreachable";
    case 3: return "port unreachable";
    case 4: return "fragmentation needed";
    case 9:
    case 10:
    case 13: return "forbidden by a filter";
    default: return "unreachable (code " + std::to_string(code) + ")";
    }
}

} // namespace

PingProgram::PingProgram(Ping ping) : mPing(std::move(ping)) {
    // Sequence numbers have 16 bits, and a packet 65535 bytes.
    mPing.count = std::clamp(mPing.count, 1, 65'535);
    mPing.size = std::clamp(mPing.size, 0, 65'507);
    mPing.ttl = std::clamp(mPing.ttl, 1, 255);
    mPing.interval = std::max<kernel::SimTime>(mPing.interval, std::chrono::milliseconds(1));
}

void PingProgram::start(AppContext& c) {
    mResolver.start(c, mPing.target);
    begin(c);
}

void PingProgram::begin(AppContext& c) {
    if (mResolver.busy()) return;
    if (mResolver.state() == Resolver::State::Failed) return c.finish(false, mResolver.failure());
    if (!mResolver.answer().isV4()) return c.finish(false, mPing.target + " has no IPv4 address");
    mSocket = stack::icmp::open(c.stack, c.self());
    sendNext(c);
}

void PingProgram::sendNext(AppContext& c) {
    mProbes.push_back({.sent = c.now()});
    const auto sequence = std::uint16_t(mProbes.size());
    const bool sent = stack::icmp::sendEcho(c.stack, mSocket, mResolver.answer().toV4(), sequence, std::uint32_t(mPing.size),
                                            std::uint8_t(mPing.ttl), mPing.dontFragment);
    if (!sent) return; // a notice says why, and that ends it
    if (int(mProbes.size()) < mPing.count) return c.setTimer(mPing.interval, kNext);
    // The wait for the last answers: twice the longest round trip, at least the interval; 10 s when none came so far.
    c.setTimer(mReceived > 0 ? std::max(2 * mLongest, mPing.interval) : kernel::SimTime(std::chrono::seconds(10)), kEnd);
}

void PingProgram::onTimer(AppContext& c, std::uint16_t tag) {
    const bool asking = mResolver.busy();
    if (mResolver.onTimer(c, tag)) {
        if (asking) begin(c);
    } else if (tag == kNext) {
        sendNext(c);
    } else if (tag == kEnd) {
        end(c);
    }
}

void PingProgram::onNotice(AppContext& c, const stack::Notice& n) {
    if (mResolver.busy()) {
        if (mResolver.onNotice(c, n)) begin(c);
        return;
    }
    if (!mSocket.valid() || n.socket != mSocket) return;
    if (n.kind == NoticeKind::Closed) {
        // No route from here: ping(8) gives up before it has sent anything.
        mProbes.pop_back();
        if (n.error == Errno::NetworkUnreachable)
            mTrouble = "there is no route to it";
        else
            mTrouble = "the route refuses it";
        stack::icmp::close(c.stack, mSocket);
        mSocket = {};
        const std::string result = mResolver.answer().toString() + " is unreachable: " + mTrouble;
        return c.finish(mReceived > 0, result);
    }
    if (n.sequence == 0 || n.sequence > mProbes.size()) return;
    Probe& probe = mProbes[n.sequence - 1u];
    if (n.kind == NoticeKind::EchoReply && !probe.answered) {
        probe.answered = true;
        ++mReceived;
        const auto roundTrip = c.now() - probe.sent;
        mLongest = std::max(mLongest, roundTrip);
        if (c.stack.tracing())
            c.stack.decide({.kind = DecisionKind::PingReply, .number = n.sequence, .address = n.from, .time = roundTrip});
    } else if (n.kind == NoticeKind::IcmpError && !probe.answered && !probe.failed) {
        probe.failed = true;
        ++mErrors;
        mTrouble = errorText(n.type, n.code) + ", says " + n.from.toString();
    }
    if (mReceived + mErrors >= mPing.count) end(c);
}

void PingProgram::end(AppContext& c) {
    if (c.stack.tracing())
        for (std::size_t i = 0; i < mProbes.size(); ++i)
            if (!mProbes[i].answered && !mProbes[i].failed)
                c.stack.decide({.kind = DecisionKind::PingTimeout, .number = std::uint32_t(i + 1), .address = mResolver.answer()});
    stack::icmp::close(c.stack, mSocket);
    mSocket = {};
    std::string result = std::to_string(mProbes.size()) + " sent, " + std::to_string(mReceived) + " received";
    if (!mTrouble.empty()) result += " (" + mTrouble + ")";
    c.finish(mReceived > 0, result);
}

} // namespace sim::apps
