// WireGuard (the paper "WireGuard: Next Generation Kernel Network Tunnel", wireguard.com/protocol) with the timers and
// queues of Linux's drivers/net/wireguard. The handshake is Noise_IKpsk2.
#pragma once

#include "sim/crypto/crypto.h"
#include "sim/kernel/frame_pool.h"
#include "sim/kernel/id.h"
#include "sim/kernel/ring.h"
#include "sim/kernel/time.h"
#include "sim/stack/replay_window.h"
#include "sim/stack/route_table.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sim::stack {

class Context;

/// Endpoint is where a peer's outer packets come from and go to; from is our own address it spoke to, 0 at first.
struct Endpoint {
    std::uint32_t address = 0;
    std::uint16_t port = 0;
    std::uint32_t from = 0;
    bool operator==(const Endpoint&) const = default;
};

/// WireguardSession is one pair of transport keys.
struct WireguardSession {
    std::uint32_t local = 0, remote = 0; ///< indices: theirs stands in what we send, ours in what we get
    crypto::Key send{}, receive{};
    bool sendValid = true, receiveValid = true;
    bool initiator = false;
    kernel::SimTime created{0};
    std::uint64_t counter = 0; ///< of the next message to send
    ReplayWindow window;
};

/// WireguardHandshake is a handshake that has begun.
struct WireguardHandshake {
    enum class State : std::uint8_t { None, InitiationSent, InitiationReceived, ResponseSent, ResponseReceived };
    State state = State::None;
    crypto::Key hash{}, chain{};
    crypto::Key ephemeral{}; ///< private, ours
    crypto::Key remoteEphemeral{};
    std::uint32_t local = 0, remote = 0;
};

/// WireguardPeer is a peer of a tunnel: its keys, sessions and timers.
struct WireguardPeer {
    std::string name; ///< for people: the node's, or the beginning of its key
    crypto::Key publicKey{}, preshared{};
    crypto::Key staticStatic{}; ///< X25519 of both static keys
    std::optional<Endpoint> endpoint;
    kernel::SimTime persistentKeepalive{0}; ///< 0: none

    WireguardHandshake handshake;
    std::array<std::uint8_t, 12> latestTimestamp{};
    std::optional<WireguardSession> current, previous, next;
    kernel::Ring<kernel::FrameSlot> staged; ///< packets that wait for a session, with 14 bytes before each

    // cookies (5.4.7)
    crypto::Mac cookie{}, lastMac1{};
    kernel::SimTime cookieAt = -kernel::kNever;
    bool mac1Sent = false;

    // timers: the moment when each is due, kNever when off (the paper's 6; Linux's timers.c)
    kernel::SimTime retransmitAt = kernel::kNever, keepaliveAt = kernel::kNever, newHandshakeAt = kernel::kNever;
    kernel::SimTime forgetAt = kernel::kNever, persistentAt = kernel::kNever;
    kernel::SimTime timerScheduled = kernel::kNever; ///< the earliest timer event in the queue
    kernel::SimTime lastHandshakeSent = -kernel::kNever, lastInitiationReceived = -kernel::kNever;
    std::uint8_t attempts = 0;
    bool anotherKeepalive = false, lastMinuteHandshake = false;

    kernel::SimTime latestHandshake = -kernel::kNever; ///< when a session was last agreed on
    std::uint64_t received = 0, sent = 0;              ///< bytes of outer payload, as "wg show" counts
};

/// Wireguard is one WireGuard interface.
struct Wireguard {
    static constexpr std::uint32_t kNone = 0xffff'ffff;
    std::uint32_t interface = kNone;
    kernel::SocketId socket;
    crypto::Key privateKey{}, publicKey{};
    bool userspace = false; ///< packets as wireguard-go sends them: DF set, no DSCP, and no ICMP errors
    bool alwaysUnderLoad = false;
    RouteTable allowed; ///< allowed IPs: a row's interface is the number of the peer
    std::vector<WireguardPeer> peers;
    crypto::Key cookieSecret{};
    kernel::SimTime cookieSecretAt = -kernel::kNever;
    kernel::SimTime busyUntil{0}, underLoadUntil = -kernel::kNever;
};

namespace wireguard {

inline constexpr kernel::SimTime kRekeyAfter = std::chrono::seconds(120), kRejectAfter = std::chrono::seconds(180);
inline constexpr kernel::SimTime kRekeyTimeout = std::chrono::seconds(5), kKeepalive = std::chrono::seconds(10);
inline constexpr kernel::SimTime kJitter = std::chrono::milliseconds(333);
inline constexpr kernel::SimTime kCookieAge = std::chrono::seconds(120), kCookieLatency = std::chrono::seconds(5);
inline constexpr std::uint64_t kRekeyAfterMessages = std::uint64_t{1} << 60;
inline constexpr int kRetries = 18; ///< 90 s of attempts
inline constexpr std::size_t kStaged = 128;

/// start makes a tunnel ready that was just put into the system: its keys, its peers' secrets and timers.
void start(Context& c, std::uint32_t tunnel);
/// transmit takes a packet (behind 14 bytes) that was routed into the tunnel; consumes the frame.
void transmit(Context& c, std::uint32_t tunnel, kernel::FrameSlot frame);
/// input handles a datagram to the tunnel's port: payload lies in frame, which is consumed.
void input(Context& c, std::uint32_t tunnel, const Endpoint& from, std::span<const std::uint8_t> payload,
           kernel::FrameSlot frame);
/// timer handles EventKind::Tunnel.
void timer(Context& c, std::uint32_t tunnelAndPeer);
/// timestamp is TAI64N of a moment of the run, which begins on 2026-01-01 (5.1), as coarse as Linux makes it.
std::array<std::uint8_t, 12> timestamp(kernel::SimTime now);

} // namespace wireguard
} // namespace sim::stack
