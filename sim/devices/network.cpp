#include "sim/devices/network.h"

#include "sim/apps/dhcp_client.h"
#include "sim/apps/make.h"
#include "sim/decisions/administration.h"
#include "sim/decisions/app.h"
#include "sim/devices/administer.h"
#include "sim/stack/igmp.h"
#include "sim/stack/ip.h"
#include "sim/wire/ethernet.h"

#include <algorithm>
#include <cassert>

namespace sim::devices {

namespace {
/// kManyDevices do not stay in a processor's cache between two frames.
constexpr std::size_t kManyDevices = 256;
} // namespace

using kernel::DeviceId;
using kernel::EventKind;
using kernel::InterfaceId;
using kernel::SimTime;
using stack::Context;
using stack::Interface;
using stack::InterfaceType;
using trace::DropReason;

Network::Network(std::uint64_t seed) : mSeed(seed) {}
Network::Network(const Network&) = default;
Network::Network(Network&&) noexcept = default;
Network& Network::operator=(const Network&) = default;
Network& Network::operator=(Network&&) noexcept = default;
Network::~Network() = default;

const Device& Network::device(DeviceId id) const { return mDevices[id.value].read(); }

const std::string& Network::deviceName(DeviceId id) const { return device(id).name; }

const std::string& Network::interfaceName(InterfaceId id) const { return interface(id).name; }

std::string Network::portName(InterfaceId id) const { return deviceName(deviceOf(id)) + ':' + interfaceName(id); }

bool Network::isLoopback(InterfaceId id) const { return interface(id).type == InterfaceType::Loopback; }

DeviceId Network::findDevice(std::string_view name) const {
    for (std::uint32_t i = 0; i < mDevices.size(); ++i)
        if (mDevices[i].read().name == name) return {i};
    return {};
}

InterfaceId Network::findInterface(DeviceId id, std::string_view name) const {
    if (!id.valid()) return {};
    for (const Interface& i : device(id).system.interfaces)
        if (i.name == name) return i.id;
    return {};
}

std::pair<InterfaceId, InterfaceId> Network::endsOf(kernel::ChannelId id) const {
    const auto& c = mChannels[id.value];
    return {c.ends[0], c.ends[1]};
}

kernel::ChannelId Network::connect(InterfaceId a, InterfaceId b, const config::ChannelConfig& config) {
    assert(a.valid() && b.valid() && !channelOf(a).valid() && !channelOf(b).valid());
    const kernel::ChannelId id{std::uint32_t(mChannels.size())};
    link::Channel& c = mChannels.emplace_back();
    c.ends[0] = a;
    c.ends[1] = b;
    c.setRate(config.rate);
    c.delay = std::max(config.delay, SimTime::zero());
    c.queueBytes = config.queueBytes;
    c.up = c.plugged = config.up;
    if (!config.faults.empty() || config.impairment != link::Impairment{}) {
        c.faults = std::uint32_t(mFaults.size());
        mFaults.emplace_back(config.faults, config.impairment, mSeed, id.value);
    }
    mPorts[a.value].channel = mPorts[b.value].channel = id;
    mPorts[b.value].end = 1;
    return id;
}

stack::World Network::world(trace::TraceLog* log, trace::Tap* tap) {
    return {mQueue,       mFrames, mPorts,   mChannels, mFaults, mCounters, mFramesInFlight,
            mAppsRunning, mNow,    mEventNo, log,       0,       tap};
}

bool Network::quiet() const { return mFramesInFlight == 0 && mAppsRunning == 0; }

bool Network::step(trace::TraceLog* log, trace::Tap* tap) {
    if (mQueue.empty()) return false;
    stack::World w = world(log, tap);
    next(w);
    return true;
}

/// next lets the earliest event happen.
void Network::next(stack::World& w) {
    const kernel::Event event = mQueue.pop();
    w.now = mNow = event.time;
    w.event = ++mEventNo;
    ++mCounters.events;
    if (w.log) w.log->beginEvent(mNow, mEventNo, event.causeNo());
    if (mDevices.size() >= kManyDevices) fetchAhead();
    handle(event, w);
}

void Network::runUntil(SimTime time, trace::TraceLog* log, trace::Tap* tap) {
    stack::World w = world(log, tap);
    while (!mQueue.empty() && mQueue.top().time <= time)
        next(w);
    if (time != kernel::kNever && time > mNow) mNow = time;
}

void Network::handle(const kernel::Event& event, stack::World& w) {
    if (event.kind() == EventKind::FrameArrival) return arrive(event, w);
    if (event.kind() == EventKind::LoopbackInput) {
        --mFramesInFlight;
        const Port& port = mPorts[event.target];
        Device& d = mDevices[port.device.value].write();
        Context c(w, port.device, d.system);
        Interface& lo = d.system.interfaces[stack::kLoopback];
        ++lo.rxFrames;
        lo.rxBytes += mFrames.bytes(event.arg).size();
        if (w.log) w.log->frameReceived(port.device, mFrames.trace(event.arg));
        stack::ip::receiveLoopback(c, event.arg);
        return runPrograms(w, port.device, d);
    }
    const DeviceId id{event.target};
    Device& d = mDevices[id.value].write();
    Context c(w, id, d.system);
    switch (event.kind()) {
    case EventKind::Neighbour: stack::neighbour::timer(c, event.arg); break;
    case EventKind::Reassembly: stack::reassembly::timer(c, event.arg); break;
    case EventKind::Igmp: stack::igmp::timer(c, event.arg); break;
    case EventKind::TcpTimer: stack::tcp::timer(c, event.arg); break;
    case EventKind::Configured:
        if (w.log)
            for (const auto& r : d.system.refusals)
                c.decide(decisions::ConfigRefused{.command = c.text(r.what), .error = r.error, .about = r.about});
        break;
    case EventKind::Tunnel: stack::wireguard::timer(c, event.arg); break;
    case EventKind::AppTimer: {
        apps::App& app = d.apps[event.arg];
        if (app.finished()) break; // what has ended stays shared
        apps::AppContext ac(c, {event.arg}, app);
        app.timer(ac, event.tag());
        break;
    }
    default: break;
    }
    runPrograms(w, id, d);
}

void Network::arrive(const kernel::Event& event, stack::World& w) {
    --mFramesInFlight;
    const Port& port = mPorts[event.target];
    const kernel::FrameSlot frame = event.arg;
    Device& d = mDevices[port.device.value].write();
    Context c(w, port.device, d.system);
    // The cable was pulled while the frame was on it, or lost it.
    if (event.tag() != port.epoch) [[unlikely]] {
        const bool pulled = (event.tag() & link::kEpochMask) != port.epoch;
        const auto why = pulled ? DropReason::LinkDown : DropReason::FaultLoss;
        if (w.log) {
            w.log->setFrame(mFrames.trace(frame));
            w.log->frameLost(mFrames.trace(frame), mNow, why);
        }
        return c.drop(frame, why);
    }
    Interface& iface = d.system.interfaces[port.index];
    const auto bytes = mFrames.bytes(frame);
    ++mCounters.frameHops;
    // As a card, or a veth: what is longer than the port is set to take never gets as far as a capture
    // (is_skb_forwardable).
    if (bytes.size() > std::size_t(iface.mtu) + link::kLongestHeader) [[unlikely]] {
        ++iface.drops;
        if (w.log) {
            w.log->setFrame(mFrames.trace(frame));
            w.log->frameLost(mFrames.trace(frame), mNow, DropReason::MtuExceeded);
        }
        return c.drop(frame, DropReason::MtuExceeded);
    }
    if (!iface.up) [[unlikely]] { // neither counted nor captured
        if (w.log) {
            w.log->setFrame(mFrames.trace(frame));
            w.log->frameLost(mFrames.trace(frame), mNow, DropReason::LinkDown);
        }
        return c.drop(frame, DropReason::LinkDown);
    }
    if (w.log) w.log->frameReceived(port.device, mFrames.trace(frame));
    ++iface.rxFrames;
    iface.rxBytes += bytes.size();
    if (w.tap) w.tap->see(iface.id, false, mNow, bytes);
    if (!d.system.ip)
        return d.system.bridge ? stack::bridge::receive(c, port.index, frame)
                               : c.drop(frame, DropReason::UnknownEtherType);
    if (bytes.size() < wire::EthernetView::kSize) return c.drop(frame, DropReason::FrameTooShort);
    if (d.system.tapped && stack::packet::tap(c, port.index, frame)) [[unlikely]]
        return runPrograms(w, port.device, d);
    switch (wire::EtherType(wire::EthernetView(bytes.data()).etherType())) {
    case wire::EtherType::Ipv4: stack::ip::receive(c, port.index, frame); break;
    case wire::EtherType::Arp: stack::neighbour::receiveArp(c, port.index, frame); break;
    default: return c.drop(frame, DropReason::UnknownEtherType);
    }
    runPrograms(w, port.device, d);
}

void Network::runPrograms(stack::World& w, DeviceId id, Device& device) {
    auto& notices = device.system.notices;
    Context c(w, id, device.system);
    while (!notices.empty()) {
        const stack::Notice n = notices.front();
        notices.popFront();
        const bool all = n.kind == stack::NoticeKind::InterfaceChanged;
        if (!all && (!n.app.valid() || n.app.value >= device.apps.size())) continue;
        for (auto a = all ? 0u : n.app.value; a < (all ? std::uint32_t(device.apps.size()) : n.app.value + 1); ++a) {
            apps::App& app = device.apps[a];
            if (app.finished()) continue;
            apps::AppContext ac(c, {a}, app);
            app.notice(ac, n);
        }
    }
}

void Network::addProgram(stack::World& w, DeviceId id, apps::App app) {
    Device& d = mDevices[id.value].write();
    d.apps.push_back(std::move(app));
    startProgram(w, id, {std::uint32_t(d.apps.size() - 1)});
}

void Network::startProgram(stack::World& w, DeviceId id, kernel::AppId self) {
    Device& d = mDevices[id.value].write();
    apps::App& started = d.apps[self.value];
    const bool task = started.state() == apps::App::State::Running;
    if (task) ++mAppsRunning;
    Context c(w, id, d.system);
    if (w.log && task) c.decide(decisions::AppStarted{.what = c.text(started.what())});
    apps::AppContext ac(c, self, started);
    started.start(ac);
    runPrograms(w, id, d);
}

void Network::tellDhcpClient(stack::World& w, DeviceId id, const config::DhcpCommand& command) {
    Device& d = mDevices[id.value].write();
    Context c(w, id, d.system);
    if (w.log) c.decide(decisions::AppStarted{.what = c.text(config::describe(command))});
    for (std::uint32_t i = 0; i < d.apps.size(); ++i) {
        const auto* client = d.apps[i].as<apps::DhcpClient>();
        if (!client || d.apps[i].finished()) continue;
        if (!command.interface.empty() && client->interfaceName() != command.interface) continue;
        apps::AppContext ac(c, {i}, d.apps[i]);
        d.apps[i].writeAs<apps::DhcpClient>()->command(ac, command);
        return runPrograms(w, id, d);
    }
    // Nobody has started one there yet: asking for an address does.
    for (const auto& iface : d.system.interfaces)
        if (command.word == config::DhcpCommand::Word::Request && iface.type == InterfaceType::Ethernet &&
            (command.interface.empty() || iface.name == command.interface)) {
            return addProgram(
                w, id, apps::makeDhcpClient(iface.name, {.hostName = {}, .check = false, .request = command.request}));
        }
}

void Network::apply(SimTime at, DeviceId device, const config::Action& action, trace::TraceLog* log, trace::Tap* tap) {
    mNow = std::max(mNow, at);
    ++mEventNo;
    ++mCounters.events;
    stack::World w = world(log, tap);
    if (log) log->beginEvent(mNow, mEventNo, 0);
    if (const auto* link = std::get_if<config::SetLink>(&action)) {
        if (link->channel.value < mChannels.size()) setLink(w, link->channel, link->up);
        return;
    }
    if (const auto* move = std::get_if<config::MoveCable>(&action)) {
        if (move->channel.value < mChannels.size()) moveCable(w, *move);
        return;
    }
    if (const auto* cut = std::get_if<config::Cut>(&action)) {
        if (cut->channel.value >= mChannels.size()) return;
        faultsOf(cut->channel).cut = cut->cut;
        if (log)
            log->decided(deviceOf(mChannels[cut->channel.value].ends[0]),
                         decisions::LinkCut{.end = mChannels[cut->channel.value].ends[0], .cut = cut->cut});
        return;
    }
    if (const auto* change = std::get_if<config::ChangeLink>(&action)) {
        if (change->channel.value < mChannels.size()) changeLink(w, *change);
        return;
    }
    if (!device.valid() || device.value >= mDevices.size()) return;
    if (const auto* power = std::get_if<config::SetPower>(&action)) return setPower(w, device, *power);
    if (!this->device(device).on) {
        if (log) log->decided(device, decisions::PowerPrevents{.action = log->intern(config::describe(action))});
        return;
    }
    if (const auto* command = std::get_if<config::Administer>(&action)) {
        Device& d = mDevices[device.value].write();
        Context c(w, device, d.system);
        administer(c, command->order);
        return runPrograms(w, device, d);
    }
    if (!this->device(device).system.ip) return;
    if (const auto* command = std::get_if<config::DhcpCommand>(&action)) return tellDhcpClient(w, device, *command);
    if (auto task = apps::makeTask(action)) addProgram(w, device, std::move(*task));
}

Network Network::packed(const Network* before) {
    // The copy is of everything but the frames: they step aside, and come back whatever happens.
    struct Aside {
        kernel::FramePool& place;
        kernel::FramePool frames = std::move(place);
        ~Aside() { place = std::move(frames); }
    } aside{mFrames};
    mFrames = {};
    Network copy(*this);
    copy.mFrames = aside.frames.packed(before ? &before->mFrames : nullptr);
    return copy;
}

Network Network::unpacked() const {
    Network copy(*this);
    copy.mFrames.unpack();
    return copy;
}

std::size_t Network::ownBytes() const {
    return sizeof(Network) + mDevices.size() * sizeof(kernel::Cow<Device>) + mPorts.size() * sizeof(Port) +
           mChannels.size() * sizeof(link::Channel) + mFaults.size() * sizeof(link::FaultInjector) +
           mQueue.heldBytes() + mFrames.packedBytes();
}

void Network::forEachCopy(const std::function<void(const void*, std::size_t)>& f) const {
    for (const auto& device : mDevices) {
        f(device.id(), device.copyBytes());
        for (const auto& app : device.read().apps)
            f(app.id(), app.copyBytes());
    }
    mFrames.forEachBlock(f);
}

bool Network::inject(InterfaceId to, std::span<const std::uint8_t> bytes, trace::TraceLog* log) {
    if (to.value >= mPorts.size() || !mPorts[to.value].channel.valid() || bytes.size() > kernel::FramePool::kLargest)
        return false;
    const link::Channel& channel = mChannels[mPorts[to.value].channel.value];
    ++mEventNo;
    ++mCounters.events;
    const auto frame = mFrames.allocate(std::uint32_t(bytes.size()));
    std::copy(bytes.begin(), bytes.end(), mFrames.bytes(frame).begin());
    if (log) {
        log->beginEvent(mNow, mEventNo, 0);
        const InterfaceId from = channel.ends[mPorts[to.value].end == 0 ? 1 : 0];
        trace::FrameTrace traced;
        traced.from = from;
        traced.to = to;
        traced.depart = traced.arrive = mNow;
        mFrames.trace(frame) = log->frameSent(deviceOf(from), traced, bytes);
    }
    ++mFramesInFlight;
    mQueue.push(mNow, EventKind::FrameArrival, to.value, frame, mEventNo, mPorts[to.value].epoch);
    return true;
}

} // namespace sim::devices
