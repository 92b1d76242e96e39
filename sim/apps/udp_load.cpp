#include "sim/apps/udp_load.h"

#include "sim/stack/udp.h"

#include <algorithm>
#include <array>

namespace sim::apps {

using stack::Errno;

namespace {
constexpr std::size_t kLargest = 65'507;
constexpr std::array<std::uint8_t, kLargest> kZeros{};
} // namespace

void UdpSource::start(AppContext& c) {
    mConfig.payload = std::min<std::uint32_t>(mConfig.payload, kLargest);
    mStart = c.now() + std::max(mConfig.start, kernel::SimTime::zero());
    mConfig.interval = std::max(mConfig.interval, kernel::SimTime::zero());
    if (mConfig.count > 0 && mConfig.destination.isV4()) schedule(c);
}

void UdpSource::schedule(AppContext& c) const {
    c.stack.schedule(mStart + mConfig.interval * std::int64_t(mNext), kernel::EventKind::AppTimer, c.self().value);
}

void UdpSource::onTimer(AppContext& c, std::uint16_t) {
    if (!mSocket.valid()) {
        // Not before the first datagram: while devices are being built, routes may still be missing.
        const auto socket = stack::udp::open(c.stack, c.self(), 0, 0);
        if (!socket) return;
        mSocket = *socket;
        if (stack::udp::connect(c.stack, mSocket, mConfig.destination.toV4(), mConfig.port) != Errno::None) {
            stack::udp::close(c.stack, mSocket);
            return;
        }
    }
    if (stack::udp::send(c.stack, mSocket, std::span(kZeros).first(mConfig.payload)) == Errno::None) ++mSent;
    if (++mNext < mConfig.count) schedule(c);
}

void UdpSink::start(AppContext& c) {
    if (const auto socket = stack::udp::open(c.stack, c.self(), 0, mConfig.port)) mSocket = *socket;
}

void UdpSink::onNotice(AppContext& c, const stack::Notice& n) {
    if (n.kind != stack::NoticeKind::Readable || n.socket != mSocket) return;
    while (const auto datagram = stack::udp::receive(c.stack, mSocket)) {
        ++received;
        bytes += datagram->length;
        c.stack.frames().release(datagram->frame);
    }
}

} // namespace sim::apps
