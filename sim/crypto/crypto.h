// The ciphers of the VPN. Everything that libcrypto computes stands behind this header, in openssl.cpp alone.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sim::crypto {

/// Key is 32 bytes: of a curve, a cipher or a hash.
using Key = std::array<std::uint8_t, 32>;
/// Mac is a tag of 16 bytes: of BLAKE2s as WireGuard uses it, or of Poly1305.
using Mac = std::array<std::uint8_t, 16>;
using Bytes = std::span<const std::uint8_t>;

/// text is the bytes of a text, such as the name of a protocol that is hashed.
inline Bytes text(std::string_view t) { return {reinterpret_cast<const std::uint8_t*>(t.data()), t.size()}; }
inline constexpr std::size_t kTag = 16;

// --- the curve: X25519 (RFC 7748) ---
/// clamped is a private key with the bits set and cleared that RFC 7748 5 demands.
Key clamped(Key key);
Key publicKey(const Key& privateKey);
/// sharedSecret is none when the other side's point leads to zero (RFC 7748 6.1).
std::optional<Key> sharedSecret(const Key& privateKey, const Key& otherPublic);

// --- authenticated encryption: ChaCha20-Poly1305 (RFC 8439), and with long nonces (draft-irtf-cfrg-xchacha) ---
using Nonce = std::array<std::uint8_t, 12>;
using LongNonce = std::array<std::uint8_t, 24>;
/// counterNonce is WireGuard's: four zero bytes and the counter, little-endian.
Nonce counterNonce(std::uint64_t counter);
/// seal encrypts; out has the length of the plain text and kTag more. The two may begin at the same place.
void seal(const Key& key, const Nonce& nonce, Bytes additional, Bytes plain, std::span<std::uint8_t> out);
/// open decrypts; out is kTag shorter than sealed. False, and out means nothing, when the tag is not right.
bool open(const Key& key, const Nonce& nonce, Bytes additional, Bytes sealed, std::span<std::uint8_t> out);
void sealLong(const Key& key, const LongNonce& nonce, Bytes additional, Bytes plain, std::span<std::uint8_t> out);
bool openLong(const Key& key, const LongNonce& nonce, Bytes additional, Bytes sealed, std::span<std::uint8_t> out);
/// longKey is HChaCha20: the key that a long nonce's first 16 bytes make of another.
Key longKey(const Key& key, std::span<const std::uint8_t, 16> nonce);

// --- hashes: BLAKE2s (RFC 7693), HMAC (RFC 2104), HKDF (RFC 5869) over it ---
/// hash is the BLAKE2s-256 of all parts one after the other.
Key hash(std::initializer_list<Bytes> parts);
/// mac is the keyed BLAKE2s of 16 bytes; the key has 1 to 32.
Mac mac(Bytes key, std::initializer_list<Bytes> parts);
Key hmac(Bytes key, std::initializer_list<Bytes> parts);
/// expand gives the first N outputs of HKDF with an empty info.
template <std::size_t N>
std::array<Key, N> expand(const Key& chain, Bytes input) {
    std::array<Key, N> out;
    const Key secret = hmac(chain, {input});
    for (std::size_t i = 0; i < N; ++i) {
        const std::uint8_t number = std::uint8_t(i + 1);
        out[i] = i == 0 ? hmac(secret, {Bytes(&number, 1)}) : hmac(secret, {out[i - 1], Bytes(&number, 1)});
    }
    return out;
}

/// derivedPrivateKey is the same private key for the same words on every machine.
Key derivedPrivateKey(std::uint64_t seed, std::string_view words);

// --- keys as people write them: base64 (RFC 4648 4) ---
std::string toBase64(const Key& key);
/// keyFromBase64 accepts 44 characters that stand for 32 bytes, nothing else.
std::optional<Key> keyFromBase64(std::string_view text);

} // namespace sim::crypto
