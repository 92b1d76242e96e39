// The keys of services: DNS, web and DHCP servers, and RIP.
#pragma once

#include "model/lab/key.h"
#include "model/lab/lab.h"

#include <QCoreApplication>

namespace model::lab {

// Types that only these keys have.
struct RecordList {};
struct ZoneMap {};
struct SoaText {};
struct RecordAddress {};
struct RecordData {};
struct PageMap {};
struct PageText {};
struct WebHostMap {};
struct AddressRange {};
struct ReservationMap {};
struct DhcpPools {};
struct RipTimers {};
struct Redistributed {};
struct PassivePort {};

inline constexpr Whole kTtl{0, 0x7fff'ffff};

template <>
struct Keys<DnsRecord> {
    Q_DECLARE_TR_FUNCTIONS(model::lab::Keys)
public:
    static constexpr const char* kId = "record";
    static constexpr const char* kWhat = QT_TR_NOOP("a DNS record");
    static constexpr const char* kAbout = QT_TR_NOOP("A record with a TTL of its own: an address, or data.");
    static constexpr std::tuple kKeys{
        key("name", &DnsRecord::name, DnsName{true})
            .what(QT_TR_NOOP("a name"))
            .about(QT_TR_NOOP("Its whole name; in a zone, \"*.example.com\" is a wildcard."))
            .example("google.com")
            .required(QT_TR_NOOP("A DNS record needs a name and an address, or data."),
                      QT_TR_NOOP("Write {name: google.com, address: 8.8.8.8}.")),
        key("address", &DnsRecord::address, RecordAddress{})
            .what(QT_TR_NOOP("A record's address"))
            .about(QT_TR_NOOP("Address of an A or AAAA record."))
            .example("8.8.8.8"),
        key("data", &DnsRecord::data, RecordData{})
            .about(
                QT_TR_NOOP("Instead of an address: type and data as in a zone file, names whole: CNAME n, MX 10 n, NS "
                           "n, PTR n, SRV 0 5 80 n, TXT \"t\"."))
            .example("CNAME google.com"),
        key("ttl", &DnsRecord::ttl, kTtl)
            .what(QT_TR_NOOP("A TTL in seconds"))
            .about(QT_TR_NOOP("How many seconds others may keep it."))
            .usual("300 (in a zone, that of the zone)")
            .example("60")
            .always()};
};

template <>
struct Keys<DnsZone> {
    Q_DECLARE_TR_FUNCTIONS(model::lab::Keys)
public:
    static constexpr const char* kId = "zone";
    static constexpr const char* kWhat = QT_TR_NOOP("a zone");
    static constexpr const char* kAbout = QT_TR_NOOP("What a DNS server answers with authority, as BIND does.");
    static constexpr std::tuple kKeys{
        key("soa", &DnsZone::soa, SoaText{})
            .what(QT_TR_NOOP("a SOA record"))
            .about(QT_TR_NOOP("Data of its SOA record: server, mailbox, serial and four times in seconds."))
            .usual("(made up)")
            .example("ns.example.com root.example.com 1 7200 900 1209600 60"),
        key("ns", &DnsZone::ns, Many<DnsName>{})
            .what(QT_TR_NOOP("the name of a server"))
            .about(QT_TR_NOOP("Names of its servers: one, or a list."))
            .usual("(none)")
            .example("ns.example.com"),
        key("ttl", &DnsZone::ttl, kTtl)
            .what(QT_TR_NOOP("A TTL in seconds"))
            .about(QT_TR_NOOP("How many seconds others may keep its records."))
            .usual("300")
            .example("60"),
        key("records", &DnsZone::records, RecordList{})
            .about(
                QT_TR_NOOP("Its records, with whole names. NS records of a name below the zone delegate it, addresses "
                           "of those servers are the glue; \"*.example.com\" is a wildcard."))
            .usual("(none)")
            .example("{www.example.com: 192.0.2.1}")};
};

template <>
struct Keys<DnsServer> {
    Q_DECLARE_TR_FUNCTIONS(model::lab::Keys)
public:
    static constexpr const char* kId = "dnsServer";
    static constexpr const char* kWhat = QT_TR_NOOP("a DNS server");
    static constexpr const char* kAbout =
        QT_TR_NOOP("A DNS server, as dnsmasq is one: records, a cache, servers to ask.");
    static constexpr std::tuple kKeys{
        key("records", &DnsServer::records, RecordList{})
            .about(
                QT_TR_NOOP("Its own records: names with an address, data as in a zone file, or a list of these; or a "
                           "list of records with a TTL. An address's PTR is made of its record."))
            .usual("(none)")
            .example("{google.com: [8.8.8.8, \"2001:db8::8\"], www.google.com: CNAME google.com}"),
        key("domains", &DnsServer::domains, Many<DnsName>{{}, true})
            .what(QT_TR_NOOP("a domain"))
            .about(QT_TR_NOOP("Domains that are answered here or not at all."))
            .usual("(none)")
            .example("[com]"),
        key("domain-needed", &DnsServer::domainNeeded, Bool{})
            .about(QT_TR_NOOP("True: the addresses of names without a dot are answered here or not at all."))
            .usual("false")
            .example("true"),
        key("forward", &DnsServer::forward, Many<Address>{})
            .what(QT_TR_NOOP("A server to ask"))
            .about(QT_TR_NOOP("Servers to ask for what is not known here: one, or a list."))
            .usual("(none)")
            .example("1.1.1.1"),
        key("zones", &DnsServer::zones, ZoneMap{})
            .about(QT_TR_NOOP("Zones that it answers with authority, by name; \".\" is the root."))
            .usual("(none)")
            .example("{example.com: {ns: ns.example.com, records: {www.example.com: 192.0.2.1}}}"),
        key("roots", &DnsServer::roots, Many<Address>{})
            .what(QT_TR_NOOP("A root server"))
            .about(QT_TR_NOOP("Root servers, instead of \"forward\": it finds out by itself, from the root down."))
            .usual("(none)")
            .example("198.41.0.4"),
        key("cache", &DnsServer::cache, Whole{0, 10'000})
            .what(QT_TR_NOOP("The size of a cache"))
            .about(QT_TR_NOOP("How many sets of records its cache holds."))
            .usual("150")
            .example("0")};
};

template <>
struct Keys<Page> {
    Q_DECLARE_TR_FUNCTIONS(model::lab::Keys)
public:
    static constexpr const char* kId = "page";
    static constexpr const char* kWhat = QT_TR_NOOP("a page");
    static constexpr const char* kAbout = QT_TR_NOOP("A page; just its text says the same.");
    static constexpr std::tuple kKeys{
        key("text", &Page::body, PageText{})
            .what(QT_TR_NOOP("the text of a page"))
            .about(QT_TR_NOOP("What the page says."))
            .usual("(empty)")
            .example("<h1>Hello</h1>"),
        key("size", &Page::size,
            Bytes{1, 100'000'000, QT_TR_NOOP("\"%1\" is not a size of a page."),
                  QT_TR_NOOP("Write it like 1MB; at most 100MB."), QT_TR_NOOP("\"%1\" is not a size of a page."),
                  QT_TR_NOOP("Write it like 1MB; at most 100MB.")})
            .about(QT_TR_NOOP("Instead of a text: a valid file of its type and of this size, at most 100MB."))
            .usual("(that of the text)")
            .example("1MB"),
        key("type", &Page::type, HeaderText{})
            .what(QT_TR_NOOP("a type of content"))
            .about(QT_TR_NOOP("Its media type."))
            .usual("(by the ending of its path; text/html)")
            .example("text/plain"),
        key("redirect", &Page::redirect, HeaderText{})
            .what(QT_TR_NOOP("where the page is instead"))
            .about(QT_TR_NOOP("Where the page is instead: a URL or a path."))
            .usual("(none)")
            .example("/new"),
        key("status", &Page::status, Whole{200, 599})
            .what(QT_TR_NOOP("A status"))
            .about(QT_TR_NOOP("Status of the response; 301, 302, 303, 307 and 308 are those of redirects."))
            .usual("200 (of a redirect 301)")
            .example("404"),
        key("chunked", &Page::chunked, Bool{})
            .about(QT_TR_NOOP("True: sent in chunks, without its length in front."))
            .usual("false")
            .example("true")};
};

template <>
struct Keys<WebHost> {
    Q_DECLARE_TR_FUNCTIONS(model::lab::Keys)
public:
    static constexpr const char* kId = "webHost";
    static constexpr const char* kWhat = QT_TR_NOOP("a host");
    static constexpr const char* kAbout = QT_TR_NOOP("A virtual host: pages for who asks for that name.");
    static constexpr std::tuple kKeys{key("pages", &WebHost::pages, PageMap{})
                                          .about(QT_TR_NOOP("Its pages by path."))
                                          .usual("(none)")
                                          .example("{/: Hello}")
                                          .always()};
};

template <>
struct Keys<WebServer> {
    Q_DECLARE_TR_FUNCTIONS(model::lab::Keys)
public:
    static constexpr const char* kId = "webServer";
    static constexpr const char* kWhat = QT_TR_NOOP("a web server");
    static constexpr const char* kAbout = QT_TR_NOOP("A web server for HTTP/1.1.");
    static constexpr std::tuple kKeys{key("port", &WebServer::port, Whole{1, 65535})
                                          .what(QT_TR_NOOP("A port number"))
                                          .about(QT_TR_NOOP("TCP port that it listens on."))
                                          .usual("80")
                                          .example("8080"),
                                      key("pages", &WebServer::pages, PageMap{})
                                          .about(QT_TR_NOOP("Its pages by path: the text, or a map with more keys."))
                                          .usual("(a page of welcome at /)")
                                          .example("{/: \"<h1>Hello</h1>\", /large.bin: {size: 1MB}}"),
                                      key("hosts", &WebServer::hosts, WebHostMap{})
                                          .about(QT_TR_NOOP("Virtual hosts by name."))
                                          .usual("(none)")
                                          .example("{www.a.com: {pages: {/: Hello}}}")};
};

template <>
struct Keys<DhcpPool::Reservation> {
    Q_DECLARE_TR_FUNCTIONS(model::lab::Keys)
public:
    static constexpr const char* kId = "reservation";
    static constexpr const char* kWhat = QT_TR_NOOP("a reservation");
    static constexpr const char* kAbout = QT_TR_NOOP("An address kept for one client; just the address says the same.");
    static constexpr std::tuple kKeys{key("address", &DhcpPool::Reservation::address, Address{Family::V4})
                                          .what(QT_TR_NOOP("A reserved address"))
                                          .about(QT_TR_NOOP("IPv4 address that the client gets."))
                                          .example("192.168.0.9")
                                          .required(QT_TR_NOOP("A reservation needs an address."),
                                                    QT_TR_NOOP("Write {address: 192.168.0.9, name: printer}.")),
                                      key("name", &DhcpPool::Reservation::name, HostName{})
                                          .what(QT_TR_NOOP("the name of a host"))
                                          .about(QT_TR_NOOP("Host name that the client is given."))
                                          .usual("(none)")
                                          .example("printer")};
};

template <>
struct Keys<DhcpPool> {
    Q_DECLARE_TR_FUNCTIONS(model::lab::Keys)
public:
    static constexpr const char* kId = "dhcpPool";
    static constexpr const char* kWhat = QT_TR_NOOP("a DHCP server");
    static constexpr const char* kAbout = QT_TR_NOOP("What a DHCP server gives to one network.");
    static constexpr std::tuple kKeys{
        key(
            "pool", [](auto& p) { return std::tie(p.first, p.last); }, AddressRange{})
            .about(QT_TR_NOOP("First and last address to give; at most 65536."))
            .usual("(.100 to .199 of the inside network)")
            .example("192.168.0.100-192.168.0.110"),
        key("network", &DhcpPool::network, Network{Family::V4})
            .what(QT_TR_NOOP("A pool's network"))
            .about(QT_TR_NOOP("Network of clients behind a relay."))
            .usual("(that of the interface)")
            .example("10.7.0.0/24"),
        key("lease", &DhcpPool::lease,
            Duration{std::chrono::minutes(2), std::chrono::hours(24 * 365), true,
                     QT_TR_NOOP("A lease lasts at least 2 minutes."), QT_TR_NOOP("A lease lasts whole seconds."),
                     QT_TR_NOOP("Write \"lease: 2min\".")})
            .what(QT_TR_NOOP("A lease"))
            .about(QT_TR_NOOP("How long an address is given for: whole seconds, from 2min to a year."))
            .usual("60min")
            .example("2min"),
        key("router", &DhcpPool::router, Address{Family::V4})
            .what(QT_TR_NOOP("A router"))
            .about(QT_TR_NOOP("Router that clients are given."))
            .usual("(the server's own address)")
            .example("192.168.0.1"),
        key("dns", &DhcpPool::dns, Many<Address>{{Family::V4}})
            .what(QT_TR_NOOP("A DNS server"))
            .about(QT_TR_NOOP("DNS servers that clients are given: one, or a list."))
            .usual("(the server's own address when it is a DNS server)")
            .example("192.168.0.1"),
        key("domain", &DhcpPool::domain, HostName{})
            .what(QT_TR_NOOP("a domain"))
            .about(QT_TR_NOOP("Domain that clients are given."))
            .usual("(none)")
            .example("home.lan"),
        key("ping", &DhcpPool::ping, Bool{})
            .about(QT_TR_NOOP("True: pings an address before offering it."))
            .usual("true")
            .example("false"),
        key("authoritative", &DhcpPool::authoritative, Bool{})
            .about(QT_TR_NOOP("True: it is the only server there is, and refuses wrong requests."))
            .usual("true")
            .example("false"),
        key("reservations", &DhcpPool::reservations, ReservationMap{})
            .about(QT_TR_NOOP("Addresses kept for clients, by their MAC address."))
            .usual("(none)")
            .example("{\"00:00:00:00:00:09\": 192.168.0.9}")};
};

template <>
struct Keys<Rip> {
    Q_DECLARE_TR_FUNCTIONS(model::lab::Keys)
public:
    static constexpr const char* kId = "rip";
    static constexpr const char* kWhat = QT_TR_NOOP("RIP");
    static constexpr const char* kAbout = QT_TR_NOOP("RIP version 2, as FRR's ripd speaks it.");
    static constexpr std::tuple kKeys{
        key(
            "timers", [](auto& r) { return std::tie(r.update, r.timeout, r.garbage); }, RipTimers{})
            .what(QT_TR_NOOP("A timer"))
            .about(QT_TR_NOOP("Update, timeout and garbage collection, from 2s to an hour each."))
            .usual("[30s, 180s, 120s]")
            .example("[5s, 30s, 20s]"),
        key("networks", &Rip::networks, Many<Network>{{Family::V4}})
            .what(QT_TR_NOOP("A network"))
            .about(QT_TR_NOOP("Speaks on interfaces in these networks: one, or a list."))
            .usual("(all)")
            .example("10.0.0.0/8"),
        key("passive", &Rip::passive, Many<PassivePort>{})
            .what(QT_TR_NOOP("the name of an interface"))
            .about(QT_TR_NOOP("Interfaces that listen but do not send: one, or a list."))
            .usual("(none)")
            .example("[lan0]"),
        key("split-horizon", &Rip::splitHorizon, Bool{})
            .about(QT_TR_NOOP("False: tells a neighbour also the routes that it learned from it, with their metric."))
            .usual("true")
            .example("false"),
        key("poisoned-reverse", &Rip::poisonedReverse, Bool{})
            .about(QT_TR_NOOP("True: advertises a neighbour its own routes as unreachable, instead of not at all "
                              "(poisoned reverse)."))
            .usual("false")
            .example("true"),
        key(
            "redistribute", [](auto& r) { return std::tie(r.redistributeConnected, r.redistributeStatic); },
            Redistributed{})
            .what(QT_TR_NOOP("what to redistribute"))
            .about(QT_TR_NOOP("Other routes that it advertises: connected, static, or both."))
            .usual("(none)")
            .example("[connected, static]"),
        key("default-originate", &Rip::defaultOriginate, Bool{})
            .about(QT_TR_NOOP("True: advertises a default route by this router."))
            .usual("false")
            .example("true")};
};

} // namespace model::lab
