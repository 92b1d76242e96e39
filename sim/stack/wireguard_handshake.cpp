#include "sim/stack/wireguard_internal.h"

#include <algorithm>

namespace sim::stack::wireguard {

using crypto::Bytes;
using crypto::Key;
using crypto::Nonce;
using State = WireguardHandshake::State;
using namespace message;

namespace {

/// Start is the chaining key and hash that every handshake begins with.
struct Start {
    Key chain = crypto::hash({crypto::text("Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s")});
    Key hash = crypto::hash({chain, crypto::text("WireGuard v1 zx2c4 Jason@zx2c4.com")});
};

/// Noise is the symmetric state while a message is made or read.
struct Noise {
    Key chain, hash, cipher{};

    void mixHash(Bytes data) { hash = crypto::hash({hash, data}); }
    void mixEphemeral(const Key& publicKey) {
        mixHash(publicKey);
        chain = crypto::expand<1>(chain, publicKey)[0];
    }
    bool mixSecret(const Key& own, const Key& other) {
        const auto secret = crypto::sharedSecret(own, other);
        if (secret) mixKey(*secret);
        return secret.has_value();
    }
    void mixKey(const Key& secret) {
        const auto out = crypto::expand<2>(chain, secret);
        chain = out[0];
        cipher = out[1];
    }
    void mixPreshared(const Key& preshared) {
        const auto out = crypto::expand<3>(chain, preshared);
        chain = out[0];
        mixHash(out[1]);
        cipher = out[2];
    }
    void seal(Bytes plain, std::span<std::uint8_t> out) {
        crypto::seal(cipher, Nonce{}, hash, plain, out);
        mixHash(out);
    }
    bool open(Bytes sealed, std::span<std::uint8_t> out) {
        if (!crypto::open(cipher, Nonce{}, hash, sealed, out)) return false;
        mixHash(sealed);
        return true;
    }
};

Noise start(const Key& responder) {
    static const Start kStart;
    Noise n{kStart.chain, kStart.hash};
    n.mixHash(responder);
    return n;
}

Key keyAt(Bytes in, std::size_t at) {
    Key k;
    std::copy_n(in.begin() + std::ptrdiff_t(at), k.size(), k.begin());
    return k;
}
void put(std::span<std::uint8_t> out, std::size_t at, Bytes what) {
    std::copy(what.begin(), what.end(), out.begin() + std::ptrdiff_t(at));
}

std::uint32_t newIndex(Tunnel& t) {
    for (;;) {
        const std::uint32_t index = t.c.system().rng.next32();
        if (peerOfIndex(t, index) == Wireguard::kNone) return index;
    }
}

/// tell leaves in the log what a reader of captures needs to see through the tunnel.
void tell(Tunnel& t, const WireguardPeer& p) {
    if (!t.c.tracing()) return;
    auto& log = *t.c.world().log;
    log.secret("LOCAL_STATIC_PRIVATE_KEY = " + crypto::toBase64(t.w.privateKey));
    log.secret("REMOTE_STATIC_PUBLIC_KEY = " + crypto::toBase64(p.publicKey));
    log.secret("LOCAL_EPHEMERAL_PRIVATE_KEY = " + crypto::toBase64(p.handshake.ephemeral));
    if (p.preshared != Key{}) log.secret("PRESHARED_KEY = " + crypto::toBase64(p.preshared));
}

} // namespace

crypto::Key randomKey(Context& c) {
    Key k;
    for (std::size_t i = 0; i < k.size(); i += 8)
        putLittle64(&k[i], c.system().rng.next());
    return k;
}

std::uint32_t peerOfIndex(const Tunnel& t, std::uint32_t index) {
    const auto has = [&](const std::optional<WireguardSession>& s) { return s && s->local == index; };
    for (std::uint32_t i = 0; i < t.w.peers.size(); ++i) {
        const WireguardPeer& p = t.w.peers[i];
        if ((p.handshake.state != State::None && p.handshake.local == index) || has(p.current) || has(p.previous) ||
            has(p.next))
            return i;
    }
    return Wireguard::kNone;
}

bool createInitiation(Tunnel& t, std::uint32_t number, std::span<std::uint8_t, initiation::kSize> out) {
    WireguardPeer& p = t.peer(number);
    WireguardHandshake& h = p.handshake;
    Noise n = start(p.publicKey);
    h.state = State::None;
    h.ephemeral = crypto::clamped(randomKey(t.c));
    const Key ephemeral = crypto::publicKey(h.ephemeral);
    std::fill(out.begin(), out.end(), std::uint8_t(0));
    putType(&out[0], Type::Initiation);
    put(out, initiation::kEphemeral, ephemeral);
    n.mixEphemeral(ephemeral);
    if (!n.mixSecret(h.ephemeral, p.publicKey)) return false;
    n.seal(t.w.publicKey, out.subspan(initiation::kStatic, 48));
    n.mixKey(p.staticStatic);
    n.seal(timestamp(t.now()), out.subspan(initiation::kTimestamp, 28));
    h.local = newIndex(t);
    putLittle32(&out[initiation::kSender], h.local);
    h.hash = n.hash;
    h.chain = n.chain;
    h.state = State::InitiationSent;
    tell(t, p);
    return true;
}

std::uint32_t consumeInitiation(Tunnel& t, std::span<const std::uint8_t> in) {
    Noise n = start(t.w.publicKey);
    const Key ephemeral = keyAt(in, initiation::kEphemeral);
    n.mixEphemeral(ephemeral);
    Key remote;
    if (!n.mixSecret(t.w.privateKey, ephemeral) || !n.open(in.subspan(initiation::kStatic, 48), remote))
        return Wireguard::kNone;
    const auto at =
        std::find_if(t.w.peers.begin(), t.w.peers.end(), [&](const WireguardPeer& p) { return p.publicKey == remote; });
    if (at == t.w.peers.end()) return Wireguard::kNone;
    WireguardPeer& p = *at;
    n.mixKey(p.staticStatic);
    std::array<std::uint8_t, 12> stamp;
    if (!n.open(in.subspan(initiation::kTimestamp, 28), stamp)) return Wireguard::kNone;
    // An old time is a replay; more than 50 in a second are an attack (INITIATIONS_PER_SECOND).
    if (stamp <= p.latestTimestamp || !expired(p.lastInitiationReceived, std::chrono::milliseconds(20), t.now()))
        return Wireguard::kNone;
    WireguardHandshake& h = p.handshake;
    h.remoteEphemeral = ephemeral;
    h.hash = n.hash;
    h.chain = n.chain;
    h.remote = getLittle32(&in[initiation::kSender]);
    h.state = State::InitiationReceived;
    p.latestTimestamp = stamp;
    p.lastInitiationReceived = t.now();
    return std::uint32_t(at - t.w.peers.begin());
}

bool createResponse(Tunnel& t, std::uint32_t number, std::span<std::uint8_t, response::kSize> out) {
    WireguardPeer& p = t.peer(number);
    WireguardHandshake& h = p.handshake;
    if (h.state != State::InitiationReceived) return false;
    Noise n{h.chain, h.hash};
    h.ephemeral = crypto::clamped(randomKey(t.c));
    const Key ephemeral = crypto::publicKey(h.ephemeral);
    std::fill(out.begin(), out.end(), std::uint8_t(0));
    putType(&out[0], Type::Response);
    putLittle32(&out[response::kReceiver], h.remote);
    put(out, response::kEphemeral, ephemeral);
    n.mixEphemeral(ephemeral);
    if (!n.mixSecret(h.ephemeral, h.remoteEphemeral) || !n.mixSecret(h.ephemeral, p.publicKey)) return false;
    n.mixPreshared(p.preshared);
    n.seal({}, out.subspan(response::kNothing, 16));
    h.local = newIndex(t);
    putLittle32(&out[response::kSender], h.local);
    h.hash = n.hash;
    h.chain = n.chain;
    h.state = State::ResponseSent;
    tell(t, p);
    return true;
}

std::uint32_t consumeResponse(Tunnel& t, std::span<const std::uint8_t> in) {
    const std::uint32_t local = getLittle32(&in[response::kReceiver]);
    const auto at = std::find_if(t.w.peers.begin(), t.w.peers.end(), [&](const WireguardPeer& p) {
        return p.handshake.state == State::InitiationSent && p.handshake.local == local;
    });
    if (at == t.w.peers.end()) return Wireguard::kNone;
    WireguardHandshake& h = at->handshake;
    Noise n{h.chain, h.hash};
    const Key ephemeral = keyAt(in, response::kEphemeral);
    n.mixEphemeral(ephemeral);
    if (!n.mixSecret(h.ephemeral, ephemeral) || !n.mixSecret(t.w.privateKey, ephemeral)) return Wireguard::kNone;
    n.mixPreshared(at->preshared);
    if (!n.open(in.subspan(response::kNothing, 16), {})) return Wireguard::kNone;
    h.remoteEphemeral = ephemeral;
    h.hash = n.hash;
    h.chain = n.chain;
    h.remote = getLittle32(&in[response::kSender]);
    h.state = State::ResponseReceived;
    return std::uint32_t(at - t.w.peers.begin());
}

bool beginSession(Tunnel& t, std::uint32_t number) {
    WireguardPeer& p = t.peer(number);
    WireguardHandshake& h = p.handshake;
    if (h.state != State::ResponseSent && h.state != State::ResponseReceived) return false;
    const auto keys = crypto::expand<2>(h.chain, {});
    WireguardSession s;
    s.initiator = h.state == State::ResponseReceived;
    s.local = h.local;
    s.remote = h.remote;
    s.send = keys[s.initiator ? 0 : 1];
    s.receive = keys[s.initiator ? 1 : 0];
    s.created = t.now();
    h = {};
    if (s.initiator) {
        // A session that still waited for its first packet is kept for what is on the way with its keys.
        p.previous = p.next ? std::move(p.next) : std::move(p.current);
        p.next.reset();
        p.current = std::move(s);
    } else {
        // The responder may not use the keys before the initiator did: that confirms them.
        p.previous.reset();
        p.next = std::move(s);
    }
    return true;
}

} // namespace sim::stack::wireguard
