#include "model/io/plain_codecs.h"

#include "model/io/quantities.h"
#include "model/io/script.h"
#include "model/io/texts.h"

#include <QCoreApplication>
#include <QLocale>

namespace model::io {

QString spoken(const char* text) { return QCoreApplication::translate("model::lab::Keys", text); }

QString whatOf(const lab::KeyWords& words) {
    return words.what ? spoken(words.what) : u'"' + QLatin1String(words.name) + u'"';
}

QString latin(const std::string& text) { return QString::fromStdString(text); }

Value truth(bool yes) { return Value::literal(yes ? QStringLiteral("true") : QStringLiteral("false")); }

Value withLongForm(Value shortForm, Value longForm) {
    shortForm.longForm = std::make_shared<const Value>(std::move(longForm));
    return shortForm;
}

Value alone(std::vector<Value> items) {
    if (items.size() != 1) return Value::flowList(std::move(items));
    Value one = items.front();
    return withLongForm(std::move(one), Value::flowList(std::move(items)));
}

Value prefixValue(const sim::wire::Prefix& prefix) {
    // An IPv6 prefix may begin with a colon, which needs quotes; an IPv4 one is plain whatever it looks like.
    const QString text = latin(prefix.toString());
    return prefix.address.isV4() ? Value::literal(text) : Value::word(text);
}

Value pointValue(double x, double y) {
    const auto number = [](double n) {
        return Value::literal(QString::number(n, 'f', QLocale::FloatingPointShortest));
    };
    return Value::flowList({number(x), number(y)});
}

YamlNode pieceOf(const YamlNode& whole, qsizetype offset, const QString& text) {
    YamlNode node = whole;
    node.text = text;
    if (whole.plain) node.begin += std::size_t(offset);
    return node;
}

sim::wire::IpAddress asIpv4(const YamlNode& node, const QString& what) {
    const auto address = asAddress(node, what);
    if (!address.isV4())
        fail(node, Texts::tr("%1 is an IPv4 address here.").arg(what),
             Texts::tr("Write four numbers from 0 to 255, such as 192.168.0.1; IPv6 is not simulated yet."));
    return address;
}

sim::wire::Prefix asNetwork(const YamlNode& node, const QString& what, lab::Family family) {
    const auto prefix = asPrefix(node, what);
    if (family == lab::Family::V4 && !prefix.address.isV4())
        fail(node, Texts::tr("%1 is an IPv4 network here.").arg(what),
             Texts::tr("Write it like 192.168.0.0/24; IPv6 is not simulated yet."));
    if (prefix != prefix.network())
        fail(node, Texts::tr("\"%1\" is an address, not a network.").arg(shown(node.text)),
             Texts::tr("Write %1.").arg(latin(prefix.network().toString())));
    return prefix;
}

QString asDnsName(const YamlNode& node, const QString& what, bool wildcard) {
    QString text = asText(node, what);
    static const QString kLetters = QStringLiteral("abcdefghijklmnopqrstuvwxyz0123456789-_.");
    const QString plain =
        wildcard && (text == QLatin1String("*") || text.startsWith(QLatin1String("*."))) ? u'x' + text.mid(1) : text;
    bool good = !plain.isEmpty() && plain.size() <= 253 && !plain.startsWith(u'.') && !plain.endsWith(u'.') &&
                !plain.contains(QLatin1String(".."));
    for (const QChar c : plain.toLower())
        good = good && kLetters.contains(c);
    for (const auto& label : plain.split(u'.'))
        good = good && label.size() <= 63;
    if (!good)
        fail(node, Texts::tr("\"%1\" is not a name that DNS can hold.").arg(shown(text)),
             Texts::tr("Write one like www.example.com: letters, digits, dots and dashes."));
    return text;
}

Value Codec<lab::Whole>::schema(const lab::Whole& type) {
    // A number in quotes is taken, too.
    Value v = json::typed("integer string");
    v.add(QStringLiteral("minimum"), json::number(type.least));
    v.add(QStringLiteral("maximum"), json::number(type.most));
    v.add(QStringLiteral("pattern"), Value::word(QStringLiteral("^(0|[1-9][0-9]*)$")));
    return v;
}

void Codec<lab::Point>::read(Reading&, const YamlNode& yaml, const lab::Point&, const QString& what, QPointF& point) {
    const auto [x, y] = asPair(yaml, what);
    point = QPointF(x, y);
}

void Codec<lab::Point>::read(Reading&, const YamlNode& yaml, const lab::Point&, const QString& what,
                             std::tuple<double&, double&>& point) {
    point = asPair(yaml, what);
}

void Codec<lab::Duration>::read(Reading&, const YamlNode& yaml, const lab::Duration& type, const QString& what,
                                sim::kernel::SimTime& time) {
    time = asTime(yaml, what, type.most);
    if (time < type.least) fail(yaml, spoken(type.tooShort), spoken(type.hint));
    if (type.wholeSeconds && time % std::chrono::seconds(1) != sim::kernel::SimTime::zero())
        fail(yaml, spoken(type.broken), spoken(type.hint));
}

Value Codec<lab::Duration>::write(const lab::Duration&, sim::kernel::SimTime time) {
    return Value::literal(formatTime(time));
}

void Codec<lab::Rate>::read(Reading&, const YamlNode& yaml, const lab::Rate&, const QString&, std::uint64_t& rate) {
    const auto bits = parseRate(asWord(yaml, Texts::tr("a rate")));
    if (!bits)
        fail(yaml, Texts::tr("\"%1\" is not a rate.").arg(shown(yaml.text)),
             Texts::tr("Write it with its unit: 100Mbit/s, 1Gbit/s, 10kbit/s."));
    if (*bits < 1 || *bits > 1'000'000'000'000)
        fail(yaml, Texts::tr("A cable cannot have a rate of %1.").arg(shown(yaml.text)),
             Texts::tr("Rates go from 1bit/s to 1Tbit/s; a cable that carries nothing has \"up: false\"."));
    rate = *bits;
}

Value Codec<lab::Rate>::write(const lab::Rate&, std::uint64_t rate) { return Value::literal(formatRate(rate)); }

std::uint64_t Codec<lab::Bytes>::whole(const YamlNode& yaml, const lab::Bytes& type) {
    const QString text = asWord(yaml, Texts::tr("a size"));
    const auto bytes = parseBytes(text);
    if (!bytes) fail(yaml, spoken(type.bad).arg(shown(text)), spoken(type.badHint));
    if (*bytes < type.least || *bytes > type.most)
        fail(yaml, spoken(type.range).arg(shown(text)), spoken(type.rangeHint));
    return *bytes;
}

Value Codec<lab::Bytes>::write(const lab::Bytes&, std::uint64_t bytes) { return Value::literal(formatBytes(bytes)); }

Value Codec<lab::Bytes>::schema(const lab::Bytes& type) {
    Value v = json::typed("string integer");
    v.add(QStringLiteral("pattern"),
          Value::word(patterns::whole(QStringLiteral("(0|[1-9][0-9]*)(\\.[0-9]+)? *([kMG]?B|[KMG]iB)? *"))));
    v.add(QStringLiteral("minimum"), json::number(type.least));
    v.add(QStringLiteral("maximum"), json::number(type.most));
    return v;
}

void Codec<lab::Chance>::read(Reading&, const YamlNode& yaml, const lab::Chance&, const QString&,
                              std::uint32_t& parts) {
    const auto chance = parseChance(asWord(yaml, Texts::tr("a chance")));
    if (!chance)
        fail(yaml, Texts::tr("\"%1\" is not a chance from 0% to 100%.").arg(shown(yaml.text)),
             Texts::tr("Write it like 1% or 0.05%."));
    parts = *chance;
}

Value Codec<lab::Chance>::write(const lab::Chance&, std::uint32_t parts) { return Value::word(formatChance(parts)); }

void Codec<lab::CryptoKey>::read(Reading&, const YamlNode& yaml, const lab::CryptoKey&, const QString& what,
                                 sim::crypto::Key& key) {
    const auto read = sim::crypto::keyFromBase64(asWord(yaml, what).toStdString());
    if (!read)
        fail(yaml, Texts::tr("%1 must be 44 characters that end in \"=\" and stand for 32 bytes.").arg(what),
             Texts::tr("\"wg genkey\" makes one; without any, the lab makes its own."));
    key = *read;
}

void Codec<lab::HostName>::read(Reading&, const YamlNode& yaml, const lab::HostName&, const QString& what,
                                QString& name) {
    name = asText(yaml, what, 253);
    for (const QChar c : name)
        if (c.unicode() > 0x7e || (!c.isLetterOrNumber() && c != u'-' && c != u'.'))
            fail(yaml, Texts::tr("\"%1\" is not a name that DNS can hold.").arg(shown(name)),
                 Texts::tr("Write one like home.lan: letters, digits, dots and dashes."));
}

void Codec<lab::HeaderText>::read(Reading&, const YamlNode& yaml, const lab::HeaderText&, const QString& what,
                                  QString& text) {
    text = asWord(yaml, what);
    bool good = !text.isEmpty() && text.size() <= 2000;
    for (const QChar c : text)
        good = good && c > u' ' && c <= u'~';
    if (!good)
        fail(yaml, Texts::tr("\"%1\" cannot stand in a line of HTTP.").arg(shown(text)),
             Texts::tr("Use plain ASCII without spaces."));
}

std::size_t Codec<lab::Choice>::index(const YamlNode& yaml, const lab::Choice& type, const QString& what) {
    const QString word = asText(yaml, what);
    for (std::size_t i = 0; i < type.count; ++i)
        if (word == QLatin1String(type.words[i])) return i;
    fail(yaml, spoken(type.bad).arg(shown(word)), spoken(type.hint));
}

std::vector<QString> Codec<lab::Choice>::list(const lab::Choice& type) {
    std::vector<QString> words;
    for (std::size_t i = 0; i < type.count; ++i)
        words.push_back(QLatin1String(type.words[i]));
    return words;
}

QString Codec<lab::Choice>::word(const lab::Choice& type) {
    QStringList words;
    for (const auto& word : list(type))
        words << word;
    return words.join(QLatin1String(", "));
}

} // namespace model::io
