#include "sim/apps/resolver.h"

#include "sim/decisions/dns.h"
#include "sim/stack/tcp.h"
#include "sim/stack/udp.h"
#include "sim/wire/dns_text.h"

#include <algorithm>
#include <utility>

namespace sim::apps {

using stack::Errno;
using stack::NoticeKind;
namespace dns = wire::dns;

/// reset begins anew, but for the timers that were set.
void Resolver::reset() {
    const std::uint8_t generation = mGeneration;
    *this = {};
    mGeneration = generation;
}

void Resolver::startReverse(AppContext& c, const wire::IpAddress& address) {
    reset();
    mReverse = address;
    const auto& system = c.stack.system();
    for (const auto& [host, of] : system.hosts)
        if (of == address && mHost.empty()) mHost = host;
    if (mHost.empty() && address == wire::IpAddress::v4(0x7f00'0001)) mHost = "localhost";
    if (!mHost.empty()) return done(c);
    mServers = system.dnsServers;
    if (mServers.empty()) mServers.push_back(wire::IpAddress::v4(0x7f00'0001));
    mName = dns::reverseName(address);
    mCandidates = {mName};
    mState = State::Asking;
    begin(c);
}

void Resolver::start(AppContext& c, std::string_view name, Family family) {
    reset();
    mName = name;
    mFamily = family;
    if (const auto address = wire::IpAddress::parse(name)) {
        mState = State::Done;
        mAnswers = {*address};
        if (c.stack.tracing())
            c.stack.decide(decisions::NameIsAddress{.name = c.stack.text(mName), .address = *address});
        return;
    }
    const auto wanted = [&](const wire::IpAddress& a) {
        return mFamily == Family::Both || a.isV6() == (mFamily == Family::V6);
    };
    const auto& system = c.stack.system();
    for (const auto& [host, address] : system.hosts)
        if (dns::sameName(host, mName) && wanted(address)) mAnswers.push_back(address);
    if (mAnswers.empty() && mFamily != Family::V6 &&
        (dns::sameName(mName, "localhost") || dns::sameName(mName, "localhost.")))
        mAnswers.push_back(wire::IpAddress::v4(0x7f00'0001));
    if (!mAnswers.empty()) return done(c);

    mServers = system.dnsServers;
    if (mServers.empty()) mServers.push_back(wire::IpAddress::v4(0x7f00'0001)); // as glibc without resolv.conf
    listCandidates(system);
    if (mName.size() > 1 && mName.back() == '.') mName.pop_back();
    if (mName.empty() || !dns::validName(mName) || mCandidates.empty()) return failed(c, dns::kFormatError);
    mState = State::Asking;
    begin(c);
}

/// listCandidates does what res_search(3) does: a name with fewer dots than ndots is tried below the search domains
/// first.
void Resolver::listCandidates(const stack::System& system) {
    std::string name = mName;
    const bool whole = name.size() > 1 && name.back() == '.';
    if (whole) name.pop_back();
    auto domains = system.search;
    if (!system.domain.empty() && std::find(domains.begin(), domains.end(), system.domain) == domains.end())
        domains.push_back(system.domain);
    const auto dots = std::count(name.begin(), name.end(), '.');
    const auto add = [&](const std::string& candidate) {
        if (dns::validName(candidate)) mCandidates.push_back(candidate);
    };
    if (whole || dots >= system.ndots) add(name);
    if (!whole)
        for (const auto& domain : domains)
            add(name + '.' + domain);
    if (!whole && dots < system.ndots) add(name);
}

void Resolver::begin(AppContext& c) {
    closeAll(c);
    mSockets.assign(mServers.size(), {});
    mRound = 0;
    mServer = 0;
    mRcode = dns::kNoError;
    mAsks.clear();
    const auto add = [&](std::uint16_t type) { mAsks.push_back({.type = type, .id = c.stack.system().rng.next16()}); };
    if (reverse()) {
        add(dns::kPtr);
    } else {
        if (mFamily != Family::V6) add(dns::kA);
        if (mFamily != Family::V4) add(dns::kAaaa);
    }
    if (mAsks.size() > 1 && mAsks[0].id == mAsks[1].id) ++mAsks[1].id;
    ask(c);
}

/// next goes on with the next candidate when the present one has no address.
void Resolver::next(AppContext& c) {
    if (mRcode == dns::kNoError) mWorst = dns::kNoError;
    if (++mCandidate < mCandidates.size()) return begin(c);
    failed(c, mWorst);
}

std::vector<std::uint8_t> Resolver::query(const Ask& ask) const {
    wire::DnsMessage query;
    query.id = ask.id;
    query.recursionDesired = true;
    query.questions.push_back({.name = mCandidates[mCandidate], .type = ask.type});
    return query.write();
}

void Resolver::ask(AppContext& c) {
    while (mState == State::Asking) {
        mStream.close(c);
        if (mServer == mServers.size()) {
            mServer = 0;
            ++mRound;
        }
        if (mRound == kRounds) {
            if (!mAnswers.empty()) return done(c);
            return failed(c, mRcode == dns::kNoError ? kNoAnswer : mRcode);
        }
        const auto server = mServers[mServer];
        auto& socket = mSockets[mServer];
        if (!socket.valid() && server.isV4()) {
            if (const auto opened = stack::udp::open(c.stack, c.self(), 0, 0)) {
                c.stack.system().udp.sockets[opened->value].wantErrors = true; // glibc's __res_enable_icmp
                if (stack::udp::connect(c.stack, *opened, server.toV4(), dns::kPort) == Errno::None)
                    socket = *opened;
                else
                    stack::udp::close(c.stack, *opened);
            }
        }
        if (socket.valid()) {
            if (c.stack.tracing())
                c.stack.decide(decisions::NameAsked{.name = c.stack.text(mCandidates[mCandidate]), .server = server});
            bool sent = true;
            for (auto& a : mAsks)
                a.refused = false;
            for (const auto& a : mAsks)
                if (!a.answered) sent = stack::udp::send(c.stack, socket, query(a)) == Errno::None && sent;
            if (sent) {
                // glibc shares a doubling wait among the servers: 5 s for the first, and 5 s in all for two.
                auto wait = kTimeout;
                if (mServer > 0) wait = std::chrono::seconds((5U << mServer) / mServers.size());
                c.setTimer(wait, std::uint16_t(kFirstTag + ++mGeneration));
                return;
            }
        }
        ++mServer;
    }
}

void Resolver::giveUpOn(AppContext& c, bool closeSockets) {
    if (closeSockets)
        for (auto& socket : mSockets)
            if (socket.valid()) stack::udp::close(c.stack, std::exchange(socket, {}));
    ++mServer;
    ask(c);
}

bool Resolver::onTimer(AppContext& c, std::uint16_t tag) {
    if (tag < kFirstTag) return false;
    if (busy() && tag == kFirstTag + mGeneration) giveUpOn(c, false);
    return true;
}

bool Resolver::onNotice(AppContext& c, const stack::Notice& n) {
    if (!busy() || !n.socket.valid()) return false;
    // UDP and TCP number their sockets apart; what a notice is about shows which of the two it means.
    const bool mayBeTcp =
        n.kind == NoticeKind::Connected || n.kind == NoticeKind::Closed || n.kind == NoticeKind::Writable;
    if (mStream.used() && n.socket == mStream.socket && (mayBeTcp || n.kind == NoticeKind::Readable)) {
        readStream(c, n);
        if (mayBeTcp || !busy()) return true;
    }
    if (mayBeTcp) return false;
    for (std::size_t i = 0; i < mSockets.size(); ++i) {
        if (mSockets[i] != n.socket) continue;
        if (n.kind == NoticeKind::Readable) {
            read(c, n.socket);
        } else if (n.kind == NoticeKind::IcmpError && n.error != Errno::None && i == mServer) {
            if (c.stack.tracing())
                c.stack.decide(decisions::NameServerLame{.name = c.stack.text(mCandidates[mCandidate]),
                                                         .server = mServers[i],
                                                         .why = decisions::NameServerLame::Why::Unreachable});
            giveUpOn(c, true);
        }
        return true;
    }
    return false;
}

void Resolver::read(AppContext& c, kernel::SocketId socket) {
    while (busy()) {
        const auto datagram = stack::udp::receive(c.stack, socket);
        if (!datagram) return;
        const auto bytes = c.stack.frames().bytes(datagram->frame).subspan(datagram->offset, datagram->length);
        const std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
        c.stack.frames().release(datagram->frame);
        if (take(c, copy, false)) return;
    }
}

void Resolver::readStream(AppContext& c, const stack::Notice& n) {
    if (n.kind == NoticeKind::Connected) mStream.connected = true;
    if (n.kind == NoticeKind::Connected || n.kind == NoticeKind::Writable) return mStream.flush(c);
    if (n.kind == NoticeKind::Closed && n.error != Errno::None) return giveUpOn(c, false);
    mStream.read(c);
    while (const auto message = mStream.next())
        if (take(c, *message, true)) return;
    if (n.kind == NoticeKind::Closed || stack::tcp::ended(c.stack, mStream.socket)) giveUpOn(c, false);
}

bool Resolver::take(AppContext& c, std::span<const std::uint8_t> bytes, bool byTcp) {
    const auto message = wire::DnsMessage::parse(bytes);
    const std::string& name = mCandidates[mCandidate];
    if (!message || !message->response || message->questions.size() != 1 ||
        !dns::sameName(message->questions[0].name, name))
        return false;
    const auto mine = std::find_if(mAsks.begin(), mAsks.end(), [&](const Ask& a) {
        return !a.answered && a.id == message->id && a.type == message->questions[0].type;
    });
    if (mine == mAsks.end()) return false;
    if (message->truncated && !byTcp) {
        if (c.stack.tracing())
            c.stack.decide(decisions::NameTruncated{.name = c.stack.text(name), .server = mServers[mServer]});
        // As glibc: all questions once more, in one piece, and nobody listens for datagrams any longer.
        stack::udp::close(c.stack, mSockets[mServer]);
        mSockets[mServer] = {};
        mAnswers.clear();
        if (!mStream.open(c, mServers[mServer].toV4())) {
            giveUpOn(c, false);
            return true;
        }
        for (auto& a : mAsks) {
            a.answered = false;
            mStream.send(c, query(a));
        }
        c.setTimer(kTimeout, std::uint16_t(kFirstTag + ++mGeneration));
        return true;
    }
    // An empty answer of a server that neither knows nor looks is none (glibc takes it for a lame one).
    const bool lame = message->rcode == dns::kNoError && message->answers.empty() && !message->authoritative &&
                      !message->recursionAvailable && message->additionals.empty();
    if ((message->rcode != dns::kNoError && message->rcode != dns::kNoSuchName) || lame) {
        if (!lame) mRcode = message->rcode;
        mine->refused = true;
        // The answer to the other question may still come.
        const bool both = std::all_of(mAsks.begin(), mAsks.end(), [](const Ask& a) { return a.refused; });
        if (!both && std::any_of(mAsks.begin(), mAsks.end(), [](const Ask& a) { return !a.answered && !a.refused; }))
            return false;
        if (!both && std::any_of(mAsks.begin(), mAsks.end(), [](const Ask& a) { return a.answered; })) return settle(c);
        giveUpOn(c, mAsks.size() == 1);
        return true;
    }
    mine->answered = true;
    mRcode = message->rcode;
    // Aliases first lead to other names; each name once, so that a loop of them ends.
    std::string wanted = name, path = name;
    std::vector<std::string> passed;
    bool found = false;
    while (!found) {
        std::string alias;
        passed.push_back(wanted);
        for (const auto& record : message->answers) {
            if (record.klass != dns::kInternet || !dns::sameName(record.name, wanted)) continue;
            if (record.type == mine->type) {
                if (!reverse())
                    mAnswers.push_back(record.address);
                else if (mHost.empty())
                    mHost = record.target;
                found = true;
            }
            if (record.type == dns::kCname) alias = record.target;
        }
        if (alias.empty() || found) break;
        path += " → " + alias;
        if (std::any_of(passed.begin(), passed.end(), [&](const auto& p) { return dns::sameName(p, alias); })) {
            if (mLoop.empty() && c.stack.tracing())
                c.stack.decide(decisions::NameAlias{.path = c.stack.text(path), .loop = true});
            mLoop = path;
            break;
        }
        wanted = alias;
    }
    if (std::any_of(mAsks.begin(), mAsks.end(), [](const Ask& a) { return !a.answered && !a.refused; })) return false;
    return settle(c);
}

/// settle takes what the answers say together.
bool Resolver::settle(AppContext& c) {
    if (!mAnswers.empty() || !mHost.empty())
        done(c);
    else
        next(c);
    return true;
}

void Resolver::done(AppContext& c) {
    closeAll(c);
    std::stable_partition(mAnswers.begin(), mAnswers.end(), [](const wire::IpAddress& a) { return a.isV4(); });
    mState = State::Done;
    if (!c.stack.tracing()) return;
    if (reverse())
        c.stack.decide(decisions::NameOfAddress{.address = mReverse, .name = c.stack.text(mHost), .found = true});
    else
        c.stack.decide(decisions::NameResolved{.name = c.stack.text(mName), .address = answer()});
}

void Resolver::failed(AppContext& c, std::uint8_t rcode) {
    closeAll(c);
    mState = State::Failed;
    mRcode = rcode;
    if (!c.stack.tracing()) return;
    if (reverse())
        c.stack.decide(decisions::NameOfAddress{.address = mReverse, .name = {}, .found = false});
    else
        c.stack.decide(decisions::NameFailed{.name = c.stack.text(mName), .rcode = rcode});
}

void Resolver::closeAll(AppContext& c) {
    mStream.close(c);
    for (auto& socket : mSockets)
        if (socket.valid()) stack::udp::close(c.stack, socket);
    mSockets.clear();
}

std::string Resolver::failure() const {
    if (!mLoop.empty() && mRcode == dns::kNoError)
        return mName + " cannot be resolved: its aliases lead in a loop (" + mLoop + ")";
    switch (mRcode) {
    case dns::kNoError:
        return mName + (mFamily == Family::V6   ? " has no IPv6 address"
                        : mFamily == Family::V4 ? " has no IPv4 address"
                                                : " has no address");
    case dns::kFormatError: return "\"" + mName + "\" cannot be a name of a host";
    case dns::kNoSuchName: return "there is no such name: " + mName;
    case dns::kRefused: return mName + " cannot be resolved: the DNS server refuses the query";
    case kNoAnswer: return mName + " cannot be resolved: no DNS server responds";
    default: return mName + " cannot be resolved: the DNS server failed";
    }
}

} // namespace sim::apps
