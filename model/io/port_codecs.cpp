#include "model/io/port_codecs.h"

#include "model/io/described_parts.h"
#include "model/io/texts.h"
#include "model/lab/kinds.h"

namespace model::io {

namespace {

using lab::Node;
using lab::Port;

const QString kAuto = QStringLiteral("auto");

/// readAutomatic reads "auto", or "auto 192.168.1.5/24"; false: the text is neither.
bool readAutomatic(const YamlNode& yaml, Port& port) {
    if (yaml.type != YamlNode::Type::Scalar) return false;
    const QStringList words = yaml.text.split(u' ', Qt::SkipEmptyParts);
    if (words.isEmpty() || words.front() != kAuto) return false;
    port.automatic = true;
    if (words.size() == 1) return true;
    const auto given = sim::wire::Prefix::parse(words[1].toStdString());
    if (words.size() > 2 || !given || !given->address.isV4())
        fail(yaml, Texts::tr("\"%1\" is not an automatic address.").arg(shown(yaml.text)),
             Texts::tr("Write \"auto\", or \"auto 192.168.1.5/24\" with the address that it was given."));
    port.addresses.push_back(*given);
    return true;
}

void readAddresses(const YamlNode& yaml, Port& port) {
    port.addresses.clear();
    port.automatic = false;
    port.dhcp.reset();
    if (readAutomatic(yaml, port)) return;
    if (yaml.type == YamlNode::Type::Scalar && yaml.text == QLatin1String("dhcp")) {
        port.dhcp = lab::DhcpClient{};
        return;
    }
    oneOrMany(yaml,
              [&](const YamlNode& a) { port.addresses.push_back(asPrefix(a, Texts::tr("An interface's address"))); });
}

/// addressForms are the schemas of what an interface's address may be.
std::vector<Value> addressForms() {
    return {json::constant(Value::word(QStringLiteral("dhcp"))),
            json::matching(QStringLiteral("^ *auto( +%1)? *$").arg(patterns::prefixV4())),
            json::reference(QStringLiteral("prefix")), json::listOf(json::reference(QStringLiteral("prefix")))};
}

/// dhcpOf is the DHCP client that a key belongs to.
lab::DhcpClient& dhcpOf(const YamlNode& yaml, Port& port) {
    if (!port.dhcp)
        fail(yaml, Texts::tr("Only an interface that gets its address by DHCP has this."),
             Texts::tr("Write \"address: dhcp\"."));
    return *port.dhcp;
}

bool isBare(const Port& port) {
    return !port.dhcp && !port.automatic && !port.mac && port.addresses.empty() && !port.mtu && !port.tunnel;
}

/// isCounted tells whether the ports of a switch are said by their number.
bool isCounted(const Node& node) {
    if (!lab::bridges(node.kind) || node.ports.empty()) return false;
    for (std::size_t i = 0; i < node.ports.size(); ++i)
        if (!isBare(node.ports[i]) || node.ports[i].name != QStringLiteral("p%1").arg(i + 1)) return false;
    return true;
}

} // namespace

template <>
struct Codec<lab::InterfaceKind> {
    static void read(Reading&, const YamlNode& yaml, const lab::InterfaceKind&, const QString& what, bool& tunnel) {
        const QString word = asText(yaml, what);
        tunnel = word == QLatin1String("tunnel");
        if (!tunnel && word != QLatin1String("ethernet"))
            fail(yaml, Texts::tr("There is no kind of interface called \"%1\".").arg(shown(word)),
                 Texts::tr("The kinds are: ethernet, tunnel."));
    }
    static std::optional<Value> write(const lab::InterfaceKind&, bool, const Port& port, const Writing&) {
        if (port.wireguard || port.vxlan) return std::nullopt; // these say it
        return Value::word(QStringLiteral("tunnel"));
    }
    static Value schema(const lab::InterfaceKind&) {
        return json::words({QStringLiteral("ethernet"), QStringLiteral("tunnel")});
    }
    static QString word(const lab::InterfaceKind&) { return QStringLiteral("ethernet, tunnel"); }
};

template <>
struct Codec<lab::InterfaceAddress> {
    static void read(Reading&, const YamlNode& yaml, const lab::InterfaceAddress&, const QString&,
                     std::vector<sim::wire::Prefix>&, Port& port) {
        readAddresses(yaml, port);
    }
    static std::optional<Value> write(const lab::InterfaceAddress&, const std::vector<sim::wire::Prefix>& addresses,
                                      const Port& port, const Writing&) {
        if (port.automatic)
            return Value::word(addresses.empty() ? kAuto : kAuto + u' ' + prefixValue(addresses.front()).text);
        if (addresses.empty()) {
            if (port.dhcp) return Value::word(QStringLiteral("dhcp"));
            return std::nullopt;
        }
        std::vector<Value> items;
        for (const auto& a : addresses)
            items.push_back(prefixValue(a));
        return alone(std::move(items));
    }
    static void clear(Port& port) {
        port.addresses.clear();
        port.automatic = false;
        port.dhcp.reset();
    }
    static Value schema(const lab::InterfaceAddress&) { return json::anyOf(addressForms()); }
    static QString word(const lab::InterfaceAddress&) {
        return QStringLiteral("address/length, a list, dhcp, or auto");
    }
};

template <>
struct Codec<lab::DhcpHostName> {
    static constexpr bool kWholeMember = true;
    static void read(Reading& reading, const YamlNode& yaml, const lab::DhcpHostName&, const QString& what,
                     std::optional<lab::DhcpClient>&, Port& port) {
        Codec<lab::HostName>::read(reading, yaml, {}, what, dhcpOf(yaml, port).hostName);
    }
    static std::optional<Value> write(const lab::DhcpHostName&, const std::optional<lab::DhcpClient>& dhcp,
                                      const Port& port, const Writing&) {
        if (!port.addresses.empty() || dhcp->hostName.isEmpty()) return std::nullopt;
        return Value::word(dhcp->hostName);
    }
    static void clear(Port& port) {
        if (port.dhcp) port.dhcp->hostName.clear();
    }
    static Value schema(const lab::DhcpHostName&) { return Codec<lab::HostName>::schema({}); }
    static QString word(const lab::DhcpHostName&) { return QStringLiteral("host name"); }
};

template <>
struct Codec<lab::DhcpCheck> {
    static constexpr bool kWholeMember = true;
    static void read(Reading&, const YamlNode& yaml, const lab::DhcpCheck&, const QString& what,
                     std::optional<lab::DhcpClient>&, Port& port) {
        lab::DhcpClient& client = dhcpOf(yaml, port);
        client.check = asBool(yaml, what);
    }
    static std::optional<Value> write(const lab::DhcpCheck&, const std::optional<lab::DhcpClient>& dhcp,
                                      const Port& port, const Writing&) {
        if (!port.addresses.empty() || !dhcp->check) return std::nullopt;
        return truth();
    }
    static void clear(Port& port) {
        if (port.dhcp) port.dhcp->check = false;
    }
    static Value schema(const lab::DhcpCheck&) { return json::typed("boolean"); }
    static QString word(const lab::DhcpCheck&) { return QStringLiteral("true or false"); }
};

template <class T>
struct Codec<lab::Tunnel<T>> {
    static void read(Reading& reading, const YamlNode& yaml, const lab::Tunnel<T>&, const QString&, T& tunnel) {
        // "wireguard:" with nothing under it is one that the lab makes the keys of.
        if (std::is_same_v<T, lab::Wireguard> && yaml.type == YamlNode::Type::Null) return;
        GroupIo<T>::read(reading, yaml, tunnel);
    }
    static Value write(const lab::Tunnel<T>&, const T& tunnel, const Port&, const Writing& writing) {
        return GroupIo<T>::write(tunnel, writing);
    }
    static Value schema(const lab::Tunnel<T>&) {
        Value group = json::reference(QLatin1String(lab::Keys<T>::kId));
        return std::is_same_v<T, lab::Wireguard> ? json::orNull(std::move(group)) : group;
    }
    static QString word(const lab::Tunnel<T>&) { return json::link(QLatin1String(lab::Keys<T>::kId)); }
};

template <>
struct Rules<Port> : AnyRules<Port> {
    static void finish(Reading& reading, const YamlNode& yaml, Port& port) {
        if (port.wireguard && port.vxlan)
            fail(*value(yaml, "vxlan"), Texts::tr("An interface is of WireGuard or of VXLAN, not of both."),
                 Texts::tr("Make two interfaces: a VXLAN's packets may go through a WireGuard."));
        if (port.automatic && (port.tunnel || port.wireguard || port.vxlan))
            fail(*value(yaml, "address"), Texts::tr("A tunnel has no automatic address."),
                 Texts::tr("Type one in: a cable is what automatic addresses go by."));
        if (!port.wireguard && !port.vxlan) return;
        if (lab::bridges(reading.node->kind))
            fail(yaml, Texts::tr("A switch has no tunnels."), Texts::tr("Put the tunnel on a host or a router."));
        port.tunnel = true;
    }
    static void shape(Value& map, const Port& port) { map.flow = !port.wireguard; } // keys and peers need lines
    static std::vector<Value> shorthand() {
        auto forms = addressForms();
        forms.push_back(json::typed("null"));
        return forms;
    }
};

void Codec<lab::PortCount>::read(Reading&, const YamlNode& yaml, const lab::PortCount&, const QString& what,
                                 std::vector<Port>& ports, Node& node) {
    if (!lab::bridges(node.kind))
        fail(yaml, Texts::tr("Only a switch has a number of ports."),
             Texts::tr("Name the interfaces: \"interfaces: {eth0: {…}}\"."));
    const auto n = asWhole(yaml, what, 1, 1024);
    ports.clear();
    for (std::uint64_t i = 1; i <= n; ++i) {
        ports.emplace_back();
        ports.back().name = QStringLiteral("p%1").arg(i);
    }
}

void Codec<lab::PortCount>::clear(Node& node) { node.ports = lab::defaultPorts(node.kind); }

std::optional<Value> Codec<lab::PortCount>::write(const lab::PortCount&, const std::vector<Port>& ports,
                                                  const Node& node, const Writing&) {
    if (!isCounted(node) || ports == lab::defaultPorts(node.kind)) return std::nullopt;
    return Value::literal(QString::number(ports.size()));
}

void Codec<lab::PortMap>::read(Reading& reading, const YamlNode& yaml, const lab::PortMap&, const QString&,
                               std::vector<Port>& ports, Node&) {
    if (yaml.type == YamlNode::Type::Null) return;
    asMap(yaml, Texts::tr("interfaces"));
    if (yaml.keys.size() > 1024)
        fail(yaml, Texts::tr("A node has at most 1024 interfaces."), Texts::tr("Spread them over several nodes."));
    for (std::size_t i = 0; i < yaml.keys.size(); ++i) {
        const YamlNode &key = yaml.keys[i], &item = yaml.items[i];
        const QString problem = lab::portNameProblem(key.text);
        if (!problem.isEmpty()) fail(key, problem, Texts::tr("Call it eth0, for example."));
        Port* port = nullptr;
        for (auto& p : ports)
            if (p.name == key.text) port = &p;
        if (!port) {
            port = &ports.emplace_back();
            port->name = key.text;
        }
        if (item.type == YamlNode::Type::Map)
            GroupIo<Port>::read(reading, item, *port);
        else if (item.type != YamlNode::Type::Null)
            readAddresses(item, *port);
    }
}

std::optional<Value> Codec<lab::PortMap>::write(const lab::PortMap&, const std::vector<Port>& ports, const Node& node,
                                                const Writing& writing) {
    if (isCounted(node) || ports == lab::defaultPorts(node.kind)) return std::nullopt;
    Value map;
    for (const auto& port : ports) {
        Value interface = GroupIo<Port>::write(port, writing);
        if (interface.keys.size() == 1 && interface.keys.front() == QLatin1String("address"))
            interface.shortForm = std::make_shared<const Value>(interface.items.front());
        map.add(port.name, std::move(interface));
    }
    return map;
}

Value Codec<lab::PortMap>::schema(const lab::PortMap&) {
    Value map = json::mapOf(patterns::whole(QStringLiteral("(?=.{1,15}$)") + patterns::name()),
                            json::reference(QStringLiteral("interface")));
    map.add(QStringLiteral("maxProperties"), json::number(1024));
    return json::orNull(std::move(map));
}

template struct GroupIo<Port>;
GroupInfo portGroup() { return groupInfo<Port>(); }

} // namespace model::io
