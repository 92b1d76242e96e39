// Frames of every lab, cut and changed: no parser minds, and no device is left in a state that cannot be.
#include "tests/fuzz/parse_everything.h"
#include "tests/fuzz/repair.h"
#include "tests/model/all_labs.h"
#include "tests/sim/invariants.h"

#include "sim/kernel/rng.h"

#include <QtTest>

using namespace sim;

class TestMutations : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        mSamples = tests::samples();
        qInfo("%zu different frames from %lld labs", mSamples.size(), (long long)(tests::labFiles().size()));
        QVERIFY(mSamples.size() >= 300);
        mThorough = qEnvironmentVariableIsSet("PACKETARIUM_THOROUGH");
    }

    void everyFrame_whole_isParsed() {
        for (const auto& s : mSamples) {
            const auto why = fuzz::parseEverything(s.bytes);
            QVERIFY2(why.empty(), why.c_str());
        }
    }

    void everyFrame_everyPrefix_isParsed() {
        for (const auto& s : mSamples)
            for (std::size_t n = 0; n < s.bytes.size(); n += n < 200 || mThorough ? 1 : 37) {
                const auto why = fuzz::parseEverything(std::span(s.bytes).first(n), n < 120 || n % 8 == 0 || mThorough);
                QVERIFY2(why.empty(), why.c_str());
            }
    }

    /// Every byte of the headers gets other values; without PACKETARIUM_THOROUGH some of the 255, by turns.
    void everyFrame_everyByteChanged_isParsed() {
        kernel::Rng random(1, 1);
        std::uint64_t tried = 0;
        for (const auto& s : mSamples) {
            auto bytes = s.bytes;
            for (std::size_t i = 0; i < bytes.size(); i += i < 160 || mThorough ? 1 : 61) {
                const std::uint8_t was = bytes[i];
                const auto turn = std::uint8_t(1u << (tried % 8));
                std::vector<std::uint8_t> values{std::uint8_t(was ^ turn), 0, 0xff, std::uint8_t(random.below(256))};
                if (mThorough) {
                    values.clear();
                    for (int v = 0; v < 256; ++v)
                        values.push_back(std::uint8_t(v));
                }
                for (const auto v : values) {
                    if (v == was) continue;
                    bytes[i] = v;
                    const auto why = fuzz::parseEverything(bytes, ++tried % 3 == 0 || mThorough);
                    QVERIFY2(why.empty(), why.c_str());
                }
                bytes[i] = was;
            }
        }
        qInfo("%llu changed frames", (unsigned long long)(tried));
    }

    /// Each lab is stopped at some moments, and changed copies of its own frames arrive where they did in the run.
    void everyLab_changedFramesInjected_staysConsistent_data() {
        QTest::addColumn<QString>("path");
        for (const QString& path : tests::labFiles())
            QTest::newRow(qPrintable(QFileInfo(path).completeBaseName())) << path;
    }
    void everyLab_changedFramesInjected_staysConsistent() {
        QFETCH(QString, path);
        const auto timeline = tests::runLab(path);
        const auto& log = timeline.log();
        if (log.frames().empty()) return;
        kernel::Rng random(7, qHash(QFileInfo(path).fileName(), 0) & 0xffff);
        const int rounds = mThorough ? 40 : 4;
        for (int round = 0; round < rounds; ++round) {
            const auto pivot = random.below(std::uint32_t(log.frames().size()));
            auto network = timeline.stateAt(log.frames()[pivot].sent);
            for (int k = 0; k < 60; ++k) {
                // Mostly what is about to come anyway, so that connections and handshakes know it.
                const auto near = std::min<std::size_t>(log.frames().size() - 1, pivot + random.below(24));
                const auto& frame =
                    log.frames()[random.below(5) == 0 ? random.below(std::uint32_t(log.frames().size())) : near];
                if (!frame.to.valid()) continue;
                auto bytes = log.bytes(frame);
                const auto changes = random.below(4);
                for (std::uint32_t c = 0; c < changes && !bytes.empty(); ++c) {
                    const auto at = random.below(2)
                                        ? random.below(std::uint32_t(bytes.size()))
                                        : random.below(std::uint32_t(std::min<std::size_t>(bytes.size(), 80)));
                    bytes[at] =
                        std::uint8_t(random.below(3) == 0 ? random.below(256) : bytes[at] ^ (1u << random.below(8)));
                }
                if (random.below(10) == 0) bytes.resize(random.below(std::uint32_t(bytes.size() + 1)));
                if (random.below(4) != 0) fuzz::repair(bytes);
                if (!network.inject(frame.to, bytes)) continue;
                for (int steps = int(random.below(6)); steps >= 0 && network.step(); --steps) {
                    const auto why = invariants::violation(network);
                    QVERIFY2(why.empty(), why.c_str());
                }
            }
            for (int n = 0; n < 1000 && network.step(); ++n) {
                if (n % 16) continue;
                const auto why = invariants::violation(network);
                QVERIFY2(why.empty(), why.c_str());
            }
        }
    }

private:
    std::vector<tests::Sample> mSamples;
    bool mThorough = false;
};

QTEST_GUILESS_MAIN(TestMutations)
#include "test_mutations.moc"
