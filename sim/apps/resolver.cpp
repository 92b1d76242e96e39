#include "sim/apps/resolver.h"

#include "sim/stack/udp.h"

namespace sim::apps {

using stack::Errno;
using stack::NoticeKind;
using trace::DecisionKind;
namespace dns = wire::dns;

void Resolver::start(AppContext& c, std::string_view name) {
    const std::uint8_t generation = mGeneration;
    *this = {};
    mGeneration = generation;
    mName = name;
    if (const auto address = wire::IpAddress::parse(name)) {
        mState = State::Done;
        mAnswer = *address;
        if (c.stack.tracing())
            c.stack.decide({.kind = DecisionKind::NameIsAddress, .address = mAnswer, .text = c.stack.text(mName)});
        return;
    }
    if (mName.size() > 1 && mName.back() == '.') mName.pop_back();
    for (const auto& [host, address] : c.stack.system().hosts)
        if (dns::sameName(host, mName)) return done(c, address);
    if (dns::sameName(mName, "localhost")) return done(c, wire::IpAddress::v4(0x7f00'0001));
    if (mName.empty() || !dns::validName(mName)) return failed(c, dns::kFormatError);

    mServers = c.stack.system().dnsServers;
    if (mServers.empty()) mServers.push_back(wire::IpAddress::v4(0x7f00'0001)); // as glibc without resolv.conf
    mSockets.resize(mServers.size());
    mId = c.stack.system().rng.next16();
    mState = State::Asking;
    ask(c);
}

void Resolver::ask(AppContext& c) {
    while (mState == State::Asking) {
        if (mServer == mServers.size()) {
            mServer = 0;
            ++mRound;
        }
        if (mRound == kRounds) return failed(c, mRcode == dns::kNoError ? kNoAnswer : mRcode);
        const auto server = mServers[mServer];
        auto& socket = mSockets[mServer];
        if (!socket.valid() && server.isV4()) {
            if (const auto opened = stack::udp::open(c.stack, c.self(), 0, 0)) {
                if (stack::udp::connect(c.stack, *opened, server.toV4(), dns::kPort) == Errno::None)
                    socket = *opened;
                else
                    stack::udp::close(c.stack, *opened);
            }
        }
        if (socket.valid()) {
            wire::DnsMessage query;
            query.id = mId;
            query.recursionDesired = true;
            query.questions.push_back({.name = mName});
            if (c.stack.tracing())
                c.stack.decide({.kind = DecisionKind::NameAsked, .address = server, .text = c.stack.text(mName)});
            if (stack::udp::send(c.stack, socket, query.write()) == Errno::None) {
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

void Resolver::giveUpOn(AppContext& c, bool closeSocket) {
    if (closeSocket && mSockets[mServer].valid()) {
        stack::udp::close(c.stack, mSockets[mServer]);
        mSockets[mServer] = {};
    }
    ++mServer;
    ask(c);
}

bool Resolver::onTimer(AppContext& c, std::uint16_t tag) {
    if (tag < kFirstTag) return false;
    if (busy() && tag == kFirstTag + mGeneration) giveUpOn(c, false);
    return true;
}

bool Resolver::onNotice(AppContext& c, const stack::Notice& n) {
    if (!busy()) return false;
    for (std::size_t i = 0; i < mSockets.size(); ++i) {
        if (!n.socket.valid() || mSockets[i] != n.socket) continue;
        if (n.kind == NoticeKind::Readable) {
            read(c, n.socket);
        } else if (n.kind == NoticeKind::IcmpError && n.error != Errno::None && i == mServer) {
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
        const auto message = wire::DnsMessage::parse(
            c.stack.frames().bytes(datagram->frame).subspan(datagram->offset, datagram->length));
        c.stack.frames().release(datagram->frame);
        if (!message || !message->response || message->id != mId || message->questions.size() != 1 ||
            message->questions[0].type != dns::kA || !dns::sameName(message->questions[0].name, mName))
            continue;
        if (message->rcode == dns::kNoSuchName) return failed(c, dns::kNoSuchName);
        if (message->rcode != dns::kNoError) {
            mRcode = message->rcode;
            return giveUpOn(c, true);
        }
        // Aliases first lead to other names; each name once, so that a circle of them ends.
        std::string wanted = mName;
        for (std::size_t step = 0; step <= message->answers.size(); ++step) {
            std::string next;
            for (const auto& record : message->answers) {
                if (record.klass != dns::kInternet || !dns::sameName(record.name, wanted)) continue;
                if (record.type == dns::kA) return done(c, record.address);
                if (record.type == dns::kCname) next = record.target;
            }
            if (next.empty()) break;
            wanted = next;
        }
        return failed(c, dns::kNoError);
    }
}

void Resolver::done(AppContext& c, wire::IpAddress answer) {
    closeAll(c);
    mState = State::Done;
    mAnswer = answer;
    if (c.stack.tracing())
        c.stack.decide({.kind = DecisionKind::NameResolved, .address = answer, .text = c.stack.text(mName)});
}

void Resolver::failed(AppContext& c, std::uint8_t rcode) {
    closeAll(c);
    mState = State::Failed;
    mRcode = rcode;
    if (c.stack.tracing())
        c.stack.decide({.kind = DecisionKind::NameFailed, .code = rcode, .text = c.stack.text(mName)});
}

void Resolver::closeAll(AppContext& c) {
    for (auto& socket : mSockets)
        if (socket.valid()) stack::udp::close(c.stack, socket);
    mSockets.clear();
}

std::string Resolver::failure() const {
    switch (mRcode) {
    case dns::kNoError: return mName + " has no IPv4 address";
    case dns::kFormatError: return "\"" + mName + "\" cannot be a name of a host";
    case dns::kNoSuchName: return "there is no such name: " + mName;
    case dns::kRefused: return mName + " cannot be resolved: the DNS server refuses to answer";
    case kNoAnswer: return mName + " cannot be resolved: no DNS server answers";
    default: return mName + " cannot be resolved: the DNS server has failed";
    }
}

} // namespace sim::apps
