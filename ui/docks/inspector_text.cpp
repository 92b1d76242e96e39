#include "ui/docks/inspector_text.h"

#include "model/io/action_words.h"
#include "model/io/quantities.h"
#include "model/io/route_codecs.h"
#include "model/network/network_builder.h"
#include "sim/wire/dns_text.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <bit>

namespace ui::docks::fields {

using namespace model::lab;
using sim::wire::IpAddress;
using sim::wire::MacAddress;
using sim::wire::Prefix;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ui::docks::Inspector)
};

QStringList split(const QString& text) {
    static const QRegularExpression gaps(QStringLiteral("[,;\\s]+"));
    return text.split(gaps, Qt::SkipEmptyParts);
}

QStringList lines(const QString& text) { return text.split(QLatin1Char('\n'), Qt::SkipEmptyParts); }

void say(QString* problem, const QString& message) {
    if (problem) *problem = message;
}

/// addressError says why a word is no address.
QString addressError(const QString& word) {
    static const QRegularExpression quad(QStringLiteral("^\\d+(\\.\\d+){3}$"));
    if (word.contains(QLatin1Char('/')))
        return Words::tr("\"%1\" has a length; here it is an address alone: 192.168.0.1").arg(word);
    if (quad.match(word).hasMatch())
        return Words::tr("\"%1\": each of the four numbers (octets) is 0 to 255, without zeros in front.").arg(word);
    return Words::tr("\"%1\" is not an IP address. It looks like 192.168.0.1").arg(word);
}

/// maskLength is the length of the prefix that a netmask means: 24 for 255.255.255.0; none when it is no netmask.
std::optional<int> maskLength(const QString& word) {
    const auto mask = IpAddress::parse(word.toStdString());
    if (!mask || !mask->isV4() || !word.startsWith(QLatin1String("255."))) return std::nullopt;
    const std::uint32_t bits = mask->toV4();
    const int length = std::countl_one(bits);
    return length == 32 || bits << length == 0 ? std::optional(length) : std::nullopt;
}

} // namespace

QString addresses(const std::vector<Prefix>& list) {
    QStringList words;
    for (const Prefix& prefix : list)
        words << QString::fromStdString(prefix.toString());
    return words.join(QStringLiteral(", "));
}

std::optional<std::vector<Prefix>> readAddresses(const QString& text, QString* problem) {
    std::vector<Prefix> result;
    const QStringList words = split(text);
    for (qsizetype i = 0; i < words.size(); ++i) {
        QString word = words[i];
        // An address and its mask, as many have learned to write them.
        if (const auto length = maskLength(words.value(i + 1)); length && IpAddress::parse(word.toStdString())) {
            word += QStringLiteral("/%1").arg(*length);
            ++i;
        }
        const auto prefix = Prefix::parse(word.toStdString());
        if (!prefix) {
            if (IpAddress::parse(word.toStdString()))
                say(problem, Words::tr("Add the length of the network: %1/24").arg(word));
            else if (!word.contains(u'/') || !IpAddress::parse(word.section(u'/', 0, 0).toStdString()))
                say(problem, addressError(word.section(u'/', 0, 0)));
            else
                say(problem,
                    Words::tr("\"%1\" is not an address with a prefix length, such as 192.168.0.5/24.").arg(word));
            return std::nullopt;
        }
        if (prefix->address.isV4() && prefix->length < 31) {
            if (prefix->network().address == prefix->address) {
                say(problem, Words::tr("%1 is the network itself; give an address inside it.").arg(word));
                return std::nullopt;
            }
            if (prefix->broadcast() == prefix->address) {
                say(problem, Words::tr("%1 is the broadcast address of its network.").arg(word));
                return std::nullopt;
            }
        }
        if (prefix->address.isMulticast() || prefix->address.isUnspecified()) {
            say(problem, Words::tr("%1 cannot be the address of an interface.").arg(word));
            return std::nullopt;
        }
        result.push_back(*prefix);
    }
    return result;
}

QString servers(const std::vector<IpAddress>& list) {
    QStringList words;
    for (const IpAddress& address : list)
        words << QString::fromStdString(address.toString());
    return words.join(QStringLiteral(", "));
}

std::optional<std::vector<IpAddress>> readServers(const QString& text, QString* problem) {
    std::vector<IpAddress> result;
    for (const QString& word : split(text)) {
        const auto address = IpAddress::parse(word.toStdString());
        if (!address) {
            say(problem, addressError(word));
            return std::nullopt;
        }
        result.push_back(*address);
    }
    return result;
}

std::optional<IpAddress> readAddress(const QString& text, QString* problem) {
    const auto address = IpAddress::parse(text.trimmed().toStdString());
    if (!address) say(problem, addressError(text.trimmed()));
    return address;
}

std::optional<MacAddress> readMac(const QString& text, QString* problem) {
    const auto mac = MacAddress::parse(text.trimmed().toStdString());
    if (!mac) {
        say(problem, Words::tr("A MAC address looks like 00:00:00:00:00:01"));
        return std::nullopt;
    }
    if (mac->isGroup() || mac->isZero()) {
        say(problem, Words::tr("%1 is a group's or nobody's address; an interface needs its own.").arg(text.trimmed()));
        return std::nullopt;
    }
    return mac;
}

std::optional<int> readMtu(const QString& text, QString* problem) {
    const auto number = model::io::parseWhole(text.trimmed());
    if (!number || *number < 68 || *number > 65535) {
        say(problem, Words::tr("The MTU is a number of bytes from 68 to 65535."));
        return std::nullopt;
    }
    return static_cast<int>(*number);
}

QString records(const std::vector<DnsRecord>& list) {
    QStringList out;
    for (const DnsRecord& record : list) {
        QString line = record.name + QLatin1Char(' ') +
                       (record.data.isEmpty() ? QString::fromStdString(record.address.toString()) : record.data);
        if (record.data.isEmpty() && record.ttl != 300) line += QLatin1Char(' ') + QString::number(record.ttl);
        out << line;
    }
    return out.join(QLatin1Char('\n'));
}

std::optional<std::vector<DnsRecord>> readRecords(const QString& text, QString* problem) {
    std::vector<DnsRecord> result;
    for (const QString& line : lines(text)) {
        const QStringList words = split(line);
        if (words.isEmpty()) continue;
        std::string why;
        const auto data =
            words.size() < 3
                ? std::nullopt
                : sim::wire::dns::parseData(line.trimmed().section(QLatin1Char(' '), 1).toStdString(), why);
        if (!data && (words.size() < 2 || words.size() > 3)) {
            say(problem, Words::tr("A record is a name and its address: google.com 8.8.8.8"));
            return std::nullopt;
        }
        DnsRecord record;
        record.name = words[0];
        static const QRegularExpression valid(QStringLiteral(
            "^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*$"));
        if (!valid.match(record.name).hasMatch() || record.name.size() > 253) {
            say(problem, Words::tr("\"%1\" is not a DNS name.").arg(record.name));
            return std::nullopt;
        }
        if (data) {
            if (data->type == sim::wire::dns::kA || data->type == sim::wire::dns::kAaaa)
                record.address = data->address;
            else
                record.data = QString::fromStdString(sim::wire::dns::recordText(*data));
            result.push_back(record);
            continue;
        }
        const auto address = readAddress(words[1], problem);
        if (!address) return std::nullopt;
        record.address = *address;
        if (words.size() == 3) {
            const auto ttl = model::io::parseWhole(words[2]);
            if (!ttl || *ttl > 0x7fffffff) {
                say(problem, Words::tr("\"%1\" is not a TTL: a number of seconds.").arg(words[2]));
                return std::nullopt;
            }
            record.ttl = static_cast<std::uint32_t>(*ttl);
        }
        result.push_back(record);
    }
    return result;
}

QString routes(const std::vector<Route>& list) {
    QStringList out;
    for (const Route& route : list)
        out << model::io::routeText(route);
    return out.join(QLatin1Char('\n'));
}

std::optional<std::vector<Route>> readRoutes(const QString& text, QString* problem) {
    std::vector<Route> result;
    for (const QString& line : lines(text)) {
        if (line.trimmed().isEmpty()) continue;
        Route route;
        QString wrong;
        if (!model::io::parseRoute(line, &route, &wrong)) {
            say(problem, wrong);
            return std::nullopt;
        }
        if (route.kind == Route::Kind::Unicast && route.via.isNone() && route.dev.isEmpty() && route.hops.empty()) {
            say(problem, Words::tr("Say where to: via ADDRESS, or dev PORT"));
            return std::nullopt;
        }
        result.push_back(route);
    }
    return result;
}

QString runOf(const std::vector<RunStep>& run, NodeId node) {
    QStringList out;
    for (const RunStep& step : run)
        if (step.on == node)
            out << (step.at.count() ? model::io::formatTime(step.at) + QLatin1Char(' ') : QString()) + step.action;
    return out.join(QLatin1Char('\n'));
}

std::optional<std::vector<RunStep>> readRun(const QString& text, NodeId node, QString* problem) {
    std::vector<RunStep> result;
    for (const QString& line : lines(text)) {
        QString action = line.trimmed();
        if (action.isEmpty()) continue;
        RunStep step;
        step.on = node;
        const QString first = action.section(QLatin1Char(' '), 0, 0);
        if (const auto at = model::io::parseTime(first)) {
            step.at = *at;
            action = action.section(QLatin1Char(' '), 1).trimmed();
        }
        QString why;
        if (!model::io::parseAction(action, &why)) {
            say(problem,
                why.isEmpty() ? Words::tr("Write for example: browse http://google.com/ or ping 8.8.8.8") : why);
            return std::nullopt;
        }
        step.action = action;
        result.push_back(step);
    }
    return result;
}

} // namespace ui::docks::fields
