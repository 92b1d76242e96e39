// Codec<Type> reads, writes and describes the values of one type of model/lab/key.h.
#pragma once

#include "model/io/json.h"
#include "model/io/value.h"
#include "model/io/yaml_cursor.h"
#include "model/lab/key.h"
#include "model/lab/lab.h"

#include <QHash>

#include <functional>
#include <optional>
#include <span>

namespace model::io {

/// Writing is what all parts of the writer share.
struct Writing {
    QHash<std::uint32_t, QString> names; ///< of the nodes, by their ids
};

/// A Codec has the functions
///   void read(Reading&, const YamlNode&, const Type&, const QString& what, Member&[, Owner&])
///   Value or optional<Value> write(const Type&, const Member&[, const Owner&, const Writing&])
///   Value schema(const Type&): JSON Schema, without description
///   QString word(const Type&): what model/KEYS.md calls it
/// read sets the whole value, whatever was there before. It may ask for the owner when other members matter. With
/// kWholeMember an optional member is its own business.
template <class Type>
struct Codec;

/// Rules<T> is what Keys<T> cannot say in a table; the specializations stand beside the codecs of T's family.
template <class T>
struct AnyRules {
    /// begin comes before the first key, finish after the last: what keys say about each other.
    static void begin(Reading&, const YamlNode&, T&) {}
    static void finish(Reading&, const YamlNode&, T&) {}
    /// shape lays out the map in a new file.
    static void shape(Value& map, const T&) { map.flow = true; }
    /// usual is what a T says when its file says nothing.
    static T usual() { return T{}; }
    /// shorthand is the schema of other forms of the same; empty: none.
    static std::vector<Value> shorthand() { return {}; }
    /// constraints are what the schema asks of the map besides its keys.
    static Value constraints() { return {}; }
};
template <class T>
struct Rules : AnyRules<T> {};

/// KeyInfo is a description without the types of its owner and member.
struct KeyInfo {
    QString name, about, usual, example;
    QString type; ///< in words
    bool required = false;
    Value schema; ///< of its value, without description
};

/// KeyAccess reads, writes and describes one key of a T: what a reader, a writer and a form need.
template <class T>
struct KeyAccess {
    const lab::KeyWords* words;
    /// set reads a value; it throws ReadError when the value cannot be.
    void (*set)(Reading&, const YamlNode&, T&);
    /// clear gives the default.
    void (*clear)(T&);
    /// get is the value as a file has it; none when the file need not say it.
    std::optional<Value> (*get)(const T&, const Writing&);
    KeyInfo (*info)();
};

/// GroupIo reads and writes the map that Keys<T> describes; described.h has its parts, and each family instantiates it.
template <class T>
struct GroupIo {
    /// read reads a map; what its keys do not say, out says already.
    static void read(Reading& reading, const YamlNode& yaml, T& out);
    static Value write(const T& value, const Writing& writing);
    /// usual is what a T says when its file says nothing.
    static const T& usual();
    /// keys are the keys of a T in the order of a file.
    static std::span<const KeyAccess<T>> keys();
};
// Each is instantiated once, in the file of its family.
extern template struct GroupIo<lab::Lab>;
extern template struct GroupIo<lab::Link>;
extern template struct GroupIo<lab::Area>;
extern template struct GroupIo<lab::Note>;
extern template struct GroupIo<lab::RunStep>;
extern template struct GroupIo<lab::Node>;
extern template struct GroupIo<lab::Port>;
extern template struct GroupIo<lab::Route>;
extern template struct GroupIo<lab::Nat>;
extern template struct GroupIo<lab::Wireguard>;
extern template struct GroupIo<lab::WireguardPeer>;
extern template struct GroupIo<lab::Vxlan>;
extern template struct GroupIo<lab::DnsServer>;
extern template struct GroupIo<lab::DnsZone>;
extern template struct GroupIo<lab::DnsRecord>;
extern template struct GroupIo<lab::WebServer>;
extern template struct GroupIo<lab::WebHost>;
extern template struct GroupIo<lab::Page>;
extern template struct GroupIo<lab::DhcpPool>;
extern template struct GroupIo<lab::DhcpPool::Reservation>;
extern template struct GroupIo<lab::Rip>;

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

template <class Type, class Member, class Owner>
void readAs(Reading& reading, const YamlNode& yaml, const Type& type, const QString& what, Member& member,
            Owner& owner) {
    using C = Codec<Type>;
    if constexpr (std::is_same_v<Member, std::string>) {
        QString text; // strings of sim are UTF-8
        readAs(reading, yaml, type, what, text, owner);
        member = text.toStdString();
    } else if constexpr (kIsOptional<Member> && !requires { C::kWholeMember; }) {
        typename Member::value_type value{};
        readAs(reading, yaml, type, what, value, owner);
        member = std::move(value);
    } else if constexpr (requires { C::read(reading, yaml, type, what, member, owner); }) {
        C::read(reading, yaml, type, what, member, owner);
    } else {
        C::read(reading, yaml, type, what, member);
    }
}

template <class Type, class Member, class Owner>
std::optional<Value> writeAs(const Type& type, const Member& member, const Owner& owner, const Writing& writing) {
    using C = Codec<Type>;
    if constexpr (std::is_same_v<Member, std::string>) {
        return writeAs(type, QString::fromStdString(member), owner, writing);
    } else if constexpr (kIsOptional<Member> && !requires { C::kWholeMember; }) {
        if (!member) return std::nullopt;
        return writeAs(type, *member, owner, writing);
    } else if constexpr (requires { C::write(type, member, owner, writing); }) {
        return C::write(type, member, owner, writing);
    } else {
        return C::write(type, member);
    }
}

/// spoken is a text of a description, translated; empty for none.
QString spoken(const char* text);
/// whatOf is what messages call the value of a key: "A delay", or the key in quotes.
QString whatOf(const lab::KeyWords& words);

/// alone is a list of one, written as its item; a file may have the list.
Value alone(std::vector<Value> items);
/// withLongForm is a value that a file may also say at length.
Value withLongForm(Value shortForm, Value longForm);
Value truth(bool yes = true);

template <class Item>
struct Codec<lab::List<Item>> {
    template <class Member, class Owner>
    static void read(Reading& reading, const YamlNode& yaml, const lab::List<Item>& type, const QString& what,
                     Member& list, Owner& owner) {
        list.clear();
        if (type.mayBeNull && yaml.type == YamlNode::Type::Null) return;
        asList(yaml, spoken(type.of));
        if (type.most && yaml.items.size() > type.most) fail(yaml, spoken(type.tooMany), spoken(type.hint));
        for (const auto& item : yaml.items) {
            typename Member::value_type value{};
            readAs(reading, item, type.item, what, value, owner);
            list.push_back(std::move(value));
        }
    }
    template <class Member, class Owner>
    static Value write(const lab::List<Item>& type, const Member& list, const Owner& owner, const Writing& writing) {
        Value out = Value::blockList();
        for (const auto& item : list)
            out.items.push_back(*writeAs(type.item, item, owner, writing));
        return out;
    }
    static Value schema(const lab::List<Item>& type) {
        Value list = json::listOf(Codec<Item>::schema(type.item));
        if (type.most) list.add(QStringLiteral("maxItems"), json::number(type.most));
        return type.mayBeNull ? json::orNull(std::move(list)) : list;
    }
    static QString word(const lab::List<Item>& type) {
        return QStringLiteral("list: %1").arg(Codec<Item>::word(type.item));
    }
};

template <class Item>
struct Codec<lab::Many<Item>> {
    template <class Member, class Owner>
    static void read(Reading& reading, const YamlNode& yaml, const lab::Many<Item>& type, const QString& what,
                     Member& list, Owner& owner) {
        list.clear();
        oneOrMany(yaml, [&](const YamlNode& item) {
            typename Member::value_type value{};
            readAs(reading, item, type.item, what, value, owner);
            list.push_back(std::move(value));
        });
        if (type.most && std::size_t(list.size()) > type.most) fail(yaml, spoken(type.tooMany), spoken(type.hint));
    }
    template <class Member, class Owner>
    static Value write(const lab::Many<Item>& type, const Member& list, const Owner& owner, const Writing& writing) {
        std::vector<Value> items;
        for (const auto& item : list)
            items.push_back(*writeAs(type.item, item, owner, writing));
        return type.brackets ? Value::flowList(std::move(items)) : alone(std::move(items));
    }
    static Value schema(const lab::Many<Item>& type) {
        Value list = json::listOf(Codec<Item>::schema(type.item));
        if (type.most) list.add(QStringLiteral("maxItems"), json::number(type.most));
        return json::anyOf({Codec<Item>::schema(type.item), std::move(list)});
    }
    static QString word(const lab::Many<Item>& type) {
        return QStringLiteral("%1, or a list").arg(Codec<Item>::word(type.item));
    }
};

template <class KeyType, class ValueType>
struct Codec<lab::MapOf<KeyType, ValueType>> {
    using Map = lab::MapOf<KeyType, ValueType>;
    /// split is the key and the value of an item: the address is the key, whichever member it is.
    template <class Item>
    static auto split(Item& item) {
        auto& [first, second] = item;
        if constexpr (std::is_same_v<std::decay_t<decltype(first)>, sim::wire::IpAddress>)
            return std::tie(first, second);
        else
            return std::tie(second, first);
    }
    template <class Member, class Owner>
    static void read(Reading& reading, const YamlNode& yaml, const Map& type, const QString& what, Member& items,
                     Owner& owner) {
        items.clear();
        if (type.word && yaml.type == YamlNode::Type::Scalar && yaml.text == QLatin1String(type.word)) {
            items.emplace_back();
            return;
        }
        asMap(yaml, spoken(type.of));
        for (std::size_t i = 0; i < yaml.keys.size(); ++i) {
            const auto add = [&](const YamlNode& value) {
                typename Member::value_type item{};
                auto parts = split(item);
                readAs(reading, yaml.keys[i], type.key, spoken(type.keyWhat), std::get<0>(parts), owner);
                readAs(reading, value, type.value, what, std::get<1>(parts), owner);
                items.push_back(std::move(item));
            };
            if (type.many)
                oneOrMany(yaml.items[i], add);
            else
                add(yaml.items[i]);
        }
    }
    template <class Member, class Owner>
    static Value write(const Map& type, const Member& items, const Owner& owner, const Writing& writing) {
        if (type.word && items.front() == typename Member::value_type{}) return Value::word(QLatin1String(type.word));
        Value map = Value::flowMap();
        for (std::size_t i = 0; i < items.size();) {
            const auto begin = split(items[i]);
            std::vector<Value> values;
            do
                values.push_back(*writeAs(type.value, std::get<1>(split(items[i])), owner, writing));
            while (++i < items.size() && type.many && std::get<0>(split(items[i])) == std::get<0>(begin));
            map.add(writeAs(type.key, std::get<0>(begin), owner, writing)->text,
                    type.many ? alone(std::move(values)) : std::move(values.front()));
        }
        return map;
    }
    static Value schema(const Map& type) {
        Value value = Codec<ValueType>::schema(type.value);
        if (type.many) value = json::anyOf({value, json::listOf(value)});
        Value map = json::object({{"type", Value::word(QStringLiteral("object"))},
                                  {"propertyNames", Codec<KeyType>::schema(type.key)},
                                  {"additionalProperties", std::move(value)}});
        if (!type.word) return map;
        return json::anyOf({json::constant(Value::word(QLatin1String(type.word))), std::move(map)});
    }
    static QString word(const Map& type) {
        const QString map = QStringLiteral("map: %1 to %2%3")
                                .arg(Codec<KeyType>::word(type.key), Codec<ValueType>::word(type.value),
                                     type.many ? QStringLiteral(", or a list") : QString());
        return type.word ? QLatin1String(type.word) + QStringLiteral(", or ") + map : map;
    }
};

template <class T>
struct Codec<lab::Group<T>> {
    static void read(Reading& reading, const YamlNode& yaml, const lab::Group<T>&, const QString&, T& out) {
        GroupIo<T>::read(reading, yaml, out);
    }
    template <class Owner>
    static Value write(const lab::Group<T>&, const T& value, const Owner&, const Writing& writing) {
        return GroupIo<T>::write(value, writing);
    }
    static Value schema(const lab::Group<T>&) { return json::reference(QLatin1String(lab::Keys<T>::kId)); }
    static QString word(const lab::Group<T>&) { return json::link(QLatin1String(lab::Keys<T>::kId)); }
};

} // namespace model::io
