#include "sim/apps/traceroute.h"

#include "sim/stack/udp.h"

#include <algorithm>
#include <array>

namespace sim::apps {

using stack::Errno;
using stack::NoticeKind;
using trace::DecisionKind;

TracerouteProgram::TracerouteProgram(Traceroute traceroute) : mTraceroute(std::move(traceroute)) {
    mTraceroute.maxHops = std::clamp(mTraceroute.maxHops, 1, 255);
}

void TracerouteProgram::start(AppContext& c) {
    mResolver.start(c, mTraceroute.target);
    begin(c);
}

void TracerouteProgram::begin(AppContext& c) {
    if (mResolver.busy()) return;
    if (mResolver.state() == Resolver::State::Failed) return c.finish(false, mResolver.failure());
    if (!mResolver.answer().isV4()) return c.finish(false, mTraceroute.target + " has no IPv4 address");
    probe(c);
}

void TracerouteProgram::probe(AppContext& c) {
    ++mHop;
    const auto to = mResolver.answer();
    if (mHop > mTraceroute.maxHops)
        return c.finish(false, to.toString() + " was not reached within " + std::to_string(mTraceroute.maxHops) + " hops");
    const auto opened = stack::udp::open(c.stack, c.self(), 0, 0);
    if (!opened) return c.finish(false, "no port is free");
    mSocket = *opened;
    auto& socket = c.stack.system().udp.sockets[mSocket.value];
    socket.ttl = std::uint8_t(mHop);
    socket.dontFragment = false;
    socket.wantErrors = true;
    const auto port = std::uint16_t(kFirstPort + mHop - 1);
    static constexpr std::array<std::uint8_t, kPayload> kBytes = [] {
        std::array<std::uint8_t, kPayload> bytes{};
        for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = std::uint8_t(0x40 + i);
        return bytes;
    }();
    Errno error = stack::udp::connect(c.stack, mSocket, to.toV4(), port);
    if (error == Errno::None) error = stack::udp::send(c.stack, mSocket, kBytes);
    if (error != Errno::None) {
        closeProbe(c);
        return c.finish(false, to.toString() + " is unreachable: there is no route to it");
    }
    c.setTimer(kTimeout, std::uint16_t(mHop));
}

void TracerouteProgram::closeProbe(AppContext& c) {
    if (mSocket.valid()) stack::udp::close(c.stack, mSocket);
    mSocket = {};
}

void TracerouteProgram::hop(AppContext& c, wire::IpAddress who) {
    closeProbe(c);
    if (c.stack.tracing()) c.stack.decide({.kind = DecisionKind::TraceHop, .number = std::uint32_t(mHop), .address = who});
}

void TracerouteProgram::onTimer(AppContext& c, std::uint16_t tag) {
    const bool asking = mResolver.busy();
    if (mResolver.onTimer(c, tag)) {
        if (asking) begin(c);
    } else if (tag == mHop) {
        hop(c, {});
        probe(c);
    }
}

void TracerouteProgram::onNotice(AppContext& c, const stack::Notice& n) {
    if (mResolver.busy()) {
        if (mResolver.onNotice(c, n)) begin(c);
        return;
    }
    if (!mSocket.valid() || n.socket != mSocket) return;
    const std::string hops = std::to_string(mHop) + (mHop == 1 ? " hop" : " hops");
    if (n.kind == NoticeKind::Readable) { // somebody really serves that port
        hop(c, mResolver.answer());
        return c.finish(true, mResolver.answer().toString() + " reached in " + hops);
    }
    if (n.kind != NoticeKind::IcmpError) return;
    hop(c, n.from);
    if (n.type == 11) return probe(c);
    if (n.type == 3 && n.code == 3) return c.finish(true, n.from.toString() + " reached in " + hops);
    c.finish(false, mResolver.answer().toString() + " is unreachable, says " + n.from.toString() + " after " + hops);
}

} // namespace sim::apps
