// A capture as lines that two runs can be compared by: one line a frame, without what is random or depends on time.
// tshark reads the capture, so that what is compared is what somebody else sees in our bytes.
//
// A line is made of layers, " | " between them, outermost first. Random values get names in the order in which they are
// first seen (e1: an ephemeral port, q1: a DNS id, i1: an echo identifier, f1: the id of a fragmented packet); TCP's
// numbers count from the first of their direction.
#pragma once

#include <QHash>
#include <QList>
#include <QMap>
#include <QProcess>
#include <QString>
#include <QStringList>

#include <functional>
#include <optional>

namespace conformance {

/// Rules are what one scenario wants otherwise than the others.
struct Rules {
    int ephemeralFrom = 49152; ///< ports from here on are random
    bool window = false;       ///< TCP windows are compared in every segment, not in SYNs alone
    bool once = false;         ///< a line counts at its first sight only: protocols that repeat themselves
    bool unordered = false;    ///< the order of frames is not compared
};

/// LinesOf maps an interface ("desk.eth0") to its lines.
using LinesOf = QMap<QString, QStringList>;

/// kFields are all fields that any layer wants, in the order in which tshark is asked for them.
inline const QStringList& fields() {
    static const QStringList list =
        QStringLiteral(
            "frame.interface_name frame.protocols frame.len eth.src eth.dst vlan.id vlan.priority arp.opcode "
            "arp.src.hw_mac "
            "arp.src.proto_ipv4 arp.dst.hw_mac arp.dst.proto_ipv4 ip.src ip.dst ip.ttl ip.proto ip.flags.df "
            "ip.flags.mf ip.frag_offset "
            "ip.id ip.len ip.dsfield ip.checksum.status ipv6.src ipv6.dst ipv6.hlim ipv6.plen ipv6.nxt icmp.type "
            "icmp.code icmp.ident "
            "icmp.seq icmp.mtu icmp.redir_gw icmp.checksum.status udp.srcport udp.dstport udp.length "
            "udp.checksum.status tcp.srcport "
            "tcp.dstport tcp.flags tcp.seq tcp.ack tcp.len tcp.window_size_value tcp.option_kind tcp.options.mss_val "
            "tcp.options.wscale.shift tcp.options.sack_le tcp.options.sack_re tcp.checksum.status dns.id "
            "dns.flags.response "
            "dns.flags.rcode dns.flags.recdesired dns.flags.recavail dns.flags.authoritative dns.flags.truncated "
            "dns.qry.name "
            "dns.qry.type dns.cname dns.a dns.aaaa dns.resp.ttl dhcp.option.dhcp dhcp.hw.mac_addr dhcp.ip.client "
            "dhcp.ip.your "
            "dhcp.option.requested_ip_address dhcp.option.dhcp_server_id dhcp.option.ip_address_lease_time "
            "dhcp.option.type rip.command "
            "rip.version rip.ip rip.netmask rip.metric igmp.type igmp.record_type igmp.maddr vxlan.vni wg.type "
            "http.request.method "
            "http.request.uri http.host http.response.code")
            .split(u' ');
    return list;
}

/// Row is one frame's fields. A field that several layers have is taken from the front, layer by layer.
class Row {
public:
    explicit Row(const QStringList& columns) {
        for (int i = 0; i < columns.size() && i < fields().size(); ++i)
            if (!columns[i].isEmpty()) mValues[fields()[i]] = columns[i].split(u';');
    }
    QString take(const char* field) {
        auto it = mValues.find(QLatin1String(field));
        return it == mValues.end() || it->isEmpty() ? QString() : it->takeFirst();
    }
    QStringList takeAll(const char* field) { return mValues.take(QLatin1String(field)); }
    bool takeFlag(const char* field) {
        const QString value = take(field);
        return value == QLatin1String("1") || value == QLatin1String("True");
    }
    bool has(const char* field) const { return !mValues.value(QLatin1String(field)).isEmpty(); }
    bool anyIs(const char* field, const QString& value) const {
        return mValues.value(QLatin1String(field)).contains(value);
    }

private:
    QHash<QString, QStringList> mValues;
};

/// Writer turns rows into lines and remembers the names it has given.
class Writer {
public:
    explicit Writer(const Rules& rules) : mRules(rules) {}
    const Rules& rules() const { return mRules; }

    void nextInterface() { mStarts.clear(); }

    /// nameOf gives the name of a random value, as in the lines: 'e' of a port, 'i' of an echo identifier.
    QString nameOf(char kind, uint value) {
        if (kind == 'e') return port(QString::number(value));
        for (auto it = mNames[kind].constBegin(); it != mNames[kind].constEnd(); ++it)
            if (it.key().toUInt(nullptr, 0) == value) return it.value();
        return named(kind, QString::number(value));
    }

    QString line(Row& row) {
        const QStringList layers = row.take("frame.protocols").split(u':');
        const QString length = row.take("frame.len");
        const bool quoted = layers.contains(QLatin1String("icmp")), raw = !layers.contains(QLatin1String("eth"));
        QStringList bad;
        for (const char* protocol : {"ip", "icmp", "udp", "tcp"}) {
            const bool transport = protocol[0] == 'u' || protocol[0] == 't';
            // Quotes are cut, and tunnels leave sums to the hardware: neither proves anything about TCP and UDP.
            if (transport && (quoted || raw)) continue;
            if (row.anyIs(qPrintable(QLatin1String(protocol) + QLatin1String(".checksum.status")), QStringLiteral("0")))
                bad << QLatin1String(protocol);
        }
        QStringList parts;
        for (const QString& layer : layers) {
            const auto known = writers().constFind(layer);
            if (known == writers().constEnd()) continue;
            if (const QString part = (this->**known)(row); !part.isEmpty()) parts << part;
        }
        parts << QStringLiteral("frame=") + length;
        if (!bad.isEmpty()) parts << QStringLiteral("BADSUM ") + bad.join(u',');
        return parts.join(QLatin1String(" | "));
    }

private:
    using LayerWriter = QString (Writer::*)(Row&);
    static const QHash<QString, LayerWriter>& writers() {
        static const QHash<QString, LayerWriter> table{
            {"eth", &Writer::ethernet}, {"vlan", &Writer::vlan},    {"arp", &Writer::arp},  {"ip", &Writer::ip},
            {"ipv6", &Writer::ip6},     {"icmp", &Writer::icmp},    {"udp", &Writer::udp},  {"tcp", &Writer::tcp},
            {"dns", &Writer::dns},      {"dhcp", &Writer::dhcp},    {"rip", &Writer::rip},  {"igmp", &Writer::igmp},
            {"vxlan", &Writer::vxlan},  {"wg", &Writer::wireGuard}, {"http", &Writer::http}};
        return table;
    }

    QString named(char kind, const QString& value) {
        auto& known = mNames[kind];
        if (!known.contains(value)) known[value] = QString(QLatin1Char(kind)) + QString::number(known.size() + 1);
        return known[value];
    }
    QString port(const QString& p) {
        const int number = p.toInt();
        return number >= mRules.ephemeralFrom && number != 51820 ? named('e', p) : p;
    }
    qint64 relative(const QString& flow, const QString& value, bool start = false) {
        const auto now = quint32(value.toULongLong());
        if (start || !mStarts.contains(flow)) mStarts[flow] = now;
        return qint32(now - mStarts[flow]);
    }

    QString ethernet(Row& r) {
        const QString source = r.take("eth.src");
        return source + u'>' + r.take("eth.dst");
    }
    QString vlan(Row& r) {
        const QString id = r.take("vlan.id");
        return QStringLiteral("vlan %1 pri=%2").arg(id, r.take("vlan.priority"));
    }
    QString arp(Row& r) {
        const QString code = r.take("arp.opcode");
        const QString what = code == u'1' ? "who-has" : code == u'2' ? "reply" : "?";
        const QString sha = r.take("arp.src.hw_mac"), spa = r.take("arp.src.proto_ipv4"),
                      tha = r.take("arp.dst.hw_mac");
        return QStringLiteral("arp %1 sha=%2 spa=%3 tha=%4 tpa=%5")
            .arg(what, sha, spa, tha, r.take("arp.dst.proto_ipv4"));
    }
    QString ip(Row& r) {
        mSource = r.take("ip.src"), mDestination = r.take("ip.dst");
        const QString ttl = r.take("ip.ttl");
        QStringList t{"ip", mSource + u'>' + mDestination, "ttl=" + ttl, "proto=" + r.take("ip.proto")};
        if (r.takeFlag("ip.flags.df")) t << "DF";
        const bool more = r.takeFlag("ip.flags.mf");
        const int offset = r.take("ip.frag_offset").toInt();
        const QString id = r.take("ip.id");
        if (more || offset)
            t << QStringLiteral("frag=%1%2").arg(offset).arg(more ? "+" : "") << "id=" + named('f', id);
        else
            t << (!id.isEmpty() && id.toUInt(nullptr, 0) == 0 ? "id=0" : "id=x");
        t << "iplen=" + r.take("ip.len");
        const QString service = r.take("ip.dsfield");
        if (service.toUInt(nullptr, 0) != 0) t << "tos=" + service;
        return t.join(u' ');
    }
    QString ip6(Row& r) {
        mSource = r.take("ipv6.src"), mDestination = r.take("ipv6.dst");
        const QString limit = r.take("ipv6.hlim"), length = r.take("ipv6.plen");
        return QStringLiteral("ip6 %1>%2 hlim=%3 plen=%4 nxt=%5")
            .arg(mSource, mDestination, limit, length, r.take("ipv6.nxt"));
    }
    QString icmp(Row& r) {
        const QString type = r.take("icmp.type");
        QStringList t{"icmp", type + u'/' + r.take("icmp.code")};
        if (type == u'0' || type == u'8') {
            t << "id=" + named('i', r.take("icmp.ident"));
            t << "seq=" + r.take("icmp.seq");
        }
        if (const QString mtu = r.take("icmp.mtu"); !mtu.isEmpty() && mtu != u'0') t << "mtu=" + mtu;
        if (const QString gateway = r.take("icmp.redir_gw"); !gateway.isEmpty() && gateway != u'0')
            t << "gw=" + gateway;
        return t.join(u' ');
    }
    QString udp(Row& r) {
        const QString source = port(r.take("udp.srcport")), destination = port(r.take("udp.dstport"));
        return QStringLiteral("udp %1>%2 ulen=%3").arg(source, destination, r.take("udp.length"));
    }
    QString tcp(Row& r) {
        const QString from = r.take("tcp.srcport"), to = r.take("tcp.dstport");
        const QString there = QStringList{mSource, from, mDestination, to}.join(u' '),
                      back = QStringList{mDestination, to, mSource, from}.join(u' ');
        const QString bits = r.take("tcp.flags"), sequence = r.take("tcp.seq"), ack = r.take("tcp.ack");
        const QString fromName = port(from), toName = port(to);
        QStringList t{"tcp", fromName + u'>' + toName};
        if (bits.isEmpty()) { // the quote of an ICMP error ends after eight bytes
            if (!sequence.isEmpty()) t << "seq=" + QString::number(relative(there, sequence));
            return t.join(u' ');
        }
        const uint flags = bits.toUInt(nullptr, 0);
        QString letters;
        for (int i = 0; i < 8; ++i)
            if (flags >> i & 1 && i != 3) letters += QLatin1Char("FSRPAUEC"[i]);
        const bool syn = flags & 2;
        t << u'[' + letters + u']';
        if (flags & 8) t << "PSH";
        t << "seq=" + QString::number(relative(there, sequence, syn));
        if (flags & 16) t << "ack=" + QString::number(relative(back, ack));
        if (r.has("tcp.len")) t << "len=" + r.take("tcp.len");
        const QString window = r.take("tcp.window_size_value");
        if (syn || mRules.window) t << "win=" + window;
        QStringList options;
        const QString mss = r.take("tcp.options.mss_val"), scale = r.take("tcp.options.wscale.shift");
        for (const QString& kind : r.takeAll("tcp.option_kind")) {
            static const QHash<QString, QString> names{{"0", "eol"},    {"1", "nop"},  {"2", "mss"}, {"3", "ws"},
                                                       {"4", "sackOK"}, {"5", "SACK"}, {"8", "TS"},  {"34", "TFO"}};
            QString option = names.value(kind, kind);
            if (kind == u'2' && !mss.isEmpty()) option += u'=' + mss;
            if (kind == u'3' && !scale.isEmpty()) option += u'=' + scale;
            options << option;
        }
        if (!options.isEmpty()) t << u'<' + options.join(u',') + u'>';
        const QStringList left = r.takeAll("tcp.options.sack_le"), right = r.takeAll("tcp.options.sack_re");
        for (int i = 0; i < std::min(left.size(), right.size()); ++i)
            t << QStringLiteral("sack=%1-%2").arg(relative(back, left[i])).arg(relative(back, right[i]));
        return t.join(u' ');
    }
    QString dns(Row& r) {
        QStringList t{"dns", r.takeFlag("dns.flags.response") ? "A" : "Q", "id=" + named('q', r.take("dns.id"))};
        QString bits;
        if (r.takeFlag("dns.flags.recdesired")) bits += u'r';
        if (r.takeFlag("dns.flags.recavail")) bits += u'R';
        if (r.takeFlag("dns.flags.authoritative")) bits += u'A';
        if (r.takeFlag("dns.flags.truncated")) bits += u'T';
        t << bits << r.takeAll("dns.qry.name").join(u',') << "type=" + r.takeAll("dns.qry.type").join(u',');
        if (const QString code = r.take("dns.flags.rcode"); !code.isEmpty() && code != u'0') t << "rcode=" + code;
        const QStringList answers = r.takeAll("dns.cname") + r.takeAll("dns.a") + r.takeAll("dns.aaaa");
        if (!answers.isEmpty()) t << "ans=" + answers.join(u',') << "rttl=" + r.takeAll("dns.resp.ttl").join(u',');
        return t.join(u' ');
    }
    QString dhcp(Row& r) {
        static const QStringList names{"?", "DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE"};
        QStringList t{"dhcp", names.value(r.take("dhcp.option.dhcp").toInt(), "?")};
        t << "chaddr=" + r.take("dhcp.hw.mac_addr");
        t << "ciaddr=" + r.take("dhcp.ip.client");
        t << "yiaddr=" + r.take("dhcp.ip.your");
        if (r.has("dhcp.option.requested_ip_address")) t << "req=" + r.take("dhcp.option.requested_ip_address");
        if (r.has("dhcp.option.dhcp_server_id")) t << "server=" + r.take("dhcp.option.dhcp_server_id");
        if (r.has("dhcp.option.ip_address_lease_time")) t << "lease=" + r.take("dhcp.option.ip_address_lease_time");
        t << "opts=" + r.takeAll("dhcp.option.type").join(u',');
        return t.join(u' ');
    }
    QString rip(Row& r) {
        const QString command = r.take("rip.command");
        QString text = QStringLiteral("rip cmd=%1 v=%2 ").arg(command, r.take("rip.version"));
        const QStringList address = r.takeAll("rip.ip"), mask = r.takeAll("rip.netmask"),
                          metric = r.takeAll("rip.metric");
        QStringList rows;
        for (int i = 0; i < std::min(address.size(), metric.size()); ++i)
            rows << QStringLiteral("%1/%2:%3").arg(address[i], mask.value(i), metric[i]);
        return text + rows.join(u' ');
    }
    QString igmp(Row& r) {
        const QString type = r.take("igmp.type");
        if (type.isEmpty()) return {};
        QStringList kinds = r.takeAll("igmp.record_type"), rows;
        if (kinds.isEmpty()) kinds << QString();
        const QStringList groups = r.takeAll("igmp.maddr");
        for (int i = 0; i < std::min(kinds.size(), groups.size()); ++i)
            rows << QStringLiteral("rec=%1:%2").arg(kinds[i], groups[i]);
        return QStringLiteral("igmp %1 ").arg(type) + rows.join(u' ');
    }
    QString vxlan(Row& r) { return "vxlan vni=" + r.take("vxlan.vni"); }
    QString wireGuard(Row& r) { return "wg type=" + r.take("wg.type"); }
    QString http(Row& r) {
        const QString method = r.take("http.request.method"), code = r.take("http.response.code");
        if (!method.isEmpty()) {
            const QString uri = r.take("http.request.uri");
            return QStringLiteral("http %1 %2 host=%3").arg(method, uri, r.take("http.host"));
        }
        return code.isEmpty() ? QString() : "http " + code;
    }

    const Rules mRules;
    QHash<char, QHash<QString, QString>> mNames;
    QHash<QString, quint32> mStarts; ///< per TCP direction: where its numbers count from
    QString mSource, mDestination;   ///< of the innermost IP header so far
};

/// readCapture gives the lines of a pcapng whose interfaces are called NODE:IFACE; nothing, and why, when tshark fails.
/// The writer knows the names of random values afterwards.
inline std::optional<LinesOf> readCapture(const QString& path, Writer& writer, QString* why) {
    const Rules& rules = writer.rules();
    QStringList arguments{"-n", "-r", path, "-T", "fields", "-E", "separator=/t", "-E", "aggregator=;"};
    for (const char* option : {"ip.defragment:FALSE", "ip.check_checksum:TRUE", "tcp.check_checksum:TRUE",
                               "udp.check_checksum:TRUE", "tcp.desegment_tcp_streams:FALSE",
                               "tcp.relative_sequence_numbers:FALSE", "tcp.analyze_sequence_numbers:FALSE"})
        arguments << "-o" << option;
    for (const QString& field : fields())
        arguments << "-e" << field;
    QProcess tshark;
    tshark.start("tshark", arguments);
    if (!tshark.waitForStarted(20'000)) {
        *why = "tshark could not be started: install the package tshark (apt-get install tshark)";
        return std::nullopt;
    }
    if (!tshark.waitForFinished(120'000) || tshark.exitCode() != 0) {
        *why = "tshark could not read the capture: " + QString::fromUtf8(tshark.readAllStandardError());
        return std::nullopt;
    }
    QMap<QString, QList<QStringList>> rows;
    for (const QString& text : QString::fromUtf8(tshark.readAllStandardOutput()).split(u'\n', Qt::SkipEmptyParts)) {
        const QStringList columns = text.split(u'\t');
        rows[QString(columns.value(0)).replace(u':', u'.')] << columns;
    }
    LinesOf lines;
    for (auto it = rows.constBegin(); it != rows.constEnd(); ++it) {
        writer.nextInterface();
        for (const QStringList& columns : it.value()) {
            Row row(columns);
            QString line = writer.line(row);
            if (it.key().endsWith(QLatin1String(".lo")))
                line = line.section(QLatin1String(" | BADSUM"), 0, 0); // loopback leaves sums out
            if (!rules.once || !lines[it.key()].contains(line)) lines[it.key()] << line;
        }
    }
    return lines;
}

} // namespace conformance
