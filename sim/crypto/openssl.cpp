// libcrypto (OpenSSL 3). The only file of the project that includes it.
#include "sim/crypto/crypto.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <cstring>
#include <memory>
#include <stdexcept>

namespace sim::crypto {

namespace {

struct Free {
    void operator()(EVP_CIPHER* p) const { EVP_CIPHER_free(p); }
    void operator()(EVP_CIPHER_CTX* p) const { EVP_CIPHER_CTX_free(p); }
    void operator()(EVP_MD* p) const { EVP_MD_free(p); }
    void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
    void operator()(EVP_MAC* p) const { EVP_MAC_free(p); }
    void operator()(EVP_MAC_CTX* p) const { EVP_MAC_CTX_free(p); }
    void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
    void operator()(EVP_PKEY_CTX* p) const { EVP_PKEY_CTX_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

/// need ends the run when the library cannot do what it was built for: there is nothing sensible to go on with.
void need(bool ok, const char* what) {
    if (!ok) throw std::runtime_error(std::string("libcrypto refuses ") + what);
}

/// Looking an algorithm up takes longer than using it, so that each is looked up once; contexts are kept per thread.
struct Ciphers {
    Owned<EVP_CIPHER> aead{EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr)};
    Owned<EVP_CIPHER> stream{EVP_CIPHER_fetch(nullptr, "ChaCha20", nullptr)};
    Owned<EVP_MD> blake{EVP_MD_fetch(nullptr, "BLAKE2S-256", nullptr)};
    Owned<EVP_MAC> keyed{EVP_MAC_fetch(nullptr, "BLAKE2SMAC", nullptr)};
    Owned<EVP_MAC> hmac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
    Ciphers() { need(aead && stream && blake && keyed && hmac, "ChaCha20-Poly1305, BLAKE2s or HMAC"); }
};
const Ciphers& ciphers() {
    static const Ciphers all;
    return all;
}
EVP_CIPHER_CTX* cipherContext() {
    thread_local const Owned<EVP_CIPHER_CTX> context{EVP_CIPHER_CTX_new()};
    return context.get();
}

Owned<EVP_PKEY> privateOf(const Key& key) {
    return Owned<EVP_PKEY>(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, key.data(), key.size()));
}

template <std::size_t N>
std::array<std::uint8_t, N> runMac(EVP_MAC* algorithm, const OSSL_PARAM* params, Bytes key,
                                   std::initializer_list<Bytes> parts) {
    const Owned<EVP_MAC_CTX> context(EVP_MAC_CTX_new(algorithm));
    bool ok = context && EVP_MAC_init(context.get(), key.data(), key.size(), params) == 1;
    for (const auto part : parts)
        if (!part.empty()) ok = ok && EVP_MAC_update(context.get(), part.data(), part.size()) == 1;
    std::array<std::uint8_t, N> out;
    std::size_t length = 0;
    ok = ok && EVP_MAC_final(context.get(), out.data(), &length, N) == 1 && length == N;
    need(ok, "a MAC");
    return out;
}

} // namespace

Key publicKey(const Key& privateKey) {
    const auto own = privateOf(privateKey);
    Key out{};
    std::size_t length = out.size();
    need(own && EVP_PKEY_get_raw_public_key(own.get(), out.data(), &length) == 1, "X25519");
    return out;
}

std::optional<Key> sharedSecret(const Key& privateKey, const Key& otherPublic) {
    const auto own = privateOf(privateKey);
    const Owned<EVP_PKEY> other(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, otherPublic.data(), otherPublic.size()));
    const Owned<EVP_PKEY_CTX> context(own ? EVP_PKEY_CTX_new(own.get(), nullptr) : nullptr);
    need(other && context && EVP_PKEY_derive_init(context.get()) == 1, "X25519");
    if (EVP_PKEY_derive_set_peer(context.get(), other.get()) != 1) return std::nullopt;
    Key out{};
    std::size_t length = out.size();
    if (EVP_PKEY_derive(context.get(), out.data(), &length) != 1)
        return std::nullopt; // all zero: a point of small order
    return out;
}

void seal(const Key& key, const Nonce& nonce, Bytes additional, Bytes plain, std::span<std::uint8_t> out) {
    auto* const c = cipherContext();
    int n = 0;
    bool ok = EVP_EncryptInit_ex2(c, ciphers().aead.get(), key.data(), nonce.data(), nullptr) == 1;
    if (!additional.empty())
        ok = ok && EVP_EncryptUpdate(c, nullptr, &n, additional.data(), int(additional.size())) == 1;
    if (!plain.empty()) ok = ok && EVP_EncryptUpdate(c, out.data(), &n, plain.data(), int(plain.size())) == 1;
    ok = ok && EVP_EncryptFinal_ex(c, out.data() + plain.size(), &n) == 1;
    ok = ok && EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, int(kTag), out.data() + plain.size()) == 1;
    need(ok, "to encrypt");
}

bool open(const Key& key, const Nonce& nonce, Bytes additional, Bytes sealed, std::span<std::uint8_t> out) {
    if (sealed.size() < kTag) return false;
    auto* const c = cipherContext();
    const std::size_t length = sealed.size() - kTag;
    std::uint8_t tag[kTag];
    std::memcpy(tag, sealed.data() + length, kTag);
    int n = 0;
    bool ok = EVP_DecryptInit_ex2(c, ciphers().aead.get(), key.data(), nonce.data(), nullptr) == 1;
    if (!additional.empty())
        ok = ok && EVP_DecryptUpdate(c, nullptr, &n, additional.data(), int(additional.size())) == 1;
    if (length > 0) ok = ok && EVP_DecryptUpdate(c, out.data(), &n, sealed.data(), int(length)) == 1;
    ok = ok && EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, int(kTag), tag) == 1;
    std::uint8_t none[kTag];
    return ok && EVP_DecryptFinal_ex(c, none, &n) == 1;
}

Key longKey(const Key& key, std::span<const std::uint8_t, 16> nonce) {
    // libcrypto has ChaCha20 but not HChaCha20. A block of the one is the state of the other with the words it began
    // with added, and those are known: the constants in front, the counter and nonce behind.
    std::uint8_t block[64] = {};
    auto* const c = cipherContext();
    int n = 0;
    need(EVP_EncryptInit_ex2(c, ciphers().stream.get(), key.data(), nonce.data(), nullptr) == 1 &&
             EVP_EncryptUpdate(c, block, &n, block, sizeof block) == 1,
         "ChaCha20");
    static constexpr std::uint8_t kConstants[] = {'e', 'x', 'p', 'a', 'n', 'd', ' ', '3',
                                                  '2', '-', 'b', 'y', 't', 'e', ' ', 'k'};
    const auto word = [](const std::uint8_t* p) {
        return std::uint32_t{p[0]} | std::uint32_t{p[1]} << 8 | std::uint32_t{p[2]} << 16 | std::uint32_t{p[3]} << 24;
    };
    Key out;
    const auto take = [&](std::size_t to, const std::uint8_t* from, const std::uint8_t* began) {
        for (std::size_t i = 0; i < 16; i += 4) {
            const std::uint32_t w = word(from + i) - word(began + i);
            for (std::size_t b = 0; b < 4; ++b)
                out[to + i + b] = std::uint8_t(w >> (8 * b));
        }
    };
    take(0, block, kConstants);
    take(16, block + 48, nonce.data());
    return out;
}

Key hash(std::initializer_list<Bytes> parts) {
    thread_local const Owned<EVP_MD_CTX> context{EVP_MD_CTX_new()};
    bool ok = EVP_DigestInit_ex2(context.get(), ciphers().blake.get(), nullptr) == 1;
    for (const auto part : parts)
        if (!part.empty()) ok = ok && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
    Key out;
    unsigned length = 0;
    ok = ok && EVP_DigestFinal_ex(context.get(), out.data(), &length) == 1 && length == out.size();
    need(ok, "BLAKE2s");
    return out;
}

Mac mac(Bytes key, std::initializer_list<Bytes> parts) {
    std::size_t size = kTag;
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size), OSSL_PARAM_construct_end()};
    return runMac<kTag>(ciphers().keyed.get(), params, key, parts);
}

Key hmac(Bytes key, std::initializer_list<Bytes> parts) {
    char digest[] = "BLAKE2S-256";
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                 OSSL_PARAM_construct_end()};
    return runMac<32>(ciphers().hmac.get(), params, key, parts);
}

} // namespace sim::crypto
