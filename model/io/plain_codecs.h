// Codecs of the plain types: texts, numbers, quantities, addresses.
#pragma once

#include "model/io/codec.h"
#include "model/io/patterns.h"
#include "sim/crypto/crypto.h"

#include <QPointF>

#include <type_traits>

namespace model::io {

/// asIpv4 and asNetwork are asAddress and asPrefix for what must be IPv4, or must have no bits beyond its length.
sim::wire::IpAddress asIpv4(const YamlNode& node, const QString& what);
sim::wire::Prefix asNetwork(const YamlNode& node, const QString& what, lab::Family family);
/// asDnsName reads a name that DNS can hold; with wildcard also "*.example.com".
QString asDnsName(const YamlNode& node, const QString& what, bool wildcard = false);
/// pieceOf makes a piece of a scalar look like a scalar of its own, so that a message points at it.
YamlNode pieceOf(const YamlNode& whole, qsizetype offset, const QString& text);
QString latin(const std::string& text);
Value prefixValue(const sim::wire::Prefix& prefix);
Value pointValue(double x, double y);

template <>
struct Codec<lab::Text> {
    static void read(Reading&, const YamlNode& yaml, const lab::Text& type, const QString& what, QString& text) {
        text = asText(yaml, what, type.most);
    }
    static Value write(const lab::Text&, const QString& text) { return Value::word(text); }
    static Value schema(const lab::Text& type) {
        Value v = json::typed("string");
        v.add(QStringLiteral("maxLength"), json::number(std::uint64_t(type.most)));
        return v;
    }
    static QString word(const lab::Text&) { return QStringLiteral("text"); }
};

template <>
struct Codec<lab::Word> {
    static void read(Reading&, const YamlNode& yaml, const lab::Word&, const QString& what, QString& text) {
        text = asWord(yaml, what);
    }
    static Value write(const lab::Word&, const QString& text) { return Value::word(text); }
    static Value schema(const lab::Word&) { return json::typed("string"); }
    static QString word(const lab::Word&) { return QStringLiteral("text"); }
};

template <>
struct Codec<lab::Bool> {
    static void read(Reading&, const YamlNode& yaml, const lab::Bool&, const QString& what, bool& yes) {
        yes = asBool(yaml, what);
    }
    static Value write(const lab::Bool&, bool yes) { return truth(yes); }
    static Value schema(const lab::Bool&) { return json::typed("boolean"); }
    static QString word(const lab::Bool&) { return QStringLiteral("true or false"); }
};

template <>
struct Codec<lab::Whole> {
    template <class Number>
    static void read(Reading&, const YamlNode& yaml, const lab::Whole& type, const QString& what, Number& number) {
        number = Number(asWhole(yaml, what, type.least, type.most));
    }
    static Value write(const lab::Whole&, std::uint64_t number) { return Value::literal(QString::number(number)); }
    static Value schema(const lab::Whole& type);
    static QString word(const lab::Whole& type) {
        return QStringLiteral("number from %1 to %2").arg(type.least).arg(type.most);
    }
};

template <>
struct Codec<lab::Point> {
    static void read(Reading&, const YamlNode& yaml, const lab::Point&, const QString& what, QPointF& point);
    static void read(Reading&, const YamlNode& yaml, const lab::Point&, const QString& what,
                     std::tuple<double&, double&>& point);
    static Value write(const lab::Point&, const QPointF& point) { return pointValue(point.x(), point.y()); }
    static Value write(const lab::Point&, const std::tuple<const double&, const double&>& point) {
        return pointValue(std::get<0>(point), std::get<1>(point));
    }
    static Value schema(const lab::Point&) { return json::reference(QStringLiteral("point")); }
    static QString word(const lab::Point&) { return QStringLiteral("[x, y]"); }
};

template <>
struct Codec<lab::Duration> {
    static void read(Reading&, const YamlNode& yaml, const lab::Duration& type, const QString& what,
                     sim::kernel::SimTime& time);
    static Value write(const lab::Duration&, sim::kernel::SimTime time);
    static Value schema(const lab::Duration&) { return json::reference(QStringLiteral("duration")); }
    static QString word(const lab::Duration&) { return QStringLiteral("duration"); }
};

template <>
struct Codec<lab::Rate> {
    static void read(Reading&, const YamlNode& yaml, const lab::Rate&, const QString& what, std::uint64_t& rate);
    static Value write(const lab::Rate&, std::uint64_t rate);
    static Value schema(const lab::Rate&) {
        return json::matching(patterns::whole(QStringLiteral("(0|[1-9][0-9]*)(\\.[0-9]+)? *[kMGT]?bit(/s)? *")));
    }
    static QString word(const lab::Rate&) { return QStringLiteral("rate"); }
};

template <>
struct Codec<lab::Bytes> {
    template <class Number>
    static void read(Reading&, const YamlNode& yaml, const lab::Bytes& type, const QString&, Number& bytes) {
        bytes = Number(whole(yaml, type));
    }
    static std::uint64_t whole(const YamlNode& yaml, const lab::Bytes& type);
    static Value write(const lab::Bytes&, std::uint64_t bytes);
    static Value schema(const lab::Bytes& type);
    static QString word(const lab::Bytes&) { return QStringLiteral("size"); }
};

template <>
struct Codec<lab::Chance> {
    static void read(Reading&, const YamlNode& yaml, const lab::Chance&, const QString& what, std::uint32_t& parts);
    static Value write(const lab::Chance&, std::uint32_t parts);
    static Value schema(const lab::Chance&) {
        return json::matching(patterns::whole(QStringLiteral("(100(\\.0{1,4})?|[1-9]?[0-9](\\.[0-9]{1,4})?) *%")));
    }
    static QString word(const lab::Chance&) { return QStringLiteral("percentage"); }
};

template <>
struct Codec<lab::Address> {
    static void read(Reading&, const YamlNode& yaml, const lab::Address& type, const QString& what,
                     sim::wire::IpAddress& address) {
        address = type.family == lab::Family::V4 ? asIpv4(yaml, what) : asAddress(yaml, what);
    }
    static Value write(const lab::Address&, const sim::wire::IpAddress& address) {
        return Value::word(latin(address.toString()));
    }
    static Value schema(const lab::Address& type) {
        return json::reference(type.family == lab::Family::V4 ? QStringLiteral("ipv4") : QStringLiteral("address"));
    }
    static QString word(const lab::Address& type) {
        return type.family == lab::Family::V4 ? QStringLiteral("IPv4 address") : QStringLiteral("address");
    }
};

template <>
struct Codec<lab::Prefix> {
    static void read(Reading&, const YamlNode& yaml, const lab::Prefix&, const QString& what,
                     sim::wire::Prefix& prefix) {
        prefix = asPrefix(yaml, what);
    }
    static Value write(const lab::Prefix&, const sim::wire::Prefix& prefix) { return prefixValue(prefix); }
    static Value schema(const lab::Prefix&) { return json::reference(QStringLiteral("prefix")); }
    static QString word(const lab::Prefix&) { return QStringLiteral("address/length"); }
};

template <>
struct Codec<lab::Network> {
    static void read(Reading&, const YamlNode& yaml, const lab::Network& type, const QString& what,
                     sim::wire::Prefix& prefix) {
        prefix = asNetwork(yaml, what, type.family);
    }
    static Value write(const lab::Network&, const sim::wire::Prefix& prefix) { return prefixValue(prefix); }
    static Value schema(const lab::Network& type) {
        return json::reference(type.family == lab::Family::V4 ? QStringLiteral("prefixV4") : QStringLiteral("prefix"));
    }
    static QString word(const lab::Network&) { return QStringLiteral("network/length"); }
};

template <>
struct Codec<lab::Mac> {
    static void read(Reading&, const YamlNode& yaml, const lab::Mac&, const QString& what, sim::wire::MacAddress& mac) {
        mac = asMac(yaml, what);
    }
    static Value write(const lab::Mac&, const sim::wire::MacAddress& mac) {
        return Value::quoted(latin(mac.toString()));
    }
    static Value schema(const lab::Mac&) { return json::reference(QStringLiteral("mac")); }
    static QString word(const lab::Mac&) { return QStringLiteral("MAC address"); }
};

template <>
struct Codec<lab::CryptoKey> {
    static void read(Reading&, const YamlNode& yaml, const lab::CryptoKey&, const QString& what, sim::crypto::Key& key);
    static Value write(const lab::CryptoKey&, const sim::crypto::Key& key) {
        return Value::word(latin(sim::crypto::toBase64(key)));
    }
    static Value schema(const lab::CryptoKey&) { return json::reference(QStringLiteral("key")); }
    static QString word(const lab::CryptoKey&) { return QStringLiteral("key in base64"); }
};

template <>
struct Codec<lab::HostName> {
    static void read(Reading&, const YamlNode& yaml, const lab::HostName&, const QString& what, QString& name);
    static Value write(const lab::HostName&, const QString& name) { return Value::word(name); }
    static Value schema(const lab::HostName&) { return json::matching(QStringLiteral("^[A-Za-z0-9.-]{0,253}$")); }
    static QString word(const lab::HostName&) { return QStringLiteral("host name"); }
};

template <>
struct Codec<lab::DnsName> {
    static void read(Reading&, const YamlNode& yaml, const lab::DnsName& type, const QString& what, QString& name) {
        name = asDnsName(yaml, what, type.wildcard);
    }
    static Value write(const lab::DnsName&, const QString& name) { return Value::word(name); }
    static Value schema(const lab::DnsName& type) {
        return json::matching(patterns::whole(
            (type.wildcard ? QStringLiteral("(\\*|(\\*\\.)?%1)") : QStringLiteral("%1")).arg(patterns::dnsName())));
    }
    static QString word(const lab::DnsName&) { return QStringLiteral("name"); }
};

template <>
struct Codec<lab::HeaderText> {
    static void read(Reading&, const YamlNode& yaml, const lab::HeaderText&, const QString& what, QString& text);
    static Value write(const lab::HeaderText&, const QString& text) { return Value::word(text); }
    static Value schema(const lab::HeaderText&) { return json::matching(QStringLiteral("^[!-~]{1,2000}$")); }
    static QString word(const lab::HeaderText&) { return QStringLiteral("text without spaces"); }
};

template <>
struct Codec<lab::Choice> {
    template <class Enum>
    static void read(Reading&, const YamlNode& yaml, const lab::Choice& type, const QString& what, Enum& value) {
        value = Enum(index(yaml, type, what));
    }
    static std::size_t index(const YamlNode& yaml, const lab::Choice& type, const QString& what);
    template <class Enum>
    static Value write(const lab::Choice& type, Enum value) {
        return Value::word(QLatin1String(type.words[std::size_t(value)]));
    }
    static Value schema(const lab::Choice& type) { return json::words(list(type)); }
    static QString word(const lab::Choice& type);
    static std::vector<QString> list(const lab::Choice& type);
};

} // namespace model::io
