// The address plan: what the ports that say "auto" get, and what their nodes need to reach one another. A pure function
// of the lab, the same everywhere.
#pragma once

#include "model/plan/segments.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace model::plan {

/// SegmentPlan is the network that the automatic addresses of a segment are of.
struct SegmentPlan {
    std::optional<sim::wire::Prefix> network; ///< none: nobody needs one, or there is none to be had
    bool typed = false;                       ///< it is that of an address that somebody typed
    std::vector<sim::wire::Prefix> several;   ///< typed networks, when there is more than one: none is chosen
    std::optional<std::size_t> dhcp;          ///< the home router that gives addresses here
};

/// Cause says where a thing that the plan gives comes from.
enum class Cause : std::uint8_t {
    Network,        ///< an address of the segment's network, which others of the segment have, too
    NewNetwork,     ///< an address of a network that the plan chose
    Dhcp,           ///< node gives addresses by DHCP in this segment
    Gateway,        ///< node is the segment's gateway
    Exit,           ///< node is the way to what is outside of the lab
    NearNameServer, ///< node is a DNS server in the segment
    NameServer,     ///< node is the nearest DNS server
    Names,          ///< the names of all nodes of the lab
    ShortestPaths   ///< the shortest ways to the other networks
};

/// Given is one thing that the plan gives a node: the key of the file that it stands for, and where it comes from.
struct Given {
    std::size_t node = 0;
    const char* key = ""; ///< "address", "gateway", "dns", "hosts", "routes"
    QString port;         ///< of an address
    Cause cause = Cause::Network;
    std::size_t other = 0; ///< the node that the cause speaks of
};

/// Unmet is something that the plan could not give.
struct Unmet {
    enum class Why : std::uint8_t {
        NetworkFull,     ///< every address of network is taken
        SeveralNetworks, ///< the segment has addresses of network and of other, both typed
        NoNetworkLeft,   ///< every private network is taken
        TooManyRoutes    ///< more static routes than a lab may have
    };
    Place place;
    Why why = Why::NetworkFull;
    sim::wire::Prefix network, other;
};

/// NodePlan is what a node gets besides addresses; empty: nothing, or it was typed.
struct NodePlan {
    std::optional<sim::wire::IpAddress> gateway;
    std::vector<sim::wire::IpAddress> dns;
    bool hosts = false; ///< as "hosts: lab"
    std::vector<lab::Route> routes;
};

/// Plan is all that the automatic addresses of a lab come to.
struct Plan {
    Segments segments;
    std::vector<SegmentPlan> networks;            ///< by segment
    std::map<Place, sim::wire::Prefix> addresses; ///< of the ports that say auto and got one
    std::map<Place, std::size_t> byDhcp;          ///< ports that say auto and ask that node by DHCP
    std::map<std::size_t, NodePlan> nodes;        ///< by the place of the node
    std::vector<Given> given;                     ///< node by node
    std::vector<Unmet> unmet;
    /// find is what the plan gives a node under a key (and port, of an address), or null.
    const Given* find(std::size_t node, const QString& key, const QString& port = {}) const;
};

/// isAutomatic tells whether any port of the lab says auto: without one there is nothing to plan.
bool isAutomatic(const lab::Lab& lab);
/// planOf makes the plan of a lab.
Plan planOf(const lab::Lab& lab);
/// planned is the lab with all that its plan gives filled in: what is run, checked and exported.
lab::Lab planned(const lab::Lab& lab);
lab::Lab planned(lab::Lab lab, const Plan& plan);
/// settled is the lab with a value behind every auto that has one: what a window keeps after each edit, so that no
/// later one changes it.
lab::Lab settled(lab::Lab lab);
/// sentenceOf says where a given thing comes from: "automatic: router r1 is this segment's gateway".
QString sentenceOf(const lab::Lab& lab, const Plan& plan, const Given& given);

} // namespace model::plan
