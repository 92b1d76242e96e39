#include "sim/apps/dns_server.h"

#include "sim/apps/dns_local.h"
#include "sim/decisions/dns.h"
#include "sim/stack/tcp.h"
#include "sim/stack/udp.h"
#include "sim/wire/dns_text.h"

#include <algorithm>

namespace sim::apps {

using stack::NoticeKind;
using wire::DnsMessage;
using wire::DnsQuestion;
using wire::DnsRecord;
namespace dns = wire::dns;

namespace {

// dnsmasq asks all its upstream servers now and then, and stays with the one that answers first.
constexpr int kTestAfter = 50;
constexpr kernel::SimTime kTestEvery = std::chrono::seconds(20);
constexpr std::size_t kLongestChain = 10;
constexpr std::uint32_t kBadVersion = 1U << 24; // RFC 6891 6.1.3: the upper bits of the rcode, in OPT's TTL

/// firstAddress is what the sentences about an answer show.
wire::IpAddress firstAddress(const std::vector<DnsRecord>& records) {
    for (const auto& r : records)
        if (r.type == dns::kA || r.type == dns::kAaaa) return r.address;
    return {};
}

std::uint32_t seconds(kernel::SimTime time) {
    return std::uint32_t(std::chrono::duration_cast<std::chrono::seconds>(time).count());
}

/// kept tells the types that dnsmasq remembers of what it forwards.
bool kept(std::uint16_t type) {
    return type == dns::kA || type == dns::kAaaa || type == dns::kCname || type == dns::kPtr || type == dns::kSrv;
}

} // namespace

void DnsServer::start(AppContext& c) {
    orderRecords(mConfig);
    if (const auto socket = stack::udp::open(c.stack, c.self(), 0, dns::kPort)) mSocket = *socket;
    mListener = stack::tcp::listen(c.stack, c.self(), 0, dns::kPort, 32);
}

void DnsServer::onTimer(AppContext& c, std::uint16_t tag) {
    if (tag >= DnsRecursor::kFirstTag) {
        mRecursor.onTimer(c, mCache, tag);
        return finishWalks(c);
    }
    for (std::size_t i = mPending.size(); i-- > 0;)
        if (mPending[i].expires <= c.now()) drop(c, i);
}

void DnsServer::onNotice(AppContext& c, const stack::Notice& n) {
    if (n.kind == NoticeKind::Accepted) {
        Client& client = mClients.emplace_back();
        client.stream.socket = n.socket;
        client.stream.connected = true;
        return onStream(c, n);
    }
    if (!n.socket.valid()) return;
    // UDP and TCP number their sockets apart: a number may be one of each.
    if (n.kind == NoticeKind::Readable) onDatagrams(c, n.socket);
    if (n.kind != NoticeKind::IcmpError) onStream(c, n);
    mRecursor.onNotice(c, mCache, n);
    finishWalks(c);
}

void DnsServer::onDatagrams(AppContext& c, kernel::SocketId socket) {
    const auto owner = [&] {
        return std::find_if(mPending.begin(), mPending.end(),
                            [&](const auto& p) { return p.socket.valid() && p.socket == socket; });
    };
    while (socket == mSocket || owner() != mPending.end()) {
        const auto datagram = stack::udp::receive(c.stack, socket);
        if (!datagram) return;
        auto message =
            DnsMessage::parse(c.stack.frames().bytes(datagram->frame).subspan(datagram->offset, datagram->length));
        c.stack.frames().release(datagram->frame);
        if (!message || message->response == (socket == mSocket)) continue; // what makes no sense gets no answer
        if (socket == mSocket)
            asked(c,
                  {.address = datagram->from,
                   .to = datagram->to,
                   .port = datagram->fromPort,
                   .id = message->id,
                   .stream = {}},
                  *message);
        else
            answered(c, std::size_t(owner() - mPending.begin()), std::move(*message),
                     wire::IpAddress::v4(datagram->from));
    }
}

DnsMessage DnsServer::answerTo(const Asker& asker, const DnsQuestion& question, std::uint8_t rcode) const {
    DnsMessage answer;
    answer.id = asker.id;
    answer.response = true;
    answer.recursionDesired = true;
    answer.recursionAvailable = !walksOnly();
    answer.rcode = rcode;
    answer.questions = {question};
    return answer;
}

void DnsServer::asked(AppContext& c, Asker asker, const DnsMessage& query) {
    DnsMessage answer = answerTo(asker, {});
    answer.opcode = query.opcode;
    answer.recursionDesired = query.recursionDesired;
    answer.questions = query.questions;
    if (const auto* edns = query.edns()) {
        asker.edns = true;
        asker.limit = std::clamp(edns->klass, std::uint16_t(dns::kPlainLimit), dns::kEdnsLimit);
        if (edns->ttl >> 16 & 255) {
            answer.addEdns();
            answer.additionals.back().ttl = kBadVersion;
            return reply(c, asker, std::move(answer), false);
        }
    }
    if (query.opcode != 0) answer.rcode = dns::kNotImplemented;
    if (query.opcode == 0 && query.questions.size() != 1) answer.rcode = dns::kFormatError;
    if (answer.rcode != dns::kNoError) return reply(c, asker, std::move(answer), true);
    const DnsQuestion& question = query.questions[0];
    // dnsmasq serves TCP in a process of its own, whose turns the others do not see.
    const bool turn = !asker.stream.valid();
    if (answerOwn(c, question, answer, turn) || answerCached(c, question, answer, turn))
        return reply(c, asker, std::move(answer), true);
    if (!mConfig.roots.empty() && query.recursionDesired && question.klass == dns::kInternet)
        return recurse(c, asker, query);
    forward(c, asker, query);
}

bool DnsServer::answerOwn(AppContext& c, const DnsQuestion& question, DnsMessage& answer, bool turn) {
    if (!answerFromZones(mConfig, question, answer)) {
        if (!answerFromRecords(mConfig, question, answer)) return false;
        if (turn) turnRecords(mConfig, answer.answers);
    }
    if (c.stack.tracing()) {
        const bool referral = !answer.authoritative && answer.answers.empty() && !answer.authorities.empty();
        if (referral)
            c.stack.decide(decisions::NameReferred{.zone = c.stack.text(answer.authorities[0].name),
                                                   .from = firstAddress(answer.answers),
                                                   .servers = std::uint32_t(answer.authorities.size()),
                                                   .byThis = true});
        else
            c.stack.decide(decisions::NameAuthoritative{.name = c.stack.text(question.name),
                                                        .address = firstAddress(answer.answers),
                                                        .records = std::uint32_t(answer.answers.size()),
                                                        .rcode = answer.rcode});
    }
    return true;
}

bool DnsServer::answerCached(AppContext& c, const DnsQuestion& question, DnsMessage& answer, bool turn) {
    if (question.klass != dns::kInternet) return false;
    std::string name = question.name;
    std::vector<DnsRecord> chain;
    for (std::size_t step = 0; step < kLongestChain; ++step) {
        if (const auto* entry = mCache.find(c.now(), name, question.type)) {
            const auto records = DnsCache::aged(entry->records, entry->stored, c.now());
            chain.insert(chain.end(), records.begin(), records.end());
            answer.rcode = entry->rcode;
            answer.answers = std::move(chain);
            answer.authorities = DnsCache::aged(entry->authorities, entry->stored, c.now());
            if (turn) mCache.turn(name, question.type);
            const std::uint32_t left = seconds(entry->expires - entry->stored) - seconds(c.now() - entry->stored);
            if (c.stack.tracing() && records.empty())
                c.stack.decide(decisions::NameNegative{
                    .name = c.stack.text(question.name), .remaining = left, .rcode = entry->rcode});
            else if (c.stack.tracing())
                c.stack.decide(decisions::NameFromCache{
                    .name = c.stack.text(question.name), .address = firstAddress(answer.answers), .remaining = left});
            return true;
        }
        const auto* alias = mCache.find(c.now(), name, dns::kCname);
        if (!alias || alias->records.empty()) return false;
        chain.push_back(DnsCache::aged(alias->records, alias->stored, c.now()).front());
        name = chain.back().target;
    }
    return false;
}

void DnsServer::recurse(AppContext& c, const Asker& asker, const DnsMessage& query) {
    for (auto& walk : mWalks) {
        if (!dns::sameQuestion(walk.question, query.questions[0])) continue;
        if (std::find(walk.askers.begin(), walk.askers.end(), asker) == walk.askers.end() &&
            walk.askers.size() < kMostPending)
            walk.askers.push_back(asker);
        return;
    }
    if (mWalks.size() >= kMostPending)
        return reply(c, asker, answerTo(asker, query.questions[0], dns::kServerFailure), true);
    const auto task = mRecursor.ask(c, mCache, query.questions[0]);
    mWalks.push_back({.task = task, .question = query.questions[0], .askers = {asker}});
    finishWalks(c);
}

void DnsServer::finishWalks(AppContext& c) {
    while (auto outcome = mRecursor.take()) {
        const auto found =
            std::find_if(mWalks.begin(), mWalks.end(), [&](const Walk& w) { return w.task == outcome->task; });
        if (found == mWalks.end()) continue;
        const Walk walk = std::move(*found);
        mWalks.erase(found);
        for (const auto& asker : walk.askers) {
            DnsMessage answer = answerTo(asker, walk.question, outcome->rcode);
            answer.answers = outcome->answers;
            answer.authorities = outcome->authorities;
            reply(c, asker, std::move(answer), true);
        }
        if (c.stack.tracing() && !outcome->answers.empty())
            c.stack.decide(decisions::NameCached{.name = c.stack.text(walk.question.name),
                                                 .address = firstAddress(outcome->answers),
                                                 .ttl = outcome->answers.back().ttl});
    }
}

void DnsServer::forward(AppContext& c, const Asker& asker, const DnsMessage& query) {
    const DnsQuestion& question = query.questions[0];
    const auto refuse = [&] {
        DnsMessage answer = answerTo(asker, question, dns::kRefused);
        answer.recursionDesired = query.recursionDesired;
        reply(c, asker, std::move(answer), true);
    };
    const auto upstream =
        std::find_if(mConfig.forward.begin(), mConfig.forward.end(), [](const auto& a) { return a.isV4(); });
    if (upstream == mConfig.forward.end()) return refuse();
    for (std::size_t i = mPending.size(); i-- > 0;)
        if (mPending[i].expires <= c.now()) drop(c, i);

    if (asker.stream.valid()) return forwardByTcp(c, asker, query);

    for (auto& pending : mPending) {
        if (!dns::sameQuestion(pending.question, question)) continue;
        if (std::find(pending.askers.begin(), pending.askers.end(), asker) != pending.askers.end())
            sendUpstream(c, pending,
                         true); // the client repeats itself: all servers are asked, with the same id and port
        else if (pending.askers.size() < kMostPending)
            pending.askers.push_back(asker); // somebody else asks the same: one answer will do for both
        return;
    }
    if (mPending.size() >= kMostPending) return refuse();
    const auto socket = stack::udp::open(c.stack, c.self(), 0, 0);
    if (!socket) return refuse();
    Pending pending;
    pending.socket = *socket;
    pending.id = c.stack.system().rng.next16();
    pending.query = upstreamQuery(query, pending.id).write();
    pending.question = question;
    pending.askers.push_back(asker);
    pending.expires = c.now() + kPatience;
    mPending.push_back(std::move(pending));
    c.setTimer(kPatience, 0);
    const bool test = !mFavourite || ++mSinceAll > kTestAfter || c.now() - mAllAsked > kTestEvery;
    sendUpstream(c, mPending.back(), test);
    if (mPending.back().outstanding > 0) return;
    // No server can even be sent to. (Of those that ICMP reports as unreachable dnsmasq hears nothing: its clients
    // wait.)
    drop(c, mPending.size() - 1);
    DnsMessage none = answerTo(asker, question, dns::kRefused);
    none.recursionDesired = query.recursionDesired;
    if (asker.edns) none.addEdns(dns::kEdnsLimit, {0, 15, 0, 2, 0, 23}); // RFC 8914: network error
    reply(c, asker, std::move(none), false);
}

/// upstreamQuery is a client's question as it is passed on: with its EDNS record, but another id.
DnsMessage DnsServer::upstreamQuery(const DnsMessage& query, std::uint16_t id) const {
    DnsMessage asking;
    asking.id = id;
    asking.recursionDesired = query.recursionDesired;
    asking.checkingDisabled = query.checkingDisabled;
    asking.authenticData = query.authenticData;
    asking.questions = query.questions;
    if (const auto* edns = query.edns()) asking.additionals.push_back(*edns);
    return asking;
}

void DnsServer::sendUpstream(AppContext& c, Pending& pending, bool toAll) {
    const auto note = [&](const wire::IpAddress& to) {
        if (c.stack.tracing())
            c.stack.decide(decisions::NameForwarded{.name = c.stack.text(pending.question.name), .server = to});
    };
    if (toAll) {
        mAllAsked = c.now();
        mSinceAll = 0;
    }
    pending.toAll = toAll;
    pending.outstanding = 0;
    for (const auto& server : mConfig.forward) {
        if (!server.isV4() || (!toAll && mFavourite && server != *mFavourite)) continue;
        note(server);
        pending.outstanding +=
            stack::udp::send(c.stack, pending.socket, pending.query, server.toV4(), dns::kPort) == stack::Errno::None;
    }
}

void DnsServer::answered(AppContext& c, std::size_t index, DnsMessage message, wire::IpAddress from) {
    Pending& pending = mPending[index];
    if (message.id != pending.id || message.questions.size() != 1 ||
        !dns::sameQuestion(message.questions[0], pending.question))
        return;
    if (!from.isNone()) {
        if (std::find(mConfig.forward.begin(), mConfig.forward.end(), from) == mConfig.forward.end()) return;
        if (message.rcode == dns::kServerFailure || message.rcode == dns::kRefused) {
            if (!pending.toAll && mConfig.forward.size() > 1) return sendUpstream(c, pending, true);
            if (pending.outstanding > 1) {
                --pending.outstanding; // perhaps another knows better
                return;
            }
        } else {
            mFavourite = from;
        }
    }
    const auto askers = std::move(pending.askers);
    pending.askers.clear();
    drop(c, index);
    store(c, message, false);
    message.recursionAvailable = true;
    if (message.truncated) { // half an answer is not passed on
        message.answers.clear();
        message.authorities.clear();
        std::erase_if(message.additionals, [](const auto& r) { return r.type != dns::kOpt; });
    }
    const auto withEdns = message.additionals;
    for (const auto& asker : askers) {
        message.id = asker.id;
        message.additionals = withEdns;
        if (!asker.edns) std::erase_if(message.additionals, [](const auto& r) { return r.type == dns::kOpt; });
        reply(c, asker, message, false);
    }
}

void DnsServer::store(AppContext& c, const DnsMessage& message, bool byTcp) {
    const DnsQuestion& question = message.questions[0];
    if (message.truncated || !kept(question.type) || question.klass != dns::kInternet) return;
    if (message.rcode != dns::kNoError && message.rcode != dns::kNoSuchName) return;
    std::string name = question.name;
    std::uint32_t aliasTtl = 0;
    for (std::size_t step = 0; step < kLongestChain; ++step) {
        std::vector<DnsRecord> set, alias;
        for (const auto& r : message.answers) {
            if (r.klass != dns::kInternet || !dns::sameName(r.name, name)) continue;
            if (r.type == question.type)
                set.push_back(r);
            else if (r.type == dns::kCname && alias.empty())
                alias.push_back(r);
        }
        if (!set.empty()) {
            std::uint32_t ttl = 0xffff'ffff;
            for (const auto& r : set)
                ttl = std::min(ttl, r.ttl);
            if (ttl && c.stack.tracing())
                c.stack.decide(decisions::NameCached{
                    .name = c.stack.text(question.name), .address = firstAddress(set), .ttl = ttl});
            if (byTcp) std::reverse(set.begin(), set.end()); // as they come out of the process that asked
            return mCache.store(c.now(), std::move(set));
        }
        if (alias.empty()) break;
        name = alias[0].target;
        aliasTtl = alias[0].ttl;
        mCache.store(c.now(), std::move(alias));
    }
    // How long "there is none" holds is in the SOA record, or as long as the alias to it; else it is not remembered.
    auto ttl = DnsCache::negativeTtl(message);
    if (ttl == 0) ttl = aliasTtl;
    if (ttl == 0) return;
    mCache.storeNone(c.now(), name, question.type, message.rcode, ttl, {});
    if (c.stack.tracing())
        c.stack.decide(decisions::NameNegativeKept{.name = c.stack.text(name), .ttl = ttl, .rcode = message.rcode});
}

void DnsServer::reply(AppContext& c, const Asker& asker, DnsMessage message, bool own) {
    if (own && asker.edns) message.addEdns();
    auto bytes = message.write();
    if (asker.stream.valid()) {
        for (auto& client : mClients)
            if (client.stream.socket == asker.stream) client.stream.send(c, bytes);
        return;
    }
    if (bytes.size() > asker.limit) {
        // As dnsmasq: as many answers as there is room for, and nothing after them but EDNS.
        message.truncated = true;
        message.authorities.clear();
        std::erase_if(message.additionals, [](const auto& r) { return r.type != dns::kOpt; });
        while ((bytes = message.write()).size() > asker.limit && !message.answers.empty())
            message.answers.pop_back();
    }
    stack::udp::send(c.stack, mSocket, bytes, asker.address, asker.port, asker.to);
}

void DnsServer::drop(AppContext& c, std::size_t index) {
    if (mPending[index].socket.valid()) stack::udp::close(c.stack, mPending[index].socket);
    mPending.erase(mPending.begin() + std::ptrdiff_t(index));
}

} // namespace sim::apps
