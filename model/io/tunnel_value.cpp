#include "model/io/tunnel_value.h"

#include "model/io/quantities.h"

namespace model::io {

namespace {

QString latin(const std::string& text) { return QString::fromStdString(text); }
Value key(const sim::crypto::Key& k) { return Value::word(latin(sim::crypto::toBase64(k))); }
Value truth() { return Value::literal(QStringLiteral("true")); }

Value prefixValue(const sim::wire::Prefix& p) {
    const QString text = latin(p.toString());
    return p.address.isV4() ? Value::literal(text) : Value::word(text);
}

Value peerValue(const lab::WireguardPeer& peer) {
    Value v = Value::flowMap();
    if (!peer.node.isEmpty()) v.add(QStringLiteral("node"), Value::word(peer.node));
    if (peer.publicKey) v.add(QStringLiteral("public-key"), key(*peer.publicKey));
    if (peer.presharedKey) v.add(QStringLiteral("preshared-key"), key(*peer.presharedKey));
    if (!peer.endpoint.isNone())
        v.add(QStringLiteral("endpoint"),
              Value::word(latin(peer.endpoint.toString()) + u':' + QString::number(peer.endpointPort)));
    if (!peer.allowedIps.empty()) {
        Value list = Value::flowList();
        for (const auto& p : peer.allowedIps)
            list.items.push_back(prefixValue(p));
        if (list.items.size() == 1) {
            Value one = list.items.front();
            one.longForm = std::make_shared<const Value>(std::move(list));
            list = std::move(one);
        }
        v.add(QStringLiteral("allowed-ips"), std::move(list));
    }
    if (peer.persistentKeepalive != sim::kernel::SimTime::zero())
        v.add(QStringLiteral("persistent-keepalive"), Value::literal(formatTime(peer.persistentKeepalive)));
    return v;
}

} // namespace

Value wireguardValue(const lab::Wireguard& w) {
    Value v;
    if (w.privateKey) v.add(QStringLiteral("private-key"), key(*w.privateKey));
    if (w.listenPort) v.add(QStringLiteral("listen-port"), Value::literal(QString::number(*w.listenPort)));
    if (w.userspace) v.add(QStringLiteral("userspace"), truth());
    if (w.underLoad) v.add(QStringLiteral("under-load"), truth());
    if (!w.peers.empty()) {
        Value peers = Value::blockList();
        for (const auto& peer : w.peers)
            peers.items.push_back(peerValue(peer));
        v.add(QStringLiteral("peers"), std::move(peers));
    }
    if (v.items.empty()) v.flow = true; // "{}": a block map cannot be empty
    return v;
}

Value vxlanValue(const lab::Vxlan& x) {
    Value v = Value::flowMap();
    v.add(QStringLiteral("vni"), Value::literal(QString::number(x.vni)));
    if (!x.remote.isNone()) v.add(QStringLiteral("remote"), Value::word(latin(x.remote.toString())));
    if (!x.local.isNone()) v.add(QStringLiteral("local"), Value::word(latin(x.local.toString())));
    if (x.port) v.add(QStringLiteral("port"), Value::literal(QString::number(*x.port)));
    return v;
}

} // namespace model::io
