#include "sim/apps/dhcp_client.h"

#include "sim/decisions/administration.h"
#include "sim/decisions/dhcp.h"
#include "sim/stack/interface_address.h"
#include "sim/stack/packet_socket.h"
#include "sim/stack/udp.h"
#include "sim/wire/arp.h"

#include <algorithm>
#include <bit>

namespace sim::apps {

using kernel::SimTime;
using stack::NoticeKind;
using wire::DhcpMessage;
using wire::IpAddress;
using wire::dhcp::MessageType;
namespace dhcp = wire::dhcp;

namespace {

constexpr SimTime kRetry = std::chrono::seconds(3), kRest = std::chrono::seconds(20);
constexpr SimTime kProbeWait = std::chrono::seconds(2), kAfterRefusal = std::chrono::seconds(3);
/// kOpening is about what Linux needs to open a packet socket for one frame (it waits for all processors to notice).
/// The program hears nothing meanwhile.
constexpr SimTime kOpening = std::chrono::milliseconds(20);
/// kScript is about what the script needs to start that takes the address away.
constexpr SimTime kScript = std::chrono::milliseconds(20);
constexpr int kTries = 3;
constexpr SimTime kTooLateToWait = std::chrono::seconds(30); ///< of a lease that ends so soon everyone is asked
constexpr std::uint32_t kLeastLease = 30, kUsualLease = 3600;
constexpr std::uint16_t kSend = 0xffff;

std::int64_t wholeSeconds(SimTime t) { return t.count() / 1'000'000'000; }

} // namespace

const char* DhcpClient::stateName(State state) {
    constexpr const char* kNames[] = {"SELECTING", "REQUESTING", "CHECKING", "BOUND",
                                      "RENEWING",  "REBINDING",  "RELEASED"};
    return kNames[std::size_t(state)];
}

void DhcpClient::start(AppContext& c) {
    const auto& interfaces = c.stack.system().interfaces;
    for (std::uint32_t i = 0; i < interfaces.size(); ++i)
        if (interfaces[i].name == mName) mInterface = i;
    if (mInterface == kernel::InterfaceId::kNone) return;
    c.stack.interface(mInterface).dhcp = true;
    mAddress = mConfig.request.toV4();
    begin(c);
}

void DhcpClient::begin(AppContext& c) {
    hold(c, true);
    listen(c, Listen::None);
    mState = State::Selecting;
    mTries = 0;
    mByHand = false;
    mFirst = SimTime(-1);
    wait(c, SimTime(0));
}

void DhcpClient::hold(AppContext& c, bool busy) {
    if (mBusy != busy) c.setBusy(busy);
    mBusy = busy;
}

void DhcpClient::wait(AppContext& c, SimTime time) {
    mTimer = std::uint16_t((mTimer + 1) % kSend);
    c.setTimer(time, mTimer);
}

void DhcpClient::onTimer(AppContext& c, std::uint16_t tag) {
    if (tag == kSend) {
        if (mOut.empty()) return;
        stack::packet::sendUdp(c.stack, mInterface, wire::MacAddress::broadcast(), mOutSource, dhcp::kClientPort,
                               0xffff'ffff, dhcp::kServerPort, mOut);
        mOut.clear();
        wait(c, mState == State::Selecting && mTries == 0 ? kRest : kRetry);
        return read(c); // what came in the meantime
    }
    if (tag == mTimer && mOut.empty()) act(c);
}

void DhcpClient::act(AppContext& c) {
    switch (mState) {
    case State::Selecting:
        if (mTries >= kTries) return giveUp(c);
        if (mTries == 0) {
            hold(c, true);
            listen(c, Listen::Raw);
            mTransaction = c.stack.system().rng.next32();
        }
        ++mTries;
        return discover(c);
    case State::Requesting:
        if (mTries >= kTries) {
            mState = State::Selecting;
            return giveUp(c);
        }
        ++mTries;
        return select(c);
    case State::Checking: return bind(c); // nobody has answered for the address
    case State::Bound:
        mState = State::Renewing;
        mFirst = SimTime(-1);
        listen(c, Listen::Kernel);
        [[fallthrough]];
    case State::Renewing:
        if (mTries == 0 && renew(c, mServer)) {
            ++mTries;
            return wait(c, kRetry);
        }
        if (const std::int64_t left = wholeSeconds(mExpires - c.now());
            !mByHand && left > wholeSeconds(kTooLateToWait)) {
            listen(c, Listen::None);
            mState = State::Bound;
            mTries = 0;
            return wait(c, std::chrono::seconds(left / 2));
        }
        mState = State::Rebinding;
        listen(c, Listen::Raw);
        mTries = 0;
        [[fallthrough]];
    case State::Rebinding:
        if (c.now() < mExpires && mTries < kTries) {
            ++mTries;
            renew(c, 0);
            return;
        }
        if (c.stack.tracing()) c.stack.decide(decisions::DhcpLost{.address = IpAddress::v4(mAddress)});
        deconfigure(c);
        return begin(c);
    case State::Released: return deconfigure(c);
    }
}

void DhcpClient::giveUp(AppContext& c) {
    listen(c, Listen::None);
    mTries = 0;
    hold(c, false);
    if (c.stack.tracing()) c.stack.decide(decisions::DhcpNoServer{.interface = c.stack.interface(mInterface).id});
    wait(c, kRest);
}

void DhcpClient::onNotice(AppContext& c, const stack::Notice& n) {
    if (n.kind == NoticeKind::PacketReadable && mArp.valid() && n.socket == mArp) {
        while (const auto frame = stack::packet::receive(c.stack, mArp)) {
            const auto arp = wire::ArpPacket::parse(
                std::span<const std::uint8_t>(c.stack.frames().bytes(*frame)).subspan(wire::EthernetView::kSize));
            c.stack.frames().release(*frame);
            if (arp && arp->operation == wire::ArpPacket::kReply && arp->sender.toV4() == mAddress &&
                mState == State::Checking)
                return decline(c, arp->senderMac);
        }
        return;
    }
    if (n.kind == NoticeKind::PacketReadable || n.kind == NoticeKind::Readable) read(c);
}

void DhcpClient::read(AppContext& c) {
    // While a packet socket is being opened the program waits in the kernel.
    while (mOut.empty() && mListen == Listen::Raw) {
        const auto frame = stack::packet::receive(c.stack, mRaw);
        if (!frame) return;
        std::optional<DhcpMessage> m;
        if (const auto datagram = stack::packet::datagram(c.stack, *frame)) m = DhcpMessage::parse(datagram->payload);
        c.stack.frames().release(*frame);
        if (m) heard(c, *m);
    }
    while (mListen == Listen::Kernel) {
        const auto datagram = stack::udp::receive(c.stack, mKernel);
        if (!datagram) return;
        const auto m =
            DhcpMessage::parse(c.stack.frames().bytes(datagram->frame).subspan(datagram->offset, datagram->length));
        c.stack.frames().release(datagram->frame);
        if (m) heard(c, *m);
    }
}

void DhcpClient::heard(AppContext& c, const DhcpMessage& m) {
    if (m.operation != DhcpMessage::kBootReply || m.transaction != mTransaction ||
        m.hardware != c.stack.interface(mInterface).mac)
        return;
    const auto type = m.type();
    if (mState == State::Selecting) {
        if (type != MessageType::Offer) return;
        mServer = m.number32(dhcp::kServerId).value_or(0);
        mAddress = m.yourAddress;
        mState = State::Requesting;
        mTries = 0;
        return act(c);
    }
    if (mState != State::Requesting && mState != State::Renewing && mState != State::Rebinding) return;
    if (type == MessageType::Ack) return acknowledged(c, m);
    // With several servers, the refusal of one that was not asked means nothing.
    if (type == MessageType::Nak && (mServer == 0 || m.number32(dhcp::kServerId) == mServer)) refused(c, m);
}

void DhcpClient::acknowledged(AppContext& c, const DhcpMessage& m) {
    listen(c, Listen::None);
    mLease = m;
    mAddress = m.yourAddress;
    if (!mConfig.check) return bind(c);
    mBefore = mState;
    mState = State::Checking;
    mArp = stack::packet::openArp(c.stack, c.self(), mInterface);
    stack::packet::sendArpProbe(c.stack, mInterface, mAddress);
    wait(c, kProbeWait);
}

void DhcpClient::bind(AppContext& c) {
    stack::packet::close(c.stack, std::exchange(mArp, {}));
    const bool renewed = !mConfigured.address.isNone() && mConfigured.address.toV4() == mAddress;
    const auto lease = std::max(mLease.number32(dhcp::kLeaseTime).value_or(kUsualLease), kLeastLease);
    mExpires = c.now() + std::chrono::seconds(lease);
    if (c.stack.tracing())
        c.stack.decide(decisions::DhcpBound{.address = IpAddress::v4(mAddress),
                                            .server = IpAddress::v4(mServer),
                                            .seconds = lease,
                                            .renewed = renewed});
    configure(c);
    mState = State::Bound;
    mTries = 0;
    mByHand = false;
    hold(c, false);
    wait(c, std::chrono::seconds(lease / 2));
}

void DhcpClient::decline(AppContext& c, const wire::MacAddress& owner) {
    stack::packet::close(c.stack, std::exchange(mArp, {}));
    if (c.stack.tracing())
        c.stack.decide(decisions::DhcpDeclined{
            .address = IpAddress::v4(mAddress), .owner = owner, .interface = c.stack.interface(mInterface).id});
    auto m = message(c, MessageType::Decline);
    m.transaction = c.stack.system().rng.next32();
    m.add32(dhcp::kRequestedAddress, mAddress);
    m.add32(dhcp::kServerId, mServer);
    addClientId(c, m);
    if (mBefore != State::Requesting) deconfigure(c);
    mState = State::Selecting;
    mFirst = SimTime(-1);
    mAddress = 0;
    mTries = 0;
    broadcast(c, m, 0);
}

void DhcpClient::refused(AppContext& c, const DhcpMessage& m) {
    if (c.stack.tracing())
        c.stack.decide(decisions::DhcpLost{.address = IpAddress::v4(mAddress),
                                           .server = IpAddress::v4(m.number32(dhcp::kServerId).value_or(0)),
                                           .why = decisions::DhcpLost::Why::Refused});
    if (mState != State::Requesting) deconfigure(c);
    mAddress = 0;
    begin(c);
    wait(c, kAfterRefusal);
}

void DhcpClient::command(AppContext& c, const config::DhcpCommand& command) {
    if (mInterface == kernel::InterfaceId::kNone) return;
    if (command.word != config::DhcpCommand::Word::Renew) mOut.clear();
    if (command.word != config::DhcpCommand::Word::Renew || (mState != State::Selecting && mState != State::Requesting))
        mFirst = SimTime(-1);
    switch (command.word) {
    case config::DhcpCommand::Word::Renew:
        // udhcpc does not let itself be disturbed where it is already asking everyone; asked twice it starts from the
        // beginning.
        if (mState == State::Selecting || mState == State::Requesting || mState == State::Checking ||
            mState == State::Rebinding)
            return;
        if (mState == State::Bound || (mState == State::Renewing && !mByHand)) {
            listen(c, Listen::Kernel);
            mState = State::Renewing;
            mByHand = true; // who is told to renew does not wait for half of what is left
            mExpires = std::min(mExpires, c.now() + kTooLateToWait);
            mTries = 0;
            return act(c);
        }
        deconfigure(c);
        return begin(c);
    case config::DhcpCommand::Word::Release: return release(c);
    case config::DhcpCommand::Word::Request:
        deconfigure(c);
        mAddress = command.request.toV4();
        return begin(c);
    }
}

void DhcpClient::release(AppContext& c) {
    if (mState == State::Bound || mState == State::Renewing || mState == State::Rebinding) {
        auto m = message(c, MessageType::Release);
        m.transaction = c.stack.system().rng.next32();
        m.clientAddress = mAddress;
        m.add32(dhcp::kServerId, mServer);
        addClientId(c, m);
        unicast(c, m, mAddress, mServer);
        if (c.stack.tracing())
            c.stack.decide(
                decisions::DhcpLost{.address = IpAddress::v4(mAddress), .why = decisions::DhcpLost::Why::Released});
    }
    listen(c, Listen::None);
    stack::packet::close(c.stack, std::exchange(mArp, {}));
    mState = State::Released;
    hold(c, false);
    wait(c, kScript); // by then ARP has found the server, if the message had to wait for that
}

// --- messages ---

DhcpMessage DhcpClient::message(AppContext& c, MessageType type) {
    if (mFirst < SimTime(0)) mFirst = c.now();
    DhcpMessage m;
    m.transaction = mTransaction;
    m.seconds = std::uint16_t(std::min<std::int64_t>(wholeSeconds(c.now()) - wholeSeconds(mFirst), 0xffff));
    m.hardware = c.stack.interface(mInterface).mac;
    m.addType(type);
    return m;
}

void DhcpClient::addClientId(AppContext& c, DhcpMessage& m) const {
    const auto& mac = c.stack.interface(mInterface).mac.bytes;
    std::vector<std::uint8_t> id{1};
    id.insert(id.end(), mac.begin(), mac.end());
    m.add(dhcp::kClientId, std::move(id));
}

void DhcpClient::addClientOptions(AppContext& c, DhcpMessage& m) const {
    m.add(dhcp::kMaxSize, {0x02, 0x40});
    m.add(dhcp::kParameterList, {dhcp::kSubnetMask, dhcp::kRouter, dhcp::kDnsServers, dhcp::kHostName,
                                 dhcp::kDomainName, dhcp::kBroadcast, dhcp::kNtpServers});
    if (!mConfig.hostName.empty()) m.addText(dhcp::kHostName, mConfig.hostName);
    m.addText(dhcp::kVendorClass, "udhcp 1.35.0");
    addClientId(c, m);
}

void DhcpClient::discover(AppContext& c) {
    auto m = message(c, MessageType::Discover);
    if (mAddress) m.add32(dhcp::kRequestedAddress, mAddress);
    addClientOptions(c, m);
    broadcast(c, m, 0);
}

void DhcpClient::select(AppContext& c) {
    auto m = message(c, MessageType::Request);
    m.add32(dhcp::kRequestedAddress, mAddress);
    if (mServer) m.add32(dhcp::kServerId, mServer);
    addClientOptions(c, m);
    broadcast(c, m, 0);
}

bool DhcpClient::renew(AppContext& c, std::uint32_t server) {
    auto m = message(c, MessageType::Request);
    m.clientAddress = mAddress;
    addClientOptions(c, m);
    if (server != 0) return unicast(c, m, mAddress, server);
    broadcast(c, m, mAddress);
    return true;
}

void DhcpClient::broadcast(AppContext& c, const DhcpMessage& m, std::uint32_t source) {
    mOut = m.write();
    mOutSource = source;
    ++mTimer; // the wait for an answer begins when it is sent
    c.setTimer(kOpening, kSend);
}

bool DhcpClient::unicast(AppContext& c, const DhcpMessage& m, std::uint32_t source, std::uint32_t server) {
    const bool open = mListen == Listen::Kernel;
    if (!open) listen(c, Listen::Kernel);
    const bool sent =
        mKernel.valid() && server != 0 &&
        stack::udp::send(c.stack, mKernel, m.write(), server, dhcp::kServerPort, source) == stack::Errno::None;
    if (!open) listen(c, Listen::None);
    return sent;
}

void DhcpClient::listen(AppContext& c, Listen how) {
    if (how == mListen) return;
    if (mRaw.valid()) stack::packet::close(c.stack, std::exchange(mRaw, {}));
    if (mKernel.valid()) stack::udp::close(c.stack, std::exchange(mKernel, {}));
    mListen = how;
    if (how == Listen::Raw) mRaw = stack::packet::openUdp(c.stack, c.self(), mInterface, dhcp::kClientPort);
    if (how == Listen::Kernel)
        mKernel = stack::udp::open(c.stack, c.self(), 0, dhcp::kClientPort, mInterface).value_or(kernel::SocketId{});
}

// --- what the lease gives ---

void DhcpClient::configure(AppContext& c) {
    auto& system = c.stack.system();
    const auto mask = mLease.number32(dhcp::kSubnetMask);
    const wire::Prefix prefix{IpAddress::v4(mAddress), std::uint8_t(mask ? std::countl_one(*mask) : 24)};
    if (mConfigured != prefix) {
        deconfigure(c);
        stack::address::add(c.stack, mInterface, prefix);
        mConfigured = prefix;
    }
    const auto rows = system.routes.rows();
    for (const auto& r : rows)
        if (r.protocol == stack::RouteProtocol::Dhcp && r.interface == mInterface) system.routes.remove(r);
    if (const auto routers = mLease.addresses(dhcp::kRouter); !routers.empty()) {
        // Debian's script takes the first; with a mask of 32 bits it says onlink. The kernel wants a gateway that is on
        // the link.
        const auto router = routers.front();
        const auto* way = system.routes.lookup(router, mInterface);
        if (prefix.length == 32 || (way && way->via == 0 && way->length > 0)) {
            stack::Route r;
            r.protocol = stack::RouteProtocol::Dhcp;
            r.flags = prefix.length == 32 ? stack::Route::kOnlink : std::uint8_t(0);
            r.via = router;
            r.interface = mInterface;
            r.source = stack::next_hop::selectSource(system, mInterface, router);
            system.routes.add(r);
        } else if (c.stack.tracing()) {
            c.stack.decide(decisions::ConfigRefused{
                .command = c.stack.text("route add default via " + IpAddress::v4(router).toString() + " dev " + mName),
                .error = stack::ConfigError::InvalidGateway,
                .about = IpAddress::v4(router)});
        }
    }
    if (!mKnowsOwnDns) mOwnDns = system.dnsServers;
    mKnowsOwnDns = true;
    if (const auto servers = mLease.addresses(dhcp::kDnsServers); !servers.empty()) {
        system.dnsServers.clear();
        for (const auto s : servers)
            system.dnsServers.push_back(IpAddress::v4(s));
    }
    system.domain = mLease.text(dhcp::kDomainName);
}

void DhcpClient::deconfigure(AppContext& c) {
    if (mConfigured.address.isNone()) return;
    stack::address::remove(c.stack, mInterface, std::exchange(mConfigured, {}));
    if (mKnowsOwnDns) c.stack.system().dnsServers = mOwnDns;
    c.stack.system().domain.clear();
}

} // namespace sim::apps
