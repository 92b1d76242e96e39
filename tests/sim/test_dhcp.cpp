// DHCP: bytes against those that dnsmasq and udhcpc sent, and clients, servers and relays over simulated time.
#include "sim/apps/dhcp_server.h"
#include "sim/decisions/all.h"
#include "sim/devices/device.h"
#include "sim/devices/network.h"
#include "sim/devices/tables.h"
#include "sim/wire/bytes.h"
#include "sim/wire/dhcp.h"
#include "tests/sim/frames.h"
#include "tests/support/networks.h"
#include "tests/support/packets.h"

#include <QTest>

#include <functional>

using namespace sim;
using namespace std::chrono_literals;
using namespace support;
using config::DeviceConfig;
using config::DhcpServerConfig;
using devices::Network;
using kernel::DeviceId;
using trace::DecisionKind;
using trace::kindOf;
using wire::DhcpMessage;
using wire::IpAddress;
using wire::dhcp::MessageType;

namespace {

/// payloadOf is the UDP payload of a frame.
std::vector<std::uint8_t> payloadOf(std::string_view hex) {
    auto frame = frames::bytes(hex);
    return {frame.begin() + 42, frame.end()};
}

DhcpServerConfig pool(const char* first, const char* last) {
    DhcpServerConfig p;
    p.first = ip(first);
    p.last = ip(last);
    p.leaseSeconds = 120;
    p.check = false;
    return p;
}

/// Message is one DHCP message on a cable.
struct Message {
    kernel::SimTime time{0};
    DhcpMessage dhcp;
    std::uint32_t source = 0, destination = 0;
    wire::MacAddress to;
};

/// Lab is some clients and a server 192.168.0.1 on one switch.
struct Lab {
    Network network{5};
    trace::TraceLog log;
    DeviceId server;
    std::vector<DeviceId> clients;
    kernel::ChannelId serverCable;

    explicit Lab(DhcpServerConfig p, int count = 1, bool check = false,
                 const std::function<void(DeviceConfig&)>& more = {}) {
        DeviceConfig sw;
        sw.name = "sw";
        sw.bridge = true;
        for (int i = 0; i <= count + 1; ++i)
            sw.interfaces.push_back(interface("p" + std::to_string(i), std::uint64_t(0xf0 + i)));
        const auto s = network.addDevice(sw);
        DeviceConfig d;
        d.name = "server";
        d.interfaces = {interface("lan0", 3, "192.168.0.1/24")};
        if (!p.first.isNone()) d.dhcpServer = {std::move(p)};
        if (more) more(d);
        server = network.addDevice(d);
        serverCable = plug(network, {server, "lan0"}, {s, "p0"});
        for (int i = 0; i < count; ++i) {
            DeviceConfig c;
            c.name = "pc" + std::to_string(i);
            c.interfaces = {interface("eth0", std::uint64_t(0x10 + i))};
            c.interfaces[0].dhcp = config::DhcpClientConfig{.hostName = {}, .check = check, .request = {}};
            clients.push_back(network.addDevice(c));
            network.connect(network.findInterface(clients.back(), "eth0"),
                            network.findInterface(s, ("p" + std::to_string(i + 1)).c_str()));
        }
        sw_ = s;
    }
    DeviceId sw_;

    void run(kernel::SimTime until) { network.runUntil(until, &log); }
    void tell(config::DhcpCommand::Word word, IpAddress wish = {}) {
        network.apply(network.now(), clients[0], config::DhcpCommand{word, {}, wish}, &log);
    }
    void pull(bool up) { network.apply(network.now(), {}, config::SetLink{serverCable, up}, &log); }
    std::string addressOf(DeviceId d) const {
        for (const auto& row : devices::interfaceTable(network, d))
            if (row.name == "eth0" && !row.addresses.empty()) return row.addresses.front().toString();
        return {};
    }
    std::string stateOf(DeviceId d) const { return devices::leaseTable(network, d).front().state; }
    std::vector<std::string> routesOf(DeviceId d) const {
        std::vector<std::string> out;
        for (const auto& r : devices::routingTable(network, d))
            if (r.kind == "unicast")
                out.push_back(r.destination.toString() + ' ' + r.via.toString() + ' ' + r.protocol);
        return out;
    }
    /// sentBy are the DHCP messages that a device put on its cable.
    std::vector<Message> sentBy(DeviceId d) const {
        std::vector<Message> out;
        for (const auto& f : log.frames()) {
            const Packet p(log.bytes(f));
            if (network.deviceOf(f.from) != d || !p.udp) continue;
            if (const auto m = DhcpMessage::parse(p.payload))
                out.push_back({f.sent, *m, p.ip->source(), p.ip->destination(), p.ethernet->destination()});
        }
        return out;
    }
    std::vector<std::string> story(DeviceId d) const {
        std::vector<std::string> out;
        for (const auto& m : sentBy(d))
            out.push_back(std::to_string(m.time / 1s) + ' ' + std::string(wire::dhcp::typeName(m.dhcp.type())));
        return out;
    }
    int count(DecisionKind kind) const {
        int n = 0;
        for (const auto& r : log.records())
            n += r.kind == trace::RecordKind::Decision && r.decision() == kind;
        return n;
    }
};

using Texts = std::vector<std::string>;

} // namespace

class TestDhcp : public QObject {
    Q_OBJECT

private slots:
    void discoverOfUdhcpc_readAndWritten_isTheSameBytes() {
        const auto bytes = payloadOf(frames::kDhcpDiscover);
        const auto m = DhcpMessage::parse(bytes);
        QVERIFY(m);
        QVERIFY(m->type() == MessageType::Discover);
        QCOMPARE(m->transaction, 0x721a9177u);
        QCOMPARE(m->hardware.toString(), std::string("00:00:00:00:00:01"));
        QCOMPARE(m->text(wire::dhcp::kVendorClass), std::string("udhcp 1.35.0"));
        QVERIFY(m->wants(wire::dhcp::kRouter) && !m->wants(wire::dhcp::kLeaseTime));
        QVERIFY(m->write() == bytes);
    }

    void offerOfDnsmasq_readAndWritten_isTheSameBytes() {
        const auto bytes = payloadOf(frames::kDhcpOffer);
        const auto m = DhcpMessage::parse(bytes);
        QVERIFY(m);
        QVERIFY(m->type() == MessageType::Offer);
        QCOMPARE(m->yourAddress, ip("192.168.0.101").toV4());
        QCOMPARE(m->number32(wire::dhcp::kLeaseTime).value_or(0), 120u);
        QVERIFY(m->write() == bytes);
    }

    void clientOfOurs_firstMessage_isThatOfUdhcpcButForTheTransaction() {
        Lab lab(pool("192.168.0.100", "192.168.0.110"));
        lab.run(1s);
        auto expected = *DhcpMessage::parse(payloadOf(frames::kDhcpDiscover));
        auto ours = lab.sentBy(lab.clients[0]).front().dhcp;
        expected.transaction = ours.transaction;
        expected.hardware = mac(0x10);
        for (auto& o : expected.options)
            if (o.code == wire::dhcp::kClientId) o.data = {1, 0, 0, 0, 0, 0, 0x10};
        QVERIFY(ours == expected);
    }

    void anyPrefixOrChangedByte_parsed_neverReadsPastTheEnd() {
        for (const auto frame : {frames::kDhcpDiscover, frames::kDhcpOffer}) {
            const auto whole = payloadOf(frame);
            for (std::size_t n = 0; n <= whole.size(); ++n) {
                const std::vector<std::uint8_t> part(whole.begin(), whole.begin() + std::ptrdiff_t(n));
                if (const auto m = DhcpMessage::parse(part)) QVERIFY(m->write().size() <= n + DhcpMessage::kLeastSize);
            }
            for (std::size_t i = 0; i < whole.size(); ++i)
                for (const int change : {1, 0x80, 0xff}) {
                    auto bytes = whole;
                    bytes[i] = std::uint8_t(bytes[i] ^ change);
                    if (const auto m = DhcpMessage::parse(bytes)) QVERIFY(DhcpMessage::parse(m->write()) == m);
                }
        }
    }

    void hash_ofKnownMacs_isSdbm() {
        QCOMPARE(apps::DhcpServer::hashOf(mac(1)), 1u);
        QCOMPARE(apps::DhcpServer::hashOf(mac(0)), 1u); // 0 means "none" there
        QCOMPARE(apps::DhcpServer::hashOf(mac(0x0102)), 1u * 65599u + 2u);
    }

    void freshClient_askedServer_hasAddressRouteAndLease() {
        auto p = pool("192.168.0.100", "192.168.0.110");
        p.dns = {ip("9.9.9.9")};
        p.domain = "home.lan";
        Lab lab(p);
        QVERIFY(!lab.network.quiet());
        lab.run(1s);
        QCOMPARE(lab.story(lab.clients[0]), (Texts{"0 DHCPDISCOVER", "0 DHCPREQUEST"}));
        QCOMPARE(lab.addressOf(lab.clients[0]), std::string("192.168.0.105/24")); // 0x10 % 11 = 5
        QCOMPARE(lab.routesOf(lab.clients[0]), (Texts{"0.0.0.0/0 192.168.0.1 dhcp", "192.168.0.0/24  kernel"}));
        QCOMPARE(lab.network.device(lab.clients[0]).system.dnsServers.front().toString(), std::string("9.9.9.9"));
        QCOMPARE(lab.network.device(lab.clients[0]).system.domain, std::string("home.lan"));
        const auto leases = devices::leaseTable(lab.network, lab.server);
        QCOMPARE(leases.size(), std::size_t(1));
        QCOMPARE(leases[0].address.toString(), std::string("192.168.0.105"));
        QVERIFY(lab.network.quiet());
        // To an address that nobody answers ARP for, straight to the MAC.
        const auto answers = lab.sentBy(lab.server);
        QCOMPARE(answers.front().to.toString(), std::string("00:00:00:00:00:10"));
        QCOMPARE(answers.front().destination, ip("192.168.0.105").toV4());
    }

    void noServer_client_asks3TimesAndAgainAfter20Seconds() {
        Lab lab({}, 1);
        lab.run(40s);
        QCOMPARE(lab.story(lab.clients[0]), (Texts{"0 DHCPDISCOVER", "3 DHCPDISCOVER", "6 DHCPDISCOVER",
                                                   "29 DHCPDISCOVER", "32 DHCPDISCOVER", "35 DHCPDISCOVER"}));
        QCOMPARE(lab.count(kindOf<decisions::DhcpNoServer>), 2);
        QVERIFY(lab.network.quiet());
    }

    void boundClient_halfOfTheLeaseLater_renewsWithTheServer() {
        Lab lab(pool("192.168.0.100", "192.168.0.110"));
        lab.run(62s);
        const auto sent = lab.sentBy(lab.clients[0]);
        QCOMPARE(lab.story(lab.clients[0]), (Texts{"0 DHCPDISCOVER", "0 DHCPREQUEST", "60 DHCPREQUEST"}));
        QCOMPARE(sent.back().destination, ip("192.168.0.1").toV4());
        QCOMPARE(sent.back().dhcp.clientAddress, ip("192.168.0.105").toV4());
        QVERIFY(!sent.back().dhcp.find(wire::dhcp::kServerId));
        QCOMPARE(lab.stateOf(lab.clients[0]), std::string("BOUND"));
        lab.run(200s);
        QCOMPARE(lab.addressOf(lab.clients[0]), std::string("192.168.0.105/24"));
    }

    void boundClient_serverGone_asksEveryoneThenLosesTheAddress() {
        Lab lab(pool("192.168.0.100", "192.168.0.110"));
        lab.run(10s);
        lab.pull(false);
        lab.run(62s); // half of the lease: the server is asked, once
        QCOMPARE(lab.stateOf(lab.clients[0]), std::string("RENEWING"));
        lab.run(64s);
        QCOMPARE(lab.stateOf(lab.clients[0]), std::string("BOUND"));
        lab.run(92s); // 57 s were left at 63 s: again after half of that
        QCOMPARE(lab.stateOf(lab.clients[0]), std::string("RENEWING"));
        lab.run(95s); // 26 s are left: everyone is asked
        QCOMPARE(lab.stateOf(lab.clients[0]), std::string("REBINDING"));
        QCOMPARE(lab.addressOf(lab.clients[0]), std::string("192.168.0.105/24"));
        const auto last = lab.sentBy(lab.clients[0]).back();
        QCOMPARE(last.destination, 0xffff'ffffu);
        QCOMPARE(last.source, ip("192.168.0.105").toV4());
        lab.run(104s);
        QCOMPARE(lab.addressOf(lab.clients[0]), std::string());
        QVERIFY(lab.routesOf(lab.clients[0]).empty());
        QCOMPARE(lab.count(kindOf<decisions::DhcpLost>), 1);
    }

    void boundClient_toldToRenewWhileServerIsGone_doesNotWaitForHalfOfTheRest() {
        Lab lab(pool("192.168.0.100", "192.168.0.110"));
        lab.run(10s);
        lab.pull(false);
        lab.tell(config::DhcpCommand::Word::Renew);
        lab.run(12s);
        QCOMPARE(lab.stateOf(lab.clients[0]), std::string("RENEWING"));
        lab.run(14s); // 3 s without an answer: everyone, 3 times
        QCOMPARE(lab.stateOf(lab.clients[0]), std::string("REBINDING"));
        lab.run(23s);
        QCOMPARE(lab.addressOf(lab.clients[0]), std::string());
    }

    void routerOutsideTheNetwork_leased_isRefusedAsTheKernelDoesAndReported() {
        auto p = pool("192.168.0.100", "192.168.0.110");
        p.router = ip("10.9.9.9");
        Lab lab(p);
        lab.run(10s);
        QCOMPARE(lab.addressOf(lab.clients[0]), std::string("192.168.0.105/24"));
        QCOMPARE(lab.routesOf(lab.clients[0]), (Texts{"192.168.0.0/24  kernel"}));
        std::string told;
        for (const auto& r : lab.log.records())
            if (r.decided<decisions::ConfigRefused>())
                told = lab.log.text(lab.log.decision(r.index).as<decisions::ConfigRefused>().command);
        QCOMPARE(told, std::string("route add default via 10.9.9.9 dev eth0"));
    }

    void rebindingClient_serverBack_keepsTheAddress() {
        Lab lab(pool("192.168.0.100", "192.168.0.110"));
        lab.run(10s);
        lab.pull(false);
        lab.run(95s);
        lab.pull(true);
        lab.run(105s);
        QCOMPARE(lab.stateOf(lab.clients[0]), std::string("BOUND"));
        QCOMPARE(lab.addressOf(lab.clients[0]), std::string("192.168.0.105/24"));
        QCOMPARE(lab.count(kindOf<decisions::DhcpLost>), 0);
    }

    void leaseOnServer_clientSilent_expires() {
        Lab lab(pool("192.168.0.100", "192.168.0.110"));
        lab.run(10s);
        lab.pull(false);
        lab.run(119s);
        QCOMPARE(devices::leaseTable(lab.network, lab.server).size(), std::size_t(1));
        lab.run(121s);
        QVERIFY(devices::leaseTable(lab.network, lab.server).empty());
        QCOMPARE(lab.count(kindOf<decisions::DhcpEnded>), 1);
    }

    void boundClient_releases_isWithoutAddressAndServerKnows() {
        Lab lab(pool("192.168.0.100", "192.168.0.110"));
        lab.run(5s);
        lab.tell(config::DhcpCommand::Word::Release);
        lab.run(6s);
        QCOMPARE(lab.stateOf(lab.clients[0]), std::string("RELEASED"));
        QCOMPARE(lab.addressOf(lab.clients[0]), std::string());
        QVERIFY(devices::leaseTable(lab.network, lab.server).empty());
        lab.run(200s);
        QCOMPARE(lab.sentBy(lab.clients[0]).size(), std::size_t(3));
        lab.tell(config::DhcpCommand::Word::Renew);
        lab.run(201s);
        QCOMPARE(lab.addressOf(lab.clients[0]), std::string("192.168.0.105/24"));
    }

    void freeAddress_asked_isOfferedOne() {
        Lab lab(pool("192.168.0.100", "192.168.0.110"));
        lab.run(5s);
        lab.tell(config::DhcpCommand::Word::Release);
        lab.run(6s);
        lab.tell(config::DhcpCommand::Word::Request, ip("192.168.0.109"));
        lab.run(7s);
        QCOMPARE(lab.addressOf(lab.clients[0]), std::string("192.168.0.109/24"));
    }

    void reservedMac_asks_getsThatAddressAndName() {
        auto p = pool("192.168.0.100", "192.168.0.110");
        p.reservations = {{mac(0x10), ip("192.168.0.7"), "printer"}};
        Lab lab(p, 2);
        lab.run(2s);
        QCOMPARE(lab.addressOf(lab.clients[0]), std::string("192.168.0.7/24"));
        QCOMPARE(lab.addressOf(lab.clients[1]), std::string("192.168.0.106/24"));
        QCOMPARE(devices::leaseTable(lab.network, lab.server).front().name, std::string("printer"));
    }

    void poolOfTwo_threeClients_leavesOneWithoutAddress() {
        Lab lab(pool("192.168.0.100", "192.168.0.101"), 3);
        lab.run(8s);
        int with = 0;
        for (const auto c : lab.clients)
            with += !lab.addressOf(c).empty();
        QCOMPARE(with, 2);
        QVERIFY(lab.count(kindOf<decisions::DhcpNoAddress>) >= 1);
        QCOMPARE(lab.count(kindOf<decisions::DhcpGranted>), 2);
    }

    void addressInUse_pingedByServer_isNotOffered() {
        auto p = pool("192.168.0.100", "192.168.0.110");
        p.check = true;
        Lab lab(p, 1);
        DeviceConfig squatter;
        squatter.name = "squatter";
        squatter.interfaces = {interface("eth0", 0x77, "192.168.0.105/24")};
        const auto s = lab.network.addDevice(squatter);
        lab.network.connect(lab.network.findInterface(s, "eth0"), lab.network.findInterface(lab.sw_, "p2"));
        lab.run(12s);
        QCOMPARE(lab.count(kindOf<decisions::DhcpInUse>), 1);
        QCOMPARE(lab.addressOf(lab.clients[0]), std::string("192.168.0.106/24"));
    }

    void addressInUse_foundByClient_isDeclinedAndAnotherTaken() {
        Lab lab(pool("192.168.0.100", "192.168.0.110"), 1, true);
        DeviceConfig squatter;
        squatter.name = "squatter";
        squatter.interfaces = {interface("eth0", 0x77, "192.168.0.105/24")};
        const auto s = lab.network.addDevice(squatter);
        lab.network.connect(lab.network.findInterface(s, "eth0"), lab.network.findInterface(lab.sw_, "p2"));
        lab.run(19s);
        QCOMPARE(lab.story(lab.clients[0]), (Texts{"0 DHCPDISCOVER", "0 DHCPREQUEST", "0 DHCPDECLINE"}));
        QCOMPARE(lab.addressOf(lab.clients[0]), std::string());
        lab.run(25s);
        QCOMPARE(lab.addressOf(lab.clients[0]), std::string("192.168.0.106/24"));
        QCOMPARE(lab.count(kindOf<decisions::DhcpDeclined>), 1);
    }

    void wishForAnotherNetwork_discovered_isAnsweredWithAnotherAddress() {
        Lab lab(pool("192.168.0.100", "192.168.0.110"));
        lab.run(5s);
        lab.tell(config::DhcpCommand::Word::Request, ip("10.7.7.7"));
        lab.run(6s);
        QCOMPARE(lab.sentBy(lab.clients[0])[2].dhcp.number32(wire::dhcp::kRequestedAddress).value_or(0),
                 ip("10.7.7.7").toV4());
        QCOMPARE(lab.addressOf(lab.clients[0]), std::string("192.168.0.105/24"));
        QCOMPARE(lab.count(kindOf<decisions::DhcpDenied>), 0);
    }

    void leaseOfAnotherServer_renewedWithAuthority_isRefusedToEveryone() {
        // Two servers on one wire: the first gives the address, the second is asked for it after the first is gone.
        Lab lab(pool("192.168.0.100", "192.168.0.110"));
        DeviceConfig other;
        other.name = "other";
        other.interfaces = {interface("eth0", 0x55, "192.168.0.2/24")};
        auto p = pool("192.168.0.200", "192.168.0.210");
        p.check = true; // it is late, so that the first one wins
        other.dhcpServer = {p};
        const auto second = lab.network.addDevice(other);
        lab.network.connect(lab.network.findInterface(second, "eth0"), lab.network.findInterface(lab.sw_, "p2"));
        lab.run(10s);
        // It saw the client choose the other server, and being the authority it objects; the client does not listen.
        QVERIFY(lab.count(kindOf<decisions::DhcpDenied>) >= 1);
        QCOMPARE(lab.addressOf(lab.clients[0]), std::string("192.168.0.105/24"));
        const auto refusal = lab.sentBy(second).back();
        QVERIFY(refusal.dhcp.type() == MessageType::Nak);
        QCOMPARE(refusal.destination, 0xffff'ffffu);
        QCOMPARE(refusal.dhcp.text(wire::dhcp::kMessage), std::string("wrong server-ID"));
        lab.pull(false);
        lab.run(97s); // rebinding: everyone is asked, and the second server does not know the address
        QVERIFY(lab.count(kindOf<decisions::DhcpDenied>) >= 2);
    }

    void clientBehindARelay_asks_getsAnAddressOfItsNetwork() {
        Network network(3);
        trace::TraceLog log;
        DeviceConfig s;
        s.name = "server";
        s.interfaces = {interface("eth0", 3, "10.0.0.1/24")};
        auto p = pool("192.168.7.100", "192.168.7.150");
        p.network = prefix("192.168.7.0/24");
        s.dhcpServer = {p};
        s.routes = {{.destination = prefix("192.168.7.0/24"), .via = ip("10.0.0.2"), .interface = {}}};
        const auto server = network.addDevice(s);
        DeviceConfig r;
        r.name = "relay";
        r.interfaces = {interface("eth0", 4, "10.0.0.2/24"), interface("eth1", 5, "192.168.7.1/24")};
        r.forwarding = true;
        r.dhcpRelay = {ip("10.0.0.1")};
        const auto relay = network.addDevice(r);
        DeviceConfig c;
        c.name = "pc";
        c.interfaces = {interface("eth0", 0x10)};
        c.interfaces[0].dhcp.emplace();
        const auto pc = network.addDevice(c);
        plug(network, {server}, {relay});
        plug(network, {relay, "eth1"}, {pc});
        network.runUntil(2s, &log);
        const auto& system = network.device(pc).system;
        QCOMPARE(system.interfaces[1].addresses.size(), std::size_t(1));
        QCOMPARE(system.interfaces[1].addresses[0].toString(), std::string("192.168.7.116/24")); // 0x10 % 51 = 16
        QCOMPARE(system.routes.lookup(ip("8.8.8.8").toV4())->via, ip("192.168.7.1").toV4());
        // The renewal goes past the relay.
        network.runUntil(70s, &log);
        QVERIFY(!network.device(pc).system.interfaces[1].addresses.empty());
        QCOMPARE(devices::leaseTable(network, pc).front().state, std::string("BOUND"));
    }

    void runningClient_networkCopied_goesOnTheSameWay() {
        Lab lab(pool("192.168.0.100", "192.168.0.110"));
        lab.run(30ms);
        Network copy = lab.network;
        lab.run(70s);
        trace::TraceLog log;
        copy.runUntil(70s, &log);
        QCOMPARE(devices::leaseTable(copy, lab.server).front().expires.count(),
                 devices::leaseTable(lab.network, lab.server).front().expires.count());
        QCOMPARE(copy.eventNo(), lab.network.eventNo());
    }
};

QTEST_APPLESS_MAIN(TestDhcp)
#include "test_dhcp.moc"
