#include "model/network/ipv4_part.h"

#include "model/network/texts.h"

#include <algorithm>

namespace model::network {

namespace {

using sim::wire::IpAddress;
using sim::wire::Prefix;

bool isV6(const IpAddress& a) { return !a.isNone() && !a.isV4(); }
bool isV6(const Prefix& p) { return isV6(p.address); }
QString text(const IpAddress& a) { return QString::fromStdString(a.toString()); }
QString text(const Prefix& p) { return QString::fromStdString(p.toString()); }

/// Taker takes from lists, and remembers what and from where.
class Taker {
public:
    /// take removes the IPv6 entries of a list; describe says what one is.
    template <class T, class Is, class Describe>
    void take(std::vector<T>& list, const QStringList& path, Is is, Describe describe) {
        const std::size_t all = list.size();
        std::vector<T> rest;
        for (std::size_t i = 0; i < all; ++i) {
            // One value needs no list in the file.
            if (is(list[i]))
                mOut.push_back({all > 1 ? path + QStringList{QString::number(i)} : path, describe(list[i]), false});
            else
                rest.push_back(std::move(list[i]));
        }
        if (rest.size() == all) {
            list = std::move(rest);
            return;
        }
        for (std::size_t i = mOut.size() - (all - rest.size()); i < mOut.size(); ++i)
            mOut[i].harmless = !rest.empty();
        list = std::move(rest);
    }
    template <class T>
    void takeAddresses(std::vector<T>& list, const QStringList& path, const QString& what) {
        take(
            list, path, [](const T& a) { return isV6(a); }, [&](const T& a) { return what.arg(text(a)); });
    }
    void takeOne(IpAddress& address, const QStringList& path, const QString& what) {
        if (!isV6(address)) return;
        mOut.push_back({path, what.arg(text(address)), false});
        address = {};
    }
    std::vector<LeftOut> mOut;
};

} // namespace

std::vector<LeftOut> takeIpv6(lab::Node* node) {
    Taker t;
    for (auto& port : node->ports) {
        const QStringList path{QStringLiteral("interfaces"), port.name};
        t.takeAddresses(port.addresses, path + QStringList{QStringLiteral("address")},
                        Texts::tr("the address %1 of %2").arg(QStringLiteral("%1"), port.name));
        if (port.wireguard) {
            const QStringList peers = path + QStringList{QStringLiteral("wireguard"), QStringLiteral("peers")};
            for (std::size_t i = 0; i < port.wireguard->peers.size(); ++i) {
                auto& peer = port.wireguard->peers[i];
                const QStringList here = peers + QStringList{QString::number(i)};
                t.takeAddresses(peer.allowedIps, here + QStringList{QStringLiteral("allowed-ips")},
                                Texts::tr("the allowed network %1"));
                t.takeOne(peer.endpoint, here + QStringList{QStringLiteral("endpoint")}, Texts::tr("the endpoint %1"));
            }
        }
        if (port.vxlan) {
            t.takeOne(port.vxlan->remote, path + QStringList{QStringLiteral("vxlan"), QStringLiteral("remote")},
                      Texts::tr("the VXLAN's other end %1"));
            t.takeOne(port.vxlan->local, path + QStringList{QStringLiteral("vxlan"), QStringLiteral("local")},
                      Texts::tr("the VXLAN's own end %1"));
            if (port.vxlan->remote.isNone()) port.vxlan.reset();
        }
    }
    if (node->gateway && isV6(*node->gateway)) {
        t.mOut.push_back({{QStringLiteral("gateway")}, Texts::tr("the gateway %1").arg(text(*node->gateway)), false});
        node->gateway.reset();
    }
    t.take(
        node->routes, {QStringLiteral("routes")},
        [](const lab::Route& r) {
            return isV6(r.to) || isV6(r.via) ||
                   std::any_of(r.hops.begin(), r.hops.end(), [](const lab::NextHop& h) { return isV6(h.via); });
        },
        [](const lab::Route& r) {
            const QString to = r.to.length == 0 ? QStringLiteral("default") : text(r.to);
            return isV6(r.via) ? Texts::tr("the route to %1 via %2").arg(to, text(r.via))
                               : Texts::tr("the route to %1").arg(to);
        });
    t.take(
        node->rules, {QStringLiteral("rules")},
        [](const sim::config::RuleConfig& r) { return isV6(r.from) || isV6(r.to); },
        [](const sim::config::RuleConfig& r) {
            return Texts::tr("the routing rule \"%1\"").arg(QString::fromStdString(sim::config::ruleText(r)));
        });
    t.takeAddresses(node->loopback, {QStringLiteral("loopback")}, Texts::tr("the address %1 of lo"));
    t.take(
        node->neighbours, {QStringLiteral("neighbours")}, [](const lab::Neighbour& n) { return isV6(n.address); },
        [](const lab::Neighbour& n) { return Texts::tr("the neighbour %1").arg(text(n.address)); });
    t.takeAddresses(node->dns, {QStringLiteral("dns")}, Texts::tr("the DNS server %1"));
    t.takeAddresses(node->dhcpRelay, {QStringLiteral("dhcp-relay")}, Texts::tr("the DHCP server %1"));
    if (node->nat)
        t.take(
            node->nat->forwards, {QStringLiteral("nat"), QStringLiteral("forward")},
            [](const lab::PortForward& f) { return isV6(f.to); },
            [](const lab::PortForward& f) { return Texts::tr("the port forward to %1").arg(text(f.to)); });
    if (node->dnsServer) {
        t.takeAddresses(node->dnsServer->forward, {QStringLiteral("dns-server"), QStringLiteral("forward")},
                        Texts::tr("the DNS server %1"));
        t.takeAddresses(node->dnsServer->roots, {QStringLiteral("dns-server"), QStringLiteral("roots")},
                        Texts::tr("the root server %1"));
    }
    for (std::size_t i = 0; i < node->dhcpServer.size(); ++i) {
        auto& pool = node->dhcpServer[i];
        QStringList path{QStringLiteral("dhcp-server")};
        if (node->dhcpServer.size() > 1) path += QString::number(i);
        t.takeOne(pool.router, path + QStringList{QStringLiteral("router")},
                  Texts::tr("the router %1 that DHCP gives"));
        t.takeAddresses(pool.dns, path + QStringList{QStringLiteral("dns")},
                        Texts::tr("the DNS server %1 that DHCP gives"));
    }
    std::erase_if(node->dhcpServer, [](const lab::DhcpPool& pool) { return isV6(pool.first) || isV6(pool.network); });
    if (node->rip)
        t.takeAddresses(node->rip->networks, {QStringLiteral("rip"), QStringLiteral("networks")},
                        Texts::tr("the network %1 of RIP"));
    return std::move(t.mOut);
}

bool namesIpv6(const QString& action) {
    for (QString word : action.split(u' ', Qt::SkipEmptyParts)) {
        if (word.startsWith(QLatin1String("http://"), Qt::CaseInsensitive)) word = word.mid(7).section(u'/', 0, 0);
        if (word.startsWith(u'[')) word = word.mid(1).section(u']', 0, 0);
        if (!word.contains(u':')) continue;
        if (const auto address = IpAddress::parse(word.toStdString()); address && isV6(*address)) return true;
        if (const auto prefix = Prefix::parse(word.toStdString()); prefix && isV6(*prefix)) return true;
    }
    return false;
}

} // namespace model::network
