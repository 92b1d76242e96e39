#include "sim/apps/rip.h"

#include "sim/decisions/rip.h"
#include "sim/stack/igmp.h"

#include <algorithm>
#include <bit>

namespace sim::apps {

using kernel::SimTime;
using wire::IpAddress;
using wire::RipEntry;
using wire::RipMessage;
namespace rip = wire::rip;
using Source = Rip::Row::Source;

namespace {

enum Tag : std::uint16_t { kBegin = 1, kWake, kUpdate, kPause, kTriggered, kSweep, kBusy };

/// kKernelMetric is the metric of RIP's routes in the kernel's table, as zebra puts them there.
constexpr std::uint32_t kKernelMetric = 20;
constexpr SimTime kWakeAfter = std::chrono::seconds(1), kConverged = std::chrono::seconds(5);
/// kStartSpread: no two daemons are ready at the same instant.
constexpr SimTime kStartSpread = std::chrono::milliseconds(10);

constexpr std::uint32_t mask(unsigned length) { return length ? ~std::uint32_t{0} << (32 - length) : 0; }
wire::Prefix prefixOf(const Rip::Row& r) { return {IpAddress::v4(r.network), r.length}; }
IpAddress viaOf(const Rip::Row& r) { return r.via ? IpAddress::v4(r.via) : IpAddress(); }

/// destinationOk refuses what no route can lead to: 127/8, groups, and 0/8 but the default route.
bool destinationOk(std::uint32_t a) { return a >> 24 != 127 && a >> 28 < 14 && (a == 0 || a >> 24 != 0); }

/// classLength is the length of an address's class, for an entry without a mask.
std::uint8_t classLength(std::uint32_t a) { return a == 0 ? 0 : a >> 31 == 0 ? 8 : a >> 30 == 2 ? 16 : 24; }

} // namespace

// --- beginning, and interfaces that come and go ---

void Rip::start(AppContext& c) {
    mRng = kernel::Rng(c.stack.system().rng.next(), c.self().value);
    c.setTimer(SimTime(std::int64_t(mRng.below(std::uint64_t(kStartSpread.count())))), kBegin);
    stayBusy(c);
}

void Rip::begin(AppContext& c) {
    const auto socket = stack::udp::open(c.stack, c.self(), 0, rip::kPort);
    if (!socket) return;
    mSocket = *socket;
    c.stack.system().udp.sockets[mSocket.value].tos = 0xc0;
    const auto count = c.stack.system().interfaces.size();
    mPorts.resize(count);
    // The first update comes before any interface is awake; what counts is when it lets the second one come.
    update(c);
    for (std::uint32_t i = 0; i < count; ++i)
        lookAtInterface(c, i);
    if (mConfig.redistributeStatic)
        for (const auto& r : c.stack.system().routes.rows())
            if (r.protocol == stack::RouteProtocol::Static && r.type == stack::RouteType::Unicast)
                addOwn(c, {.network = r.network,
                           .length = r.length,
                           .source = Source::Static,
                           .via = r.via,
                           .interface = r.interface});
    if (mConfig.defaultOriginate) addOwn(c, {.source = Source::Default, .interface = kernel::InterfaceId::kNone});
}

void Rip::lookAtInterface(AppContext& c, std::uint32_t i) {
    if (i >= mPorts.size()) mPorts.resize(i + 1);
    const auto& iface = c.stack.interface(i);
    if (iface.type != stack::InterfaceType::Ethernet) return;
    const bool alive = iface.up && c.stack.carrier(i) && !iface.addresses.empty();
    // Whatever has changed: what was told of before and is not there any more goes first.
    auto& told = mPorts[i].told;
    const bool same =
        std::all_of(told.begin(), told.end(),
                    [&](const wire::Prefix& p) {
                        return std::find(iface.addresses.begin(), iface.addresses.end(), p) != iface.addresses.end();
                    }) &&
        told.size() == iface.addresses.size();
    if (mPorts[i].enabled && (!alive || !same)) disable(c, i);
    if (!mPorts[i].enabled && alive) enable(c, i);
}

void Rip::enable(AppContext& c, std::uint32_t i) {
    Port& port = mPorts[i];
    const auto& iface = c.stack.interface(i);
    const bool wanted = mConfig.networks.empty() ||
                        std::any_of(iface.addresses.begin(), iface.addresses.end(), [&](const wire::Prefix& p) {
                            return std::any_of(mConfig.networks.begin(), mConfig.networks.end(),
                                               [&](const wire::Prefix& n) { return n.contains(p.address); });
                        });
    if (!wanted && !mConfig.redistributeConnected) return;
    port.enabled = true;
    port.told = iface.addresses;
    port.passive = std::find(mConfig.passive.begin(), mConfig.passive.end(), iface.name) != mConfig.passive.end();
    for (const auto& p : iface.addresses)
        if (p.address.isV4() && p.length < 32)
            addOwn(c, {.network = p.network().address.toV4(),
                       .length = p.length,
                       .source = Source::Connected,
                       .interface = i});
    if (!wanted) return; // only told of, as "redistribute connected" does
    port.wake = c.now() + kWakeAfter;
    c.setTimer(kWakeAfter, kWake);
}

void Rip::disable(AppContext& c, std::uint32_t i) {
    Port& port = mPorts[i];
    for (auto& row : mRows)
        if (row.interface == i && row.metric < rip::kInfinity) lose(c, row, decisions::RipLost::Why::InterfaceGone);
    if (port.running) stack::igmp::leave(c.stack, i, rip::kGroup);
    port = {};
}

void Rip::wake(AppContext& c, std::uint32_t i) {
    Port& port = mPorts[i];
    port.wake = kernel::kNever;
    port.running = true;
    stack::igmp::join(c.stack, i, rip::kGroup);
    stack::udp::sendBy(c.stack, mSocket, i, RipMessage::wholeTable().write(), rip::kGroup, rip::kPort);
}

void Rip::onNotice(AppContext& c, const stack::Notice& n) {
    if (!mSocket.valid()) return;
    if (n.kind == stack::NoticeKind::InterfaceChanged) return lookAtInterface(c, n.length);
    if (n.kind != stack::NoticeKind::Readable || n.socket != mSocket) return;
    while (const auto d = stack::udp::receive(c.stack, mSocket)) {
        const auto m = RipMessage::parse(c.stack.frames().bytes(d->frame).subspan(d->offset, d->length));
        c.stack.frames().release(d->frame);
        if (m)
            received(c, *d, *m);
        else
            ignore(c, d->from, "the message makes no sense");
    }
}

void Rip::onTimer(AppContext& c, std::uint16_t tag) {
    switch (tag) {
    case kBegin: return begin(c);
    case kWake:
        for (std::uint32_t i = 0; i < mPorts.size(); ++i)
            if (mPorts[i].wake <= c.now()) wake(c, i);
        return;
    case kUpdate:
        if (mNextUpdate == c.now()) update(c);
        return;
    case kPause:
        if (mTriggeredPause != c.now()) return;
        mTriggeredPause = SimTime(-1);
        if (mTriggered) triggeredUpdate(c);
        return;
    case kTriggered:
        if (mTriggeredNow) triggeredUpdate(c);
        return;
    case kSweep: return sweep(c);
    case kBusy:
        if (mBusy && c.now() >= mBusyUntil) {
            mBusy = false;
            c.setBusy(false);
        }
        return;
    default: return;
    }
}

void Rip::stayBusy(AppContext& c) {
    mBusyUntil = c.now() + kConverged;
    c.setTimer(kConverged, kBusy);
    if (!mBusy) c.setBusy(true);
    mBusy = true;
}

// --- what the others say ---

void Rip::ignore(AppContext& c, std::uint32_t from, std::string_view why) {
    if (c.stack.tracing()) c.stack.decide(decisions::RipIgnored{.from = IpAddress::v4(from), .why = c.stack.text(why)});
}

void Rip::received(AppContext& c, const stack::Datagram& d, const RipMessage& m) {
    const auto& iface = c.stack.interface(d.interface);
    const auto from = IpAddress::v4(d.from);
    if (c.stack.system().localAddresses.contains(d.from)) return;
    if (d.interface >= mPorts.size() || !mPorts[d.interface].running) return;
    if (m.version != 2) return ignore(c, d.from, "only version 2 is spoken here");
    if (!m.entries.empty() && m.entries.front().family == 0xffff)
        return ignore(c, d.from, "authentication is not understood here");
    if (m.command == RipMessage::kRequest) return answer(c, d, m);
    if (m.command != RipMessage::kResponse) return;
    if (d.fromPort != rip::kPort) return ignore(c, d.from, "it does not come from port 520");
    if (std::none_of(iface.addresses.begin(), iface.addresses.end(),
                     [&](const wire::Prefix& p) { return p.contains(from); }))
        return ignore(c, d.from, "it is in no network of this router");
    for (const auto& e : m.entries)
        learn(c, d, e);
}

void Rip::answer(AppContext& c, const stack::Datagram& d, RipMessage m) {
    if (mPorts[d.interface].passive) return;
    if (m.asksForEverything()) return sendTable(c, d.interface, 0, d.from, d.fromPort, Which::All);
    // Single routes are told as they are, without split horizon (RFC 2453 3.9.1).
    m.command = RipMessage::kResponse;
    for (auto& e : m.entries) {
        const Row* row = find(e.network, std::uint8_t(std::countl_one(e.mask)));
        e.metric = row ? row->metric : rip::kInfinity;
    }
    if (!m.entries.empty()) stack::udp::sendBy(c.stack, mSocket, d.interface, m.write(), d.from, d.fromPort);
}

void Rip::learn(AppContext& c, const stack::Datagram& d, const RipEntry& e) {
    if (e.family != 2) return ignore(c, d.from, "not an IPv4 route");
    if (!destinationOk(e.network)) return ignore(c, d.from, "no route can lead there");
    if (e.metric < 1 || e.metric > rip::kInfinity) return ignore(c, d.from, "the metric is not between 1 and 16");
    const std::uint8_t length = e.mask == 0 ? classLength(e.network) : std::uint8_t(std::countl_one(e.mask));
    if (e.mask != 0 && mask(length) != e.mask) return ignore(c, d.from, "the mask has holes");
    if (e.network & ~mask(length)) return ignore(c, d.from, "the network has host bits");
    // A next hop that is not on this link is none of our business (4.4).
    std::uint32_t via = e.nextHop;
    const auto& iface = c.stack.interface(d.interface);
    if (via && std::none_of(iface.addresses.begin(), iface.addresses.end(),
                            [&](const wire::Prefix& p) { return p.contains(IpAddress::v4(via)); }))
        via = 0;
    if (via == 0) via = d.from;
    if (c.stack.system().localAddresses.contains(via)) return;

    const std::uint32_t metric = std::min(e.metric + 1, rip::kInfinity);
    Row fresh{.network = e.network,
              .length = length,
              .via = via,
              .from = d.from,
              .interface = d.interface,
              .metric = metric,
              .tag = e.tag};
    Row* row = find(e.network, length);
    if (row && row->source != Source::Learned && row->metric < rip::kInfinity) return; // our own is better
    if (!row) {
        if (metric == rip::kInfinity) return;
        row = &insert(fresh);
    } else {
        const bool same = row->from == d.from && row->interface == d.interface && row->source == Source::Learned;
        if (!(same && row->metric != metric) && metric >= row->metric && !(same && row->tag != e.tag)) {
            if (same && row->metric < rip::kInfinity) {
                row->timeout = c.now() + mConfig.timeout;
                c.setTimer(mConfig.timeout, kSweep);
            }
            return;
        }
        if (metric == rip::kInfinity) return lose(c, *row, decisions::RipLost::Why::Withdrawn);
        if (row->source == Source::Learned) uninstall(c, *row);
        *row = fresh;
        fresh.changed = true; // it stood here before: "instead of another"
    }
    row->timeout = c.now() + mConfig.timeout;
    c.setTimer(mConfig.timeout, kSweep);
    install(c, *row);
    if (c.stack.tracing())
        c.stack.decide(decisions::RipLearned{.destination = prefixOf(*row),
                                             .via = viaOf(*row),
                                             .interface = iface.id,
                                             .metric = metric,
                                             .better = fresh.changed});
    trigger(c, *row);
}

// --- the table ---

Rip::Row* Rip::find(std::uint32_t network, std::uint8_t length) {
    for (auto& r : mRows)
        if (r.network == network && r.length == length) return &r;
    return nullptr;
}

Rip::Row& Rip::insert(Row row) {
    const auto at = std::find_if(mRows.begin(), mRows.end(), [&](const Row& r) {
        return std::pair(r.network, r.length) > std::pair(row.network, row.length);
    });
    return *mRows.insert(at, row);
}

void Rip::addOwn(AppContext& c, Row row) {
    Row* there = find(row.network, row.length);
    if (there && there->source != Source::Learned && there->metric < rip::kInfinity) return;
    if (there && there->source == Source::Learned && there->metric < rip::kInfinity) uninstall(c, *there);
    if (there)
        *there = row;
    else
        there = &insert(row);
    trigger(c, *there);
}

void Rip::lose(AppContext& c, Row& row, decisions::RipLost::Why why) {
    if (row.source == Source::Learned) {
        uninstall(c, row);
        if (c.stack.tracing())
            c.stack.decide(decisions::RipLost{.destination = prefixOf(row), .via = viaOf(row), .why = why});
    }
    row.metric = rip::kInfinity;
    row.timeout = kernel::kNever;
    row.garbage = c.now() + mConfig.garbage;
    c.setTimer(mConfig.garbage, kSweep);
    trigger(c, row);
}

void Rip::sweep(AppContext& c) {
    for (auto& row : mRows)
        if (row.timeout <= c.now()) lose(c, row, decisions::RipLost::Why::TimedOut);
    std::erase_if(mRows, [&](const Row& r) { return r.garbage <= c.now(); });
}

void Rip::install(AppContext& c, const Row& row) {
    auto& routes = c.stack.system().routes;
    // Another protocol's route to the same network stays the better one, as zebra's distances have it.
    for (const auto& r : routes.rows())
        if (r.network == row.network && r.length == row.length && r.protocol != stack::RouteProtocol::Rip) return;
    stack::Route r;
    r.network = row.network;
    r.length = row.length;
    r.protocol = stack::RouteProtocol::Rip;
    r.via = row.via;
    r.interface = row.interface;
    r.metric = kKernelMetric;
    r.source = stack::next_hop::selectSource(c.stack.system(), row.interface, row.via);
    routes.add(r);
}

void Rip::uninstall(AppContext& c, const Row& row) {
    stack::Route r;
    r.network = row.network;
    r.length = row.length;
    r.protocol = stack::RouteProtocol::Rip;
    r.via = row.via;
    r.interface = row.interface;
    c.stack.system().routes.remove(r);
}

// --- what we say ---

void Rip::trigger(AppContext& c, Row& row) {
    row.changed = true;
    stayBusy(c);
    if (mTriggeredPause >= c.now()) {
        mTriggered = true;
    } else if (!mTriggeredNow) {
        mTriggeredNow = true; // in a moment, so that all changes of one message go together
        c.setTimer(SimTime(0), kTriggered);
    }
}

void Rip::triggeredUpdate(AppContext& c) {
    mTriggered = mTriggeredNow = false;
    sendUpdates(c, Which::Changed);
    for (auto& row : mRows)
        row.changed = false;
    // RFC 2453 3.10.1: a random pause of 1 to 5 s; what changes meanwhile is told together after it.
    const SimTime pause = std::chrono::seconds(1 + mRng.below(5));
    mTriggeredPause = c.now() + pause;
    c.setTimer(pause, kPause);
}

void Rip::update(AppContext& c) {
    sendUpdates(c, Which::All);
    // A regular update tells what a triggered one would have told.
    mTriggeredPause = SimTime(-1);
    mTriggered = false;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(mConfig.update).count();
    const auto jitter = std::int64_t(mRng.below(std::uint64_t(seconds) + 1)) - seconds / 2;
    const SimTime gap = std::max<SimTime>(mConfig.update + std::chrono::seconds(jitter), std::chrono::seconds(1));
    mNextUpdate = c.now() + gap;
    c.setTimer(gap, kUpdate);
}

void Rip::sendUpdates(AppContext& c, Which which) {
    for (std::uint32_t i = 0; i < mPorts.size(); ++i) {
        if (!mPorts[i].running || mPorts[i].passive) continue;
        const auto addresses = c.stack.interface(i).addresses;
        for (const auto& p : addresses)
            if (p.address.isV4()) sendTable(c, i, p.address.toV4(), rip::kGroup, rip::kPort, which);
    }
}

void Rip::sendTable(AppContext& c, std::uint32_t interface, std::uint32_t source, std::uint32_t to, std::uint16_t port,
                    Which which) {
    RipMessage m{RipMessage::kResponse, 2, {}};
    const auto flush = [&] {
        if (!m.entries.empty()) stack::udp::sendBy(c.stack, mSocket, interface, m.write(), to, port, source);
        m.entries.clear();
    };
    for (const auto& row : mRows) {
        if (which == Which::Changed && !row.changed) continue;
        // Split horizon: nobody is told what he told us, nor of the network that he is in himself.
        const bool his = mConfig.splitHorizon && row.interface == interface &&
                         (row.source == Source::Learned || row.source == Source::Connected);
        if (his && !mConfig.poisonedReverse) continue;
        RipEntry e{.tag = row.tag,
                   .network = row.network,
                   .mask = mask(row.length),
                   .metric = his ? rip::kInfinity : row.metric};
        if (row.interface == interface) e.nextHop = row.via;
        m.entries.push_back(e);
        if (m.entries.size() == rip::kMostEntries) flush();
    }
    flush();
}

} // namespace sim::apps
