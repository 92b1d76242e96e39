#include "sim/apps/traceroute.h"

#include "sim/apps/trouble.h"
#include "sim/decisions/app.h"
#include "sim/stack/raw.h"
#include "sim/stack/udp.h"

#include <algorithm>
#include <vector>

namespace sim::apps {

using stack::Errno;
using stack::NoticeKind;
using With = config::Traceroute::With;

TracerouteProgram::TracerouteProgram(config::Traceroute traceroute) : mTraceroute(std::move(traceroute)) {
    mTraceroute.maxHops = std::clamp(mTraceroute.maxHops, 1, 255);
    mTraceroute.firstHop = std::clamp(mTraceroute.firstHop, 1, mTraceroute.maxHops);
    mTraceroute.size = std::clamp(mTraceroute.size, 28, 65'000);
    mTraceroute.queries = std::clamp(mTraceroute.queries, 1, 10);
    mHop = mTraceroute.firstHop - 1;
    mQuery = mTraceroute.queries;
}

void TracerouteProgram::start(AppContext& c) {
    mResolver.start(c, mTraceroute.target, mTraceroute.ipv4Only ? Resolver::Family::V4 : Resolver::Family::Both);
    begin(c);
}

void TracerouteProgram::begin(AppContext& c) {
    if (mResolver.busy()) return;
    if (mResolver.state() == Resolver::State::Failed) return c.finish(false, mResolver.failure());
    if (!mResolver.answer().isV4())
        return c.finish(false, mTraceroute.target + " has only an IPv6 address, " + mResolver.answer().toString() +
                                   ", and this node has none");
    if (mTraceroute.with == With::Icmp) mSocket = stack::icmp::open(c.stack, c.self());
    probe(c);
}

Errno TracerouteProgram::probeUdp(AppContext& c) {
    const auto opened = stack::udp::open(c.stack, c.self(), 0, 0);
    if (!opened) return Errno::AddressNotAvailable;
    mSocket = *opened;
    auto& socket = c.stack.system().udp.sockets[mSocket.value];
    socket.ttl = std::uint8_t(mHop);
    socket.dontFragment = false;
    socket.wantErrors = true;
    std::vector<std::uint8_t> bytes(std::size_t(mTraceroute.size - 28));
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = std::uint8_t(0x40 + (i & 0x3f));
    const auto port = std::uint16_t(kFirstPort + mSequence - 1);
    if (const Errno e = stack::udp::connect(c.stack, mSocket, mResolver.answer().toV4(), port); e != Errno::None)
        return e;
    return stack::udp::send(c.stack, mSocket, bytes);
}

Errno TracerouteProgram::probeIcmp(AppContext& c) {
    return stack::icmp::sendEcho(c.stack, mSocket,
                                 {.to = mResolver.answer().toV4(),
                                  .sequence = mSequence,
                                  .size = std::uint32_t(mTraceroute.size - 28),
                                  .ttl = std::uint8_t(mHop),
                                  .pathMtu = stack::PathMtu::Dont});
}

Errno TracerouteProgram::probeTcp(AppContext& c) {
    mSocket = stack::raw::open(c.stack, c.self());
    if (!mSocket.valid()) return Errno::AddressNotAvailable;
    const auto port = std::uint16_t(mTraceroute.port ? mTraceroute.port : 80);
    return stack::raw::sendSyn(c.stack, mSocket, mResolver.answer().toV4(), port, std::uint8_t(mHop),
                               std::uint32_t(mTraceroute.size));
}

void TracerouteProgram::probe(AppContext& c) {
    if (mQuery == mTraceroute.queries) ++mHop, mQuery = 0;
    ++mQuery;
    ++mSequence;
    const auto to = mResolver.answer();
    if (mHop > mTraceroute.maxHops) {
        if (mTraceroute.with == With::Icmp) stack::icmp::close(c.stack, mSocket);
        return c.finish(false,
                        to.toString() + " was not reached within " + std::to_string(mTraceroute.maxHops) + " hops");
    }
    const Errno error = mTraceroute.with == With::Udp    ? probeUdp(c)
                        : mTraceroute.with == With::Icmp ? probeIcmp(c)
                                                         : probeTcp(c);
    if (error != Errno::None) {
        closeProbe(c);
        if (error == Errno::AddressNotAvailable) return c.finish(false, "no port is free");
        return c.finish(false, to.toString() + " is unreachable: " + routeTrouble(c.stack, error));
    }
    c.setTimer(mTraceroute.wait, mSequence);
}

void TracerouteProgram::closeProbe(AppContext& c) {
    if (!mSocket.valid() || mTraceroute.with == With::Icmp) return; // echo requests all leave by one socket
    if (mTraceroute.with == With::Udp)
        stack::udp::close(c.stack, mSocket);
    else
        stack::raw::close(c.stack, mSocket);
    mSocket = {};
}

void TracerouteProgram::hop(AppContext& c, wire::IpAddress who) {
    closeProbe(c);
    if (c.stack.tracing()) c.stack.decide(decisions::TraceHop{.who = who, .ttl = std::uint32_t(mHop)});
}

void TracerouteProgram::reached(AppContext& c, wire::IpAddress who) {
    hop(c, who);
    mReached = true;
    mLast = who;
    next(c);
}

void TracerouteProgram::next(AppContext& c) {
    if (!mReached || mQuery < mTraceroute.queries) return probe(c);
    if (mTraceroute.with == With::Icmp) stack::icmp::close(c.stack, mSocket);
    c.finish(true, mLast.toString() + " reached in " + std::to_string(mHop) + (mHop == 1 ? " hop" : " hops"));
}

void TracerouteProgram::onTimer(AppContext& c, std::uint16_t tag) {
    const bool asking = mResolver.busy();
    if (mResolver.onTimer(c, tag)) {
        if (asking) begin(c);
    } else if (tag == mSequence) {
        hop(c, {});
        next(c);
    }
}

void TracerouteProgram::onNotice(AppContext& c, const stack::Notice& n) {
    if (mResolver.busy()) {
        if (mResolver.onNotice(c, n)) begin(c);
        return;
    }
    if (!mSocket.valid() || n.socket != mSocket) return;
    // Somebody really serves that port, answers the echo, or takes or resets the connection: the target itself.
    if (n.kind == NoticeKind::Readable || n.kind == NoticeKind::RawSegment) return reached(c, mResolver.answer());
    const bool late = mTraceroute.with == With::Icmp && n.sequence != mSequence;
    if (n.kind == NoticeKind::EchoReply && !late) return reached(c, n.from);
    if (n.kind != NoticeKind::IcmpError || late) return;
    if (n.type == 11) {
        hop(c, n.from);
        return next(c);
    }
    if (n.type != 3) return;
    if (n.code == 3 && mTraceroute.with == With::Udp) return reached(c, n.from);
    hop(c, n.from);
    if (mTraceroute.with == With::Icmp) stack::icmp::close(c.stack, mSocket);
    const std::string hops = std::to_string(mHop) + (mHop == 1 ? " hop" : " hops");
    c.finish(false, mResolver.answer().toString() + " is unreachable, says " + n.from.toString() + " after " + hops);
}

} // namespace sim::apps
