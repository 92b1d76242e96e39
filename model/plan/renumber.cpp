#include "model/plan/renumber.h"

#include "model/plan/networks.h"
#include "model/plan/plan.h"
#include "model/plan/ranges.h"
#include "model/plan/texts.h"

#include <QRegularExpression>

#include <algorithm>
#include <set>

namespace model::plan {

namespace {

using sim::wire::IpAddress;
using sim::wire::Prefix;

/// Move is what becomes of each address and network.
class Move {
public:
    Move(std::vector<Prefix> from, const Prefix& to) : mFrom(std::move(from)), mTo(to.network()) {}

    /// keepHosts gives every address that a port has its place, first those whose host part fits. False: no room.
    bool keepHosts(const std::vector<std::uint32_t>& addresses) {
        std::set<std::uint32_t> taken;
        std::vector<std::uint32_t> others;
        for (const std::uint32_t a : addresses) {
            if (mPlaces.contains(a)) continue;
            const auto place = shifted(a);
            if (place && taken.insert(*place).second)
                mPlaces[a] = *place;
            else
                others.push_back(a);
        }
        const Range hosts = hostsOf(mTo);
        std::uint32_t next = hosts.first;
        for (const std::uint32_t a : others) {
            while (next <= hosts.last && taken.contains(next))
                ++next;
            if (next > hosts.last) return false;
            taken.insert(next);
            mPlaces[a] = next;
        }
        return true;
    }

    void follow(IpAddress& address) const {
        if (!address.isV4()) return;
        const auto place = mPlaces.find(address.toV4());
        if (place != mPlaces.end())
            address = IpAddress::v4(place->second);
        else if (const auto to = shifted(address.toV4()))
            address = IpAddress::v4(*to);
    }

    /// follow takes a network along that is one of those that move or a part of one, and an address with its length.
    void follow(Prefix& prefix) const {
        if (!prefix.address.isV4()) return;
        for (const Prefix& from : mFrom) {
            if (!from.contains(prefix.address) || prefix.length < from.length) continue;
            if (prefix == from) {
                prefix = mTo;
                return;
            }
            const bool isNetwork = prefix.length < 32 && prefix == prefix.network();
            Prefix now = prefix;
            if (isNetwork) {
                const std::uint32_t offset = prefix.address.toV4() - from.address.toV4();
                now.address = IpAddress::v4(mTo.address.toV4() + offset);
                if (prefix.length < mTo.length || offset > rangeOf(mTo).last - rangeOf(mTo).first ||
                    now != now.network())
                    return;
            } else {
                follow(now.address);
                if (prefix.length == from.length) now.length = mTo.length;
            }
            prefix = now;
            return;
        }
    }

    void follow(lab::DhcpPool& pool) const {
        follow(pool.network);
        if (pool.first.isV4() && pool.last.isV4() && isOld(pool.first)) {
            const auto first = shifted(pool.first.toV4()), last = shifted(pool.last.toV4());
            // One that has no place in the new network is the usual part of it.
            pool.first = first && last ? IpAddress::v4(*first) : IpAddress{};
            pool.last = first && last ? IpAddress::v4(*last) : IpAddress{};
        }
        follow(pool.router);
        for (auto& server : pool.dns)
            follow(server);
        for (auto& reservation : pool.reservations)
            follow(reservation.address);
    }

    /// follow takes the addresses along that stand in a text as words.
    void follow(QString& text) const {
        static const QRegularExpression kAddress(
            QStringLiteral("(?<![0-9.])([0-9]{1,3}(?:\\.[0-9]{1,3}){3})(/[0-9]{1,2})?(?![0-9]|\\.[0-9])"));
        QString out;
        qsizetype done = 0;
        auto matches = kAddress.globalMatch(text);
        while (matches.hasNext()) {
            const auto match = matches.next();
            QString now = match.captured(0);
            if (auto prefix = Prefix::parse(now.toStdString())) {
                follow(*prefix);
                now = QString::fromStdString(prefix->toString());
            } else if (auto address = IpAddress::parse(now.toStdString())) {
                follow(*address);
                now = QString::fromStdString(address->toString());
            }
            out += text.mid(done, match.capturedStart() - done) + now;
            done = match.capturedEnd();
        }
        if (done > 0) text = out + text.mid(done);
    }

    bool isOld(const IpAddress& address) const {
        return std::any_of(mFrom.begin(), mFrom.end(), [&](const Prefix& p) { return p.contains(address); });
    }

private:
    /// shifted is the address with the same host part in the new network; none when that is no host of it.
    std::optional<std::uint32_t> shifted(std::uint32_t address) const {
        for (const Prefix& from : mFrom) {
            if (!from.contains(IpAddress::v4(address))) continue;
            const std::uint32_t offset = address - from.address.toV4();
            const Range all = rangeOf(mTo), hosts = hostsOf(mTo);
            if (offset > all.last - all.first || !hosts.contains(all.first + offset)) return std::nullopt;
            return all.first + offset;
        }
        return std::nullopt;
    }

    std::vector<Prefix> mFrom;
    Prefix mTo;
    std::map<std::uint32_t, std::uint32_t> mPlaces;
};

/// settingsOf takes along what a node names.
void settingsOf(lab::Node& node, const Move& move) {
    if (node.gateway) move.follow(*node.gateway);
    for (auto& route : node.routes) {
        move.follow(route.to);
        move.follow(route.via);
        move.follow(route.src);
        for (auto& hop : route.hops)
            move.follow(hop.via);
    }
    for (auto& rule : node.rules) {
        move.follow(rule.from);
        move.follow(rule.to);
    }
    for (auto& line : node.firewall)
        move.follow(line);
    for (auto& neighbour : node.neighbours)
        move.follow(neighbour.address);
    for (auto* list : {&node.dns, &node.dhcpRelay})
        for (auto& server : *list)
            move.follow(server);
    for (auto& [name, address] : node.hosts)
        move.follow(address);
    if (node.nat)
        for (auto& forward : node.nat->forwards)
            move.follow(forward.to);
    for (auto& pool : node.dhcpServer)
        move.follow(pool);
    if (node.rip)
        for (auto& network : node.rip->networks)
            move.follow(network);
    const auto records = [&](std::vector<lab::DnsRecord>& list) {
        for (auto& record : list) {
            move.follow(record.address);
            move.follow(record.data);
        }
    };
    if (node.dnsServer) {
        records(node.dnsServer->records);
        for (auto& zone : node.dnsServer->zones)
            records(zone.records);
        for (auto* list : {&node.dnsServer->forward, &node.dnsServer->roots})
            for (auto& server : *list)
                move.follow(server);
    }
    if (node.webServer) {
        for (auto& page : node.webServer->pages)
            move.follow(page.redirect);
        for (auto& host : node.webServer->hosts)
            for (auto& page : host.pages)
                move.follow(page.redirect);
    }
    for (auto& port : node.ports) {
        if (port.wireguard)
            for (auto& peer : port.wireguard->peers) {
                move.follow(peer.endpoint);
                for (auto& network : peer.allowedIps)
                    move.follow(network);
            }
        if (port.vxlan) {
            move.follow(port.vxlan->remote);
            move.follow(port.vxlan->local);
        }
    }
}

} // namespace

std::optional<lab::Lab> renumbered(lab::Lab lab, std::size_t segment, const Prefix& to, QString* problem) {
    const auto cannot = [&](const QString& why) {
        *problem = why;
        return std::nullopt;
    };
    if (!to.address.isV4() || to.length < 8 || to.length > 30 || to.address.isLoopback() || to.address.isMulticast())
        return cannot(Texts::tr("A segment's network is an IPv4 network of a length from 8 to 30."));
    lab = settled(std::move(lab));
    const Segments segments(lab);
    if (segment >= segments.count()) return cannot(Texts::tr("That segment is gone."));

    // What the segment is now, and who else is where it shall go, or called as it is.
    std::vector<Prefix> from, elsewhere;
    std::vector<std::uint32_t> addresses;
    std::set<std::size_t> members;
    for (std::size_t n = 0; n < lab.nodes.size(); ++n)
        for (std::size_t p = 0; p < lab.nodes[n].ports.size(); ++p) {
            const auto& port = lab.nodes[n].ports[p];
            const bool here = segments.of({n, p}) == segment && isHere(lab.nodes[n], port);
            if (here) members.insert(n);
            if (!here && port.automatic && !segments.cabled({n, p})) continue; // it is in no network now
            for (const auto& prefix : port.addresses) {
                if (!prefix.address.isV4()) continue;
                auto& networks = here ? from : elsewhere;
                if (std::find(networks.begin(), networks.end(), prefix.network()) == networks.end())
                    networks.push_back(prefix.network());
                if (here) addresses.push_back(prefix.address.toV4());
            }
        }
    if (from.empty()) return cannot(Texts::tr("No port of the segment has an address yet."));
    for (const auto& other : elsewhere)
        if (other.contains(to.network().address) || to.contains(other.address))
            return cannot(Texts::tr("%1 is in use elsewhere in this lab, as %2.").arg(text(to.network()), text(other)));

    Move move(from, to);
    if (!move.keepHosts(addresses))
        return cannot(Texts::tr("%1 has too few addresses for all ports of the segment.").arg(text(to.network())));
    // Where another segment goes by the same network (each behind a NAT of its own), others mean that one.
    const bool shared = std::any_of(elsewhere.begin(), elsewhere.end(), [&](const Prefix& other) {
        return std::any_of(from.begin(), from.end(),
                           [&](const Prefix& p) { return p.contains(other.address) || other.contains(p.address); });
    });
    for (std::size_t n = 0; n < lab.nodes.size(); ++n) {
        auto& node = lab.nodes[n];
        if (!shared || members.contains(n)) settingsOf(node, move);
        for (std::size_t p = 0; p < node.ports.size(); ++p) {
            if (segments.of({n, p}) != segment || !isHere(node, node.ports[p])) continue;
            for (auto& prefix : node.ports[p].addresses)
                if (prefix.address.isV4()) {
                    move.follow(prefix.address);
                    prefix.length = to.length;
                }
        }
    }
    for (auto& step : lab.run) {
        const auto on =
            std::find_if(lab.nodes.begin(), lab.nodes.end(), [&](const auto& n) { return n.id == step.on; });
        if (!shared || (on != lab.nodes.end() && members.contains(std::size_t(on - lab.nodes.begin()))))
            move.follow(step.action);
    }
    if (!shared)
        for (auto& line : lab.expect)
            move.follow(line);
    return settled(std::move(lab));
}

} // namespace model::plan
