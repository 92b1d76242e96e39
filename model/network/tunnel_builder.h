// From the tunnels of a lab to those of a simulated device; keys that the file does not give are made here.
#pragma once

#include "model/lab/lab.h"
#include "sim/config/device_config.h"

namespace model::network {

/// privateKeyOf is the key of a WireGuard interface, as given or as made of the seed and the names.
sim::crypto::Key privateKeyOf(std::uint64_t seed, const lab::Node& node, const lab::Port& port);
/// peerPort finds the interface that a peer's "gw" or "gw:wg0" means; null when there is none, or more than one.
std::pair<const lab::Node*, const lab::Port*> peerPort(const lab::Lab& lab, const QString& peer);
/// addTunnel fills in what makes a tunnel of an interface. Peers that cannot be found are left out.
void addTunnel(const lab::Lab& lab, std::uint64_t seed, const lab::Node& node, const lab::Port& port,
               sim::config::InterfaceConfig& config);

} // namespace model::network
