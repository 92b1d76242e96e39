#include "model/io/schema.h"

#include "model/io/described.h"
#include "model/io/patterns.h"

#include <QRegularExpression>

namespace model::io {

namespace {

QString key(const char* name) { return QString::fromLatin1(name); }

/// explained is a schema with the sentence that an editor shows, and the one for what a pattern does not take.
Value explained(Value schema, const QString& description, const QString& wrong = {}) {
    schema.add(key("description"), Value::word(description));
    if (!wrong.isEmpty()) schema.add(key("patternErrorMessage"), Value::word(wrong));
    return schema;
}

/// usualValue is a default as JSON; none when it is words.
std::optional<Value> usualValue(const QString& usual) {
    static const QRegularExpression kLiteral(QStringLiteral("^(true|false|[1-9][0-9]*|0)$"));
    static const QRegularExpression kWord(QStringLiteral("^[^\\[({ ]+$"));
    if (kLiteral.match(usual).hasMatch()) return Value::literal(usual);
    if (kWord.match(usual).hasMatch()) return Value::word(usual);
    return std::nullopt;
}

/// inWords is a default for people: "(none)" loses its parentheses.
QString inWords(const QString& usual) {
    return usual.startsWith(u'(') && usual.endsWith(u')') ? usual.mid(1).chopped(1) : usual;
}

Value keySchema(const KeyInfo& info) {
    QString description = info.about;
    if (!info.usual.isEmpty()) description += QStringLiteral("\nDefault: %1.").arg(inWords(info.usual));
    if (!info.example.isEmpty()) description += QStringLiteral("\nExample: %1: %2").arg(info.name, info.example);
    Value schema = explained(info.schema, description);
    // Editors show what the form that fits says, which would be less than what the key says.
    if (!schema.keys.empty() && schema.keys.front() == QLatin1String("anyOf"))
        for (auto& form : schema.items.front().items)
            form = explained(std::move(form), description);
    if (auto usual = usualValue(info.usual)) schema.add(key("default"), std::move(*usual));
    return schema;
}

Value groupSchema(const GroupInfo& group) {
    Value properties;
    std::vector<Value> required;
    for (const auto& info : group.keys) {
        properties.add(info.name, keySchema(info));
        if (info.required) required.push_back(Value::word(info.name));
    }
    Value map = json::typed("object");
    if (!required.empty()) map.add(key("required"), Value::flowList(std::move(required)));
    map.add(key("properties"), std::move(properties));
    map.add(key("additionalProperties"), Value::literal(key("false")));
    for (std::size_t i = 0; i < group.constraints.keys.size(); ++i)
        map.add(group.constraints.keys[i], group.constraints.items[i]);
    if (group.shorthand.empty()) return explained(std::move(map), group.about);
    std::vector<Value> forms{std::move(map)};
    forms.insert(forms.end(), group.shorthand.begin(), group.shorthand.end());
    return explained(json::anyOf(std::move(forms)), group.about);
}

Value pattern(const QString& form, const char* description, const char* wrong) {
    return explained(json::matching(patterns::whole(form)), key(description), key(wrong));
}

/// addPlain adds what keys of several groups refer to.
void addPlain(Value& defs, const QStringList& verbs) {
    defs.add(key("address"), pattern(patterns::address(), "IPv4 or IPv6 address, such as 192.168.0.1.",
                                     "This is not an address. Write one like 192.168.0.1."));
    defs.add(key("ipv4"), pattern(patterns::ipv4(), "IPv4 address, such as 192.168.0.1.",
                                  "This is not an IPv4 address. Write one like 192.168.0.1."));
    defs.add(key("prefix"),
             pattern(patterns::prefix(), "Address with the length of its network, such as 192.168.0.5/24.",
                     "This is not an address with the length of its network. Write one like 192.168.0.5/24."));
    defs.add(key("prefixV4"), pattern(patterns::prefixV4(), "IPv4 network with its length, such as 10.0.0.0/8.",
                                      "This is not an IPv4 network with its length. Write one like 10.0.0.0/8."));
    defs.add(key("mac"), pattern(patterns::mac(), "MAC address of a single interface, in quotes.",
                                 "This is not a MAC address of a single interface. Write six pairs of hexadecimal "
                                 "digits in quotes, the second digit even: \"02:00:00:00:00:01\"."));
    defs.add(key("key"),
             pattern(key("[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="), "32 bytes in base64, as wg genkey makes them.",
                     "This is not a key: 44 characters that end in = and stand for 32 bytes."));
    defs.add(key("portName"), pattern(key("(?=.{1,15}$)") + patterns::name(), "Name of an interface.",
                                      "This cannot be the name of an interface."));
    Value coordinate = json::typed("number");
    coordinate.add(key("minimum"), Value::literal(key("-1000000")));
    coordinate.add(key("maximum"), Value::literal(key("1000000")));
    Value point = json::listOf(std::move(coordinate));
    point.add(key("minItems"), json::number(2));
    point.add(key("maxItems"), json::number(2));
    defs.add(key("point"), explained(std::move(point), key("[x, y] in pixels at 100 %.")));
    Value duration = json::typed("string integer");
    duration.add(key("pattern"), Value::word(patterns::whole(patterns::duration())));
    duration.add(key("minimum"), json::number(0));
    duration.add(key("maximum"), json::number(0));
    defs.add(key("duration"), explained(std::move(duration), key("A number with its unit: ns, us, ms, s or min."),
                                        key("This is not a duration. Write a number with its unit: 4ms, 1us, 2s, "
                                            "5min.")));
    Value ends = json::listOf(pattern(patterns::name() + u':' + patterns::name(), "A port of a node, NODE:PORT.",
                                      "This does not name a port. Write NODE:PORT, such as desktop:eth0."));
    ends.add(key("minItems"), json::number(2));
    ends.add(key("maxItems"), json::number(2));
    defs.add(key("ends"), explained(std::move(ends), key("The two ports that the cable joins.")));
    const Value data = pattern(QStringLiteral("(%1|[A-Za-z0-9]+ .*)").arg(patterns::address()),
                               "An address, or type and data as in a zone file.",
                               "This is neither an address nor type and data, such as CNAME google.com.");
    Value names = json::mapOf(patterns::whole(key("(\\*|(\\*\\.)?%1)").arg(patterns::dnsName())),
                              json::anyOf({data, json::listOf(data)}));
    defs.add(key("records"),
             json::anyOf({std::move(names), json::listOf(json::reference(key("record"))), json::typed("null")}));
    defs.add(key("action"), pattern(QStringLiteral("\\s*(%1)(\\s[\\s\\S]*)?").arg(verbs.join(u'|')),
                                    "A verb and its arguments.", "No action begins with this word."));
}

} // namespace

QString schemaText(const QStringList& verbs) {
    const auto groups = allGroups();
    Value root = json::object({{"$schema", Value::word(key("https://json-schema.org/draft/2020-12/schema"))},
                               {"$id", Value::word(key("lab.schema.json"))},
                               {"title", Value::word(key("Packetarium lab"))}});
    Value lab = groupSchema(groups.front());
    for (std::size_t i = 0; i < lab.keys.size(); ++i)
        root.add(lab.keys[i], std::move(lab.items[i]));
    Value defs;
    for (std::size_t i = 1; i < groups.size(); ++i)
        defs.add(groups[i].id, groupSchema(groups[i]));
    addPlain(defs, verbs);
    root.add(key("$defs"), std::move(defs));
    return json::text(root);
}

QString keysText() {
    QString out = QStringLiteral(
        "# The keys of a lab file\n\n"
        "`*.lab.yaml`, UTF-8. Made from the descriptions in `model/lab/*_keys.h`, as `resources/lab.schema.json` is; "
        "`tests/model/test_keys` says how to make both anew. A dash instead of a default: the key must be there, or "
        "its absence says nothing. Durations have a unit (`ns us ms s min`), so have rates (`bit/s kbit/s Mbit/s "
        "Gbit/s Tbit/s`) and sizes (`B kB MB GB`, `KiB MiB GiB`; without one, bytes).\n");
    const auto cell = [](QString text) {
        return text.isEmpty() ? QStringLiteral("–") : text.replace(u'|', key("\\|"));
    };
    for (const auto& group : allGroups()) {
        out += QStringLiteral("\n## %1\n%2\n\n| key | value | default | meaning | example |\n|---|---|---|---|---|\n")
                   .arg(group.id, group.about);
        for (const auto& info : group.keys) {
            const QString usual = info.usual.startsWith(u'(') ? inWords(info.usual)
                                  : info.usual.isEmpty()      ? info.required ? key("must be there") : QString()
                                                              : u'`' + info.usual + u'`';
            out += QStringLiteral("| `%1` | %2 | %3 | %4 | `%5` |\n")
                       .arg(info.name, cell(info.type), cell(usual), cell(info.about), cell(info.example));
        }
    }
    return out;
}

namespace {

/// collect finds the words that a schema names.
void collect(const Value& schema, QStringList& words) {
    for (std::size_t i = 0; i < schema.items.size(); ++i) {
        const bool named = i < schema.keys.size() &&
                           (schema.keys[i] == QLatin1String("enum") || schema.keys[i] == QLatin1String("const"));
        if (named && schema.items[i].type == Value::Type::Scalar) words << schema.items[i].text;
        if (named)
            for (const auto& word : schema.items[i].items)
                words << word.text;
        else
            collect(schema.items[i], words);
    }
}

} // namespace

QStringList keyWords() {
    QStringList words;
    for (const auto& group : allGroups())
        for (const auto& info : group.keys) {
            words << info.name << info.example;
            collect(info.schema, words);
        }
    words.sort();
    words.removeDuplicates();
    words.removeAll(QString());
    return words;
}

} // namespace model::io
