// DHCP servers and RIP: what their descriptions need besides the plain types.
#include "model/io/described_parts.h"
#include "model/io/plain_codecs.h"
#include "model/io/quantities.h"
#include "model/io/texts.h"
#include "model/lab/service_keys.h"

namespace model::io {

namespace {

using sim::wire::IpAddress;
using Time = sim::kernel::SimTime;

} // namespace

template <>
struct Codec<lab::AddressRange> {
    static void read(Reading&, const YamlNode& yaml, const lab::AddressRange&, const QString&,
                     std::tuple<IpAddress&, IpAddress&>& range) {
        const QString text = asWord(yaml, Texts::tr("a pool of addresses"));
        const auto first = IpAddress::parse(text.section(u'-', 0, 0).trimmed().toStdString());
        const auto last = IpAddress::parse(text.section(u'-', 1).trimmed().toStdString());
        if (!first || !last || !first->isV4() || !last->isV4())
            fail(yaml, Texts::tr("\"%1\" is not a range of addresses.").arg(shown(text)),
                 Texts::tr("Write it like 192.168.0.100-192.168.0.110."));
        if (last->toV4() < first->toV4())
            fail(yaml, Texts::tr("The range \"%1\" ends before it begins.").arg(shown(text)),
                 Texts::tr("Write the smaller address first."));
        if (last->toV4() - first->toV4() > 0xffff)
            fail(yaml, Texts::tr("The range \"%1\" holds more than 65536 addresses.").arg(shown(text)),
                 Texts::tr("Give the clients of one network a part of it."));
        range = std::tuple(*first, *last);
    }
    static std::optional<Value> write(const lab::AddressRange&,
                                      const std::tuple<const IpAddress&, const IpAddress&>& range) {
        const auto& [first, last] = range;
        if (first.isNone()) return std::nullopt;
        return Value::literal(latin(first.toString() + '-' + last.toString()));
    }
    static Value schema(const lab::AddressRange&) {
        return json::matching(QStringLiteral("^ *%1 *- *%1 *$").arg(patterns::ipv4()));
    }
    static QString word(const lab::AddressRange&) { return QStringLiteral("range of addresses"); }
};

template <>
struct Rules<lab::DhcpPool::Reservation> : AnyRules<lab::DhcpPool::Reservation> {
    static std::vector<Value> shorthand() { return {json::reference(QStringLiteral("ipv4"))}; }
};

template <>
struct Codec<lab::ReservationMap> {
    using Reservation = lab::DhcpPool::Reservation;
    static void read(Reading& reading, const YamlNode& yaml, const lab::ReservationMap&, const QString&,
                     std::vector<Reservation>& reservations) {
        reservations.clear();
        if (yaml.type == YamlNode::Type::Null) return;
        asMap(yaml, Texts::tr("reservations"));
        for (std::size_t i = 0; i < yaml.keys.size(); ++i) {
            Reservation r;
            r.mac = asMac(yaml.keys[i], Texts::tr("A MAC address"));
            if (yaml.items[i].type == YamlNode::Type::Map)
                GroupIo<Reservation>::read(reading, yaml.items[i], r);
            else
                r.address = asIpv4(yaml.items[i], Texts::tr("A reserved address"));
            reservations.push_back(std::move(r));
        }
    }
    static Value write(const lab::ReservationMap&, const std::vector<Reservation>& reservations, const lab::DhcpPool&,
                       const Writing& writing) {
        Value map = Value::flowMap();
        for (const auto& r : reservations) {
            Value named = GroupIo<Reservation>::write(r, writing);
            map.add(latin(r.mac.toString()),
                    r.name.isEmpty() ? withLongForm(Value::word(latin(r.address.toString())), named) : named);
        }
        return map;
    }
    static Value schema(const lab::ReservationMap&) {
        return json::orNull(
            json::mapOf(patterns::whole(patterns::mac()), json::reference(QStringLiteral("reservation"))));
    }
    static QString word(const lab::ReservationMap&) {
        return QStringLiteral("map: MAC to address or %1").arg(json::link(QStringLiteral("reservation")));
    }
};

template <>
struct Rules<lab::DhcpPool> : AnyRules<lab::DhcpPool> {
    static void shape(Value& map, const lab::DhcpPool&) {
        map.flow = true;
        if (map.items.empty()) map = withLongForm(truth(), map);
    }
};

template <>
struct Codec<lab::RipTimers> {
    static void read(Reading&, const YamlNode& yaml, const lab::RipTimers&, const QString& what,
                     std::tuple<Time&, Time&, Time&>& timers) {
        const QString hint = Texts::tr("Write the times of update, timeout and garbage collection: [30s, 180s, 120s].");
        if (asList(yaml, Texts::tr("timers")).items.size() != 3) fail(yaml, Texts::tr("RIP has three timers."), hint);
        Time* const times[] = {&std::get<0>(timers), &std::get<1>(timers), &std::get<2>(timers)};
        for (std::size_t i = 0; i < 3; ++i) {
            *times[i] = asTime(yaml.items[i], what, std::chrono::hours(1));
            if (*times[i] < std::chrono::seconds(2))
                fail(yaml.items[i], Texts::tr("A timer of RIP is at least 2s."), hint);
        }
    }
    static Value write(const lab::RipTimers&, const std::tuple<const Time&, const Time&, const Time&>& timers) {
        const auto& [update, timeout, garbage] = timers;
        return Value::flowList({Value::literal(formatTime(update)), Value::literal(formatTime(timeout)),
                                Value::literal(formatTime(garbage))});
    }
    static Value schema(const lab::RipTimers&) {
        Value list = json::listOf(json::reference(QStringLiteral("duration")));
        list.add(QStringLiteral("minItems"), json::number(3));
        list.add(QStringLiteral("maxItems"), json::number(3));
        return list;
    }
    static QString word(const lab::RipTimers&) { return QStringLiteral("three durations"); }
};

template <>
struct Codec<lab::PassivePort> {
    static void read(Reading& reading, const YamlNode& yaml, const lab::PassivePort&, const QString& what,
                     QString& name) {
        name = asText(yaml, what);
        if (!reading.node || !reading.node->port(name))
            fail(yaml, Texts::tr("There is no interface \"%1\" to be passive.").arg(shown(name)),
                 Texts::tr("Name one of the node's interfaces."));
    }
    static Value write(const lab::PassivePort&, const QString& name) { return Value::word(name); }
    static Value schema(const lab::PassivePort&) { return json::reference(QStringLiteral("portName")); }
    static QString word(const lab::PassivePort&) { return QStringLiteral("interface"); }
};

template <>
struct Codec<lab::Redistributed> {
    static void read(Reading&, const YamlNode& yaml, const lab::Redistributed&, const QString& what,
                     std::tuple<bool&, bool&>& routes) {
        routes = std::tuple(false, false);
        oneOrMany(yaml, [&](const YamlNode& item) {
            const QString word = asText(item, what);
            if (word == QLatin1String("connected"))
                std::get<0>(routes) = true;
            else if (word == QLatin1String("static"))
                std::get<1>(routes) = true;
            else
                fail(item, Texts::tr("RIP cannot redistribute \"%1\".").arg(shown(word)),
                     Texts::tr("It can redistribute: connected, static."));
        });
    }
    static Value write(const lab::Redistributed&, const std::tuple<const bool&, const bool&>& routes) {
        std::vector<Value> words;
        if (std::get<0>(routes)) words.push_back(Value::word(QStringLiteral("connected")));
        if (std::get<1>(routes)) words.push_back(Value::word(QStringLiteral("static")));
        return alone(std::move(words));
    }
    static Value schema(const lab::Redistributed&) {
        const Value word = json::words({QStringLiteral("connected"), QStringLiteral("static")});
        return json::anyOf({word, json::listOf(word)});
    }
    static QString word(const lab::Redistributed&) { return QStringLiteral("connected, static, or a list"); }
};

template <>
struct Rules<lab::Rip> : AnyRules<lab::Rip> {
    static void finish(Reading&, const YamlNode& yaml, lab::Rip& rip) {
        if (!rip.splitHorizon && rip.poisonedReverse)
            fail(*value(yaml, "poisoned-reverse"), Texts::tr("Poisoned reverse is a kind of split horizon."),
                 Texts::tr("Leave one of the two out."));
    }
    static void shape(Value& map, const lab::Rip&) {
        map.flow = true;
        if (map.items.empty()) map = withLongForm(truth(), map);
    }
};

template struct GroupIo<lab::DhcpPool::Reservation>;
template struct GroupIo<lab::DhcpPool>;
template struct GroupIo<lab::Rip>;

void addDhcpGroups(std::vector<GroupInfo>& groups) {
    groups.push_back(groupInfo<lab::DhcpPool>());
    groups.push_back(groupInfo<lab::DhcpPool::Reservation>());
    groups.push_back(groupInfo<lab::Rip>());
}

} // namespace model::io
