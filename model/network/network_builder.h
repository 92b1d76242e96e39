// The one place that speaks of labs and of simulated networks: turns the first into the second.
#pragma once

#include "model/io/problem.h"
#include "model/lab/lab.h"
#include "sim/devices/network.h"
#include "sim/replay/stimulus.h"

#include <map>
#include <vector>

namespace model::network {

/// deviceConfig is a node of a planned lab (model/plan) as the simulator is given it, by its place in the lab; MACs
/// that the lab leaves out are made up.
sim::config::DeviceConfig deviceConfig(const lab::Lab& lab, std::size_t place);

/// Built is a lab brought to life, with the way back from simulated things to edited ones.
struct Built {
    sim::devices::Network network;
    std::vector<sim::replay::Stimulus> stimuli; ///< the lab's run steps
    std::map<lab::NodeId, sim::kernel::DeviceId> devices;
    std::map<lab::LinkId, sim::kernel::ChannelId> channels;
    std::vector<io::Problem> problems; ///< run steps that make no sense, and the like; the rest runs
};

/// build plans the automatic addresses of a lab and brings it to life. It never fails: what cannot run is left out and
/// said in problems. seed 0 takes the lab's own.
Built build(const lab::Lab& lab, std::uint64_t seed = 0);

/// defaultMac is the MAC of a port whose lab gives none: the same in every run of the same lab.
sim::wire::MacAddress defaultMac(const lab::Lab& lab, lab::NodeId node, const QString& port);

} // namespace model::network
