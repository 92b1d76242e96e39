#include "sim/decisions/tunnel.h"
#include "sim/stack/wireguard_internal.h"

#include <algorithm>

namespace sim::stack::wireguard {

using crypto::Bytes;
using crypto::Key;
using crypto::Mac;

namespace {

struct Parts {
    Bytes beforeMac1, mac1, beforeMac2, mac2;
};
/// partsOf cuts a handshake message: both of its MACs stand at the end.
Parts partsOf(Bytes message) {
    const std::size_t n = message.size();
    return {message.first(n - 32), message.subspan(n - 32, 16), message.first(n - 16), message.last(16)};
}
bool equal(Bytes a, const Mac& b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

/// cookieOf is what an address has to know; the secret behind it changes every two minutes.
Mac cookieOf(Tunnel& t, const Endpoint& of) {
    if (expired(t.w.cookieSecretAt, kCookieAge, t.now())) {
        t.w.cookieSecret = randomKey(t.c);
        t.w.cookieSecretAt = t.now();
    }
    std::array<std::uint8_t, 6> place;
    wire::put32(&place[0], of.address);
    wire::put16(&place[4], of.port);
    return crypto::mac(t.w.cookieSecret, {place});
}

} // namespace

void addMacs(Tunnel& t, WireguardPeer& to, std::span<std::uint8_t> message) {
    const std::size_t n = message.size();
    const Mac first = crypto::mac(crypto::hash({crypto::text("mac1----"), to.publicKey}), {message.first(n - 32)});
    std::copy(first.begin(), first.end(), message.end() - 32);
    to.lastMac1 = first;
    to.mac1Sent = true;
    if (expired(to.cookieAt, kCookieAge - kCookieLatency, t.now())) {
        std::fill(message.end() - 16, message.end(), std::uint8_t(0));
        return;
    }
    const Mac second = crypto::mac(to.cookie, {message.first(n - 16)});
    std::copy(second.begin(), second.end(), message.end() - 16);
}

Proof prove(Tunnel& t, const Endpoint& from, std::span<const std::uint8_t> message) {
    const Parts parts = partsOf(message);
    if (!equal(parts.mac1, crypto::mac(crypto::hash({crypto::text("mac1----"), t.w.publicKey}), {parts.beforeMac1})))
        return Proof::Wrong;
    if (!underLoad(t) || expired(t.w.cookieSecretAt, kCookieAge, t.now())) return Proof::Mac1;
    return equal(parts.mac2, crypto::mac(cookieOf(t, from), {parts.beforeMac2})) ? Proof::Cookie : Proof::Mac1;
}

bool underLoad(Tunnel& t) { return t.w.alwaysUnderLoad || t.now() < t.w.underLoadUntil; }

void sendCookie(Tunnel& t, const Endpoint& to, std::span<const std::uint8_t> message) {
    std::span<std::uint8_t> out;
    const auto frame = allocate(t, message::cookie::kSize, &out);
    message::putType(&out[0], message::Type::Cookie);
    std::copy_n(message.begin() + message::initiation::kSender, 4, out.begin() + message::cookie::kReceiver);
    crypto::LongNonce nonce;
    for (std::size_t i = 0; i < nonce.size(); i += 8)
        message::putLittle64(&nonce[i], t.c.system().rng.next());
    std::copy(nonce.begin(), nonce.end(), out.begin() + message::cookie::kNonce);
    const Mac cookie = cookieOf(t, to);
    crypto::sealLong(crypto::hash({crypto::text("cookie--"), t.w.publicKey}), nonce, partsOf(message).mac1, cookie,
                     out.subspan(message::cookie::kCookie, 32));
    if (t.c.tracing())
        t.c.decide(
            decisions::TunnelCookie{.endpoint = {wire::IpAddress::v4(to.address), to.port}, .interface = t.id()});
    sendTo(t, to, frame, t.w.userspace ? 0 : 0x88);
}

void consumeCookie(Tunnel& t, std::span<const std::uint8_t> in) {
    const auto number = peerOfIndex(t, message::getLittle32(&in[message::cookie::kReceiver]));
    if (number == Wireguard::kNone || !t.peer(number).mac1Sent) return t.c.note(trace::DropReason::TunnelMessageError);
    WireguardPeer& p = t.peer(number);
    crypto::LongNonce nonce;
    std::copy_n(in.begin() + message::cookie::kNonce, nonce.size(), nonce.begin());
    Mac cookie;
    if (!crypto::openLong(crypto::hash({crypto::text("cookie--"), p.publicKey}), nonce, p.lastMac1,
                          in.subspan(message::cookie::kCookie, 32), cookie))
        return t.c.note(trace::DropReason::TunnelKeyRejected);
    p.cookie = cookie;
    p.cookieAt = t.now();
    p.mac1Sent = false;
}

} // namespace sim::stack::wireguard
