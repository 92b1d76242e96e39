#include "sim/apps/resolve.h"

#include "sim/apps/trouble.h"
#include "sim/decisions/dns.h"
#include "sim/stack/tcp.h"
#include "sim/stack/udp.h"
#include "sim/wire/bytes.h"
#include "sim/wire/dns_text.h"

#include <algorithm>
#include <utility>

namespace sim::apps {

using stack::NoticeKind;
namespace dns = wire::dns;

void ResolveProgram::start(AppContext& c) {
    const auto& types = mResolve.types;
    const auto has = [&](std::uint16_t type) { return std::find(types.begin(), types.end(), type) != types.end(); };
    const bool addresses =
        std::all_of(types.begin(), types.end(), [](auto t) { return t == dns::kA || t == dns::kAaaa; });
    if (!addresses || !mResolve.server.isNone()) return dig(c);
    const bool v4 = types.empty() || has(dns::kA);
    mResolver.start(c, mResolve.name,
                    !has(dns::kAaaa) ? Resolver::Family::V4
                    : v4             ? Resolver::Family::Both
                                     : Resolver::Family::V6);
    check(c);
}

void ResolveProgram::check(AppContext& c) {
    if (mResolver.state() == Resolver::State::Done) {
        std::string result;
        for (const auto& a : mResolver.answers())
            result += (result.empty() ? mResolve.name + " is " : ", ") + a.toString();
        c.finish(true, result);
    } else if (mResolver.state() == Resolver::State::Failed) {
        c.finish(false, mResolver.failure());
    }
}

void ResolveProgram::dig(AppContext& c) {
    mDigging = true;
    const std::uint16_t type = mResolve.types.empty() ? dns::kA : mResolve.types.front();
    if (mQuery.empty()) {
        mName = mResolve.name;
        if (mName.size() > 1 && mName.back() == '.') mName.pop_back();
        if (mName == ".") mName.clear();
        if (const auto address = wire::IpAddress::parse(mName); address && type == dns::kPtr)
            mName = dns::reverseName(*address);
        if (!dns::validName(mName)) return end(c, false, "\"" + mName + "\" cannot be a name");
        const auto& servers = c.stack.system().dnsServers;
        mServer = !mResolve.server.isNone() ? mResolve.server
                  : servers.empty()         ? wire::IpAddress::v4(0x7f00'0001)
                                            : servers.front();
        auto& rng = c.stack.system().rng;
        wire::DnsMessage query;
        query.id = mId = rng.next16();
        query.recursionDesired = query.authenticData = true;
        query.questions.push_back({.name = mName, .type = type});
        std::vector<std::uint8_t> options; // a client's cookie (RFC 7873)
        wire::Writer w(options);
        w.u16(10);
        w.u16(8);
        for (int i = 0; i < 4; ++i)
            w.u16(rng.next16());
        query.addEdns(dns::kEdnsLimit, std::move(options));
        mQuery = query.write();
    }
    if (!mSocket.valid()) {
        const auto socket = stack::udp::open(c.stack, c.self(), 0, 0);
        if (!socket || !mServer.isV4()) return end(c, false, mServer.toString() + " cannot be queried");
        mSocket = *socket;
        if (const auto e = stack::udp::connect(c.stack, mSocket, mServer.toV4(), dns::kPort); e != stack::Errno::None)
            return end(c, false, mServer.toString() + " is unreachable: " + routeTrouble(c.stack, e));
    }
    ++mTries;
    if (c.stack.tracing()) c.stack.decide(decisions::NameAsked{.name = c.stack.text(mName), .server = mServer});
    stack::udp::send(c.stack, mSocket, mQuery);
    c.setTimer(kTimeout, ++mTag);
}

void ResolveProgram::onTimer(AppContext& c, std::uint16_t tag) {
    if (!mDigging) {
        if (mResolver.onTimer(c, tag)) check(c);
        return;
    }
    if (tag != mTag) return;
    mStream.close(c);
    again(c, mName + " cannot be resolved: " + mServer.toString() + " does not respond");
}

/// again asks once more, with the same id and by a fresh socket; of host or network unreachable dig hears nothing.
void ResolveProgram::again(AppContext& c, const std::string& why) {
    if (mTries == kMostTries) return end(c, false, why);
    stack::udp::close(c.stack, std::exchange(mSocket, {}));
    dig(c);
}

void ResolveProgram::onNotice(AppContext& c, const stack::Notice& n) {
    if (!mDigging) {
        if (mResolver.onNotice(c, n)) check(c);
        return;
    }
    if (mStream.used() && n.socket == mStream.socket && n.kind != NoticeKind::IcmpError) {
        if (n.kind == NoticeKind::Connected) mStream.connected = true;
        if (n.kind == NoticeKind::Connected || n.kind == NoticeKind::Writable) return mStream.flush(c);
        if (n.kind != NoticeKind::Closed) mStream.read(c);
        if (const auto message = mStream.next()) return took(c, *message, true);
        if (n.kind == NoticeKind::Closed || stack::tcp::ended(c.stack, mStream.socket))
            return end(c, false, mServer.toString() + " does not speak DNS by TCP");
    }
    if (!mSocket.valid() || n.socket != mSocket) return;
    if (n.kind == NoticeKind::IcmpError && n.error != stack::Errno::None)
        return again(c, "no program at " + mServer.toString() + " responds to DNS queries: connection refused");
    if (n.kind != NoticeKind::Readable) return;
    if (const auto datagram = stack::udp::receive(c.stack, mSocket)) {
        const auto bytes = c.stack.frames().bytes(datagram->frame).subspan(datagram->offset, datagram->length);
        const std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
        c.stack.frames().release(datagram->frame);
        took(c, copy, false);
    }
}

void ResolveProgram::took(AppContext& c, std::span<const std::uint8_t> bytes, bool byTcp) {
    const auto message = wire::DnsMessage::parse(bytes);
    if (!message || !message->response || message->id != mId) return;
    if (message->truncated && !byTcp) {
        if (c.stack.tracing()) c.stack.decide(decisions::NameTruncated{.name = c.stack.text(mName), .server = mServer});
        if (!mStream.open(c, mServer.toV4())) return end(c, false, mServer.toString() + " is unreachable");
        mStream.send(c, mQuery);
        c.setTimer(kTimeout, ++mTag);
        return;
    }
    constexpr const char* kRcodes[] = {"",
                                       "the server does not understand",
                                       "the server failed",
                                       "there is no such name",
                                       "the server cannot do that",
                                       "the server refuses the query"};
    if (message->rcode != dns::kNoError)
        return end(c, false,
                   (mName.empty() ? "." : mName) + ": " +
                       (message->rcode < std::size(kRcodes) ? kRcodes[message->rcode] : "an error"));
    std::string result;
    const auto list = [&](const std::vector<wire::DnsRecord>& records) {
        for (const auto& r : records)
            result += (result.empty() ? "" : "; ") + (r.name.empty() ? "." : r.name) + ' ' + dns::typeName(r.type) +
                      ' ' + dns::dataText(r);
    };
    list(message->answers);
    if (!result.empty()) return end(c, true, result);
    const bool referral = std::any_of(message->authorities.begin(), message->authorities.end(),
                                      [](const auto& r) { return r.type == dns::kNs; });
    if (referral) list(message->authorities);
    end(c, referral, referral ? "ask others: " + result : mName + " has no such record");
}

void ResolveProgram::end(AppContext& c, bool ok, const std::string& result) {
    mStream.close(c);
    if (mSocket.valid()) stack::udp::close(c.stack, mSocket);
    mSocket = {};
    c.finish(ok, result);
}

} // namespace sim::apps
