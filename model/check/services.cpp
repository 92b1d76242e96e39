#include "model/check/services.h"

#include "model/check/texts.h"
#include "model/network/service_builder.h"
#include "sim/apps/page_body.h"

#include <algorithm>
#include <map>

namespace model::check {

namespace {

using sim::wire::Prefix;

Finding finding(Finding::Severity severity, const char* code, const lab::Node& where, const QString& message,
                const QString& hint) {
    Finding f;
    f.severity = severity;
    f.code = QLatin1String(code);
    f.message = message;
    f.hint = hint;
    f.node = where.id;
    return f;
}

/// loopsOf gives each loop of a map in which every name leads to at most one other, as "a → b → a".
QStringList loopsOf(const std::map<QString, QString>& next) {
    QStringList loops;
    std::map<QString, int> round; // in which walk a name was passed
    int walk = 0;
    for (const auto& [from, to] : next) {
        ++walk;
        QStringList path;
        QString at = from;
        while (next.contains(at) && !round.contains(at)) {
            round[at] = walk;
            path += at;
            at = next.at(at);
        }
        if (round.contains(at) && round[at] == walk)
            loops += (path.mid(path.indexOf(at)) << at).join(QStringLiteral(" → "));
    }
    return loops;
}

QString hostName(QString name) {
    if (name.size() > 1 && name.endsWith(u'.')) name.chop(1);
    return name.toLower();
}

void aliases(const lab::Node& here, std::vector<Finding>& findings) {
    if (!here.dnsServer) return;
    std::map<QString, QString> next;
    const auto add = [&](const std::vector<lab::DnsRecord>& records) {
        for (const auto& r : records)
            if (const auto words = r.data.split(u' ', Qt::SkipEmptyParts);
                words.size() == 2 && words[0].toUpper() == QLatin1String("CNAME"))
                next.emplace(hostName(r.name), hostName(words[1]));
    };
    add(here.dnsServer->records);
    for (const auto& zone : here.dnsServer->zones)
        add(zone.records);
    for (const auto& loop : loopsOf(next))
        findings.push_back(
            finding(Finding::Severity::Error, "dns-alias-loop", here,
                    Texts::tr("The aliases on the DNS server %1 lead in a loop: %2.").arg(here.name, loop),
                    Texts::tr("Let one of these names have an address.")));
}

void routers(const lab::Node& here, std::vector<Finding>& findings) {
    for (const auto& pool : here.dhcpServer) {
        if (pool.router.isNone() || !pool.router.isV4()) continue;
        std::vector<Prefix> networks;
        if (!pool.network.address.isNone()) {
            networks.push_back(pool.network);
        } else {
            for (const auto& port : here.ports)
                for (const auto& p : port.addresses)
                    if (pool.first.isNone() || p.contains(pool.first)) networks.push_back(p.network());
        }
        const bool within =
            std::any_of(networks.begin(), networks.end(), [&](const Prefix& p) { return p.contains(pool.router); });
        if (networks.empty() || within) continue;
        findings.push_back(finding(
            Finding::Severity::Warning, "dhcp-router-outside", here,
            Texts::tr(
                "The DHCP server on %1 names %2 as router, which is not in %3: its clients refuse the default route.")
                .arg(here.name, QString::fromStdString(pool.router.toString()),
                     QString::fromStdString(networks.front().toString())),
            Texts::tr("Name a router in the network of the clients.")));
    }
}

void redirects(const lab::Node& here, std::vector<Finding>& findings) {
    if (!here.webServer) return;
    std::map<QString, QString> next;
    for (const auto& page : here.webServer->pages)
        // Only what stays on this server by its path alone is sure to come back here.
        if (page.redirect.startsWith(u'/') && !page.redirect.startsWith(QLatin1String("//")))
            next.emplace(page.path, page.redirect);
    for (const auto& loop : loopsOf(next))
        findings.push_back(
            finding(Finding::Severity::Warning, "web-redirect-loop", here,
                    Texts::tr("The redirects of the web server %1 lead in a loop: %2.").arg(here.name, loop),
                    Texts::tr("Let one of these addresses have a page.")));
}

void pageSizes(const lab::Node& here, const std::vector<lab::Page>& pages, std::vector<Finding>& findings) {
    for (const auto& page : pages) {
        if (page.size == 0) continue;
        const std::string type = network::pageType(page);
        const auto least = sim::apps::smallestBody(type);
        if (page.size >= least) continue;
        findings.push_back(finding(
            Finding::Severity::Warning, "web-page-too-small", here,
            Texts::tr(
                "The page %1 of the web server %2 has %3 bytes, too few for a file of type %4: plain text is sent.")
                .arg(page.path, here.name)
                .arg(page.size)
                .arg(QString::fromStdString(type)),
            Texts::tr("Give it %1 bytes or more.").arg(least)));
    }
}

void pageSizes(const lab::Node& here, std::vector<Finding>& findings) {
    if (!here.webServer) return;
    pageSizes(here, here.webServer->pages, findings);
    for (const auto& host : here.webServer->hosts)
        pageSizes(here, host.pages, findings);
}

} // namespace

std::vector<Finding> checkServices(const lab::Lab& lab) {
    std::vector<Finding> findings;
    for (const auto& node : lab.nodes) {
        aliases(node, findings);
        routers(node, findings);
        redirects(node, findings);
        pageSizes(node, findings);
    }
    return findings;
}

} // namespace model::check
