#include "model/check/check.h"
#include "model/check/texts.h"
#include "model/io/action_words.h"

#include "model/check/plan_rules.h"
#include "model/check/rules.h"
#include "model/check/services.h"
#include "model/check/settings.h"
#include "model/check/steps.h"
#include "model/lab/kinds.h"
#include "model/network/ipv4_part.h"
#include "model/network/network_builder.h"
#include "model/network/run_step.h"
#include "model/network/tunnel_builder.h"

#include <algorithm>
#include <set>

namespace model::check {

namespace {

using Severity = Finding::Severity;
using sim::wire::IpAddress;
using sim::wire::Prefix;

} // namespace

sim::devices::Network& Devices::network(std::size_t node) {
    const auto [at, isNew] = mNetworks.try_emplace(node);
    if (isNew) at->second.addDevice(network::deviceConfig(mLab, node));
    return at->second;
}

void Rules::find(Severity severity, const char* code, const lab::Node* where, const QString& portName,
                 const QString& message, const QString& hint) {
    Finding finding;
    finding.severity = severity;
    finding.code = QLatin1String(code);
    finding.message = message;
    finding.hint = hint;
    if (where) finding.node = where->id;
    finding.port = portName;
    findings.push_back(finding);
}

namespace {

class Checker {
public:
    explicit Checker(const lab::Lab& lab) : mLab(lab), mSegments(lab), mDevices(lab) {
        for (std::size_t n = 0; n < lab.nodes.size(); ++n)
            for (std::size_t p = 0; p < lab.nodes[n].ports.size(); ++p)
                for (const auto& prefix : lab.nodes[n].ports[p].addresses) {
                    mByAddress[prefix.address].push_back({{n, p}, prefix});
                    mBySegment[mSegments.of({n, p})].push_back({{n, p}, prefix});
                }
    }

    /// run finds all that there is, besides what was found already.
    std::vector<Finding> run(std::vector<Finding> before = {}) {
        mFindings = std::move(before);
        addresses();
        duplicates();
        macs();
        confusables();
        segments();
        for (const auto& node : mLab.nodes) {
            gateway(node);
            names(node);
            nat(node);
            tunnels(node);
            dhcp(node);
            neighbours(node);
        }
        for (auto& f : checkServices(mLab))
            mFindings.push_back(std::move(f));
        Rules rules{mLab, mSegments, mByAddress, mDevices, mFindings};
        switchRings(rules);
        unequalMtus(rules);
        portsInOneNetwork(rules);
        poolSizes(rules);
        relays(rules);
        refusals(rules);
        pathsOfRun(rules);
        for (auto part : {checkSteps, checkSettings})
            for (auto& finding : part(mLab))
                mFindings.push_back(std::move(finding));
        std::stable_sort(mFindings.begin(), mFindings.end(),
                         [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
        return std::move(mFindings);
    }

private:
    const lab::Node& node(Place place) const { return mLab.nodes[place.node]; }
    const lab::Port& port(Place place) const { return node(place).ports[place.port]; }
    QString title(Place place) const { return node(place).name + u':' + port(place).name; }

    void find(Severity severity, const char* code, const lab::Node* where, const QString& portName,
              const QString& message, const QString& hint) {
        Rules{mLab, mSegments, mByAddress, mDevices, mFindings}.find(severity, code, where, portName, message, hint);
    }

    void addresses() {
        for (std::size_t n = 0; n < mLab.nodes.size(); ++n)
            for (std::size_t p = 0; p < mLab.nodes[n].ports.size(); ++p) {
                const Place place{n, p};
                const lab::Port& here = port(place);
                for (const auto& prefix : here.addresses) {
                    const bool network =
                        prefix.address.isV4() && prefix.length < 31 && prefix.address == prefix.network().address;
                    if (network || (!prefix.broadcast().isNone() && prefix.address == prefix.broadcast()))
                        find(Severity::Error, "address-is-network-or-broadcast", &node(place), here.name,
                             network ? Texts::tr("%1 has %2, which names the network itself.")
                                           .arg(title(place), text(prefix))
                                     : Texts::tr("%1 has %2, which is the broadcast address of its network.")
                                           .arg(title(place), text(prefix)),
                             Texts::tr("Give it an address between the first and the last of the network."));
                    else if (prefix.address.isMulticast() || prefix.address.isLoopback() ||
                             prefix.address.isUnspecified())
                        find(Severity::Error, "address-not-usable", &node(place), here.name,
                             Texts::tr("%1 has %2, which no network interface can have.")
                                 .arg(title(place), text(prefix.address)),
                             Texts::tr("Private networks use 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16."));
                }
                if (!here.addresses.empty() && !here.tunnel && !mSegments.cabled(place) &&
                    !lab::bridges(node(place).kind))
                    find(Severity::Hint, "unplugged-port", &node(place), here.name,
                         Texts::tr("%1 has an address but no cable.").arg(title(place)),
                         Texts::tr("Connect it, or take the address away."));
            }
    }

    void duplicates() {
        for (const auto& [address, where] : mByAddress) {
            if (where.size() < 2) continue;
            std::map<std::size_t, std::size_t> first; // by segment
            for (std::size_t i = 0; i < where.size(); ++i) {
                // The nearest of the others is the one to speak of: in the same segment it breaks ARP, elsewhere
                // routing.
                const auto [same, isNew] = first.emplace(mSegments.of(where[i].place), i);
                const bool near = !isNew;
                // Private networks that a NAT hides from one another may well use the same addresses.
                if (i == 0 || (!near && address.isPrivate())) continue;
                const Where& other = where[near ? same->second : 0];
                find(near ? Severity::Error : Severity::Warning, "duplicate-address", &node(where[i].place),
                     port(where[i].place).name,
                     Texts::tr("%1 and %2 both have the address %3.")
                         .arg(title(other.place), title(where[i].place), text(address)),
                     Texts::tr("Give one of them another address."));
            }
        }
    }

    void macs() {
        std::map<std::pair<std::size_t, sim::wire::MacAddress>, Place> seen;
        for (std::size_t n = 0; n < mLab.nodes.size(); ++n)
            for (std::size_t p = 0; p < mLab.nodes[n].ports.size(); ++p) {
                const Place place{n, p};
                if (!port(place).mac || port(place).tunnel) continue;
                const auto [first, isNew] = seen.emplace(std::pair(mSegments.of(place), *port(place).mac), place);
                if (!isNew)
                    find(Severity::Error, "mac-duplicate", &node(place), port(place).name,
                         Texts::tr("%1 and %2 have the same MAC address, %3.")
                             .arg(title(first->second), title(place),
                                  QString::fromStdString(port(place).mac->toString())),
                         Texts::tr("Switches will send frames to one or the other by turns; change one."));
            }
    }

    /// confusables looks for nodes that people cannot tell apart by their names.
    void confusables() {
        std::map<QString, const lab::Node*> seen;
        for (const auto& one : mLab.nodes) {
            const auto [first, isNew] = seen.emplace(lab::looks(one.name), &one);
            if (!isNew)
                find(Severity::Warning, "names-look-alike", &one, {},
                     Texts::tr("Two nodes look as if they were both called %1; the letters are of different alphabets.")
                         .arg(first->first),
                     Texts::tr("Give one of them another name."));
        }
    }

    /// segments looks for neighbours on one wire that think they are in different networks.
    void segments() {
        for (const auto& [segment, where] : mBySegment) {
            std::map<Prefix, std::set<Place>> members;
            std::set<Place> accompanied; // ports that share a network with somebody
            for (const auto& w : where)
                members[w.prefix.network()].insert(w.place);
            for (const auto& [network, places] : members)
                if (places.size() > 1) accompanied.insert(places.begin(), places.end());
            // Who has a network of one address only reaches the others by routes.
            const auto first =
                std::find_if(where.begin(), where.end(), [](const Where& w) { return w.prefix.length != 32; });
            if (first == where.end()) continue;
            for (auto w = first + 1; w != where.end(); ++w) {
                if (w->place.node == first->place.node ||
                    w->prefix.address.family() != first->prefix.address.family() || w->prefix.length == 32 ||
                    accompanied.contains(w->place))
                    continue;
                find(Severity::Warning, "mixed-subnets", &node(w->place), port(w->place).name,
                     Texts::tr("%1 is in %2, and nobody else on its cable is: %3 is in %4.")
                         .arg(title(w->place), text(w->prefix.network()), title(first->place),
                              text(first->prefix.network())),
                     Texts::tr("Machines on one cable or switch speak directly only within one network."));
            }
        }
    }

    void gateway(const lab::Node& here) {
        if (!here.gateway || !here.gateway->isV4()) return;
        bool onLink = false, own = false;
        for (const auto& p : here.ports) {
            onLink = onLink || p.dhcp; // the lease will tell
            for (const auto& prefix : p.addresses) {
                onLink = onLink || (prefix.contains(*here.gateway) && prefix.broadcast() != *here.gateway);
                own = own || prefix.address == *here.gateway;
            }
        }
        for (const auto& route : here.routes)
            onLink = onLink || (route.via.isNone() && !route.dev.isEmpty() && route.to.contains(*here.gateway));
        if (own)
            find(Severity::Error, "gateway-is-self", &here, {},
                 Texts::tr("The gateway of %1 is %1 itself.").arg(here.name),
                 Texts::tr("The gateway is the address of the next router."));
        else if (!onLink)
            find(Severity::Error, "gateway-not-on-link", &here, {},
                 Texts::tr("The gateway of %1, %2, is in no network of its own.").arg(here.name, text(*here.gateway)),
                 Texts::tr(
                     "A gateway must be reachable without a gateway: give it an address of a network that %1 is in.")
                     .arg(here.name));
        else if (!mByAddress.contains(*here.gateway))
            find(Severity::Warning, "gateway-does-not-exist", &here, {},
                 Texts::tr("The gateway of %1, %2, is nobody's address.").arg(here.name, text(*here.gateway)),
                 Texts::tr("Give the address to the router, or change the gateway."));
    }

    /// inHosts tells whether the node's /etc/hosts has a name.
    bool inHosts(const lab::Node& here, const QString& name) const {
        const auto same = [&](const QString& other) { return name.compare(other, Qt::CaseInsensitive) == 0; };
        if (!here.hosts.empty() && here.hosts.front().first.empty()) // "hosts: lab"
            return std::any_of(mLab.nodes.begin(), mLab.nodes.end(), [&](const lab::Node& n) { return same(n.name); });
        return std::any_of(here.hosts.begin(), here.hosts.end(),
                           [&](const auto& row) { return same(QString::fromStdString(row.first)); });
    }

    /// needsNames tells whether the run of the lab makes the node look up a name.
    bool needsNames(const lab::Node& here) const {
        return std::any_of(mLab.run.begin(), mLab.run.end(), [&](const lab::RunStep& step) {
            if (step.on != here.id || network::namesIpv6(step.action)) return false;
            const auto action = io::parseAction(step.action);
            if (const auto* resolve = action ? std::get_if<sim::config::Resolve>(&*action) : nullptr;
                resolve && !resolve->server.isNone())
                return false;
            if (!action || std::holds_alternative<sim::config::Administer>(*action) ||
                std::holds_alternative<sim::config::SetPower>(*action) ||
                std::holds_alternative<sim::config::DhcpCommand>(*action))
                return false;
            QString target = step.action.section(u' ', 1, 1);
            if (target.startsWith(QLatin1String("http://"), Qt::CaseInsensitive)) target = target.mid(7);
            target = target.section(u'/', 0, 0).section(u':', 0, 0);
            return !target.isEmpty() && target != QLatin1String("localhost") && !inHosts(here, target) &&
                   !IpAddress::parse(target.toStdString());
        });
    }

    void names(const lab::Node& here) {
        const bool told =
            std::any_of(here.ports.begin(), here.ports.end(), [](const lab::Port& p) { return p.dhcp.has_value(); });
        if (here.dns.empty() && !told && needsNames(here))
            find(Severity::Warning, "no-dns-server", &here, {},
                 Texts::tr("%1 will look up a name, but has no DNS server.").arg(here.name),
                 Texts::tr("Set its DNS server, or use an address."));
        const auto reachable = [&](const IpAddress& server) {
            if (server.isLoopback()) return here.dnsServer.has_value();
            const auto found = mByAddress.find(server);
            return found != mByAddress.end() &&
                   std::any_of(found->second.begin(), found->second.end(),
                               [&](const Where& w) { return node(w.place).dnsServer.has_value(); });
        };
        const auto complain = [&](const IpAddress& server, const QString& whose) {
            if (!server.isV4()) return; // another rule says that IPv6 is left out
            const bool exists = mByAddress.contains(server);
            find(Severity::Warning, "dns-server-unreachable", &here, {},
                 exists ? Texts::tr("%1 asks %2 for names, but no DNS server runs there.").arg(whose, text(server))
                        : Texts::tr("%1 asks %2 for names, which is nobody's address.").arg(whose, text(server)),
                 exists ? Texts::tr("Let that node run a DNS server, or ask another.")
                        : Texts::tr("Set it to the address of a DNS server of this lab."));
        };
        for (const auto& server : here.dns)
            if (!reachable(server)) complain(server, here.name);
        if (!here.dnsServer) return;
        for (const auto* servers : {&here.dnsServer->forward, &here.dnsServer->roots})
            for (const auto& server : *servers)
                if (!reachable(server)) complain(server, Texts::tr("The DNS server on %1").arg(here.name));
    }

    void nat(const lab::Node& here) {
        if (!here.nat) return;
        if (!here.port(here.nat->outside))
            find(Severity::Error, "nat-outside-missing", &here, here.nat->outside,
                 Texts::tr("Address translation on %1 names %2 as outside, which does not exist.")
                     .arg(here.name, here.nat->outside),
                 Texts::tr("Choose one of its interfaces."));
        else if (!lab::forwards(here))
            find(Severity::Warning, "nat-without-forwarding", &here, here.nat->outside,
                 Texts::tr("%1 translates addresses but does not forward packets.").arg(here.name),
                 Texts::tr("Turn forwarding on."));
    }

    void neighbours(const lab::Node& here) {
        for (const auto& n : here.neighbours) {
            const bool onLink = std::any_of(here.ports.begin(), here.ports.end(), [&](const lab::Port& p) {
                return std::any_of(p.addresses.begin(), p.addresses.end(),
                                   [&](const Prefix& x) { return x.contains(n.address); });
            });
            if (!onLink)
                find(Severity::Warning, "neighbour-not-on-link", &here, {},
                     Texts::tr("%1 has a neighbour %2, which is in no network of its own.")
                         .arg(here.name, text(n.address)),
                     Texts::tr("A neighbour is a machine on the same cable or switch."));
        }
    }

    /// givesAddresses tells whether a node gives addresses to the network of one of its ports, or passes questions on.
    static bool givesAddresses(const lab::Node& here, const lab::Port& port) {
        if (port.addresses.empty()) return false;
        if (!here.dhcpRelay.empty()) return true;
        return std::any_of(here.dhcpServer.begin(), here.dhcpServer.end(), [&](const lab::DhcpPool& pool) {
            return pool.first.isNone() ||
                   std::any_of(port.addresses.begin(), port.addresses.end(),
                               [&](const Prefix& p) { return p.contains(pool.first) && p.contains(pool.last); });
        });
    }

    void dhcp(const lab::Node& here) {
        for (const auto& pool : here.dhcpServer) {
            const bool usable = pool.first.isNone() || !pool.network.address.isNone() ||
                                std::any_of(here.ports.begin(), here.ports.end(), [&](const lab::Port& p) {
                                    return std::any_of(p.addresses.begin(), p.addresses.end(), [&](const Prefix& a) {
                                        return a.contains(pool.first) && a.contains(pool.last);
                                    });
                                });
            if (!usable)
                find(Severity::Warning, "dhcp-pool-unused", &here, {},
                     Texts::tr("The DHCP server on %1 has no interface in the network of its pool.").arg(here.name),
                     Texts::tr("Give an interface an address of that network, or say for which network behind a relay "
                               "it is."));
        }
        const auto place = std::size_t(&here - mLab.nodes.data());
        for (std::size_t p = 0; p < here.ports.size(); ++p) {
            if (!here.ports[p].dhcp || !mSegments.cabled({place, p})) continue;
            bool found = false;
            for (std::size_t n = 0; n < mLab.nodes.size(); ++n)
                for (std::size_t q = 0; q < mLab.nodes[n].ports.size(); ++q)
                    found = found || (n != place && mSegments.of({n, q}) == mSegments.of({place, p}) &&
                                      givesAddresses(mLab.nodes[n], mLab.nodes[n].ports[q]));
            if (!found)
                find(
                    Severity::Warning, "dhcp-no-server", &here, here.ports[p].name,
                    Texts::tr("%1 wants an address by DHCP, but nobody on its cable gives any.").arg(title({place, p})),
                    Texts::tr("Let a router there run a DHCP server, or type in an address."));
        }
    }

    void tunnels(const lab::Node& here) {
        for (const auto& port : here.ports) {
            if (!port.wireguard) continue;
            for (const auto& peer : port.wireguard->peers)
                if (!peer.node.isEmpty() && !network::peerPort(mLab, peer.node).second)
                    find(Severity::Error, "tunnel-peer-missing", &here, port.name,
                         Texts::tr("%1:%2 has the peer %3, which is not a node with one WireGuard interface.")
                             .arg(here.name, port.name, peer.node),
                         Texts::tr("Name a node, or NODE:INTERFACE when it has several."));
        }
    }

    const lab::Lab& mLab;
    Segments mSegments;
    Devices mDevices;
    std::map<IpAddress, std::vector<Where>> mByAddress;
    std::map<std::size_t, std::vector<Where>> mBySegment;
    std::vector<Finding> mFindings;
};

} // namespace

QStringList pathOf(const lab::Lab& lab, const Finding& finding) {
    if (!finding.path.isEmpty()) return finding.path;
    if (const lab::Node* node = lab.node(finding.node)) {
        QStringList path{QStringLiteral("nodes"), node->name};
        if (!finding.port.isEmpty()) path << QStringLiteral("interfaces") << finding.port;
        return path;
    }
    for (std::size_t i = 0; i < lab.links.size(); ++i)
        if (lab.links[i].id == finding.link) return {QStringLiteral("links"), QString::number(i)};
    return {};
}

std::vector<Finding> check(const lab::Lab& lab) {
    if (!plan::isAutomatic(lab)) return Checker(lab).run();
    const plan::Plan plan = plan::planOf(lab);
    const lab::Lab planned = plan::planned(lab, plan); // what runs, and nothing else, is looked at
    return Checker(planned).run(planRules(planned, plan));
}

} // namespace model::check
