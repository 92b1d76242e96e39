// The ciphers of the VPN against the vectors of their standards; others were computed with Python's hashlib.
#include "sim/crypto/crypto.h"
#include "sim/stack/replay_window.h"
#include "sim/stack/wireguard.h"

#include <QTest>

using namespace sim;
using crypto::Key;

namespace {

template <class T>
T from(const char* hex) {
    T out{};
    const auto bytes = QByteArray::fromHex(hex);
    [&] { QCOMPARE(std::size_t(bytes.size()), out.size()); }();
    std::copy_n(bytes.begin(), std::min(out.size(), std::size_t(bytes.size())), out.begin());
    return out;
}
crypto::Bytes text(std::string_view t) { return {reinterpret_cast<const std::uint8_t*>(t.data()), t.size()}; }
std::vector<std::uint8_t> list(const char* hex) {
    const auto bytes = QByteArray::fromHex(hex);
    return {bytes.begin(), bytes.end()};
}
template <class T>
QByteArray hex(const T& bytes) {
    return QByteArray(reinterpret_cast<const char*>(bytes.data()), qsizetype(bytes.size())).toHex();
}
constexpr std::string_view kSunscreen = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip "
                                        "for the future, sunscreen would be it.";
constexpr const char* kAdditional = "50515253c0c1c2c3c4c5c6c7";
constexpr const char* kCipherKey = "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f";

} // namespace

class TestCrypto : public QObject {
    Q_OBJECT
private slots:
    void curve_vectorsOfRfc7748_agree() {
        const auto alice = from<Key>("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
        const auto bob = from<Key>("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
        QCOMPARE(hex(crypto::publicKey(alice)), "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
        QCOMPARE(hex(crypto::publicKey(bob)), "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
        const QByteArray secret = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
        QCOMPARE(hex(*crypto::sharedSecret(alice, crypto::publicKey(bob))), secret);
        QCOMPARE(hex(*crypto::sharedSecret(bob, crypto::publicKey(alice))), secret);
        QVERIFY(!crypto::sharedSecret(alice, Key{})); // a point of small order
    }

    void aead_vectorOfRfc8439_agrees() {
        const auto key = from<Key>(kCipherKey);
        const auto nonce = from<crypto::Nonce>("070000004041424344454647");
        const auto additional = list(kAdditional);
        std::vector<std::uint8_t> out(kSunscreen.size() + crypto::kTag);
        crypto::seal(key, nonce, additional, text(kSunscreen), out);
        QCOMPARE(hex(out).left(32), "d31a8d34648e60db7b86afbc53ef7ec2");
        QCOMPARE(hex(out).right(32), "1ae10b594f09e26a7e902ecbd0600691");
        std::vector<std::uint8_t> plain(kSunscreen.size());
        QVERIFY(crypto::open(key, nonce, additional, out, plain));
        QCOMPARE(std::string(plain.begin(), plain.end()), std::string(kSunscreen));
        out[3] ^= 1;
        QVERIFY(!crypto::open(key, nonce, additional, out, plain));
        out[3] ^= 1;
        QVERIFY(!crypto::open(key, nonce, {}, out, plain));
    }

    void aead_inPlaceAndEmpty_works() {
        const Key key = from<Key>(kCipherKey);
        std::vector<std::uint8_t> buffer(64 + crypto::kTag);
        std::fill_n(buffer.begin(), 64, std::uint8_t(7));
        crypto::seal(key, crypto::counterNonce(5), {}, crypto::Bytes(buffer).first(64), buffer);
        std::vector<std::uint8_t> plain(64);
        QVERIFY(crypto::open(key, crypto::counterNonce(5), {}, buffer, plain));
        QCOMPARE(plain, std::vector<std::uint8_t>(64, 7));
        QVERIFY(!crypto::open(key, crypto::counterNonce(6), {}, buffer, plain));
        std::array<std::uint8_t, crypto::kTag> tag;
        crypto::seal(key, {}, text("x"), {}, tag);
        QVERIFY(crypto::open(key, {}, text("x"), tag, {}));
        QVERIFY(!crypto::open(key, {}, {}, crypto::Bytes(tag).first(15), {}));
    }

    void longNonce_vectorsOfTheDraft_agree() {
        const auto key = from<Key>("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        const auto nonce = from<std::array<std::uint8_t, 16>>("000000090000004a0000000031415927");
        QCOMPARE(hex(crypto::longKey(key, nonce)), "82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc");
        const auto longNonce = from<crypto::LongNonce>("404142434445464748494a4b4c4d4e4f5051525354555657");
        std::vector<std::uint8_t> out(kSunscreen.size() + crypto::kTag);
        crypto::sealLong(from<Key>(kCipherKey), longNonce, list(kAdditional), text(kSunscreen), out);
        QCOMPARE(hex(out).left(32), "bd6d179d3e83d43b9576579493c0e939");
        QCOMPARE(hex(out).right(32), "c0875924c1c7987947deafd8780acf49");
        std::vector<std::uint8_t> plain(kSunscreen.size());
        QVERIFY(crypto::openLong(from<Key>(kCipherKey), longNonce, list(kAdditional), out, plain));
    }

    void hash_vectorsOfRfc7693AndHashlib_agree() {
        const QByteArray abc = "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982";
        QCOMPARE(hex(crypto::hash({text("abc")})), abc);
        QCOMPARE(hex(crypto::hash({text("a"), {}, text("bc")})), abc);
        std::array<std::uint8_t, 16> key;
        for (std::size_t i = 0; i < key.size(); ++i)
            key[i] = std::uint8_t(i);
        QCOMPARE(hex(crypto::mac(key, {text("abc")})), "75296c2d2c0f51210b383f386bc8b1ff");
        QCOMPARE(hex(crypto::hmac(text("key"), {text("The quick brown fox jumps over the lazy dog")})),
                 "f93215bb90d4af4c3061cd932fb169fb8bb8a91d0b4022baea1271e1323cd9a0");
    }

    void hkdf_vectorOfHashlib_agrees() {
        Key chain, input;
        for (std::size_t i = 0; i < 32; ++i)
            chain[i] = std::uint8_t(i), input[i] = std::uint8_t(100 + i);
        const auto out = crypto::expand<3>(chain, input);
        QCOMPARE(hex(out[0]), "e3b7e038799447459d13f6cc03b71555c0b32ee93354ebe4526ec98bc53b20a4");
        QCOMPARE(hex(out[1]), "ca06d8e46b509266c7c0594805ffb9c256348a33c642381348f047e452d239e2");
        QCOMPARE(hex(out[2]), "5ee952936bec1473c13db1cc92b8d8ba5ad2df7c77f07478731d48aa5530a000");
        QCOMPARE(crypto::expand<1>(chain, input)[0], out[0]);
    }

    void base64_keysOfWg_agreeAndOthersAreRefused() {
        const auto key = crypto::keyFromBase64("AM27OGxdQHF9eF/Helk0GrJwltbz52xa0LO16YGY7Us=");
        QVERIFY(key);
        QCOMPARE(crypto::toBase64(*key), "AM27OGxdQHF9eF/Helk0GrJwltbz52xa0LO16YGY7Us=");
        // What "wg pubkey" says of this private key.
        QCOMPARE(crypto::toBase64(crypto::publicKey(crypto::clamped(*key))),
                 "dm7fOXIKTbW/onA4ippdg42/OZYj0dabS2VBhlcGXT0=");
        for (const char* bad :
             {"", "AM27", "AM27OGxdQHF9eF/Helk0GrJwltbz52xa0LO16YGY7Us", "AM27OGxdQHF9eF/Helk0GrJwltbz52xa0LO16YGY7U==",
              "AM27OGxdQHF9eF/Helk0GrJwltbz52xa0LO16YGY7Ut=", "AM27OGxdQHF9eF-Helk0GrJwltbz52xa0LO16YGY7Us="})
            QVERIFY2(!crypto::keyFromBase64(bad), bad);
        const auto made = crypto::derivedPrivateKey(1, "desktop:vpn0");
        QCOMPARE(made, crypto::clamped(made));
        QCOMPARE(made, crypto::derivedPrivateKey(1, "desktop:vpn0"));
        QVERIFY(made != crypto::derivedPrivateKey(2, "desktop:vpn0"));
        QVERIFY(made != crypto::derivedPrivateKey(1, "gw:wg0"));
    }

    void replayWindow_countersOfAllKinds_passOnce() {
        stack::ReplayWindow w;
        QVERIFY(w.accept(0));
        QVERIFY(!w.accept(0));
        QVERIFY(w.accept(1));
        QVERIFY(w.accept(9));
        QVERIFY(w.accept(8)); // late, but new
        QVERIFY(!w.accept(8));
        QVERIFY(w.accept(8128 + 9));
        QVERIFY(!w.accept(9)); // still in the window, and known
        QVERIFY(w.accept(10));
        QVERIFY(w.accept(8128 + 20));
        QVERIFY(!w.accept(10)); // 8128 and more behind
        QVERIFY(!w.accept(19));
        QVERIFY(w.accept(21));
        QVERIFY(!w.accept(stack::ReplayWindow::kLast));
        QVERIFY(w.accept(stack::ReplayWindow::kLast - 1));
        QVERIFY(!w.accept(100'000));
    }

    void timestamp_moments_growByCoarseSteps() {
        // 2026-01-01 in TAI64N as Linux writes it: 2^62 + 10 s + the Unix time.
        QCOMPARE(hex(stack::wireguard::timestamp(kernel::SimTime(0))), "400000006955b90a00000000");
        QVERIFY(stack::wireguard::timestamp(std::chrono::milliseconds(10)) ==
                stack::wireguard::timestamp(kernel::SimTime(0)));
        QVERIFY(stack::wireguard::timestamp(std::chrono::milliseconds(20)) >
                stack::wireguard::timestamp(kernel::SimTime(0)));
        QVERIFY(stack::wireguard::timestamp(std::chrono::seconds(2)) >
                stack::wireguard::timestamp(std::chrono::milliseconds(1999)));
    }
};

QTEST_APPLESS_MAIN(TestCrypto)
#include "test_crypto.moc"
