// What the rules that stand in files of their own share: the lab, its segments, its devices as they will be configured,
// and where findings go.
#pragma once

#include "model/check/check.h"
#include "model/plan/segments.h"
#include "sim/devices/network.h"

#include <map>
#include <set>
#include <vector>

namespace model::check {

using plan::Place;
using plan::Segments;

/// Where is an address of the lab with the port that has it.
struct Where {
    Place place;
    sim::wire::Prefix prefix;
};

/// Devices are the nodes as the simulator will set them up, each made when a rule first asks for it.
class Devices {
public:
    explicit Devices(const lab::Lab& lab) : mLab(lab) {}
    /// network holds that one node, as device 0, and no cable.
    sim::devices::Network& network(std::size_t node);
    const sim::stack::System& system(std::size_t node) { return network(node).device({0}).system; }

private:
    const lab::Lab& mLab;
    std::map<std::size_t, sim::devices::Network> mNetworks;
};

/// Rules is handed from rule to rule.
struct Rules {
    const lab::Lab& lab;
    const Segments& segments;
    const std::map<sim::wire::IpAddress, std::vector<Where>>& byAddress;
    Devices& devices;
    std::vector<Finding>& findings;

    const lab::Node& node(Place place) const { return lab.nodes[place.node]; }
    const lab::Port& port(Place place) const { return node(place).ports[place.port]; }
    QString title(Place place) const { return node(place).name + u':' + port(place).name; }
    void find(Finding::Severity severity, const char* code, const lab::Node* where, const QString& portName,
              const QString& message, const QString& hint);
};

/// switchRings finds cables that close a ring of switches.
void switchRings(Rules& rules);
/// unequalMtus finds segments on which one port sends what another does not receive.
void unequalMtus(Rules& rules);
/// portsInOneNetwork finds nodes with two ports in one network.
void portsInOneNetwork(Rules& rules);
/// poolSizes finds DHCP servers with fewer addresses than clients.
void poolSizes(Rules& rules);
/// refusals finds routes and addresses, of the file and of the run, that ip(8) would refuse.
void refusals(Rules& rules);
/// pathsOfRun follows what the steps of the run send, there and back.
void pathsOfRun(Rules& rules);
/// relays finds DHCP servers that cannot answer a relay.
void relays(Rules& rules);

} // namespace model::check
