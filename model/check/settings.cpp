#include "model/check/settings.h"

#include "model/check/texts.h"
#include "model/io/filter_words.h"
#include "model/lab/kinds.h"
#include "model/network/ipv4_part.h"

#include <algorithm>
#include <map>
#include <set>

namespace model::check {

namespace {

using Severity = Finding::Severity;
using Effect = Finding::Effect;
using sim::wire::IpAddress;
using sim::wire::Prefix;

class SettingsChecker {
public:
    explicit SettingsChecker(const lab::Lab& lab) : mLab(lab) {}

    std::vector<Finding> run() {
        for (const auto& node : mLab.nodes) {
            mNode = &node;
            ipv6();
            loopback();
            overlaps();
            policies();
            pools();
            relay();
            servers();
            search();
            if (lab::bridges(node.kind)) bridge();
        }
        cables();
        return std::move(mFindings);
    }

private:
    Finding& find(Severity severity, const char* code, const QStringList& path, const QString& message,
                  const QString& hint, Effect effect = Effect::Runs) {
        Finding f;
        f.severity = severity;
        f.effect = effect;
        f.code = QLatin1String(code);
        f.message = message;
        f.hint = hint;
        f.node = mNode->id;
        f.path = QStringList{QStringLiteral("nodes"), mNode->name} + path;
        mFindings.push_back(std::move(f));
        return mFindings.back();
    }

    void ipv6() {
        lab::Node copy = *mNode;
        for (const auto& left : network::takeIpv6(&copy))
            find(left.harmless ? Severity::Hint : Severity::Warning, "ipv6-not-simulated", left.path,
                 Texts::tr("IPv6 is not simulated yet: %1 of %2 is left out.").arg(left.text, mNode->name),
                 Texts::tr("It stays in the file, and changes nothing."), Effect::LeftOut);
    }

    void loopback() {
        for (const auto& p : mNode->loopback) {
            const auto& a = p.address;
            if (!a.isUnspecified() && !a.isMulticast() && !(a.isV4() && a.toV4() == 0xffff'ffff)) continue;
            find(Severity::Error, "address-not-usable", {QStringLiteral("loopback")},
                 Texts::tr("lo of %1 has %2, which no interface can have.").arg(mNode->name, text(p)),
                 Texts::tr("Give it an address of its own, such as 10.255.0.1/32."), Effect::Impossible);
        }
    }

    /// overlaps looks for networks of one interface that hold one another but are not the same.
    void overlaps() {
        for (const auto& port : mNode->ports)
            for (std::size_t i = 0; i < port.addresses.size(); ++i)
                for (std::size_t k = 0; k < i; ++k) {
                    const Prefix a = port.addresses[k].network(), b = port.addresses[i].network();
                    if (a.address.family() != b.address.family() || a.length == b.length || a.length == 32 ||
                        b.length == 32)
                        continue;
                    const Prefix &wide = a.length < b.length ? a : b, &narrow = a.length < b.length ? b : a;
                    if (!wide.contains(narrow.address)) continue;
                    find(Severity::Warning, "networks-overlap",
                         {QStringLiteral("interfaces"), port.name, QStringLiteral("address"), QString::number(i)},
                         Texts::tr("%1:%2 is in %3 and in %4, which holds it: which source address is used depends on "
                                   "the destination.")
                             .arg(mNode->name, port.name, text(narrow), text(wide)),
                         Texts::tr("Give both addresses the same prefix length, or take one away."))
                        .port = port.name;
                }
    }

    void policies() {
        std::map<int, qsizetype> first;
        for (qsizetype i = 0; i < mNode->firewall.size(); ++i) {
            QString problem;
            const auto line = io::parseFilter(mNode->firewall[i], &problem);
            const auto* policy = line ? std::get_if<sim::stack::FilterPolicy>(&*line) : nullptr;
            if (!policy) continue;
            const auto [before, isNew] = first.emplace(int(policy->chain), i);
            if (!isNew)
                find(Severity::Warning, "policy-twice", {QStringLiteral("firewall"), QString::number(before->second)},
                     Texts::tr("\"%1\" has no effect: a later line sets the policy of the same chain.")
                         .arg(mNode->firewall[before->second]),
                     Texts::tr("A chain has one policy: take one of the two away."));
            before->second = i;
        }
    }

    void pools() {
        for (std::size_t i = 0; i < mNode->dhcpServer.size(); ++i) {
            const auto& pool = mNode->dhcpServer[i];
            if (pool.first.isNone() || !pool.first.isV4() || !pool.last.isV4()) continue;
            QStringList path{QStringLiteral("dhcp-server")};
            if (mNode->dhcpServer.size() > 1) path << QString::number(i);
            path << QStringLiteral("pool");
            const auto inside = [&](const IpAddress& a) {
                return a.isV4() && a.toV4() >= pool.first.toV4() && a.toV4() <= pool.last.toV4();
            };
            const auto complain = [&](const IpAddress& a, const QString& why) {
                find(Severity::Warning, "dhcp-pool-unusable-address", path,
                     Texts::tr("The pool of %1 holds %2, %3.").arg(mNode->name, text(a), why),
                     Texts::tr("Let it begin after that address, or end before it."));
            };
            for (const auto& port : mNode->ports)
                for (const auto& p : port.addresses) {
                    if (!p.address.isV4() || p.length > 30) continue;
                    if (inside(p.network().address) && p.contains(pool.last))
                        complain(p.network().address, Texts::tr("which names the network itself"));
                    if (inside(p.broadcast()))
                        complain(p.broadcast(), Texts::tr("which is the broadcast address of the network"));
                    if (inside(p.address)) complain(p.address, Texts::tr("which is its own address"));
                }
        }
    }

    bool isOwn(const IpAddress& a) const {
        return a.isLoopback() || std::any_of(mNode->ports.begin(), mNode->ports.end(), [&](const lab::Port& port) {
                   return std::any_of(port.addresses.begin(), port.addresses.end(),
                                      [&](const Prefix& p) { return p.address == a; });
               });
    }

    void relay() {
        for (const auto& server : mNode->dhcpRelay)
            if (isOwn(server))
                find(Severity::Warning, "dhcp-relay-to-itself", {QStringLiteral("dhcp-relay")},
                     Texts::tr("%1 relays DHCP to %2, its own address: nobody there gives addresses.")
                         .arg(mNode->name, text(server)),
                     mNode->dhcpServer.empty() ? Texts::tr("Name the address of the DHCP server.")
                                               : Texts::tr("It is a DHCP server itself: take the relay away."));
    }

    void servers() {
        if (!mNode->dnsServer) return;
        for (const auto& [key, list] :
             {std::pair("forward", &mNode->dnsServer->forward), std::pair("roots", &mNode->dnsServer->roots)})
            for (const auto& server : *list)
                if (isOwn(server))
                    find(Severity::Warning, "dns-forwards-to-itself",
                         {QStringLiteral("dns-server"), QLatin1String(key)},
                         Texts::tr("The DNS server on %1 asks %2, which is itself: no name that it does not have is "
                                   "ever found.")
                             .arg(mNode->name, text(server)),
                         Texts::tr("Name another server."));
    }

    void search() {
        std::set<QString> seen;
        for (std::size_t i = 0; i < mNode->search.size(); ++i) {
            const QString domain = QString::fromStdString(mNode->search[i]);
            if (!seen.insert(domain.toLower()).second)
                find(Severity::Hint, "search-twice", {QStringLiteral("search"), QString::number(i)},
                     Texts::tr("The search list of %1 has %2 twice: names below it are asked for twice.")
                         .arg(mNode->name, domain),
                     Texts::tr("Take one of the two away."));
        }
    }

    /// bridge looks for what a switch cannot have, as it has no IP stack here.
    void bridge() {
        const auto without = [&](bool has, const QString& key, const QString& what) {
            if (has)
                find(Severity::Warning, "switch-without-stack", {key},
                     Texts::tr("%1 is a switch, which has no IP stack here: %2 is left out.").arg(mNode->name, what),
                     Texts::tr("Give it to a host or a router."), Effect::LeftOut);
        };
        for (const auto& port : mNode->ports)
            without(!port.addresses.empty() || port.dhcp || port.automatic, QStringLiteral("interfaces"),
                    Texts::tr("the address of %1").arg(port.name));
        without(mNode->gateway.has_value(), QStringLiteral("gateway"), Texts::tr("its gateway"));
        without(!mNode->routes.empty(), QStringLiteral("routes"), Texts::tr("its routing table"));
        without(!mNode->dns.empty(), QStringLiteral("dns"), Texts::tr("its resolver"));
        without(!mNode->firewall.isEmpty(), QStringLiteral("firewall"), Texts::tr("its packet filter"));
        without(mNode->nat.has_value(), QStringLiteral("nat"), Texts::tr("its address translation"));
        without(mNode->dnsServer.has_value(), QStringLiteral("dns-server"), Texts::tr("its DNS server"));
        without(mNode->webServer.has_value(), QStringLiteral("web-server"), Texts::tr("its web server"));
        without(!mNode->dhcpServer.empty(), QStringLiteral("dhcp-server"), Texts::tr("its DHCP server"));
        without(!mNode->dhcpRelay.empty(), QStringLiteral("dhcp-relay"), Texts::tr("its DHCP relay"));
        without(mNode->rip.has_value(), QStringLiteral("rip"), Texts::tr("its RIP"));
        without(!mNode->listeners.empty(), QStringLiteral("listen"), Texts::tr("its listening ports"));
        without(!mNode->rules.empty(), QStringLiteral("rules"), Texts::tr("its routing rules"));
        without(!mNode->sysctl.empty(), QStringLiteral("sysctl"), Texts::tr("its settings of IP"));
    }

    /// cables looks for those that are unplugged and stay so.
    void cables() {
        for (std::size_t i = 0; i < mLab.links.size(); ++i) {
            const auto& link = mLab.links[i];
            const lab::Node *a = mLab.node(link.a.node), *b = mLab.node(link.b.node);
            if (link.up || !a || !b) continue;
            const QString here = a->name + u':' + link.a.port, there = b->name + u':' + link.b.port;
            const bool later = std::any_of(mLab.run.begin(), mLab.run.end(), [&](const lab::RunStep& step) {
                const QStringList words = step.action.split(u' ', Qt::SkipEmptyParts);
                return words.value(0) == QLatin1String("plug") && (words.value(1) == here || words.value(1) == there);
            });
            if (later) continue;
            Finding f;
            f.severity = Severity::Hint;
            f.code = QStringLiteral("cable-unplugged");
            f.message = Texts::tr("The cable between %1 and %2 is unplugged, and stays so: nothing passes it.")
                            .arg(here, there);
            f.hint =
                Texts::tr(
                    "\"plug %1\" as a step plugs it in; without \"up: false\" it is plugged in from the beginning.")
                    .arg(here);
            f.link = link.id;
            f.path = {QStringLiteral("links"), QString::number(i)};
            mFindings.push_back(std::move(f));
        }
    }

    const lab::Lab& mLab;
    const lab::Node* mNode = nullptr;
    std::vector<Finding> mFindings;
};

} // namespace

std::vector<Finding> checkSettings(const lab::Lab& lab) { return SettingsChecker(lab).run(); }

} // namespace model::check
