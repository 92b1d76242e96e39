// Kinds of decisions: each is described whole, is kept and found again as it was, and tells itself in every way it can.
#include "sim/decisions/all.h"
#include "sim/explain/explain.h"

#include <QTest>

#include <cstring>
#include <memory>
#include <set>
#include <string>

using namespace sim;
using wire::IpAddress;

namespace {

/// Turns counts through all combinations of what members can be.
class Turns {
public:
    std::size_t next(std::size_t options) {
        if (mAt == mDigits.size()) mDigits.push_back({0, options});
        return mDigits[mAt++].value;
    }
    /// turn goes to the next combination; false when there is none.
    bool turn() {
        mAt = 0;
        for (auto& d : mDigits) {
            if (++d.value < d.options) return true;
            d.value = 0;
        }
        return false;
    }

private:
    struct Digit {
        std::size_t value, options;
    };
    std::vector<Digit> mDigits;
    std::size_t mAt = 0;
};

/// Filler gives members values: with Turns, those that sentences distinguish.
struct Filler {
    Turns& turns;
    trace::TextId text;
    void operator()(IpAddress& a) {
        constexpr std::uint32_t kAddresses[] = {0, 0xc0a80005, 0x08080808};
        const auto i = turns.next(3);
        a = i ? IpAddress::v4(kAddresses[i]) : IpAddress();
    }
    void operator()(wire::Prefix& p) { p = {IpAddress::v4(0), std::uint8_t(turns.next(2) * 8)}; }
    void operator()(wire::MacAddress& m) {
        m = turns.next(2) ? wire::MacAddress::broadcast() : wire::MacAddress::fromNumber(7);
    }
    void operator()(decisions::Endpoint& e) {
        (*this)(e.address);
        e.port = 80;
    }
    void operator()(kernel::InterfaceId& i) { i = {0}; }
    void operator()(kernel::SimTime& t) { t = std::chrono::milliseconds(8); }
    void operator()(trace::TextId& t) { t = text; }
    void operator()(bool& b) { b = turns.next(2); }
    void operator()(std::uint8_t& n) {
        constexpr std::uint8_t kNumbers[] = {0, 1, 3, 11, 255};
        n = kNumbers[turns.next(5)];
    }
    void operator()(std::uint16_t& n) { n = 80; }
    void operator()(std::uint32_t& n) { n = std::uint32_t(turns.next(3)); }
    template <class E>
    requires(std::is_enum_v<E>) void operator()(E& e) {
        e = E(turns.next(16)); // more than any has: what is out of range must not crash
    }
};

template <class D>
bool same(const D& a, const D& b) {
    return trace::Decision(a).kind() == trace::Decision(b).kind() &&
           std::memcmp(std::make_unique<trace::Decision>(a).get(), std::make_unique<trace::Decision>(b).get(),
                       sizeof(trace::Decision)) == 0;
}

struct Box {
    devices::Network network{1};
    trace::TraceLog log;
    kernel::DeviceId home;
    Box() {
        config::DeviceConfig h;
        h.name = "home";
        h.interfaces.emplace_back();
        h.interfaces.back().name = "lan0";
        home = network.addDevice(h);
        log.beginEvent(kernel::SimTime(1), 1, 0);
    }
};

} // namespace

class TestDecisions : public QObject {
    Q_OBJECT
private slots:
    void kinds_listed_areDescribedWhole() {
        std::set<std::string_view> names;
        std::size_t kinds = 0;
        decisions::All::forEach([&]<class D>(trace::DecisionKind kind) {
            const auto& about = D::kAbout;
            const std::string name(about.name);
            ++kinds;
            QVERIFY2(names.insert(about.name).second, name.c_str());
            QVERIFY2(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string::npos, name.c_str());
            QVERIFY2((about.event.word == nullptr) != (about.event.whyNot == nullptr), name.c_str());
            QVERIFY2((about.row.table == nullptr) != (about.row.whyNone == nullptr), name.c_str());
            QCOMPARE(decisions::about(kind), &about);
            QCOMPARE(trace::kindOf<D>, kind);
        });
        QVERIFY(kinds > 100);
        QCOMPARE(decisions::about(trace::kindOf<decisions::RouteChosen>)->name, "route-chosen");
        QCOMPARE(decisions::about(trace::DecisionKind(255)), nullptr);
    }

    void kind_decidedInEveryWay_tellsEachOfItsTemplatesWithAllArguments() {
        Box box;
        const auto text = box.log.intern("text");
        std::set<std::string> told, all;
        decisions::All::forEach([&]<class D>(trace::DecisionKind) {
            for (const char* t : D::kSays.texts)
                all.insert(t);
            Turns turns;
            do {
                D d;
                trace::forEachMember(d, Filler{turns, text});
                box.log.decided(box.home, d);
                const auto sentence = explain::explain(box.network, box.log, box.log.records().back());
                QVERIFY2(!sentence.empty(), std::string(D::kAbout.name).c_str());
                for (int i = int(sentence.arguments.size()) + 1; i <= 9; ++i)
                    QVERIFY2(!QString::fromUtf8(sentence.text).contains('%' + QString::number(i)), sentence.text);
                told.insert(sentence.text);
            } while (turns.turn());
        });
        for (const auto& t : all)
            QVERIFY2(told.contains(t), ("nobody tells: " + t).c_str());
        QCOMPARE(told.size(), all.size());
    }

    void decision_kept_isFoundAgainAsItWas() {
        const decisions::NatCreated d{.inside = {IpAddress::v4(0xc0a80005), 61010},
                                      .outside = {IpAddress::v4(0x05050505), 61011},
                                      .remote = {IpAddress::v4(0x08080808), 80},
                                      .protocol = 6};
        trace::TraceLog log;
        log.decided({1}, d);
        log.decided({2}, decisions::RoutesFlushed{});
        const auto& kept = log.decision(log.record(0).index);
        QVERIFY(log.record(0).decided<decisions::NatCreated>());
        QVERIFY(!log.record(0).decided<decisions::NatApplied>());
        const auto found = kept.as<decisions::NatCreated>();
        QCOMPARE(found.inside.address.toString(), "192.168.0.5");
        QCOMPARE(int(found.inside.port), 61010);
        QCOMPARE(int(found.outside.port), 61011);
        QCOMPARE(found.remote.address.toString(), "8.8.8.8");
        QCOMPARE(int(found.protocol), 6);
        QVERIFY(log.decision(log.record(1).index).is<decisions::RoutesFlushed>());
    }

    void decision_madeInUsedMemory_isByteForByteTheSame() {
        // What stands between the members of a struct must not reach the log: equal decisions are kept once.
        decisions::All::forEach([]<class D>(trace::DecisionKind) {
            alignas(D) unsigned char dirty[sizeof(D)], clean[sizeof(D)];
            std::memset(dirty, 0xa5, sizeof(D));
            std::memset(clean, 0, sizeof(D));
            auto* const a = new (dirty) D;
            auto* const b = new (clean) D;
            Turns one, two;
            trace::forEachMember(*a, Filler{one, {5}});
            trace::forEachMember(*b, Filler{two, {5}});
            QVERIFY2(same(*a, *b), std::string(D::kAbout.name).c_str());
        });
    }

    void members_counted_areAllOfThem() {
        QCOMPARE(trace::memberCount<decisions::RoutesFlushed>(), std::size_t(0));
        QCOMPARE(trace::memberCount<decisions::NoRoute>(), std::size_t(1));
        QCOMPARE(trace::memberCount<decisions::PingReply>(), std::size_t(3));
        QCOMPARE(trace::memberCount<decisions::RouteChosen>(), std::size_t(8));
    }
};

QTEST_APPLESS_MAIN(TestDecisions)
#include "test_decisions.moc"
