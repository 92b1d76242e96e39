// The table of protocols against everything that the labs send: nothing is sent that is not dissected, and a filter
// knows every field that is shown.
#include "sim/dissect/dissect.h"
#include "sim/dissect/protocols.h"
#include "sim/wire/dhcp.h"
#include "sim/wire/dns.h"
#include "sim/wire/ethernet.h"
#include "sim/wire/http.h"
#include "sim/wire/ipv4.h"
#include "sim/wire/rip.h"
#include "sim/wire/vxlan.h"
#include "sim/wire/wireguard.h"
#include "tests/model/all_labs.h"

#include <QtTest>

#include <set>

using namespace sim;

namespace {

std::string inQuotes(std::string_view text) { return '"' + std::string(text) + '"'; }

/// unknown says which node of a tree a filter cannot name, or what holds a value that its field does not.
std::string unknown(const dissect::FieldNode& node) {
    if (node.field && !node.filter().empty() && dissect::findField(node.filter()) != node.field)
        return inQuotes(node.filter()) + " is another field, or none, for a filter";
    const bool none = std::holds_alternative<std::monostate>(node.value);
    if (!none && !node.field) return inQuotes(node.name) + " has a value and no field";
    if (!none && !dissect::isOfType(node.value, node.field->type))
        return inQuotes(node.filter()) + " holds what is not of its type: " + node.display;
    for (const auto& child : node.children)
        if (auto why = unknown(child); !why.empty()) return why;
    return {};
}

} // namespace

class TestProtocols : public QObject {
    Q_OBJECT
private slots:
    void framesOfAllLabs_dissected_areKnownToTheTable() {
        std::set<std::string_view> seen;
        for (const auto& sample : tests::samples()) {
            const auto tree = dissect::dissect(sample.bytes, sample.link);
            const auto why = unknown(tree);
            QVERIFY2(why.empty(), why.c_str());
            const auto summary = dissect::summarize(sample.bytes, sample.link);
            // What is sent has something to say above Ethernet and IP; only later fragments do not show it.
            QVERIFY2(summary.top || sample.link == wire::LinkType::RawIp, summary.info.c_str());
            const bool carrier = !summary.top || summary.top->filter == "ip" || summary.top->filter == "ipv6";
            QVERIFY2(!carrier || summary.fragment, summary.info.c_str());
            if (!carrier) seen.insert(summary.top->filter);
            if (summary.top) QVERIFY2(tree.find(summary.top->filter), summary.info.c_str());
        }
        const std::set<std::string_view> all{"arp",  "icmp", "igmp", "udp",   "tcp", "dns",
                                             "http", "dhcp", "rip",  "vxlan", "wg"};
        QVERIFY2(seen == all, "a protocol that is sent was added here, or one of these is not sent by any lab");
    }

    void numbersThatAreSent_lookedUp_haveTheirRow() {
        using enum wire::EtherType;
        for (const auto type : {Ipv4, Arp, Vlan, Ipv6, ServiceVlan})
            QVERIFY(dissect::etherProtocol(std::uint16_t(type)));
        using wire::IpProtocol;
        for (const auto number : {IpProtocol::Icmp, IpProtocol::Igmp, IpProtocol::Ipv4, IpProtocol::Tcp,
                                  IpProtocol::Udp, IpProtocol::Ipv6, IpProtocol::Icmpv6})
            QVERIFY(dissect::ipProtocol(std::uint8_t(number)));
        const auto at = [](std::uint16_t port) { return dissect::datagramProtocol(50'000, port)->filter; };
        QCOMPARE(at(wire::dns::kPort), "dns");
        QCOMPARE(at(wire::dhcp::kServerPort), "dhcp");
        QCOMPARE(at(wire::dhcp::kClientPort), "dhcp");
        QCOMPARE(at(wire::rip::kPort), "rip");
        QCOMPARE(at(wire::VxlanHeader::kPort), "vxlan");
        QCOMPARE(at(wire::wireguard::kPort), "wg");
        QVERIFY(!dissect::datagramProtocol(50'000, 50'001));
        // VXLAN's port is its receiver's; from it, anything may be sent.
        QVERIFY(!dissect::datagramProtocol(wire::VxlanHeader::kPort, 50'000));
        // Two ports that both tell something: the earlier row.
        QCOMPARE(dissect::datagramProtocol(wire::rip::kPort, wire::dns::kPort)->filter, "dns");
    }

    void table_read_isSound() {
        std::set<std::string_view> words, fields;
        for (const auto& row : dissect::protocols()) {
            const std::string word(row.filter);
            QVERIFY2(words.insert(row.filter).second, word.c_str());
            QVERIFY2(row.dissector, word.c_str());
            QVERIFY2(dissect::findProtocol(word) == &row, word.c_str());
            QVERIFY2(row.dissector->fields.front().filter == word, "the first field is the protocol itself");
            for (const auto& f : row.dissector->fields) {
                if (f.filter.empty()) continue;
                const std::string name(f.filter);
                QVERIFY2(fields.insert(f.filter).second, name.c_str());
                QVERIFY2(word == "frame" || name == word || name.starts_with(word + '.'), name.c_str());
                QVERIFY2(f.also.empty() || f.also.starts_with(word + '.'), name.c_str());
                QVERIFY2(!f.name.empty(), name.c_str());
            }
        }
        QVERIFY(dissect::findField("ip.addr"));
        QCOMPARE(dissect::findField("wg.type")->type, dissect::FieldType::Uint8);
        QVERIFY(!dissect::findField(""));
        QVERIFY(!dissect::findProtocol("vpn"));
    }
};

QTEST_APPLESS_MAIN(TestProtocols)
#include "test_protocols.moc"
