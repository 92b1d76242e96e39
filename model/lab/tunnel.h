// Tunnels of a lab: what makes a virtual card of an interface.
#pragma once

#include "sim/crypto/crypto.h"
#include "sim/kernel/time.h"
#include "sim/wire/address.h"

#include <QString>

#include <cstdint>
#include <optional>
#include <vector>

namespace model::lab {

/// WireguardPeer is a [Peer] of wg-quick(8).
struct WireguardPeer {
    QString node; ///< "gw" or "gw:wg0": its key is that one's; empty: publicKey says it
    std::optional<sim::crypto::Key> publicKey;
    std::optional<sim::crypto::Key> presharedKey;
    sim::wire::IpAddress endpoint; ///< none: it will say where it is
    std::uint16_t endpointPort = 51820;
    std::vector<sim::wire::Prefix> allowedIps;
    sim::kernel::SimTime persistentKeepalive{0}; ///< whole seconds; 0: off
    bool operator==(const WireguardPeer&) const = default;
};

/// Wireguard is an [Interface] of wg-quick(8).
struct Wireguard {
    std::optional<sim::crypto::Key> privateKey; ///< none: made of the lab's seed and the names of node and interface
    std::optional<std::uint16_t> listenPort;    ///< none: an ephemeral one
    bool userspace = false;                     ///< sends as wireguard-go does, not as the kernel
    bool underLoad = false;                     ///< asks for cookies, as in a flood of handshakes
    std::vector<WireguardPeer> peers;
    bool operator==(const Wireguard&) const = default;
};

/// Vxlan is a layer-2 tunnel of a port (RFC 7348).
struct Vxlan {
    std::uint32_t vni = 0;             ///< 1 to 16777215
    sim::wire::IpAddress remote;       ///< where frames go whose place is not known
    sim::wire::IpAddress local;        ///< none: as the route to the other end says
    std::optional<std::uint16_t> port; ///< none: 4789
    bool operator==(const Vxlan&) const = default;
};

} // namespace model::lab
