#include "sim/apps/script_player.h"

#include "sim/apps/trouble.h"
#include "sim/decisions/app.h"
#include "sim/stack/igmp.h"
#include "sim/stack/ip.h"
#include "sim/stack/tcp.h"
#include "sim/stack/udp.h"

#include <algorithm>

namespace sim::apps {

using stack::Errno;
using stack::NoticeKind;
using Op = config::ScriptStep::Op;

void ScriptPlayer::hear(const stack::Notice& n) {
    if (n.kind == NoticeKind::Closed) {
        gone = true;
        error = n.error;
    } else if (n.kind == NoticeKind::IcmpError && n.error != Errno::None) {
        error = n.error;
    }
}

ScriptPlayer::Step ScriptPlayer::fail(Errno e) {
    error = e;
    return Step::Fail;
}

ScriptPlayer::Outcome ScriptPlayer::play(AppContext& c, const config::Script& script, std::uint16_t tag) {
    while (at < script.size()) {
        const config::ScriptStep& s = script[at];
        const Step outcome = step(c, s, tag);
        if (outcome == Step::Wait) return Outcome::Waiting;
        const std::string said = text(s);
        if (outcome == Step::Fail)
            result = said + ": " + errnoTrouble(error) + " (" + stack::errnoName(error) + ")";
        else if (s.op == Op::Receive || s.op == Op::Drain)
            result = said + ": " + result;
        else
            result = said;
        if (c.stack.tracing())
            c.stack.decide(decisions::ScriptStep{.step = c.stack.text(result), .ok = outcome != Step::Fail});
        if (outcome == Step::Fail) return Outcome::Failed;
        ++at;
        done = 0;
        round = 0;
    }
    return Outcome::Done;
}

ScriptPlayer::Step ScriptPlayer::step(AppContext& c, const config::ScriptStep& s, std::uint16_t tag) {
    switch (s.op) {
    case Op::Send: return tcp ? sendTcp(c, s) : sendUdp(c, s);
    case Op::Receive: return tcp ? receiveTcp(c, s.amount ? s.amount : UINT64_MAX) : receiveUdp(c);
    case Op::Drain: return tcp ? receiveTcp(c, UINT64_MAX) : receiveUdp(c);
    case Op::Echo: return tcp ? Step::Next : echo(c);
    case Op::Sleep:
        if (done == 0) {
            done = 1;
            sleeping = true;
            c.setTimer(s.time, tag);
        }
        return sleeping ? Step::Wait : Step::Next;
    case Op::Shutdown:
        if (tcp && !gone) stack::tcp::shutdown(c.stack, socket);
        return Step::Next;
    case Op::Close: letGo(c); return Step::Next;
    case Op::Reset:
        if (tcp && socket.valid()) {
            stack::tcp::abort(c.stack, socket);
            socket = {};
        }
        return Step::Next;
    case Op::ReceiveBuffer:
        if (tcp && socket.valid()) stack::tcp::setReceiveBuffer(c.stack, socket, s.amount);
        return Step::Next;
    case Op::NoDelay:
        if (tcp && !gone) stack::tcp::setNoDelay(c.stack, socket, true);
        return Step::Next;
    case Op::Join: return join(c, std::uint32_t(s.amount));
    case Op::Backlog: return accepted ? Step::Next : fail(Errno::Invalid); // listen(2) on what is connected
    case Op::KeepAlive:
        if (tcp && !gone) stack::tcp::setKeepAlive(c.stack, socket, s.time, s.time);
        return Step::Next;
    }
    return Step::Next;
}

ScriptPlayer::Step ScriptPlayer::sendTcp(AppContext& c, const config::ScriptStep& s) {
    std::vector<std::uint8_t> bytes;
    for (; round < s.times; ++round, done = 0) {
        while (done < s.amount) {
            if (gone || !socket.valid()) return fail(error != Errno::None ? error : Errno::BrokenPipe);
            bytes.resize(std::size_t(std::min<std::uint64_t>(s.amount - done, 65'536)));
            for (std::size_t i = 0; i < bytes.size(); ++i)
                bytes[i] = std::uint8_t(done + i);
            const auto taken = stack::tcp::send(c.stack, socket, bytes);
            done += taken;
            if (taken == 0 && !stack::tcp::writable(c.stack, socket)) return fail(Errno::BrokenPipe);
            if (taken < bytes.size()) return Step::Wait;
        }
    }
    return Step::Next;
}

ScriptPlayer::Step ScriptPlayer::sendUdp(AppContext& c, const config::ScriptStep& s) {
    std::vector<std::uint8_t> bytes(std::size_t(std::min<std::uint64_t>(s.amount, 70'000)));
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = std::uint8_t(i);
    for (; round < s.times; ++round) {
        if (!socket.valid()) return fail(Errno::Invalid);
        if (error != Errno::None) return fail(error);
        if (const Errno e = stack::udp::send(c.stack, socket, bytes, heardFrom, heardPort); e != Errno::None)
            return fail(e);
    }
    return Step::Next;
}

ScriptPlayer::Step ScriptPlayer::receiveTcp(AppContext& c, std::uint64_t wanted) {
    std::vector<std::uint8_t> bytes;
    while (done < wanted) {
        if (!socket.valid()) return fail(Errno::Invalid);
        bytes.clear();
        const auto n =
            stack::tcp::receive(c.stack, socket, bytes, std::size_t(std::min<std::uint64_t>(wanted - done, 65'536)));
        done += n;
        if (n > 0) continue;
        if (gone && error != Errno::None) return fail(error);
        if (!stack::tcp::ended(c.stack, socket)) return Step::Wait;
        result = std::to_string(done) + " bytes, end of stream";
        return Step::Next;
    }
    result = std::to_string(done) + " bytes";
    return Step::Next;
}

ScriptPlayer::Step ScriptPlayer::receiveUdp(AppContext& c) {
    if (!socket.valid()) return fail(Errno::Invalid);
    const auto datagram = stack::udp::receive(c.stack, socket);
    if (!datagram) return error != Errno::None ? fail(error) : Step::Wait;
    result = std::to_string(datagram->length) + " bytes";
    heardFrom = datagram->from, heardPort = datagram->fromPort;
    c.stack.frames().release(datagram->frame);
    return Step::Next;
}

ScriptPlayer::Step ScriptPlayer::echo(AppContext& c) {
    while (const auto d = stack::udp::receive(c.stack, socket)) {
        const auto whole = c.stack.frames().bytes(d->frame);
        const std::vector<std::uint8_t> bytes(whole.begin() + d->offset, whole.begin() + d->offset + d->length);
        c.stack.frames().release(d->frame);
        stack::udp::send(c.stack, socket, bytes, d->from, d->fromPort);
    }
    return Step::Wait;
}

/// join is IP_ADD_MEMBERSHIP without an interface: the route to the group chooses it (ip_mc_join_group).
ScriptPlayer::Step ScriptPlayer::join(AppContext& c, std::uint32_t group) {
    constexpr std::size_t kMostGroups = 20; // net.ipv4.igmp_max_memberships
    if (tcp) return fail(Errno::Protocol);
    if (!socket.valid()) return fail(Errno::Invalid);
    const auto d = stack::ip::findRoute(c.stack, group);
    if (stack::ip::routeError(d) != Errno::None) return fail(Errno::NoDevice);
    for (const auto& joined : groups)
        if (joined.second == group && joined.first == d.interface) return fail(Errno::AddressInUse);
    if (groups.size() >= kMostGroups) return fail(Errno::NoBuffers);
    groups.emplace_back(d.interface, group);
    stack::igmp::join(c.stack, d.interface, group);
    return Step::Next;
}

void ScriptPlayer::letGo(AppContext& c) {
    for (const auto& [interface, group] : groups)
        stack::igmp::leave(c.stack, interface, group);
    groups.clear();
    if (!socket.valid()) return;
    if (tcp)
        stack::tcp::close(c.stack, socket);
    else
        stack::udp::close(c.stack, socket);
    socket = {};
}

} // namespace sim::apps
