#include "sim/apps/dns_server.h"

#include "sim/stack/udp.h"

#include <algorithm>

namespace sim::apps {

using stack::Errno;
using trace::DecisionKind;
using wire::DnsMessage;
using wire::DnsQuestion;
using wire::DnsRecord;
namespace dns = wire::dns;

namespace {

constexpr std::size_t kLongestMessage = 512; // RFC 1035 4.2.1: longer ones are cut and marked

bool sameQuestion(const DnsQuestion& a, const DnsQuestion& b) {
    return a.type == b.type && a.klass == b.klass && dns::sameName(a.name, b.name);
}

/// inDomain tells whether name is domain or below it.
bool inDomain(std::string_view name, std::string_view domain) {
    if (name.size() < domain.size() || !dns::sameName(name.substr(name.size() - domain.size()), domain)) return false;
    return domain.empty() || name.size() == domain.size() || name[name.size() - domain.size() - 1] == '.';
}

/// firstAddress is what the sentences about an answer show.
wire::IpAddress firstAddress(const std::vector<DnsRecord>& records) {
    for (const auto& r : records)
        if (r.type == dns::kA || r.type == dns::kAaaa) return r.address;
    return {};
}

std::uint32_t seconds(kernel::SimTime time) {
    return std::uint32_t(std::chrono::duration_cast<std::chrono::seconds>(time).count());
}

} // namespace

void DnsServer::start(AppContext& c) {
    if (const auto socket = stack::udp::open(c.stack, c.self(), 0, dns::kPort)) mSocket = *socket;
}

void DnsServer::onNotice(AppContext& c, const stack::Notice& n) {
    if (n.kind != stack::NoticeKind::Readable || !n.socket.valid()) return;
    const auto read = [&](kernel::SocketId socket, Asker& from) -> std::optional<DnsMessage> {
        const auto datagram = stack::udp::receive(c.stack, socket);
        if (!datagram) return std::nullopt;
        from = {datagram->from, datagram->to, datagram->fromPort, 0};
        auto message = DnsMessage::parse(c.stack.frames().bytes(datagram->frame).subspan(datagram->offset, datagram->length));
        c.stack.frames().release(datagram->frame);
        return message ? message : DnsMessage{.response = true}; // what makes no sense gets no answer
    };
    Asker from;
    if (n.socket == mSocket) {
        while (const auto message = read(mSocket, from)) {
            if (message->response) continue;
            from.id = message->id;
            asked(c, from, *message);
        }
        return;
    }
    for (std::size_t i = 0; i < mPending.size(); ++i) {
        if (mPending[i].socket != n.socket) continue;
        while (auto message = read(n.socket, from)) {
            if (!message->response || message->id != mPending[i].id || message->questions.size() != 1 ||
                !sameQuestion(message->questions[0], mPending[i].question))
                continue;
            return answered(c, i, std::move(*message));
        }
        return;
    }
}

void DnsServer::asked(AppContext& c, const Asker& asker, const DnsMessage& query) {
    DnsMessage answer;
    answer.id = query.id;
    answer.response = true;
    answer.opcode = query.opcode;
    answer.recursionDesired = query.recursionDesired;
    answer.recursionAvailable = true;
    answer.questions = query.questions;
    if (query.opcode != 0) {
        answer.rcode = dns::kNotImplemented;
        return reply(c, asker, std::move(answer));
    }
    if (query.questions.size() != 1) {
        answer.rcode = dns::kFormatError;
        return reply(c, asker, std::move(answer));
    }
    const DnsQuestion& question = query.questions[0];
    if (answerOwn(c, question, answer) || answerCached(c, question, answer)) return reply(c, asker, std::move(answer));
    forward(c, asker, query);
}

bool DnsServer::answerOwn(AppContext& c, const DnsQuestion& question, DnsMessage& answer) const {
    if (question.klass != dns::kInternet) return false;
    bool ours = false;
    for (const auto& record : mConfig.records) {
        if (!dns::sameName(record.name, question.name)) continue;
        ours = true;
        const std::uint16_t type = record.address.isV6() ? dns::kAaaa : dns::kA;
        if (type == question.type)
            answer.answers.push_back({.name = question.name, .type = type, .ttl = record.ttl, .address = record.address});
    }
    // dnsmasq says "authoritative" only of answers that hold something.
    answer.authoritative = !answer.answers.empty();
    if (!ours) {
        const bool local = std::any_of(mConfig.localDomains.begin(), mConfig.localDomains.end(),
                                       [&](const auto& domain) { return inDomain(question.name, domain); });
        if (!local) return false;
        // A name with names below it exists, though it has no records (RFC 8020).
        const bool above = std::any_of(mConfig.records.begin(), mConfig.records.end(),
                                       [&](const auto& r) { return inDomain(r.name, question.name); });
        answer.rcode = above ? dns::kNoError : dns::kNoSuchName;
    }
    if (c.stack.tracing())
        c.stack.decide({.kind = DecisionKind::NameAuthoritative, .address = firstAddress(answer.answers), .text = c.stack.text(question.name)});
    return true;
}

bool DnsServer::answerCached(AppContext& c, const DnsQuestion& question, DnsMessage& answer) {
    for (auto& entry : mCache) {
        if (!sameQuestion(entry.question, question) || entry.expires <= c.now()) continue;
        entry.used = c.now();
        answer.rcode = entry.rcode;
        answer.answers = entry.answers;
        const std::uint32_t age = seconds(c.now() - entry.stored);
        for (auto& record : answer.answers) record.ttl -= std::min(age, record.ttl);
        if (c.stack.tracing())
            c.stack.decide({.kind = DecisionKind::NameFromCache, .number = seconds(entry.expires - entry.stored) - age,
                            .address = firstAddress(answer.answers), .text = c.stack.text(question.name)});
        return true;
    }
    return false;
}

void DnsServer::forward(AppContext& c, const Asker& asker, const DnsMessage& query) {
    const DnsQuestion& question = query.questions[0];
    const auto refuse = [&] {
        DnsMessage answer;
        answer.id = query.id;
        answer.response = true;
        answer.recursionDesired = query.recursionDesired;
        answer.recursionAvailable = true;
        answer.rcode = dns::kRefused;
        answer.questions = query.questions;
        reply(c, asker, std::move(answer));
    };
    const auto upstream = std::find_if(mConfig.forward.begin(), mConfig.forward.end(), [](const auto& a) { return a.isV4(); });
    if (upstream == mConfig.forward.end()) return refuse();
    for (std::size_t i = mPending.size(); i-- > 0;)
        if (mPending[i].expires <= c.now()) drop(c, i);

    const auto note = [&] {
        if (c.stack.tracing())
            c.stack.decide({.kind = DecisionKind::NameForwarded, .address = *upstream, .text = c.stack.text(question.name)});
    };
    for (auto& pending : mPending) {
        if (!sameQuestion(pending.question, question)) continue;
        if (std::find(pending.askers.begin(), pending.askers.end(), asker) != pending.askers.end()) {
            // The client repeats itself, so the upstream server is asked again with the same id and port.
            note();
            stack::udp::send(c.stack, pending.socket, pending.query);
        } else if (pending.askers.size() < kMostPending) {
            pending.askers.push_back(asker); // somebody else asks the same: one answer will do for both
        }
        return;
    }
    if (mPending.size() >= kMostPending) return refuse();
    const auto socket = stack::udp::open(c.stack, c.self(), 0, 0);
    if (!socket) return refuse();
    if (stack::udp::connect(c.stack, *socket, upstream->toV4(), dns::kPort) != Errno::None) {
        stack::udp::close(c.stack, *socket);
        return refuse();
    }
    DnsMessage asking;
    asking.id = c.stack.system().rng.next16();
    asking.recursionDesired = query.recursionDesired;
    asking.checkingDisabled = query.checkingDisabled;
    asking.questions = query.questions;
    Pending& pending = mPending.emplace_back();
    pending.socket = *socket;
    pending.id = asking.id;
    pending.query = asking.write();
    pending.question = question;
    pending.askers.push_back(asker);
    pending.expires = c.now() + kPatience;
    c.setTimer(kPatience, 0);
    note();
    stack::udp::send(c.stack, *socket, pending.query);
}

void DnsServer::answered(AppContext& c, std::size_t index, DnsMessage message) {
    const auto askers = std::move(mPending[index].askers);
    mPending[index].askers.clear();
    drop(c, index);
    store(c, message);
    message.recursionAvailable = true;
    for (const auto& asker : askers) {
        message.id = asker.id;
        reply(c, asker, message);
    }
}

void DnsServer::store(AppContext& c, const DnsMessage& message) {
    if (mConfig.cacheSize == 0 || message.truncated) return;
    std::uint32_t ttl = 0xffff'ffff;
    if (message.rcode == dns::kNoError && !message.answers.empty()) {
        for (const auto& record : message.answers) ttl = std::min(ttl, record.ttl);
    } else if (message.rcode == dns::kNoError || message.rcode == dns::kNoSuchName) {
        // How long "there is none" holds is in the SOA record; without one it is not remembered (RFC 2308).
        const auto soa = std::find_if(message.authorities.begin(), message.authorities.end(), [](const auto& r) { return r.type == dns::kSoa; });
        if (soa == message.authorities.end()) return;
        ttl = std::min(soa->ttl, soa->soa[4]);
    } else {
        return;
    }
    if (ttl == 0) return;
    ttl = std::min<std::uint32_t>(ttl, 0x7fff'ffff); // RFC 2181 8
    std::erase_if(mCache, [&](const auto& e) { return e.expires <= c.now() || sameQuestion(e.question, message.questions[0]); });
    if (mCache.size() >= mConfig.cacheSize)
        mCache.erase(std::min_element(mCache.begin(), mCache.end(), [](const auto& a, const auto& b) { return a.used < b.used; }));
    mCache.push_back({.question = message.questions[0], .rcode = message.rcode, .answers = message.answers, .stored = c.now(),
                      .expires = c.now() + std::chrono::seconds(ttl), .used = c.now()});
    if (c.stack.tracing() && !message.answers.empty())
        c.stack.decide({.kind = DecisionKind::NameCached, .number = ttl, .address = firstAddress(message.answers),
                        .text = c.stack.text(message.questions[0].name)});
}

void DnsServer::reply(AppContext& c, const Asker& asker, DnsMessage message) {
    auto bytes = message.write();
    if (bytes.size() > kLongestMessage) {
        message.truncated = true;
        message.answers.clear();
        message.authorities.clear();
        message.additionals.clear();
        bytes = message.write();
    }
    stack::udp::send(c.stack, mSocket, bytes, asker.address, asker.port, asker.to);
}

void DnsServer::drop(AppContext& c, std::size_t index) {
    stack::udp::close(c.stack, mPending[index].socket);
    mPending.erase(mPending.begin() + std::ptrdiff_t(index));
}

void DnsServer::onTimer(AppContext& c, std::uint16_t) {
    for (std::size_t i = mPending.size(); i-- > 0;)
        if (mPending[i].expires <= c.now()) drop(c, i);
}

} // namespace sim::apps
