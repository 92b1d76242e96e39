// What everything stands on: event order, tables, queues, frames, random numbers, and the routing table.
#include "sim/kernel/byte_queue.h"
#include "sim/kernel/cow.h"
#include "sim/kernel/event_queue.h"
#include "sim/kernel/flat_map.h"
#include "sim/kernel/frame_pool.h"
#include "sim/kernel/ring.h"
#include "sim/kernel/rng.h"
#include "sim/link/channel.h"
#include "sim/link/fault_injector.h"
#include "sim/stack/route_table.h"

#include <QTest>

#include <algorithm>
#include <deque>
#include <map>
#include <set>

using namespace sim;
using namespace sim::kernel;
using namespace std::chrono_literals;

namespace {

/// Clumsy hashes everything to few places, so that the map's chains and wrap-around are exercised.
struct Clumsy {
    std::uint32_t value = 0;
    bool operator==(const Clumsy&) const = default;
};
std::uint64_t hashOf(const Clumsy& c) { return ~std::uint64_t{0} - c.value % 3; }

stack::Route route(std::uint32_t network, unsigned length, std::uint32_t metric = 0, std::uint32_t via = 0) {
    stack::Route r;
    r.network = length ? network & ~std::uint32_t{0} << (32 - length) : 0;
    r.length = std::uint8_t(length);
    r.metric = metric;
    r.via = via;
    return r;
}

/// naive is the definition: the longest prefix, of these the lowest metric, of these the oldest.
const stack::Route* naive(const std::vector<stack::Route>& rows, std::uint32_t address) {
    const stack::Route* best = nullptr;
    for (const auto& r : rows) {
        if (r.length && (address ^ r.network) >> (32 - r.length)) continue;
        if (!best || r.length > best->length || (r.length == best->length && r.metric < best->metric)) best = &r;
    }
    return best;
}

template <class Map, class Key>
void compareWithStdMap(Key make, std::uint64_t seed) {
    Map map;
    std::map<std::uint32_t, std::uint32_t> reference;
    Rng rng(seed, 0);
    for (int i = 0; i < 20'000; ++i) {
        const auto key = std::uint32_t(rng.below(200));
        if (rng.below(3)) {
            const auto e = map.insert(make(key));
            const auto value = rng.next32();
            map[e] = value;
            reference[key] = value;
        } else if (const auto e = map.find(make(key)); e != Map::kNone) {
            map.erase(e);
            QCOMPARE(reference.erase(key), std::size_t(1));
        } else {
            QVERIFY(!reference.contains(key));
        }
        QCOMPARE(map.size(), reference.size());
        if (i % 500) continue;
        for (std::uint32_t k = 0; k < 200; ++k) {
            const auto e = map.find(make(k));
            QCOMPARE(e != Map::kNone, reference.contains(k));
            if (e != Map::kNone) QCOMPARE(map[e], reference[k]);
        }
    }
}

} // namespace

class TestKernel : public QObject {
    Q_OBJECT
private slots:
    void events_ofEqualTime_comeInTheOrderOfScheduling() {
        EventQueue q;
        q.push(5ns, EventKind::AppTimer, 1, 0, 0);
        q.push(3ns, EventKind::AppTimer, 2, 0, 0);
        q.push(5ns, EventKind::FrameArrival, 3, 0, 0);
        q.push(3ns, EventKind::TcpTimer, 4, 0, 0);
        std::vector<std::uint32_t> order;
        while (!q.empty())
            order.push_back(q.pop().target);
        QCOMPARE(order, (std::vector<std::uint32_t>{2, 4, 1, 3}));
    }
    void events_pushedAndPoppedAtRandom_comeSorted() {
        EventQueue q;
        Rng rng(7, 0);
        std::set<std::pair<std::int64_t, std::uint32_t>> waiting; // time, sequence
        std::uint32_t sequence = 0;
        std::int64_t now = 0;
        for (int i = 0; i < 20'000; ++i) {
            const bool growing = i / 2'000 % 2 == 0;
            if (waiting.empty() || rng.below(5) < (growing ? 3u : 2u)) {
                // Some of these come in the order of their times, some do not; there are more delays than lanes, and
                // long ones.
                constexpr std::int64_t kDelays[] = {0, 1, 5, 30, 30, 30, 200, 1'000, 7'000, 999'999, 3'000'000};
                const auto time =
                    now + (rng.below(8) == 0 ? std::int64_t(rng.below(300)) : kDelays[rng.below(std::size(kDelays))]);
                const auto kind = rng.below(4) == 0 ? EventKind::AppTimer : EventKind::FrameArrival;
                q.push(SimTime(time), kind, sequence, 0, 0);
                waiting.emplace(time, sequence++);
            } else {
                QCOMPARE(q.top().target, waiting.begin()->second);
                const Event e = q.pop();
                QCOMPARE(e.time.count(), waiting.begin()->first);
                QCOMPARE(e.target, waiting.begin()->second);
                waiting.erase(waiting.begin());
                now = e.time.count();
            }
            QCOMPARE(q.size(), waiting.size());
            QCOMPARE(q.empty(), waiting.empty());
            if (i % 1'000 == 999) q = EventQueue(q); // a copy goes on alike
        }
    }
    void events_takenOut_leaveTheOthersInOrder() {
        EventQueue q;
        kernel::Rng rng(7, 0);
        std::vector<std::pair<std::int64_t, std::uint32_t>> left; // time, number
        for (std::uint32_t i = 0; i < 2'000; ++i) {
            const auto time = std::int64_t(rng.below(3'000'000)); // some wait in lanes, some in the heap
            q.push(kernel::SimTime(time), i % 2 ? EventKind::FrameArrival : EventKind::TcpTimer, i % 5, i, 0);
            if (i % 5 != 3) left.emplace_back(time, i);
        }
        std::size_t asked = 0;
        q.removeIf([&](const Event& e) {
            ++asked;
            return e.target == 3;
        });
        QCOMPARE(asked, std::size_t(2'000));
        QCOMPARE(q.size(), left.size());
        q.push(kernel::SimTime(1), EventKind::FrameArrival, 0, 2'000, 0); // goes on as before
        left.emplace_back(1, 2'000);
        std::stable_sort(left.begin(), left.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        for (const auto& [time, number] : left) {
            const Event e = q.pop();
            QCOMPARE(e.time.count(), time);
            QCOMPARE(e.arg, number);
        }
        QVERIFY(q.empty());
    }

    void event_onItsWayToTheTopOfAHeap_risesAndNeverSinks() {
        EventHeap heap;
        Rng rng(11, 0);
        std::map<std::uint32_t, unsigned> level; // by event: the highest it rose to, as far as it was told
        for (std::uint32_t i = 0; i < 500; ++i)
            heap.push({SimTime(std::int64_t(rng.below(1000))), std::uint64_t(i) << 16, 0, i, 0});
        for (int left = 500; left > 0; --left) {
            const Event e = heap.pop();
            if (left < 500) QCOMPARE(level.at(e.target), 0u);
            QCOMPARE(heap.risen(0) != nullptr, !heap.empty());
            for (unsigned k = 0; k < EventHeap::kLevels; ++k) {
                const Event* risen = heap.risen(k);
                if (!risen) continue;
                if (k == 0) QCOMPARE(risen->target, heap.top().target);
                if (const auto before = level.find(risen->target); before != level.end()) QVERIFY(before->second >= k);
                level[risen->target] = k;
            }
        }
    }
    void frames_sentOneAfterTheOther_areForetoldInSteps() {
        EventQueue q;
        for (std::uint32_t i = 0; i < 40; ++i)
            q.push(SimTime(100 + i), EventKind::FrameArrival, i, 0, 0);
        QCOMPARE(q.pop().target, 0u);
        QCOMPARE(q.coming()[0]->target, 1u);
        QCOMPARE(q.coming()[1]->target, 4u);
        QCOMPARE(q.coming()[2]->target, 11u);
        QCOMPARE(q.coming()[3]->target, 25u);
        for (std::uint32_t i = 1; i < 39; ++i)
            QCOMPARE(q.pop().target, i);
        QCOMPARE(q.coming()[0]->target, 39u);
        QCOMPARE(q.coming()[3]->target, 39u);
        QCOMPARE(q.pop().target, 39u);
        QVERIFY(!q.coming()[0]);
    }
    void event_causeAndTag_keepTheirBits() {
        EventQueue q;
        q.push(1ns, EventKind::AppTimer, 9, 8, 0xffff'ffff'fffe, 0xabcd);
        const Event e = q.pop();
        QCOMPARE(e.kind(), EventKind::AppTimer);
        QCOMPARE(e.causeNo(), EventNo(0xffff'ffff'fffe));
        QCOMPARE(e.tag(), std::uint16_t(0xabcd));
    }
    void flatMap_randomUse_agreesWithStdMap() {
        compareWithStdMap<FlatMap<std::uint64_t, std::uint32_t>>([](std::uint32_t k) { return std::uint64_t(k); }, 1);
        compareWithStdMap<FlatMap<Clumsy, std::uint32_t>>([](std::uint32_t k) { return Clumsy{k}; }, 2);
    }
    void flatMap_entries_keepTheirIndexWhileOthersComeAndGo() {
        FlatMap<std::uint64_t, int> map;
        const auto e = map.insert(42);
        map[e] = 7;
        for (std::uint64_t k = 0; k < 1000; ++k)
            if (k != 42) map.insert(k);
        for (std::uint64_t k = 0; k < 1000; k += 2)
            if (k != 42) map.erase(map.find(k));
        QCOMPARE(map.find(42), e);
        QCOMPARE(map[e], 7);
    }
    void ring_randomUse_agreesWithDeque() {
        Ring<int> ring;
        std::deque<int> reference;
        Rng rng(3, 0);
        for (int i = 0; i < 20'000; ++i) {
            switch (rng.below(5)) {
            case 0:
            case 1:
                ring.pushBack(i);
                reference.push_back(i);
                break;
            case 2:
                if (reference.empty()) break;
                ring.popFront();
                reference.pop_front();
                break;
            case 3: {
                const auto at = rng.below(reference.size() + 1);
                ring.insert(at, -i);
                reference.insert(reference.begin() + std::ptrdiff_t(at), -i);
                break;
            }
            default: {
                if (reference.empty()) break;
                const auto at = rng.below(reference.size());
                ring.erase(at);
                reference.erase(reference.begin() + std::ptrdiff_t(at));
            }
            }
            QCOMPARE(ring.size(), reference.size());
            if (reference.empty()) continue;
            QCOMPARE(ring.front(), reference.front());
            QCOMPARE(ring.back(), reference.back());
            const auto at = rng.below(reference.size());
            QCOMPARE(ring[at], reference[at]);
        }
    }
    void byteQueue_appendAndDrop_keepsTheStream() {
        ByteQueue q;
        std::uint8_t next = 0, expected = 0;
        Rng rng(4, 0);
        for (int i = 0; i < 2000; ++i) {
            std::vector<std::uint8_t> piece(rng.below(300));
            for (auto& b : piece)
                b = next++;
            q.append(piece);
            const auto head = q.at(0, 10);
            for (std::size_t k = 0; k < head.size(); ++k)
                QCOMPARE(head[k], std::uint8_t(expected + k));
            const auto count = std::min<std::size_t>(rng.below(400), q.size());
            q.drop(count);
            expected = std::uint8_t(expected + count);
        }
        QVERIFY(q.at(q.size(), 1).empty());
    }
    void framePool_shared_isCopiedByOwnAndCounted() {
        FramePool pool;
        const auto a = pool.allocate(100);
        std::fill(pool.bytes(a).begin(), pool.bytes(a).end(), std::uint8_t(1));
        pool.retain(a);
        const auto b = pool.own(a);
        QVERIFY(b != a);
        pool.bytes(b)[0] = 2;
        QCOMPARE(pool.bytes(a)[0], std::uint8_t(1));
        QCOMPARE(pool.own(a), a);
        QCOMPARE(pool.liveCount(), std::size_t(2));
        pool.release(a);
        pool.release(b);
        QCOMPARE(pool.liveCount(), std::size_t(0));
    }
    void framePool_releasedSlot_isUsedAgain() {
        FramePool pool;
        const auto a = pool.allocate(60);
        pool.release(a);
        QCOMPARE(pool.allocate(60), a);
    }
    void framePool_copy_isDeep() {
        FramePool pool;
        std::vector<FrameSlot> held;
        for (const std::uint32_t length : {1u, 200u, 224u, 225u, 1514u, 1745u, 9000u, FramePool::kLargest}) {
            held.push_back(pool.allocate(length));
            std::fill(pool.bytes(held.back()).begin(), pool.bytes(held.back()).end(), std::uint8_t(length));
        }
        FramePool copy(pool);
        for (const auto s : held)
            pool.bytes(s)[0] ^= 0xff;
        for (const auto s : held) {
            QCOMPARE(copy.bytes(s).size(), pool.bytes(s).size());
            QCOMPARE(copy.bytes(s)[0], std::uint8_t(copy.bytes(s).size()));
        }
        QCOMPARE(copy.liveCount(), held.size());
    }
    void cow_copyWritten_leavesTheOriginal() {
        Cow<std::string> a(std::in_place, "one");
        const auto b = a;
        QCOMPARE(&a.read(), &b.read());
        a.write() = "two";
        QCOMPARE(b.read(), std::string("one"));
        const auto* before = &a.read();
        a.write() = "three";
        QCOMPARE(&a.read(), before);
    }
    void rng_seed1Consumer2_givesTheSameNumbersEverywhere() {
        // splitmix64 written down in Python gave these.
        Rng rng(1, 2);
        QCOMPARE(rng.next(), std::uint64_t(0x1a3b8970452f9558ULL));
        QCOMPARE(rng.next(), std::uint64_t(0x4f68ecbf33d4a03aULL));
        QVERIFY(Rng(1, 3).next() != Rng(1, 2).next());
        for (int i = 0; i < 1000; ++i)
            QVERIFY(rng.below(7) < 7);
        QCOMPARE(rng.below(0), std::uint64_t(0));
    }
    void channel_transmitTime_countsPreamblePaddingAndGap() {
        link::Channel c;
        c.rate = 1'000'000'000;
        c.picosecondsPerByte = 8'000;
        QCOMPARE(c.transmitTime(1514), SimTime(12'304)); // (1514 + 24) * 8 ns
        QCOMPARE(c.transmitTime(42), SimTime(672));      // padded to 60
        c.rate = 100'000'000'000;
        c.picosecondsPerByte = 80;
        QCOMPARE(c.transmitTime(60), SimTime(7)); // 6.72 ns, rounded up
        c.rate = 3;
        c.picosecondsPerByte = 0;
        QCOMPARE(c.transmitTime(60), SimTime(224'000'000'000));
    }
    void faultInjector_coalescing_tellsOfFramesTogether() {
        link::FaultInjector faults({}, {.coalesce = SimTime(1'000)}, 1, 0);
        // The first that comes starts the wait; what comes until it is over is told of then, each direction for itself.
        QCOMPARE(faults.inOrder(0, SimTime(100)), SimTime(1'100));
        QCOMPARE(faults.inOrder(0, SimTime(300)), SimTime(1'100));
        QCOMPARE(faults.inOrder(1, SimTime(400)), SimTime(1'400));
        QCOMPARE(faults.inOrder(0, SimTime(1'100)), SimTime(1'100));
        QCOMPARE(faults.inOrder(0, SimTime(1'101)), SimTime(2'101));
        link::FaultInjector none({}, {}, 1, 0);
        QCOMPARE(none.inOrder(0, SimTime(100)), SimTime(100));
    }
    void routes_randomTables_agreeWithTheDefinition() {
        Rng rng(5, 0);
        for (int table = 0; table < 60; ++table) {
            stack::RouteTable routes;
            // Every third is large, with few next hops, and is asked again and again; one of these has too many of
            // them.
            const bool large = table % 3 == 0;
            const auto count = large ? 100 + rng.below(300) : 1 + rng.below(40);
            const auto hops = table == 3 ? 1000 : large ? 5 : 100;
            for (std::uint64_t i = 0; i < count; ++i) {
                // Few networks and all lengths: nesting, equal prefixes with other metrics, neighbours that touch.
                const auto network =
                    std::uint32_t(rng.below(4) << 30 | rng.below(4) << 22 | rng.below(4) << 6 | rng.below(4));
                routes.add(route(network, unsigned(rng.below(33)), std::uint32_t(rng.below(3)),
                                 std::uint32_t(i % std::uint64_t(hops) + 1)));
                if (rng.below(6) == 0) QVERIFY(routes.remove(routes.rows()[rng.below(routes.rows().size())]));
            }
            const auto check = [&](std::uint32_t address) {
                const auto* expected = naive(routes.rows(), address);
                const auto* got = routes.lookup(address);
                QCOMPARE(got == nullptr, expected == nullptr);
                if (got) QVERIFY2(*got == *expected, qPrintable(QString::number(address, 16)));
                for (int again = 0; again < 2; ++again) {
                    const auto found = routes.find(address);
                    QCOMPARE(found.route, got);
                    if (got)
                        QVERIFY(found.hop.via == got->via && found.hop.interface == got->interface &&
                                found.hop.type == got->type);
                }
            };
            stack::RouteTable atOnce;
            std::vector<stack::Route> rows(routes.rows().rbegin(), routes.rows().rend());
            std::stable_sort(rows.begin(), rows.end(),
                             [](const auto& a, const auto& b) { return a.metric < b.metric; });
            atOnce.add(std::span(rows).first(rows.size() / 3));
            atOnce.add(std::span(rows).subspan(rows.size() / 3));
            QCOMPARE(atOnce.rows().size(), routes.rows().size());
            for (std::size_t i = 0; i < rows.size(); ++i)
                QVERIFY(atOnce.rows()[i].network == routes.rows()[i].network &&
                        atOnce.rows()[i].length == routes.rows()[i].length &&
                        atOnce.rows()[i].metric == routes.rows()[i].metric);
            for (const auto& r : routes.rows()) {
                const auto last = r.network | (r.length < 32 ? ~std::uint32_t{0} >> r.length : 0);
                for (const auto address : {r.network, r.network - 1, last, last + 1})
                    check(address);
            }
            for (int i = 0; i < 200; ++i)
                check(rng.next32());
        }
    }
    void routes_equalPrefixAndMetric_theOlderWins() {
        stack::RouteTable routes;
        routes.add(route(0, 0, 100, 1));
        routes.add(route(0, 0, 100, 2));
        routes.add(route(0, 0, 50, 3));
        QCOMPARE(routes.lookup(0x08080808)->via, 3u);
        QVERIFY(routes.remove(route(0, 0, 50, 3)));
        QCOMPARE(routes.lookup(0x08080808)->via, 1u);
        QVERIFY(!routes.remove(route(0, 0, 50, 3)));
    }
};

QTEST_APPLESS_MAIN(TestKernel)
#include "test_kernel.moc"
