// Pages over simulated networks: what a page needs, kept connections, redirects, virtual hosts, chunks.
#include "sim/decisions/all.h"
#include "sim/devices/device.h"
#include "sim/devices/network.h"
#include "sim/devices/tables.h"
#include "sim/wire/page_links.h"

#include "tests/support/networks.h"
#include "tests/support/packets.h"

#include <QTest>

#include <set>

using namespace sim;
using namespace std::chrono_literals;
using namespace support;
using config::DeviceConfig;
using config::HttpPageConfig;
using wire::IpAddress;

namespace {

HttpPageConfig page(const std::string& path, std::string body, const char* type = "text/html") {
    return {path, std::move(body), type};
}
HttpPageConfig large(const char* path, std::uint64_t size, bool chunked = false) {
    HttpPageConfig p{path, {}, "image/png"};
    p.size = size;
    p.chunked = chunked;
    return p;
}
HttpPageConfig redirect(const std::string& path, const std::string& to, int status) {
    HttpPageConfig p{path, {}, "text/html"};
    p.redirect = to;
    p.status = status;
    return p;
}

/// Lab is desk 10.0.0.1 — web 10.0.0.2, which desk knows as a.com, b.com and c.com.
struct Lab {
    devices::Network network{7};
    trace::TraceLog log;
    kernel::DeviceId desk, web;

    explicit Lab(config::HttpServerConfig server) {
        DeviceConfig d;
        d.name = "desk";
        d.interfaces = {interface("eth0", 1, "10.0.0.1/24")};
        d.hosts = {{"a.com", ip("10.0.0.2")}, {"b.com", ip("10.0.0.2")}, {"c.com", ip("10.0.0.2")}};
        d.userAgent = "sim";
        desk = network.addDevice(d);
        DeviceConfig s;
        s.name = "web";
        s.interfaces = {interface("eth0", 2, "10.0.0.2/24")};
        s.httpServer = std::move(server);
        web = network.addDevice(s);
        plug(network, {desk}, {web});
    }
    std::string browse(const char* url) {
        network.apply(network.now(), desk, config::Browse{url}, &log);
        network.runUntil(network.now() + 100s, &log);
        return devices::applicationTable(network, desk).back().result;
    }
    /// opened is the number of connections that desk opened.
    std::size_t opened() const {
        std::set<int> ports;
        for (const auto& f : log.frames()) {
            const Packet p(log.bytes(f));
            if (p.is({tcp(wire::TcpFlags::kSyn), from("10.0.0.1")})) ports.insert(p.tcp->sourcePort);
        }
        return ports.size();
    }
    std::vector<std::string> requests() const {
        std::vector<std::string> found;
        for (const auto& r : log.records())
            if (r.decided<decisions::HttpRequest>())
                found.emplace_back(log.text(log.decision(r.index).as<decisions::HttpRequest>().request));
        return found;
    }
};

using Texts = std::vector<std::string>;

} // namespace

class TestWeb : public QObject {
    Q_OBJECT

private slots:
    void pageWithTwoObjects_browsed_usesTheKeptConnectionAndOneMore() {
        Lab lab({80, {page("/", "<img src=1.png><IMG SRC='2.png'>"), large("/1.png", 100), large("/2.png", 200)}});
        QCOMPARE(lab.browse("http://a.com/"), std::string("200 OK, 32 bytes, and 300 bytes in 2 objects"));
        QCOMPARE(lab.requests(), (Texts{"GET /", "GET /1.png", "GET /2.png"}));
        QCOMPARE(lab.opened(), std::size_t(2));
        QVERIFY(lab.network.quiet());
    }

    void pageWithManyObjects_browsed_opensSixConnectionsAtMost() {
        std::string html;
        config::HttpServerConfig server{80, {}};
        for (int i = 0; i < 20; ++i) {
            const std::string name = "/" + std::to_string(i) + ".png";
            html += "<img src=\"" + name + "\">";
            server.pages.push_back(large(name.c_str(), 5000));
        }
        server.pages.push_back(page("/", html));
        Lab lab(server);
        const auto result = lab.browse("http://a.com/");
        QVERIFY2(result.ends_with(", and 100000 bytes in 20 objects"), result.c_str());
        QCOMPARE(lab.opened(), std::size_t(6));
        QCOMPARE(lab.requests().size(), std::size_t(21));
    }

    void objectThatIsMissing_browsed_isCounted() {
        Lab lab({80, {page("/", "<img src=no.png><script src=https://a.com/x.js></script>")}});
        const auto result = lab.browse("http://a.com/");
        QVERIFY2(result.ends_with("2 objects (2 missing)"), result.c_str());
        QVERIFY(lab.network.quiet());
    }

    void redirects_browsed_areFollowedOnTheSameConnection() {
        for (const int status : {301, 302, 303, 307, 308}) {
            Lab lab({80, {redirect("/old/x", "../new", status), page("/new", "here")}});
            QCOMPARE(lab.browse("http://a.com/old/x"), std::string("200 OK, 4 bytes"));
            QCOMPARE(devices::pageOf(lab.network, lab.desk).url, std::string("http://a.com/new"));
            QCOMPARE(lab.opened(), std::size_t(1));
        }
        Lab lab({80, {redirect("/", "http://b.com/", 301)}, {{"B.com", {page("/", "other")}}}});
        QCOMPARE(lab.browse("http://a.com/"), std::string("200 OK, 5 bytes"));
        QCOMPARE(lab.opened(), std::size_t(2));
    }

    void redirectsInALoop_browsed_endWhereAnAddressComesAgain() {
        Lab lab({80, {redirect("/", "/", 302)}});
        QCOMPARE(lab.browse("http://a.com/"), std::string("the redirects lead in a loop: http://a.com/ again"));
        QCOMPARE(lab.requests().size(), std::size_t(1));
        Lab three({80, {redirect("/", "/1", 302), redirect("/1", "/2", 302), redirect("/2", "/1", 302)}});
        QCOMPARE(three.browse("http://a.com/"), std::string("the redirects lead in a loop: http://a.com/1 again"));
        QCOMPARE(three.requests().size(), std::size_t(3));
        Lab away({80, {redirect("/", "file:///etc/passwd", 302)}});
        QVERIFY(away.browse("http://a.com/").find("only http:// is understood") != std::string::npos);
    }

    void redirectsWithoutALoop_browsed_areFollowed20TimesAndNoMore() {
        for (const int count : {20, 21}) {
            config::HttpServerConfig config{80, {}, {}};
            for (int i = 0; i < count; ++i)
                config.pages.push_back(redirect("/" + std::to_string(i), "/" + std::to_string(i + 1), 302));
            config.pages.push_back(page("/" + std::to_string(count), "here"));
            Lab lab(config);
            QCOMPARE(lab.browse("http://a.com/0"),
                     std::string(count == 20 ? "200 OK, 4 bytes"
                                             : "more than 20 redirects: the browser does not follow http://a.com/21"));
        }
    }

    void virtualHosts_browsed_giveTheirOwnPages() {
        Lab lab({80, {page("/", "any")}, {{"a.com", {page("/", "of a")}}, {"b.com", {}}}});
        QCOMPARE(lab.browse("http://A.COM/"), std::string("200 OK, 4 bytes"));
        QCOMPARE(lab.browse("http://c.com/"), std::string("200 OK, 3 bytes"));
        QCOMPARE(lab.browse("http://10.0.0.2/"), std::string("200 OK, 3 bytes"));
        QVERIFY(lab.browse("http://b.com/").starts_with("404 Not Found"));
    }

    void chunkedAndLargePages_browsed_arriveWhole() {
        auto chunked = page("/c", std::string(20'000, 'c'));
        chunked.chunked = true;
        Lab lab({80, {chunked, large("/l", 3'000'000), large("/lc", 100'000, true), large("/e", 8192, true)}});
        QCOMPARE(lab.browse("http://a.com/c"), std::string("200 OK, 20000 bytes"));
        QCOMPARE(devices::pageOf(lab.network, lab.desk).body, std::string(20'000, 'c'));
        QCOMPARE(lab.browse("http://a.com/l"), std::string("200 OK, 3000000 bytes"));
        QCOMPARE(lab.browse("http://a.com/lc"), std::string("200 OK, 100000 bytes"));
        QCOMPARE(lab.browse("http://a.com/e"), std::string("200 OK, 8192 bytes"));
    }

    void links_ofAPage_areWhatABrowserFetches() {
        QCOMPARE(
            wire::pageLinks("<!-- <img src=no> --><link rel=stylesheet href=a.css><link rel=next href=no><a href=no>"
                            "<img alt='x>y' src = \"b.png\"><img src=b.png><script>if (a < b) c();</script><img "
                            "src='data:x'><imgs src=no><img"),
            (Texts{"a.css", "b.png"}));
        for (std::size_t n = 0; n < 200; ++n) // no beginning of a tag, however cut, leads out of the text
            wire::pageLinks(std::string("<img src=\"a\" <link rel='icon' href=/x><script src=").substr(0, n));
        QCOMPARE(wire::pageLinks(std::string("<img src=") + std::string(10, 'a') + ">").size(), std::size_t(1));
    }

    void references_joined_areAsInRfc3986() {
        // RFC 3986 5.4.1, as far as it is about http.
        const char* base = "http://a/b/c/d;p?q";
        const std::pair<const char*, const char*> cases[] = {
            {"g", "http://a/b/c/g"},      {"./g", "http://a/b/c/g"},    {"g/", "http://a/b/c/g/"},
            {"/g", "http://a/g"},         {"//g", "http://g"},          {"?y", "http://a/b/c/d;p?y"},
            {"g?y", "http://a/b/c/g?y"},  {"g#s", "http://a/b/c/g"},    {";x", "http://a/b/c/;x"},
            {"", "http://a/b/c/d;p?q"},   {".", "http://a/b/c/"},       {"./", "http://a/b/c/"},
            {"..", "http://a/b/"},        {"../", "http://a/b/"},       {"../g", "http://a/b/g"},
            {"../..", "http://a/"},       {"../../g", "http://a/g"},    {"../../../g", "http://a/g"},
            {"/./g", "http://a/g"},       {"/../g", "http://a/g"},      {"g.", "http://a/b/c/g."},
            {"..g", "http://a/b/c/..g"},  {"./../g", "http://a/b/g"},   {"g/./h", "http://a/b/c/g/h"},
            {"g/../h", "http://a/b/c/h"}, {"http://x/y", "http://x/y"},
        };
        for (const auto& [reference, whole] : cases)
            QCOMPARE(wire::joinUrl(base, reference), std::string(whole));
        QCOMPARE(wire::joinUrl("http://a", "b"), std::string("http://a/b"));
    }
};

QTEST_APPLESS_MAIN(TestWeb)
#include "test_web.moc"
