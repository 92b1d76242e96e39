#include "model/io/tunnel_reader.h"

#include <QCoreApplication>

namespace model::io {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(model::io::Reader)
};

sim::crypto::Key readKey(const YamlNode& yaml, const QString& what) {
    if (const auto key = sim::crypto::keyFromBase64(asWord(yaml, what).toStdString())) return *key;
    fail(yaml, Texts::tr("%1 must be 44 characters that end in \"=\" and stand for 32 bytes.").arg(what),
         Texts::tr("\"wg genkey\" makes one; without any, the lab makes its own."));
}

void readEndpoint(const YamlNode& yaml, lab::WireguardPeer& peer) {
    const QString text = asWord(yaml, Texts::tr("an endpoint"));
    const auto colon = text.lastIndexOf(u':');
    const auto address = sim::wire::IpAddress::parse(text.left(colon).toStdString());
    bool number = false;
    const int port = colon < 0 ? 0 : text.mid(colon + 1).toInt(&number);
    if (!address || !address->isV4() || !number || port < 1 || port > 65535 || text[colon + 1] == u'0')
        fail(yaml, Texts::tr("\"%1\" is no endpoint.").arg(shown(text)),
             Texts::tr("Write an address and a port, such as 9.9.9.9:51820."));
    peer.endpoint = *address;
    peer.endpointPort = std::uint16_t(port);
}

lab::WireguardPeer readPeer(Reading& reading, const YamlNode& yaml) {
    lab::WireguardPeer peer;
    asMap(yaml, Texts::tr("a peer"));
    reading.knowKeys(yaml,
                     {QStringLiteral("node"), QStringLiteral("public-key"), QStringLiteral("preshared-key"),
                      QStringLiteral("endpoint"), QStringLiteral("allowed-ips"),
                      QStringLiteral("persistent-keepalive")},
                     Texts::tr("a peer"));
    const auto* node = value(yaml, "node");
    const auto* key = value(yaml, "public-key");
    if (!node == !key)
        fail(yaml,
             node ? Texts::tr("The peer has a node and a public key, too.")
                  : Texts::tr("The peer has neither a node nor a public key."),
             Texts::tr("Write \"node: gw\" for a node of this lab, or \"public-key:\" and its key."));
    if (node) peer.node = asWord(*node, Texts::tr("the name of a node"));
    if (key) peer.publicKey = readKey(*key, Texts::tr("A public key"));
    if (const auto* v = value(yaml, "preshared-key")) peer.presharedKey = readKey(*v, Texts::tr("A preshared key"));
    if (const auto* v = value(yaml, "endpoint")) readEndpoint(*v, peer);
    if (const auto* v = value(yaml, "allowed-ips"))
        oneOrMany(*v, [&](const YamlNode& a) {
            const auto prefix = asPrefix(a, Texts::tr("Allowed IPs"));
            if (prefix != prefix.network())
                fail(a, Texts::tr("\"%1\" is an address, not a network.").arg(shown(a.text)),
                     Texts::tr("Write %1.").arg(QString::fromStdString(prefix.network().toString())));
            peer.allowedIps.push_back(prefix);
        });
    if (const auto* v = value(yaml, "persistent-keepalive")) {
        peer.persistentKeepalive = asTime(*v, Texts::tr("A persistent keepalive"), std::chrono::seconds(65535));
        if (peer.persistentKeepalive % std::chrono::seconds(1) != sim::kernel::SimTime::zero())
            fail(*v, Texts::tr("A persistent keepalive is a whole number of seconds."), Texts::tr("Write 25s."));
    }
    return peer;
}

sim::wire::IpAddress readV4(const YamlNode& yaml, const QString& what) {
    const auto address = asAddress(yaml, what);
    if (!address.isV4())
        fail(yaml, Texts::tr("%1 must be an IPv4 address.").arg(what), Texts::tr("Write one like 198.51.100.2."));
    return address;
}

} // namespace

lab::Wireguard readWireguard(Reading& reading, const YamlNode& yaml) {
    lab::Wireguard w;
    if (yaml.type == YamlNode::Type::Null) return w;
    asMap(yaml, Texts::tr("wireguard"));
    reading.knowKeys(yaml,
                     {QStringLiteral("private-key"), QStringLiteral("listen-port"), QStringLiteral("userspace"),
                      QStringLiteral("under-load"), QStringLiteral("peers")},
                     Texts::tr("wireguard"));
    if (const auto* v = value(yaml, "private-key")) w.privateKey = readKey(*v, Texts::tr("A private key"));
    if (const auto* v = value(yaml, "listen-port"))
        w.listenPort = std::uint16_t(asWhole(*v, Texts::tr("A port number"), 1, 65535));
    if (const auto* v = value(yaml, "userspace")) w.userspace = asBool(*v, Texts::tr("\"userspace\""));
    if (const auto* v = value(yaml, "under-load")) w.underLoad = asBool(*v, Texts::tr("\"under-load\""));
    if (const auto* v = value(yaml, "peers"); v && v->type != YamlNode::Type::Null) {
        if (asList(*v, Texts::tr("peers")).items.size() > 1024)
            fail(*v, Texts::tr("A tunnel has at most 1024 peers."), Texts::tr("Spread them over several tunnels."));
        for (const auto& peer : v->items)
            w.peers.push_back(readPeer(reading, peer));
    }
    return w;
}

lab::Vxlan readVxlan(Reading& reading, const YamlNode& yaml) {
    lab::Vxlan x;
    asMap(yaml, Texts::tr("vxlan"));
    reading.knowKeys(yaml,
                     {QStringLiteral("vni"), QStringLiteral("remote"), QStringLiteral("local"), QStringLiteral("port")},
                     Texts::tr("vxlan"));
    const auto* vni = value(yaml, "vni");
    if (!vni)
        fail(yaml, Texts::tr("A VXLAN needs the number of its network."),
             Texts::tr("Write {vni: 42, remote: 198.51.100.2}."));
    x.vni = std::uint32_t(asWhole(*vni, Texts::tr("A VNI"), 1, 0xff'ffff));
    if (const auto* v = value(yaml, "remote")) x.remote = readV4(*v, Texts::tr("The other end"));
    if (const auto* v = value(yaml, "local")) x.local = readV4(*v, Texts::tr("This end"));
    if (const auto* v = value(yaml, "port")) x.port = std::uint16_t(asWhole(*v, Texts::tr("A port number"), 1, 65535));
    return x;
}

} // namespace model::io
