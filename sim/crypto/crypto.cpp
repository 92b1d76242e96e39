#include "sim/crypto/crypto.h"

#include <algorithm>

namespace sim::crypto {

Key clamped(Key key) {
    key[0] &= 248;
    key[31] = std::uint8_t((key[31] & 127) | 64);
    return key;
}

Nonce counterNonce(std::uint64_t counter) {
    Nonce nonce{};
    for (std::size_t i = 0; i < 8; ++i)
        nonce[4 + i] = std::uint8_t(counter >> (8 * i));
    return nonce;
}

namespace {

/// restOf is the nonce that goes with longKey: four zero bytes and what is left of the long one.
Nonce restOf(const LongNonce& nonce) {
    Nonce rest{};
    std::copy(nonce.begin() + 16, nonce.end(), rest.begin() + 4);
    return rest;
}

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

} // namespace

void sealLong(const Key& key, const LongNonce& nonce, Bytes additional, Bytes plain, std::span<std::uint8_t> out) {
    seal(longKey(key, std::span(nonce).first<16>()), restOf(nonce), additional, plain, out);
}

bool openLong(const Key& key, const LongNonce& nonce, Bytes additional, Bytes sealed, std::span<std::uint8_t> out) {
    return open(longKey(key, std::span(nonce).first<16>()), restOf(nonce), additional, sealed, out);
}

Key derivedPrivateKey(std::uint64_t seed, std::string_view words) {
    std::array<std::uint8_t, 8> number;
    for (std::size_t i = 0; i < 8; ++i)
        number[i] = std::uint8_t(seed >> (8 * i));
    const Bytes text(reinterpret_cast<const std::uint8_t*>(words.data()), words.size());
    return clamped(hash({number, text}));
}

std::string toBase64(const Key& key) {
    std::string out;
    out.reserve(44);
    for (std::size_t i = 0; i < 33; i += 3) {
        const auto byte = [&](std::size_t k) { return k < key.size() ? std::uint32_t{key[k]} : 0u; };
        const std::uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
        for (int shift = 18; shift >= 0; shift -= 6)
            out.push_back(kDigits[group >> shift & 63]);
    }
    out.back() = '=';
    return out;
}

std::optional<Key> keyFromBase64(std::string_view text) {
    if (text.size() != 44 || text.back() != '=') return std::nullopt;
    Key key{};
    for (std::size_t i = 0; i < 44; i += 4) {
        std::uint32_t group = 0;
        for (std::size_t k = i; k < i + 4; ++k) {
            const auto digit = k == 43 ? 0 : kDigits.find(text[k]);
            if (digit == std::string_view::npos) return std::nullopt;
            group = group << 6 | std::uint32_t(digit);
        }
        const std::size_t at = i / 4 * 3;
        key[at] = std::uint8_t(group >> 16);
        key[at + 1] = std::uint8_t(group >> 8);
        if (at + 2 < key.size())
            key[at + 2] = std::uint8_t(group);
        else if (group & 0xff)
            return std::nullopt; // bits that stand for nothing: another text for the same key
    }
    return key;
}

} // namespace sim::crypto
