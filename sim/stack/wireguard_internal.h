// What the parts of WireGuard share among themselves.
#pragma once

#include "sim/stack/context.h"
#include "sim/stack/wireguard.h"
#include "sim/wire/wireguard.h"

namespace sim::stack::wireguard {

namespace message = wire::wireguard;

/// Tunnel is one tunnel of a device while an event is handled.
struct Tunnel {
    Context& c;
    std::uint32_t number;
    Wireguard& w;

    Tunnel(Context& context, std::uint32_t n) : c(context), number(n), w(context.system().wireguards[n]) {}
    WireguardPeer& peer(std::uint32_t p) { return w.peers[p]; }
    kernel::SimTime now() const { return c.now(); }
    kernel::InterfaceId id() { return c.interface(w.interface).id; }
};

/// expired tells whether something is so old; what never happened is older than anything.
constexpr bool expired(kernel::SimTime birth, kernel::SimTime age, kernel::SimTime now) {
    return birth < kernel::SimTime::zero() || birth + age <= now;
}

// wireguard_handshake.cpp: making and reading the messages of Noise_IKpsk2 (5.4.2, 5.4.3)
crypto::Key randomKey(Context& c);
bool createInitiation(Tunnel& t, std::uint32_t p, std::span<std::uint8_t, message::initiation::kSize> out);
/// consumeInitiation gives the number of the peer that sent a right one, or kNone.
std::uint32_t consumeInitiation(Tunnel& t, std::span<const std::uint8_t> in);
bool createResponse(Tunnel& t, std::uint32_t p, std::span<std::uint8_t, message::response::kSize> out);
std::uint32_t consumeResponse(Tunnel& t, std::span<const std::uint8_t> in);
/// beginSession makes transport keys of a finished handshake (5.4.5) and puts the old ones in their places.
bool beginSession(Tunnel& t, std::uint32_t p);
/// peerOfIndex is the peer whose handshake or session has an index of ours, or kNone.
std::uint32_t peerOfIndex(const Tunnel& t, std::uint32_t index);

// wireguard_cookie.cpp: proof of address (5.3, 5.4.4, 5.4.7)
enum class Proof : std::uint8_t { Wrong, Mac1, Cookie };
/// addMacs writes both MACs at the end of a handshake message to a peer.
void addMacs(Tunnel& t, WireguardPeer& to, std::span<std::uint8_t> message);
Proof prove(Tunnel& t, const Endpoint& from, std::span<const std::uint8_t> message);
bool underLoad(Tunnel& t);
void sendCookie(Tunnel& t, const Endpoint& to, std::span<const std::uint8_t> message);
void consumeCookie(Tunnel& t, std::span<const std::uint8_t> in);

// wireguard_timer.cpp: Linux's timers.c
void schedule(Tunnel& t, std::uint32_t p);
void dataSent(Tunnel& t, WireguardPeer& p);
void dataReceived(Tunnel& t, WireguardPeer& p);
void anySent(WireguardPeer& p);
void anyReceived(WireguardPeer& p);
void anyTraversal(Tunnel& t, WireguardPeer& p);
void handshakeInitiated(Tunnel& t, WireguardPeer& p);
void handshakeComplete(Tunnel& t, WireguardPeer& p);
void sessionDerived(Tunnel& t, WireguardPeer& p);

// wireguard.cpp: Linux's send.c and receive.c
/// initiate sends a handshake initiation, unless one went out within the last five seconds.
void initiate(Tunnel& t, std::uint32_t p, bool retry);
void sendKeepalive(Tunnel& t, std::uint32_t p);
void sendStaged(Tunnel& t, std::uint32_t p);
void dropStaged(Tunnel& t, std::uint32_t p, trace::DropReason why);
/// allocate gives a frame with room for that much payload of a datagram, and the place of it.
kernel::FrameSlot allocate(Tunnel& t, std::size_t payload, std::span<std::uint8_t>* place);
/// sendTo puts headers before a payload and sends it; false when there is no way there.
bool sendTo(Tunnel& t, const Endpoint& to, kernel::FrameSlot frame, std::uint8_t tos);

} // namespace sim::stack::wireguard
