// The keys of tunnels: WireGuard, with the words of wg-quick(8), and VXLAN, with those of ip-link(8).
#pragma once

#include "model/lab/key.h"
#include "model/lab/tunnel.h"

#include <QCoreApplication>

namespace model::lab {

/// Endpoint is ADDRESS:PORT.
struct Endpoint {};

template <>
struct Keys<WireguardPeer> {
    Q_DECLARE_TR_FUNCTIONS(model::lab::Keys)
public:
    static constexpr const char* kId = "peer";
    static constexpr const char* kWhat = QT_TR_NOOP("a peer");
    static constexpr const char* kAbout =
        QT_TR_NOOP("Another end of a WireGuard tunnel, named by its node or by its public key.");
    static constexpr std::tuple kKeys{
        key("node", &WireguardPeer::node, Word{})
            .what(QT_TR_NOOP("the name of a node"))
            .about(QT_TR_NOOP("A node of this lab, whose public key is taken; NODE:INTERFACE when it has several "
                              "WireGuard interfaces."))
            .example("gw"),
        key("public-key", &WireguardPeer::publicKey, CryptoKey{})
            .what(QT_TR_NOOP("A public key"))
            .about(QT_TR_NOOP("The peer's public key, instead of \"node\"."))
            .example("\"xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\""),
        key("preshared-key", &WireguardPeer::presharedKey, CryptoKey{})
            .what(QT_TR_NOOP("A preshared key"))
            .about(QT_TR_NOOP("A secret that both ends mix in as well; the same on both."))
            .usual("(none)")
            .example("\"/UwcSPg38hW/D9Y3tcS1FOV0K1wuURMbS0sesJEP5ak=\""),
        key(
            "endpoint", [](auto& p) { return std::tie(p.endpoint, p.endpointPort); }, Endpoint{})
            .about(QT_TR_NOOP("IPv4 address and UDP port to send to first."))
            .usual("(learned from what the peer sends)")
            .example("9.9.9.9:51820"),
        key("allowed-ips", &WireguardPeer::allowedIps, Many<Network>{})
            .what(QT_TR_NOOP("Allowed IPs"))
            .about(QT_TR_NOOP("Networks that are sent to this peer, and that its packets may come from."))
            .usual("(none)")
            .example("[10.0.0.0/8, 192.168.5.0/24]"),
        key("persistent-keepalive", &WireguardPeer::persistentKeepalive,
            Duration{.most = std::chrono::seconds(65535),
                     .wholeSeconds = true,
                     .broken = QT_TR_NOOP("A persistent keepalive is a whole number of seconds."),
                     .hint = QT_TR_NOOP("Write 25s.")})
            .what(QT_TR_NOOP("A persistent keepalive"))
            .about(QT_TR_NOOP("How often an empty packet is sent to keep NAT open; whole seconds, 0s is off."))
            .usual("0s")
            .example("25s")};
};

template <>
struct Keys<Wireguard> {
    Q_DECLARE_TR_FUNCTIONS(model::lab::Keys)
public:
    static constexpr const char* kId = "wireguard";
    static constexpr const char* kWhat = QT_TR_NOOP("wireguard");
    static constexpr const char* kAbout =
        QT_TR_NOOP("Makes a WireGuard tunnel of an interface; such an interface takes no cable.");
    static constexpr std::tuple kKeys{
        key("private-key", &Wireguard::privateKey, CryptoKey{})
            .what(QT_TR_NOOP("A private key"))
            .about(QT_TR_NOOP("The interface's private key, as wg genkey makes one."))
            .usual("(made of the seed and the names of node and interface)")
            .example("\"yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\""),
        key("listen-port", &Wireguard::listenPort, Whole{1, 65535})
            .what(QT_TR_NOOP("A port number"))
            .about(QT_TR_NOOP("UDP port that it listens on."))
            .usual("(an ephemeral one)")
            .example("51820"),
        key("userspace", &Wireguard::userspace, Bool{})
            .about(QT_TR_NOOP("True: outer packets are sent as wireguard-go sends them, not as the kernel does."))
            .usual("false")
            .example("true"),
        key("under-load", &Wireguard::underLoad, Bool{})
            .about(QT_TR_NOOP("True: responds to handshakes with a cookie first, as in a flood of them."))
            .usual("false")
            .example("true"),
        key("peers", &Wireguard::peers,
            List<Group<WireguardPeer>>{{},
                                       QT_TR_NOOP("peers"),
                                       true,
                                       1024,
                                       QT_TR_NOOP("A tunnel has at most 1024 peers."),
                                       QT_TR_NOOP("Spread them over several tunnels.")})
            .about(QT_TR_NOOP("The other ends, at most 1024."))
            .usual("(none)")
            .example("[{node: gw, allowed-ips: 0.0.0.0/0}]")};
};

template <>
struct Keys<Vxlan> {
    Q_DECLARE_TR_FUNCTIONS(model::lab::Keys)
public:
    static constexpr const char* kId = "vxlan";
    static constexpr const char* kWhat = QT_TR_NOOP("vxlan");
    static constexpr const char* kAbout =
        QT_TR_NOOP("Makes a VXLAN of an interface: its frames travel in UDP; it takes no cable.");
    static constexpr std::tuple kKeys{
        key("vni", &Vxlan::vni, Whole{1, 0xff'ffff})
            .what(QT_TR_NOOP("A VNI"))
            .about(QT_TR_NOOP("Number of its network, the same at both ends."))
            .example("42")
            .required(QT_TR_NOOP("A VXLAN needs the number of its network."),
                      QT_TR_NOOP("Write {vni: 42, remote: 198.51.100.2}.")),
        key("remote", &Vxlan::remote, Address{Family::V4})
            .what(QT_TR_NOOP("The other end"))
            .about(QT_TR_NOOP("Where frames go whose place is not known yet: the other end's IPv4 address."))
            .usual("(nowhere)")
            .example("198.51.100.2"),
        key("local", &Vxlan::local, Address{Family::V4})
            .what(QT_TR_NOOP("This end"))
            .about(QT_TR_NOOP("IPv4 address that its packets are sent from."))
            .usual("(by the route to the other end)")
            .example("192.0.2.1"),
        key("port", &Vxlan::port, Whole{1, 65535})
            .what(QT_TR_NOOP("A port number"))
            .about(QT_TR_NOOP("UDP port of both ends."))
            .usual("4789")
            .example("8472")};
};

} // namespace model::lab
