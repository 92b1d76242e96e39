#include "model/io/web_reader.h"

#include "model/io/dns_reader.h"
#include "model/io/quantities.h"
#include "model/lab/kinds.h"

#include <QCoreApplication>

namespace model::io {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(model::io::Reader)
};

constexpr std::uint64_t kLargestPage = 100'000'000;

/// headerText is a text that becomes part of a line of HTTP's head: plain ASCII without blanks.
QString headerText(const YamlNode& yaml, const QString& what) {
    QString text = asWord(yaml, what);
    bool good = !text.isEmpty() && text.size() <= 2000;
    for (const QChar c : text)
        good = good && c > u' ' && c <= u'~';
    if (!good)
        fail(yaml, Texts::tr("\"%1\" cannot stand in a line of HTTP.").arg(shown(text)),
             Texts::tr("Use plain ASCII without spaces."));
    return text;
}

lab::Page readPage(Reading& reading, const YamlNode& path, const YamlNode& yaml) {
    if (!path.text.startsWith(u'/') || path.text.contains(u' '))
        fail(path, Texts::tr("\"%1\" is no path of a page.").arg(shown(path.text)),
             Texts::tr("A path begins with \"/\" and has no spaces."));
    lab::Page page;
    page.path = path.text;
    if (yaml.type == YamlNode::Type::Null) return page;
    if (yaml.type != YamlNode::Type::Map) {
        page.body = asWord(yaml, Texts::tr("the text of a page"));
        return page;
    }
    reading.knowKeys(yaml,
                     {QStringLiteral("text"), QStringLiteral("size"), QStringLiteral("type"),
                      QStringLiteral("redirect"), QStringLiteral("status"), QStringLiteral("chunked")},
                     Texts::tr("a page"));
    if (const auto* v = value(yaml, "text")) page.body = asWord(*v, Texts::tr("the text of a page"));
    if (const auto* v = value(yaml, "size")) {
        const QString text = asWord(*v, Texts::tr("a size"));
        const auto size = parseBytes(text);
        if (!size || *size < 1 || *size > kLargestPage)
            fail(*v, Texts::tr("\"%1\" is no size of a page.").arg(shown(text)),
                 Texts::tr("Write it like 1MB; at most 100MB."));
        if (!page.body.isEmpty())
            fail(*v, Texts::tr("A page has a text or a size, not both."), Texts::tr("Leave one of them out."));
        page.size = *size;
    }
    if (const auto* v = value(yaml, "type")) page.type = headerText(*v, Texts::tr("a type of content"));
    if (const auto* v = value(yaml, "redirect")) page.redirect = headerText(*v, Texts::tr("where the page is instead"));
    if (const auto* v = value(yaml, "status")) {
        page.status = int(asWhole(*v, Texts::tr("A status"), 200, 599));
        const bool redirect =
            page.status == 301 || page.status == 302 || page.status == 303 || page.status == 307 || page.status == 308;
        if (redirect != !page.redirect.isEmpty())
            fail(*v,
                 redirect ? Texts::tr("A redirect needs to know where to.")
                          : Texts::tr("%1 is no status of a redirect.").arg(page.status),
                 redirect ? Texts::tr("Write {redirect: /new, status: 302}.")
                          : Texts::tr("Those are 301, 302, 303, 307 and 308."));
    }
    if (const auto* v = value(yaml, "chunked")) page.chunked = asBool(*v, Texts::tr("\"chunked\""));
    return page;
}

std::vector<lab::Page> readPages(Reading& reading, const YamlNode& yaml) {
    std::vector<lab::Page> pages;
    if (yaml.type == YamlNode::Type::Null) return pages;
    asMap(yaml, Texts::tr("pages"));
    for (std::size_t i = 0; i < yaml.keys.size(); ++i)
        pages.push_back(readPage(reading, yaml.keys[i], yaml.items[i]));
    return pages;
}

} // namespace

void readWebServer(Reading& reading, const YamlNode& yaml, lab::Node& node) {
    if (yaml.type == YamlNode::Type::Scalar) {
        if (asBool(yaml, Texts::tr("\"web-server\"")))
            node.webServer = lab::plainWebServer();
        else
            node.webServer.reset();
        return;
    }
    lab::WebServer server = lab::plainWebServer();
    asMap(yaml, Texts::tr("a web server"));
    reading.knowKeys(yaml, {QStringLiteral("port"), QStringLiteral("pages"), QStringLiteral("hosts")},
                     Texts::tr("a web server"));
    if (const auto* v = value(yaml, "port"))
        server.port = std::uint16_t(asWhole(*v, Texts::tr("A port number"), 1, 65535));
    if (const auto* pages = value(yaml, "pages")) server.pages = readPages(reading, *pages);
    if (const auto* hosts = value(yaml, "hosts"); hosts && hosts->type != YamlNode::Type::Null) {
        asMap(*hosts, Texts::tr("hosts"));
        for (std::size_t i = 0; i < hosts->keys.size(); ++i) {
            const QString name = readDnsName(hosts->keys[i], Texts::tr("the name of a host"));
            asMap(hosts->items[i], Texts::tr("a host"));
            reading.knowKeys(hosts->items[i], {QStringLiteral("pages")}, Texts::tr("a host"));
            const auto* pages = value(hosts->items[i], "pages");
            server.hosts.push_back({name, pages ? readPages(reading, *pages) : std::vector<lab::Page>{}});
        }
    }
    node.webServer = server;
}

} // namespace model::io
