#include "sim/apps/ping.h"

#include "sim/apps/trouble.h"
#include "sim/decisions/app.h"
#include "sim/kernel/timer_wheel.h"
#include "sim/stack/icmp.h"
#include "sim/stack/ip.h"

#include <algorithm>

namespace sim::apps {

using stack::Errno;
using stack::NoticeKind;

namespace {

/// errorText is what an ICMP error says, in the words of ping(8).
std::string errorText(std::uint8_t type, std::uint8_t code, std::uint32_t mtu) {
    if (type == 11) return code == 1 ? "Frag reassembly time exceeded" : "Time to live exceeded";
    if (type == 5) return "Redirect Host";
    if (type != 3) return "ICMP type " + std::to_string(type);
    switch (code) {
    case 0: return "Destination Net Unreachable";
    case 1: return "Destination Host Unreachable";
    case 2: return "Destination Protocol Unreachable";
    case 3: return "Destination Port Unreachable";
    case 4: return "Frag needed and DF set (mtu = " + std::to_string(mtu) + ")";
    case 9: return "Destination Net Prohibited";
    case 10: return "Destination Host Prohibited";
    case 13: return "Packet filtered";
    default: return "Dest Unreachable, Bad Code: " + std::to_string(code);
    }
}

} // namespace

PingProgram::PingProgram(config::Ping ping) : mPing(std::move(ping)) {
    // Sequence numbers have 16 bits, and a packet 65535 bytes.
    mPing.count = std::clamp(mPing.count, 1, 65'535);
    mPing.size = std::clamp(mPing.size, 0, 65'507);
    mPing.ttl = std::clamp(mPing.ttl, 1, 255);
    mPing.interval = std::max<kernel::SimTime>(mPing.interval, std::chrono::milliseconds(1));
    mNumeric = mPing.numeric || wire::IpAddress::parse(mPing.target); // as ping(8) decides it
}

void PingProgram::start(AppContext& c) {
    mResolver.start(c, mPing.target, mPing.ipv4Only ? Resolver::Family::V4 : Resolver::Family::Both);
    begin(c);
}

bool PingProgram::chooseSource(AppContext& c) {
    if (mPing.from.empty()) return true;
    const auto address = wire::IpAddress::parse(mPing.from);
    if (address && address->isV4() && stack::ip::isLocal(c.stack, address->toV4())) {
        mSource = address->toV4();
        return true;
    }
    const auto& interfaces = c.stack.system().interfaces;
    for (std::uint32_t i = 0; i < interfaces.size(); ++i)
        if (interfaces[i].name == mPing.from) {
            mInterface = i;
            for (const auto& p : interfaces[i].addresses)
                if (mSource == 0 && p.address.isV4()) mSource = p.address.toV4();
            return true;
        }
    return false;
}

void PingProgram::begin(AppContext& c) {
    if (mResolver.busy()) return;
    if (mResolver.state() == Resolver::State::Failed) return c.finish(false, mResolver.failure());
    mTo = mResolver.answer();
    if (!mTo.isV4())
        return c.finish(false,
                        mPing.target + " has only an IPv6 address, " + mTo.toString() + ", and this node has none");
    if (!chooseSource(c)) return c.finish(false, "there is no interface and no address " + mPing.from + " here");
    const auto to = stack::ip::thisHost(mTo.toV4(), mSource);
    const stack::Flow flow{.destination = to, .source = mSource, .protocol = 1};
    const auto d = stack::ip::findRoute(c.stack, flow, mInterface);
    if (d.kind == stack::Destination::Kind::Broadcast && !mPing.broadcast)
        return c.finish(false, mTo.toString() + " is a broadcast address; such a ping has to say \"broadcast\"");
    if (const Errno e = stack::ip::routeError(d); e != Errno::None) {
        if (c.stack.tracing()) stack::ip::noteRoute(c.stack, flow, d);
        return c.finish(false, mTo.toString() + " is unreachable: " + routeTrouble(c.stack, e));
    }
    if (mPing.broadcast && d.kind == stack::Destination::Kind::Broadcast && mPing.pathMtu == stack::PathMtu::Want)
        mPing.pathMtu = stack::PathMtu::Do; // as ping -b does
    mSocket = stack::icmp::open(c.stack, c.self(), std::uint16_t(mPing.id));
    if (mPing.deadline > kernel::SimTime::zero()) c.setTimer(mPing.deadline, kDeadline);
    sendNext(c);
}

void PingProgram::sendNext(AppContext& c) {
    mProbes.append({.sent = c.now()});
    const auto sequence = std::uint16_t(mProbes.size());
    std::uint32_t mtu = 0;
    const Errno error = stack::icmp::sendEcho(c.stack, mSocket,
                                              {.to = mTo.toV4(),
                                               .sequence = sequence,
                                               .size = std::uint32_t(mPing.size),
                                               .ttl = std::uint8_t(mPing.ttl),
                                               .pathMtu = mPing.pathMtu,
                                               .interface = mInterface,
                                               .source = mSource},
                                              &mtu);
    const bool sourceGone = mSource != 0 && !stack::ip::isLocal(c.stack, mSource);
    if (error == Errno::MessageSize)
        failed(c, sequence, {}, "local error: message too long, mtu=" + std::to_string(mtu));
    else if (error != Errno::None)
        failed(c, sequence, {},
               sourceGone ? "its source is not an address of this device any more" : routeTrouble(c.stack, error));
    if (mEnding) return;
    // With a deadline it goes on until it has its answers, or an error.
    if ((int(mProbes.size()) < mPing.count || mPing.deadline > kernel::SimTime::zero()) && mProbes.size() < 65'535)
        return waitForNext(c);
    // The wait for the last answers: twice the longest round trip, at least the interval; 10 s when none came so far.
    c.setTimer(mReceived > 0 ? std::max(2 * mLongest, mPing.interval) : kernel::SimTime(std::chrono::seconds(10)),
               kEnd);
}

/// waitForNext: ping(8) first waits in recvmsg with a time-out, which the kernel ends on a step of its timer wheel;
/// once something has been received, poll(2) waits exactly for what is left.
void PingProgram::waitForNext(AppContext& c) {
    mNext = c.now() + mPing.interval;
    const bool whole = mPing.interval <= std::chrono::seconds(1);
    c.setTimer((whole ? kernel::onWheel(c.now(), mPing.interval) : mNext) - c.now(), kNext);
}

void PingProgram::failed(AppContext& c, std::uint16_t sequence, wire::IpAddress who, const std::string& what) {
    mProbes.change(sequence - 1u).failed = true;
    ++mErrors;
    mTrouble = who.isNone() ? what : what + ", says " + who.toString();
    if (c.stack.tracing())
        c.stack.decide(decisions::PingError{.from = who, .sequence = sequence, .what = c.stack.text(what)});
    if (!who.isNone()) nameOf(c, who);
    if (mReceived + mErrors < mPing.count && mPing.deadline == kernel::SimTime::zero()) return;
    // Errors about packets that waited together come together: ping(8) reads them all before it ends.
    if (!mEnding) c.setTimer(std::chrono::microseconds(100), kEnd);
    mEnding = true;
}

/// nameOf looks for the name of an address that ping(8) prints a line about: for each line anew, as recorded.
void PingProgram::nameOf(AppContext& c, const wire::IpAddress& address) {
    if (!mNumeric) mResolver.startReverse(c, address);
}

/// resolved goes on once a name is there, or cannot be found.
void PingProgram::resolved(AppContext& c) {
    if (mResolver.busy()) return;
    if (!mSocket.valid()) return begin(c);
    while (!mHeard.empty() && !mResolver.busy() && !c.finished()) {
        const Heard heard = mHeard.front();
        mHeard.erase(mHeard.begin());
        hear(c, heard);
    }
    if (mResolver.busy() || c.finished()) return;
    if (mEndLater) return end(c);
    if (!mEnding && mNext > latest().sent && c.now() >= mNext) sendNext(c);
}

void PingProgram::onTimer(AppContext& c, std::uint16_t tag) {
    const bool asking = mResolver.busy();
    if (mResolver.onTimer(c, tag)) {
        if (asking) resolved(c);
    } else if (tag == kNext) {
        if (!asking && !mEnding && c.now() >= mNext && mNext > latest().sent) sendNext(c);
    } else if (tag == kEnd || tag == kDeadline) {
        end(c);
    }
}

void PingProgram::onNotice(AppContext& c, const stack::Notice& n) {
    // Sockets of ICMP and of UDP are numbered apart; only what is about a ping has a sequence number.
    const bool ofPing = mSocket.valid() && n.socket == mSocket &&
                        (n.sequence != 0 || n.kind == NoticeKind::EchoReply || n.kind == NoticeKind::IcmpSeen);
    if (!ofPing && mResolver.busy()) {
        if (mResolver.onNotice(c, n)) resolved(c);
        return;
    }
    if (!mSocket.valid() || n.socket != mSocket) return;
    if (mResolver.busy())
        mHeard.push_back({c.now(), n});
    else
        hear(c, {c.now(), n});
}

void PingProgram::hear(AppContext& c, const Heard& heard) {
    const stack::Notice& n = heard.notice;
    if (mNext > latest().sent) c.setTimer(std::max(mNext - c.now(), kernel::SimTime::zero()), kNext);
    if (n.sequence == 0 || n.sequence > mProbes.size()) return;
    const Probe& probe = mProbes[n.sequence - 1u];
    if (n.kind == NoticeKind::EchoReply && !probe.answered) {
        mProbes.change(n.sequence - 1u).answered = true;
        ++mReceived;
        const auto roundTrip = heard.at - mProbes[n.sequence - 1u].sent; // where it stands now
        mLongest = std::max(mLongest, roundTrip);
        if (c.stack.tracing())
            c.stack.decide(decisions::PingReply{.from = n.from, .sequence = n.sequence, .roundTrip = roundTrip});
        nameOf(c, n.from);
        if (mReceived + mErrors >= mPing.count) end(c);
    } else if (n.kind == NoticeKind::IcmpError && !probe.answered && !probe.failed && n.type != 5) {
        failed(c, n.sequence, n.from, errorText(n.type, n.code, n.length));
    }
}

void PingProgram::end(AppContext& c) {
    mEndLater = mResolver.busy();
    if (mEndLater) return;
    if (c.stack.tracing())
        for (std::size_t i = 0; i < mProbes.size(); ++i)
            if (!mProbes[i].answered && !mProbes[i].failed)
                c.stack.decide(decisions::PingTimeout{.to = mTo, .sequence = std::uint32_t(i + 1)});
    stack::icmp::close(c.stack, mSocket);
    mSocket = {};
    std::string result = std::to_string(mProbes.size()) + " sent, " + std::to_string(mReceived) + " received";
    if (!mTrouble.empty()) result += " (" + mTrouble + ")";
    c.finish(mReceived > 0, result);
}

} // namespace sim::apps
