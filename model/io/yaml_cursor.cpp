#include "model/io/yaml_cursor.h"

#include "model/io/quantities.h"
#include "model/io/texts.h"

#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace model::io {

namespace {

constexpr std::size_t kEnoughWarnings = 100;

bool looksBool(const QString& text) {
    static const QRegularExpression kBool(QStringLiteral("^(y|yes|n|no|on|off|true|false)$"),
                                          QRegularExpression::CaseInsensitiveOption);
    return kBool.match(text).hasMatch();
}

bool looksNumber(const QString& text) {
    static const QRegularExpression kNumber(
        QStringLiteral("^[-+]?([0-9][0-9_]*(\\.[0-9_]*)?([eE][-+]?[0-9]+)?|\\.[0-9]+([eE][-+]?[0-9]+)?|0[xob][0-9a-fA-"
                       "F_]+|[0-9][0-9_]*(:[0-5]?[0-9])+(\\.[0-9_]*)?|\\.(inf|nan))$"),
        QRegularExpression::CaseInsensitiveOption);
    return kNumber.match(text).hasMatch();
}

/// inSentence is a description that begins a sentence elsewhere: "A gateway" becomes "a gateway".
QString inSentence(const QString& what) { return what.left(1).toLower() + what.mid(1); }

QString kindOf(const YamlNode& node) {
    switch (node.type) {
    case YamlNode::Type::Null: return Texts::tr("nothing");
    case YamlNode::Type::Scalar: return Texts::tr("\"%1\"").arg(shown(node.text));
    case YamlNode::Type::Sequence: return Texts::tr("a list");
    case YamlNode::Type::Map: return Texts::tr("a group of keys");
    }
    return {};
}

} // namespace

void Reading::warn(const YamlNode& at, const QString& message, const QString& hint) {
    if (warnings.size() >= kEnoughWarnings) return;
    Problem problem;
    problem.message = message;
    problem.hint = hint;
    problem.file = file;
    setPlace(problem, text, at.begin);
    warnings.push_back(problem);
}

void Reading::knowKeys(const YamlNode& map, const QStringList& known, const QString& what) {
    for (const auto& key : map.keys) {
        if (known.contains(key.text)) continue;
        if (warnings.size() >= kEnoughWarnings) return;
        const QString guess = closest(key.text, known);
        warn(key, Texts::tr("The key \"%1\" of %2 means nothing to this version.").arg(shown(key.text), what),
             guess.isEmpty()
                 ? Texts::tr("It is kept when the lab is saved. Known here: %1.").arg(known.join(QLatin1String(", ")))
                 : guess);
    }
}

void fail(const YamlNode& at, const QString& message, const QString& hint) { throw ReadError{at.begin, message, hint}; }

QString shown(const QString& text) {
    QString out = text.simplified();
    if (out.size() > 60) out = out.left(59) + u'…';
    return out;
}

const YamlNode* value(const YamlNode& map, const char* key) {
    const int i = map.find(QLatin1String(key));
    return i < 0 ? nullptr : &map.items[std::size_t(i)];
}

const YamlNode& asMap(const YamlNode& node, const QString& what) {
    if (node.type != YamlNode::Type::Map)
        fail(node, Texts::tr("Here should stand keys and values of %1, not %2.").arg(what, kindOf(node)),
             Texts::tr("Write \"key: value\", with a space after the colon."));
    return node;
}

const YamlNode& asList(const YamlNode& node, const QString& what) {
    if (node.type != YamlNode::Type::Sequence)
        fail(node, Texts::tr("Here should stand a list of %1, not %2.").arg(what, kindOf(node)),
             Texts::tr("Begin each item with \"- \", or write [one, two]."));
    return node;
}

QString asWord(const YamlNode& node, const QString& what) {
    if (node.type != YamlNode::Type::Scalar)
        fail(node, Texts::tr("Here should stand %1, not %2.").arg(inSentence(what), kindOf(node)),
             node.type == YamlNode::Type::Null
                 ? Texts::tr("Write a value after the colon, or take the key away.")
                 : Texts::tr("Write one value, in quotes when it holds brackets, commas or a colon and a space."));
    return node.text;
}

QString asText(const YamlNode& node, const QString& what, int most) {
    if (node.type == YamlNode::Type::Null && node.end > node.begin)
        fail(node, Texts::tr("YAML takes this word for \"nothing\", not for a text."), Texts::tr("Put it in quotes."));
    QString text = asWord(node, what);
    if (text.size() > most)
        fail(node, Texts::tr("This text is too long for %1.").arg(inSentence(what)),
             Texts::tr("At most %1 characters fit.").arg(most));
    if (node.plain && looksBool(text))
        fail(node, Texts::tr("YAML takes \"%1\" for a truth value, not for a text.").arg(text),
             Texts::tr("Put it in quotes: \"%1\".").arg(text));
    if (node.plain && looksNumber(text))
        fail(node, Texts::tr("YAML takes \"%1\" for a number, not for a text.").arg(shown(text)),
             Texts::tr("Put it in quotes: \"%1\".").arg(shown(text)));
    return text;
}

bool asBool(const YamlNode& node, const QString& what) {
    const QString text = asWord(node, what);
    if (node.plain && text == QLatin1String("true")) return true;
    if (node.plain && text == QLatin1String("false")) return false;
    fail(node, Texts::tr("%1 is true or false, not \"%2\".").arg(what, shown(text)),
         looksBool(text)
             ? Texts::tr(
                   "Write true or false, in small letters and without quotes: readers of YAML do not agree on \"%1\".")
                   .arg(shown(text))
             : Texts::tr("Write true or false."));
}

std::uint64_t asWhole(const YamlNode& node, const QString& what, std::uint64_t least, std::uint64_t most) {
    const QString text = asWord(node, what);
    static const QRegularExpression kOctal(QStringLiteral("^0[0-9]+$"));
    if (kOctal.match(text).hasMatch())
        fail(node, Texts::tr("\"%1\" begins with a zero: some readers of YAML take it for octal.").arg(shown(text)),
             Texts::tr("Write the number without the zero in front."));
    const auto number = parseWhole(text);
    if (!number)
        fail(node, Texts::tr("%1 is a whole number, not \"%2\".").arg(what, shown(text)),
             Texts::tr("Write a number from %1 to %2.").arg(least).arg(most));
    if (*number < least || *number > most)
        fail(node, Texts::tr("%1 cannot be %2.").arg(what).arg(*number),
             Texts::tr("Write a number from %1 to %2.").arg(least).arg(most));
    return *number;
}

double asNumber(const YamlNode& node, const QString& what) {
    const QString text = asWord(node, what);
    static const QRegularExpression kDecimal(QStringLiteral("^[-+]?(0|[1-9][0-9]{0,9})(\\.[0-9]{1,20})?$"));
    if (!kDecimal.match(text).hasMatch())
        fail(node, Texts::tr("%1 is a number, not \"%2\".").arg(what, shown(text)),
             Texts::tr("Write it like 120 or -7.5."));
    const double x = text.toDouble();
    constexpr double kMost = 1e6;
    if (std::abs(x) > kMost)
        fail(node, Texts::tr("%1 is too far away: %2.").arg(what, text),
             Texts::tr("Stay between -1000000 and 1000000."));
    return x;
}

std::pair<double, double> asPair(const YamlNode& node, const QString& what) {
    if (node.type != YamlNode::Type::Sequence || node.items.size() != 2)
        fail(node, Texts::tr("%1 is two numbers, not %2.").arg(what, kindOf(node)), Texts::tr("Write [x, y]."));
    return {asNumber(node.items[0], what), asNumber(node.items[1], what)};
}

sim::wire::IpAddress asAddress(const YamlNode& node, const QString& what) {
    const QString text = asWord(node, what);
    if (const auto address = sim::wire::IpAddress::parse(text.toStdString())) return *address;
    if (sim::wire::Prefix::parse(text.toStdString()))
        fail(node, Texts::tr("%1 is an address without a length, not \"%2\".").arg(what, shown(text)),
             Texts::tr("Write it without the slash: %1.").arg(text.section(u'/', 0, 0)));
    static const QRegularExpression kZeros(QStringLiteral("^[0-9]+(\\.[0-9]+){3}$"));
    fail(node, Texts::tr("\"%1\" is not an address.").arg(shown(text)),
         kZeros.match(text).hasMatch()
             ? Texts::tr("Each of the four numbers goes from 0 to 255, without zeros in front.")
             : Texts::tr("Write one like 192.168.0.1."));
}

sim::wire::Prefix asPrefix(const YamlNode& node, const QString& what) {
    const QString text = asWord(node, what);
    if (const auto prefix = sim::wire::Prefix::parse(text.toStdString())) return *prefix;
    if (sim::wire::IpAddress::parse(text.toStdString()))
        fail(node, Texts::tr("%1 needs the length of its network.").arg(what),
             Texts::tr("Write it with a slash, like %1/24.").arg(text));
    fail(node, Texts::tr("\"%1\" is not an address with a length.").arg(shown(text)),
         Texts::tr("Write one like 192.168.0.5/24; the length goes to 32, or 128 for IPv6."));
}

sim::wire::MacAddress asMac(const YamlNode& node, const QString& what) {
    const QString text = asWord(node, what);
    static const QRegularExpression kSexagesimal(QStringLiteral("^[0-9]+(:[0-9]+)+$"));
    if (node.plain && kSexagesimal.match(text).hasMatch())
        fail(node, Texts::tr("Some readers of YAML take %1 for a number to the base of 60.").arg(shown(text)),
             Texts::tr("Put the MAC address in quotes: \"%1\".").arg(shown(text)));
    const auto mac = sim::wire::MacAddress::parse(text.toStdString());
    if (!mac)
        fail(node, Texts::tr("\"%1\" is not a MAC address.").arg(shown(text)),
             Texts::tr("Write six pairs of hexadecimal digits in quotes, like \"02:00:00:00:00:01\"."));
    if (mac->isGroup() || mac->isZero())
        fail(node, Texts::tr("%1 cannot be %2: that is not the address of a single interface.").arg(what, shown(text)),
             Texts::tr("The second digit must be even, and not all may be zero."));
    return *mac;
}

sim::kernel::SimTime asTime(const YamlNode& node, const QString& what, sim::kernel::SimTime most) {
    const QString text = asWord(node, what);
    const auto time = parseTime(text);
    if (!time)
        fail(node, Texts::tr("%1 is a time, not \"%2\".").arg(what, shown(text)),
             Texts::tr("Write a number with its unit: 4ms, 1us, 2s (ns, us, ms, s, min)."));
    if (*time > most)
        fail(node, Texts::tr("%1 cannot be as long as %2.").arg(what, shown(text)),
             Texts::tr("The most is %1.").arg(formatTime(most)));
    return *time;
}

} // namespace model::io
