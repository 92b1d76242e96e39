// Tunnels: what their descriptions need besides the plain types.
#include "model/io/described_parts.h"
#include "model/io/plain_codecs.h"
#include "model/io/texts.h"
#include "model/lab/tunnel_keys.h"

namespace model::io {

template <>
struct Codec<lab::Endpoint> {
    static void read(Reading&, const YamlNode& yaml, const lab::Endpoint&, const QString&,
                     std::tuple<sim::wire::IpAddress&, std::uint16_t&>& endpoint) {
        const QString text = asWord(yaml, Texts::tr("an endpoint"));
        const auto colon = text.lastIndexOf(u':');
        const auto address = sim::wire::IpAddress::parse(text.left(colon).toStdString());
        bool number = false;
        const int port = colon < 0 ? 0 : text.mid(colon + 1).toInt(&number);
        if (!address || !address->isV4() || !number || port < 1 || port > 65535 || text[colon + 1] == u'0')
            fail(yaml, Texts::tr("\"%1\" is not an endpoint.").arg(shown(text)),
                 Texts::tr("Write an address and a port, such as 9.9.9.9:51820."));
        endpoint = std::tuple(*address, std::uint16_t(port));
    }
    static std::optional<Value> write(const lab::Endpoint&,
                                      const std::tuple<const sim::wire::IpAddress&, const std::uint16_t&>& endpoint) {
        const auto& [address, port] = endpoint;
        if (address.isNone()) return std::nullopt;
        return Value::word(latin(address.toString()) + u':' + QString::number(port));
    }
    static Value schema(const lab::Endpoint&) {
        return json::matching(patterns::whole(patterns::ipv4() + u':' + patterns::port()));
    }
    static QString word(const lab::Endpoint&) { return QStringLiteral("address:port"); }
};

template <>
struct Rules<lab::WireguardPeer> : AnyRules<lab::WireguardPeer> {
    static void begin(Reading&, const YamlNode& yaml, lab::WireguardPeer&) {
        const auto* node = value(yaml, "node");
        if (!node != !value(yaml, "public-key")) return;
        fail(yaml,
             node ? Texts::tr("The peer has a node and a public key, too.")
                  : Texts::tr("The peer has neither a node nor a public key."),
             Texts::tr("Write \"node: gw\" for a node of this lab, or \"public-key:\" and its key."));
    }
    static Value constraints() { return json::needs("oneOf", "node", "public-key"); }
};

template <>
struct Rules<lab::Wireguard> : AnyRules<lab::Wireguard> {
    static void shape(Value& map, const lab::Wireguard&) {
        map.flow = map.items.empty(); // "{}": a block map cannot be empty
    }
};

template struct GroupIo<lab::WireguardPeer>;
template struct GroupIo<lab::Wireguard>;
template struct GroupIo<lab::Vxlan>;

void addTunnelGroups(std::vector<GroupInfo>& groups) {
    groups.push_back(groupInfo<lab::Wireguard>());
    groups.push_back(groupInfo<lab::WireguardPeer>());
    groups.push_back(groupInfo<lab::Vxlan>());
}

} // namespace model::io
