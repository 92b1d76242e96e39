#include "sim/apps/dhcp_server.h"

#include "sim/apps/dhcp_reply.h"
#include "sim/decisions/dhcp.h"
#include "sim/stack/icmp.h"
#include "sim/wire/bytes.h"

#include <algorithm>

namespace sim::apps {

using kernel::SimTime;
using stack::NoticeKind;
using wire::DhcpMessage;
using wire::IpAddress;
using wire::dhcp::MessageType;
namespace dhcp = wire::dhcp;

namespace {
constexpr std::uint32_t kShortestLease = 120;
constexpr SimTime kDeclineBackoff = std::chrono::minutes(10);
constexpr std::size_t kMostLeases = 1000, kMostWaiting = 256;
constexpr std::uint16_t kSweep = 0xffff;

/// onlyInterface is the interface whose networks all pools lie in, or the only one there is; none when they lie in
/// several, or behind relays.
std::uint32_t onlyInterface(const stack::System& system, const std::vector<config::DhcpServerConfig>& pools) {
    std::uint32_t only = kernel::InterfaceId::kNone;
    std::vector<std::uint32_t> addressed;
    for (std::uint32_t i = 0; i < system.interfaces.size(); ++i)
        if (system.interfaces[i].type != stack::InterfaceType::Loopback && !system.interfaces[i].addresses.empty())
            addressed.push_back(i);
    if (addressed.size() == 1) return addressed.front();
    for (const auto& pool : pools) {
        std::uint32_t here = kernel::InterfaceId::kNone;
        for (std::uint32_t i = 0; i < system.interfaces.size(); ++i)
            for (const wire::Prefix& p : system.interfaces[i].addresses)
                if (p.contains(pool.first)) here = i;
        if (here == kernel::InterfaceId::kNone || (only != kernel::InterfaceId::kNone && only != here))
            return kernel::InterfaceId::kNone;
        only = here;
    }
    return only;
}
} // namespace

// As dnsmasq with one --interface: its socket is bound to that one.
void DhcpServer::start(AppContext& c) { mSocket = openDhcpSocket(c, onlyInterface(c.stack.system(), mPools)); }

void DhcpServer::onNotice(AppContext& c, const stack::Notice& n) {
    if (mCheck && n.socket == mCheck->socket && n.kind == NoticeKind::EchoReply && n.from.toV4() == mCheck->address)
        return checked(c, true);
    if (n.kind != NoticeKind::Readable || n.socket != mSocket) return;
    while (const auto datagram = stack::udp::receive(c.stack, mSocket)) {
        auto m =
            DhcpMessage::parse(c.stack.frames().bytes(datagram->frame).subspan(datagram->offset, datagram->length));
        c.stack.frames().release(datagram->frame);
        if (!m || m->operation != DhcpMessage::kBootRequest || mWaiting.size() >= kMostWaiting) continue;
        const bool unicast = datagram->to != 0xffff'ffff;
        mWaiting.push_back({std::move(*m), datagram->interface, datagram->to, unicast});
    }
    work(c);
}

void DhcpServer::onTimer(AppContext& c, std::uint16_t tag) {
    if (tag == kSweep) return expire(c);
    if (mCheck && tag == mCheckTag) checked(c, false);
}

void DhcpServer::work(AppContext& c) {
    while (!mCheck && !mWaiting.empty()) {
        const Question q = std::move(mWaiting.front());
        mWaiting.erase(mWaiting.begin());
        handle(c, q);
    }
}

void DhcpServer::handle(AppContext& c, const Question& q) {
    expire(c);
    const auto networks = networksOf(c, q);
    if (networks.empty()) return; // not for any pool of ours
    switch (q.message.type()) {
    case MessageType::Discover: return discover(c, q, networks);
    case MessageType::Request: return request(c, q, networks);
    case MessageType::Decline: return decline(c, q, networks);
    case MessageType::Release: return release(c, q, networks);
    default: return;
    }
}

// --- the four messages ---

void DhcpServer::discover(AppContext& c, const Question& q, const std::vector<Network>& networks) {
    const DhcpMessage& m = q.message;
    std::uint32_t address = 0;
    using How = decisions::DhcpOffered::How;
    How how = How::ByHash;
    Usable usable = Usable::Yes;
    const Lease* lease = leaseOf(m);
    const auto* reservation = reservationOf(m.hardware);
    if (reservation) {
        const auto wished = reservation->address.toV4();
        const Lease* other = leaseOf(wished);
        const bool declined = std::any_of(mDeclined.begin(), mDeclined.end(), [&](const Checked& d) {
            return d.address == wished && c.now() - d.time < kDeclineBackoff;
        });
        if ((!other || other == lease) && !declined && networkOf(networks, wished))
            address = wished, how = How::Reserved;
    }
    if (address == 0 && lease && available(networks, lease->address) && !reservationOf(lease->address))
        address = lease->address, how = How::Lease;
    if (address == 0) {
        const auto wished = m.number32(dhcp::kRequestedAddress).value_or(0);
        if (wished && available(networks, wished) && !leaseOf(wished) && !reservationOf(wished)) {
            usable = ping(c, q, wished);
            if (usable == Usable::Yes) address = wished, how = How::AsAsked;
        }
    }
    if (address == 0 && usable != Usable::Later) usable = allocate(c, q, networks, address);
    if (usable == Usable::Later) return;
    const Network* network = networkOf(networks, address);
    if (address == 0 || !network) {
        if (c.stack.tracing()) c.stack.decide(decisions::DhcpNoAddress{.client = m.hardware});
        return;
    }
    if (c.stack.tracing())
        c.stack.decide(decisions::DhcpOffered{.address = IpAddress::v4(address), .client = m.hardware, .how = how});
    DhcpMessage reply = m;
    reply.options.clear();
    reply.yourAddress = address;
    reply.addType(MessageType::Offer);
    addOptions(c, reply, q, *network, 0, false);
    send(c, q, std::move(reply));
}

void DhcpServer::request(AppContext& c, const Question& q, const std::vector<Network>& networks) {
    const DhcpMessage& m = q.message;
    Lease* lease = leaseOf(m);
    const Network* network = &networks.front();
    const auto wished = m.number32(dhcp::kRequestedAddress);
    const std::uint32_t address = wished.value_or(m.clientAddress);
    const bool authoritative = mPools[network->pool].authoritative;
    std::string_view why;
    bool selecting = false, broadcastRefusal = false;
    if (wished) {
        if (const auto server = m.number32(dhcp::kServerId)) {
            selecting = true;
            const bool ours =
                std::any_of(networks.begin(), networks.end(), [&](const Network& n) { return n.local == *server; }) ||
                c.stack.system().localAddresses.contains(*server);
            if (!ours && !authoritative) return;
            if (!ours) why = "wrong server-ID";
            if (lease && lease->address != address) {
                end(c, lease, decisions::DhcpEnded::Why::Released);
                lease = nullptr;
            }
        } else {
            if (!lease && !authoritative) return;
            if (lease && lease->address != address) why = "wrong address";
        }
    } else if ((lease && m.clientAddress != lease->address) || (!lease && !authoritative)) {
        // Everyone hears a rebinding client: the lease may be another server's.
        if (!q.unicast) return;
        why = "lease not found";
        broadcastRefusal = true;
    }
    if (why.empty()) {
        const auto* reservation = reservationOf(m.hardware);
        const auto* reserved = reservationOf(address);
        const Network* there = networkOf(networks, address);
        if (!there) {
            why = "wrong network";
            broadcastRefusal = true;
        } else if (!available(networks, address) && !(reservation && reservation->address.toV4() == address)) {
            why = "address not available";
        } else if (!selecting && reservation && reservation->address.toV4() != address &&
                   (!leaseOf(reservation->address.toV4()) || leaseOf(reservation->address.toV4()) == lease)) {
            why = "static lease available";
        } else if (reserved && reserved != reservation) {
            why = "address reserved";
        } else if (!lease && leaseOf(address)) {
            why = "address in use";
        } else if (!lease && mLeases.size() >= kMostLeases) {
            why = "no leases left";
        }
        if (there) network = there;
    }
    if (!why.empty()) {
        Question refused = q;
        if (broadcastRefusal) refused.unicast = false;
        return refuse(c, refused, *network, why);
    }
    std::uint32_t seconds = mPools[network->pool].leaseSeconds;
    if (const auto asked = m.number32(dhcp::kLeaseTime)) seconds = std::min(seconds, std::max(*asked, kShortestLease));
    if (!lease) lease = &mLeases.emplace_back();
    const auto* id = m.find(dhcp::kClientId);
    *lease = {m.hardware, id ? id->data : std::vector<std::uint8_t>{}, address,
              c.now(),    c.now() + std::chrono::seconds(seconds),     m.text(dhcp::kHostName)};
    if (const auto* reservation = reservationOf(m.hardware); reservation && !reservation->name.empty())
        lease->name = reservation->name;
    c.setTimer(std::chrono::seconds(seconds), kSweep);
    if (c.stack.tracing())
        c.stack.decide(
            decisions::DhcpGranted{.address = IpAddress::v4(address), .client = m.hardware, .seconds = seconds});
    DhcpMessage reply = m;
    reply.options.clear();
    reply.yourAddress = address;
    reply.addType(MessageType::Ack);
    addOptions(c, reply, q, *network, seconds, !wished);
    send(c, q, std::move(reply));
}

void DhcpServer::decline(AppContext& c, const Question& q, const std::vector<Network>& networks) {
    const auto address = q.message.number32(dhcp::kRequestedAddress);
    if (!address || q.message.number32(dhcp::kServerId) != networks.front().local) return;
    if (c.stack.tracing())
        c.stack.decide(decisions::DhcpEnded{.address = IpAddress::v4(*address),
                                            .client = q.message.hardware,
                                            .why = decisions::DhcpEnded::Why::Declined});
    if (Lease* lease = leaseOf(q.message); lease && lease->address == *address)
        mLeases.erase(mLeases.begin() + (lease - mLeases.data()));
    if (const auto* reservation = reservationOf(q.message.hardware);
        reservation && reservation->address.toV4() == *address)
        mDeclined.push_back({*address, c.now()});
    else
        for (const auto& n : networks)
            ++mEpochs[n.pool]; // this client gets another address next time
}

void DhcpServer::release(AppContext& c, const Question& q, const std::vector<Network>& networks) {
    if (!networkOf(networks, q.message.clientAddress) || q.message.number32(dhcp::kServerId) != networks.front().local)
        return;
    if (Lease* lease = leaseOf(q.message); lease && lease->address == q.message.clientAddress)
        end(c, lease, decisions::DhcpEnded::Why::Released);
}

void DhcpServer::refuse(AppContext& c, const Question& q, const Network& network, std::string_view why) {
    const DhcpMessage& m = q.message;
    if (c.stack.tracing())
        c.stack.decide(decisions::DhcpDenied{
            .address = IpAddress::v4(m.number32(dhcp::kRequestedAddress).value_or(m.clientAddress)),
            .client = m.hardware,
            .why = c.stack.text(why)});
    DhcpMessage reply = m;
    reply.options.clear();
    reply.yourAddress = reply.nextServer = 0;
    reply.addType(MessageType::Nak);
    reply.add32(dhcp::kServerId, network.local);
    reply.addText(dhcp::kMessage, why);
    if (!q.unicast || m.relay != 0 || m.clientAddress == 0 || network.prefix.contains(IpAddress::v4(m.clientAddress))) {
        reply.flags |= dhcp::kBroadcastFlag;
        reply.clientAddress = 0;
    }
    send(c, q, std::move(reply));
}

void DhcpServer::addOptions(AppContext& c, DhcpMessage& reply, const Question& q, const Network& network,
                            std::uint32_t seconds, bool fuzz) {
    const auto& pool = mPools[network.pool];
    const DhcpMessage& m = q.message;
    if (seconds == 0) {
        seconds = pool.leaseSeconds;
        if (const auto asked = m.number32(dhcp::kLeaseTime))
            seconds = std::min(seconds, std::max(*asked, kShortestLease));
    }
    reply.nextServer = network.local;
    reply.add32(dhcp::kServerId, network.local);
    reply.add32(dhcp::kLeaseTime, seconds);
    std::uint32_t renewal = seconds / 2, rebinding = std::uint32_t(std::uint64_t(seconds) * 7 / 8);
    if (fuzz) { // renewals are spread, so that clients that began together do not come together for ever
        std::uint32_t spread = c.stack.system().rng.next16();
        while (spread > renewal / 8)
            spread /= 2;
        renewal -= spread;
        rebinding -= spread;
    }
    reply.add32(dhcp::kRenewalTime, renewal);
    reply.add32(dhcp::kRebindingTime, rebinding);
    reply.add32(dhcp::kSubnetMask, network.prefix.length ? ~std::uint32_t{0} << (32 - network.prefix.length) : 0);
    if (const auto everyone = network.prefix.broadcast(); !everyone.isNone())
        reply.add32(dhcp::kBroadcast, everyone.toV4());
    if (pool.router.isNone() && network.router && m.wants(dhcp::kRouter)) reply.add32(dhcp::kRouter, network.router);
    if (pool.dns.empty() && mServesNames && m.wants(dhcp::kDnsServers)) reply.add32(dhcp::kDnsServers, network.local);
    if (!pool.domain.empty() && m.wants(dhcp::kDomainName)) reply.addText(dhcp::kDomainName, pool.domain);
    if (const auto* r = reservationOf(m.hardware); r && !r->name.empty() && m.wants(dhcp::kHostName))
        reply.addText(dhcp::kHostName, r->name);
    // What was configured comes last, and the last first, as dnsmasq keeps its list.
    if (!pool.dns.empty() && m.wants(dhcp::kDnsServers)) {
        std::vector<std::uint8_t> data(pool.dns.size() * 4);
        for (std::size_t i = 0; i < pool.dns.size(); ++i)
            wire::put32(&data[i * 4], pool.dns[i].toV4());
        reply.add(dhcp::kDnsServers, std::move(data));
    }
    if (!pool.router.isNone() && m.wants(dhcp::kRouter)) reply.add32(dhcp::kRouter, pool.router.toV4());
}

void DhcpServer::send(AppContext& c, const Question& q, DhcpMessage reply) {
    reply.operation = DhcpMessage::kBootReply;
    if (reply.relay != 0) {
        stack::udp::send(c.stack, mSocket, reply.write(), reply.relay, dhcp::kServerPort);
        return;
    }
    sendToClient(c, mSocket, q.interface, reply);
}

// --- which address ---

std::uint32_t DhcpServer::hashOf(const wire::MacAddress& mac) {
    std::uint32_t hash = 0;
    for (const auto b : mac.bytes)
        hash = b + (hash << 6) + (hash << 16) - hash;
    return hash ? hash : 1;
}

DhcpServer::Usable DhcpServer::allocate(AppContext& c, const Question& q, const std::vector<Network>& networks,
                                        std::uint32_t& address) {
    const std::uint32_t hash = hashOf(q.message.hardware);
    for (const auto& n : networks) {
        const std::uint32_t first = mPools[n.pool].first.toV4(), last = mPools[n.pool].last.toV4();
        const std::uint32_t size = last - first + 1;
        const std::uint32_t start = (hash + mEpochs[n.pool]) % size;
        for (std::uint32_t i = 0; i < size; ++i) {
            const std::uint32_t candidate = first + (start + i) % size;
            const bool router =
                std::any_of(networks.begin(), networks.end(), [&](const Network& x) { return candidate == x.router; });
            // Old Windows cannot use x.y.z.0 and x.y.z.255 in the former class C.
            const bool broken = candidate >> 29 == 6 && ((candidate & 0xff) == 0 || (candidate & 0xff) == 0xff);
            if (router || broken || leaseOf(candidate) || reservationOf(candidate)) continue;
            const Usable usable = ping(c, q, candidate);
            if (usable == Usable::No) continue;
            address = candidate;
            return usable;
        }
    }
    return Usable::No;
}

DhcpServer::Usable DhcpServer::ping(AppContext& c, const Question& q, std::uint32_t address) {
    constexpr SimTime kRemembered = std::chrono::seconds(30), kWait = std::chrono::seconds(3);
    constexpr std::size_t kMostPings = 6; // of these 30 s, no more than 60 % are spent waiting
    std::erase_if(mChecked, [&](const Checked& x) { return c.now() - x.time > kRemembered; });
    for (const auto& x : mChecked)
        if (x.address == address) return Usable::Yes;
    if (mCheck && std::find(mCheck->used.begin(), mCheck->used.end(), address) != mCheck->used.end()) return Usable::No;
    const auto networks = networksOf(c, q);
    const Network* network = networkOf(networks, address);
    if (!network || !mPools[network->pool].check || mChecked.size() >= kMostPings) return Usable::Yes;
    if (!mCheck)
        mCheck = Check{}; // clang 14 does not take emplace() here: it asked too early whether Check has a default
    mCheck->question = q;
    mCheck->address = address;
    mCheck->socket = stack::icmp::open(c.stack, c.self());
    if (c.stack.tracing()) c.stack.decide(decisions::DhcpChecks{.address = IpAddress::v4(address)});
    c.setBusy(true);
    stack::icmp::sendEcho(c.stack, mCheck->socket, {.to = address, .sequence = 0, .size = 20});
    mCheckTag = std::uint16_t((mCheckTag + 1) % kSweep);
    c.setTimer(kWait, mCheckTag);
    return Usable::Later;
}

void DhcpServer::checked(AppContext& c, bool inUse) {
    c.setBusy(false);
    stack::icmp::close(c.stack, std::exchange(mCheck->socket, {}));
    const std::uint32_t address = mCheck->address;
    const Question q = mCheck->question;
    if (inUse) {
        if (c.stack.tracing())
            c.stack.decide(decisions::DhcpInUse{.address = IpAddress::v4(address), .client = q.message.hardware});
        mCheck->used.push_back(address);
        const auto networks = networksOf(c, q);
        if (const Network* n = networkOf(networks, address)) ++mEpochs[n->pool];
    } else {
        mChecked.push_back({address, c.now()});
    }
    handle(c, q);
    if (mCheck && !mCheck->socket.valid()) mCheck.reset(); // answered
    work(c);
}

std::vector<DhcpServer::Network> DhcpServer::networksOf(AppContext& c, const Question& q) const {
    std::vector<Network> out;
    const auto& addresses = c.stack.interface(q.interface).addresses;
    if (addresses.empty()) return out;
    for (std::size_t i = 0; i < mPools.size(); ++i) {
        const auto& pool = mPools[i];
        if (q.message.relay != 0) {
            const wire::Prefix network = pool.network.address.isNone() ? wire::Prefix{pool.first, 24} : pool.network;
            if (network.contains(IpAddress::v4(q.message.relay)))
                out.push_back({i, network.network(), addresses.front().address.toV4(), q.message.relay});
            continue;
        }
        for (const auto& p : addresses)
            if (p.contains(pool.first) && p.contains(pool.last)) {
                out.push_back({i, p.network(), p.address.toV4(), p.address.toV4()});
                break;
            }
    }
    // A unicast renewal of a relayed client comes without the relay's address.
    if (out.empty() && q.message.clientAddress != 0)
        for (std::size_t i = 0; i < mPools.size(); ++i) {
            const auto& pool = mPools[i];
            const wire::Prefix network = pool.network.address.isNone() ? wire::Prefix{pool.first, 24} : pool.network;
            if (network.contains(IpAddress::v4(q.message.clientAddress)))
                out.push_back({i, network.network(), q.unicast && q.to ? q.to : addresses.front().address.toV4(),
                               pool.router.toV4()});
        }
    return out;
}

const DhcpServer::Network* DhcpServer::networkOf(const std::vector<Network>& networks, std::uint32_t address) const {
    for (const auto& n : networks)
        if (mPools[n.pool].first.toV4() <= address && address <= mPools[n.pool].last.toV4()) return &n;
    for (const auto& n : networks)
        if (n.prefix.contains(IpAddress::v4(address))) return &n;
    return nullptr;
}

bool DhcpServer::available(const std::vector<Network>& networks, std::uint32_t address) const {
    for (const auto& n : networks)
        if (address == n.router) return false;
    for (const auto& n : networks)
        if (mPools[n.pool].first.toV4() <= address && address <= mPools[n.pool].last.toV4()) return true;
    return false;
}

// --- leases ---

DhcpServer::Lease* DhcpServer::leaseOf(const DhcpMessage& m) {
    const auto* id = m.find(dhcp::kClientId);
    for (auto& l : mLeases)
        if (id && !l.clientId.empty() ? l.clientId == id->data : l.mac == m.hardware) return &l;
    return nullptr;
}

DhcpServer::Lease* DhcpServer::leaseOf(std::uint32_t address) {
    for (auto& l : mLeases)
        if (l.address == address) return &l;
    return nullptr;
}

const config::DhcpServerConfig::Reservation* DhcpServer::reservationOf(const wire::MacAddress& mac) const {
    for (const auto& pool : mPools)
        for (const auto& r : pool.reservations)
            if (r.mac == mac) return &r;
    return nullptr;
}

const config::DhcpServerConfig::Reservation* DhcpServer::reservationOf(std::uint32_t address) const {
    for (const auto& pool : mPools)
        for (const auto& r : pool.reservations)
            if (r.address.toV4() == address) return &r;
    return nullptr;
}

void DhcpServer::expire(AppContext& c) {
    for (std::size_t i = 0; i < mLeases.size();)
        if (mLeases[i].expires <= c.now())
            end(c, &mLeases[i], decisions::DhcpEnded::Why::Expired);
        else
            ++i;
}

void DhcpServer::end(AppContext& c, Lease* lease, decisions::DhcpEnded::Why why) {
    if (c.stack.tracing())
        c.stack.decide(
            decisions::DhcpEnded{.address = IpAddress::v4(lease->address), .client = lease->mac, .why = why});
    mLeases.erase(mLeases.begin() + (lease - mLeases.data()));
}

} // namespace sim::apps
