#include "sim/apps/scripted.h"

#include "sim/apps/trouble.h"
#include "sim/stack/tcp.h"
#include "sim/stack/udp.h"

#include <algorithm>

namespace sim::apps {

using stack::Errno;
using stack::NoticeKind;
using Op = config::ScriptStep::Op;

void ScriptClient::start(AppContext& c) {
    if (mSocketScript.deadline > kernel::SimTime::zero()) c.setTimer(mSocketScript.deadline, kDeadline);
    mResolver.start(c, mSocketScript.host);
    begin(c);
}

void ScriptClient::fail(AppContext& c, Errno e) {
    c.finish(false, std::string("connect: ") + errnoTrouble(e) + " (" + stack::errnoName(e) + ")");
}

void ScriptClient::begin(AppContext& c) {
    if (mResolver.busy()) return;
    if (mResolver.state() == Resolver::State::Failed) return c.finish(false, mResolver.failure());
    if (!mResolver.answer().isV4()) return c.finish(false, mSocketScript.host + " has no IPv4 address");
    const std::uint32_t to = mResolver.answer().toV4();
    mPlayer.tcp = mSocketScript.tcp;
    mPlayer.active = true;
    if (mSocketScript.tcp) {
        stack::tcp::ConnectOptions options{.localPort = mSocketScript.localPort};
        const auto& script = mSocketScript.script;
        if (!script.empty() && script.front().op == Op::ReceiveBuffer) options.receiveBuffer = script.front().amount;
        const Errno e = stack::tcp::connect(c.stack, c.self(), to, mSocketScript.port, &mPlayer.socket, options);
        if (e != Errno::None) fail(c, e);
        return;
    }
    const auto socket = stack::udp::open(c.stack, c.self(), 0, mSocketScript.localPort);
    if (!socket) return fail(c, Errno::AddressInUse);
    mPlayer.socket = *socket;
    if (const Errno e = stack::udp::connect(c.stack, *socket, to, mSocketScript.port); e != Errno::None) {
        stack::udp::close(c.stack, *socket);
        return fail(c, e);
    }
    mConnected = true;
    play(c);
}

void ScriptClient::play(AppContext& c) {
    const auto outcome = mPlayer.play(c, mSocketScript.script, 0);
    if (outcome == ScriptPlayer::Outcome::Waiting) return;
    mPlayer.letGo(c);
    c.finish(outcome == ScriptPlayer::Outcome::Done, mPlayer.result);
}

void ScriptClient::onTimer(AppContext& c, std::uint16_t tag) {
    if (tag == kDeadline) {
        if (mPlayer.socket.valid()) mPlayer.letGo(c);
        return c.finish(false, "deadline: the script did not come to its end in time");
    }
    const bool asking = mResolver.busy();
    if (mResolver.onTimer(c, tag)) {
        if (asking) begin(c);
        return;
    }
    mPlayer.sleeping = false;
    play(c);
}

void ScriptClient::onNotice(AppContext& c, const stack::Notice& n) {
    if (mResolver.busy()) {
        if (mResolver.onNotice(c, n)) begin(c);
        return;
    }
    if (!mPlayer.socket.valid() || n.socket != mPlayer.socket) return;
    mPlayer.hear(n);
    if (!mConnected) {
        if (n.kind == NoticeKind::Closed) {
            mPlayer.letGo(c);
            return fail(c, n.error);
        }
        if (n.kind != NoticeKind::Connected) return;
        mConnected = true;
    }
    play(c);
}

void ScriptServer::start(AppContext& c) {
    if (mTcp) {
        std::uint16_t backlog = 16;
        std::uint64_t receiveBuffer = 0;
        for (const auto& step : mScript) {
            if (step.op != Op::ReceiveBuffer && step.op != Op::Backlog) break;
            if (step.op == Op::ReceiveBuffer) {
                receiveBuffer = step.amount;
            } else {
                backlog = std::uint16_t(step.amount);
                mOneByOne = true;
            }
        }
        mListener = stack::tcp::listen(c.stack, c.self(), 0, mPort, backlog);
        if (!mListener.valid()) return;
        if (receiveBuffer) stack::tcp::setReceiveBuffer(c.stack, mListener, receiveBuffer);
        if (mOneByOne) stack::tcp::hold(c.stack, mListener);
        return;
    }
    const auto socket = stack::udp::open(c.stack, c.self(), 0, mPort);
    if (!socket) return;
    mPlayers.push_back({.tcp = false, .active = true, .socket = *socket});
    play(c, 0);
}

void ScriptServer::play(AppContext& c, std::size_t index) {
    while (mPlayers[index].active) {
        if (mPlayers[index].play(c, mScript, std::uint16_t(index)) == ScriptPlayer::Outcome::Waiting) return;
        mPlayers[index].letGo(c);
        mPlayers[index].active = false;
        if (mWaiting.empty()) return;
        stack::tcp::accept(c.stack, mWaiting.front().socket);
        mPlayers[index] = std::move(mWaiting.front());
        mPlayers[index].active = true;
        mWaiting.erase(mWaiting.begin());
    }
}

/// serve plays the script with a connection.
void ScriptServer::serve(AppContext& c, ScriptPlayer player) {
    // Timers carry the place of a player in 16 bits; a place is free again when its sleep, if any, is over.
    auto free =
        std::find_if(mPlayers.begin(), mPlayers.end(), [](const ScriptPlayer& p) { return !p.active && !p.sleeping; });
    if (free == mPlayers.end()) {
        if (mPlayers.size() >= 0xff00) return stack::tcp::abort(c.stack, player.socket);
        free = mPlayers.insert(mPlayers.end(), ScriptPlayer{});
    }
    *free = std::move(player);
    free->active = true;
    play(c, std::size_t(free - mPlayers.begin()));
}

void ScriptServer::onNotice(AppContext& c, const stack::Notice& n) {
    if (n.kind == NoticeKind::Accepted) {
        ScriptPlayer player{.accepted = true, .socket = n.socket};
        const bool busy = std::any_of(mPlayers.begin(), mPlayers.end(), [](const ScriptPlayer& p) { return p.active; });
        if (mOneByOne && busy) return mWaiting.push_back(std::move(player));
        if (mOneByOne) stack::tcp::accept(c.stack, n.socket);
        return serve(c, std::move(player));
    }
    for (std::size_t i = 0; i < mPlayers.size(); ++i) {
        if (!mPlayers[i].active || mPlayers[i].socket != n.socket) continue;
        mPlayers[i].hear(n);
        return play(c, i);
    }
    for (ScriptPlayer& player : mWaiting)
        if (player.socket == n.socket) player.hear(n);
}

void ScriptServer::onTimer(AppContext& c, std::uint16_t tag) {
    if (tag >= mPlayers.size()) return;
    mPlayers[tag].sleeping = false;
    play(c, tag);
}

} // namespace sim::apps
