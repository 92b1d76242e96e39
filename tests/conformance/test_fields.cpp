// The values of fields, as tshark has them: for every frame of
// tests/sim/frames.h and every field that both know.
#include "sim/dissect/dissect.h"
#include "sim/dissect/protocols.h"
#include "tests/sim/frames.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <map>

using namespace sim;

namespace {

using Values = std::map<QString, QStringList>;

/// kOurs are fields that Wireshark does not have, or has in another form.
const QStringList kOurs{"dns.trailer",         "vlan.tci",
                        "http.header",         "igmp.group_record",
                        "ip.options",          "wg.inside",
                        "udp.trailer",         "http.request.line",
                        "http.response.line", // the header fields, there
                        "http.file_data",
                        "wg.ephemeral", // texts, there
                        "dhcp.cookie",  // an IPv4 address, there
                        "dhcp.hw.type",
                        "dhcp.hw.mac_addr", // there also of the client identifier
                        "dhcp.option.type", // End is 0, there
                        "ip.frag_offset",   // in units of eight bytes, and shown in bytes, there
                        "ipv6.version",     // twice, here
                        "data.data",        // ICMPv6 is read by its header only, here
                        "wg.encrypted_static", "wg.encrypted_timestamp",
                        "wg.encrypted_empty",  "wg.encrypted_packet"}; // no value, there

/// textOf is a value as "tshark -T fields" writes it; numbers are compared as
/// numbers.
QString textOf(const dissect::Value& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "1" : "0";
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return QString::number(*number);
    if (const auto* address = std::get_if<wire::IpAddress>(&value)) return QString::fromStdString(address->toString());
    if (const auto* mac = std::get_if<wire::MacAddress>(&value)) return QString::fromStdString(mac->toString());
    if (const auto* text = std::get_if<std::string>(&value)) return QString::fromStdString(*text);
    if (const auto* bytes = std::get_if<std::vector<std::uint8_t>>(&value))
        return QByteArray(reinterpret_cast<const char*>(bytes->data()), qsizetype(bytes->size())).toHex();
    return {};
}

/// asNumber gives numbers one form: tshark writes some in hexadecimal.
QString asNumber(const QString& text) {
    bool good = false;
    const auto number = text.toULongLong(&good, text.startsWith("0x") ? 16 : 10);
    return good ? QString::number(number) : text;
}

void collect(const dissect::FieldNode& node, Values& values) {
    if (!std::holds_alternative<std::monostate>(node.value))
        values[QString::fromUtf8(node.filter().data(), qsizetype(node.filter().size()))] << textOf(node.value);
    for (const auto& child : node.children)
        collect(child, values);
}

/// capture is a pcap file (nanoseconds, Ethernet) of these frames.
QByteArray capture(const std::vector<std::vector<std::uint8_t>>& frames) {
    QByteArray out;
    const auto put = [&out](std::uint32_t n) { out.append(reinterpret_cast<const char*>(&n), 4); };
    put(0xa1b2c3d4), put(4 << 16 | 2), put(0), put(0), put(65535), put(1);
    for (const auto& frame : frames) {
        put(0), put(0), put(std::uint32_t(frame.size())), put(std::uint32_t(frame.size()));
        out.append(reinterpret_cast<const char*>(frame.data()), qsizetype(frame.size()));
    }
    return out;
}

} // namespace

class TestFields : public QObject {
    Q_OBJECT
private slots:
    void realFrames_dissected_haveTsharksValues() {
        std::vector<std::vector<std::uint8_t>> frames;
        for (const auto hex : frames::kAll)
            frames.push_back(frames::bytes(hex));
        QTemporaryDir folder;
        QFile file(folder.filePath("frames.pcap"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(capture(frames));
        file.close();

        QStringList names, arguments{"-n",
                                     "-r",
                                     file.fileName(),
                                     "-o",
                                     "tcp.desegment_tcp_streams:FALSE",
                                     "-o",
                                     "tcp.relative_sequence_numbers:FALSE",
                                     "-T",
                                     "fields",
                                     "-E",
                                     "aggregator=|"};
        for (const auto& row : dissect::protocols())
            for (const auto& field : row.dissector->fields) {
                const QString name = QString::fromUtf8(field.filter.data(), qsizetype(field.filter.size()));
                if (name.isEmpty() || field.type == dissect::FieldType::None || kOurs.contains(name)) continue;
                names << name;
                arguments << "-e" << name;
            }
        QVERIFY(names.size() > 150);
        QProcess tshark;
        tshark.start("tshark", arguments);
        QVERIFY2(tshark.waitForStarted() && tshark.waitForFinished(60'000), "tshark is not installed");
        QVERIFY2(tshark.exitCode() == 0, tshark.readAllStandardError().constData());
        const auto lines = QString::fromUtf8(tshark.readAllStandardOutput()).split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), qsizetype(frames.size()));

        int compared = 0;
        QStringList different;
        for (qsizetype i = 0; i < lines.size(); ++i) {
            const auto cells = lines[i].split(u'\t');
            Values ours;
            collect(dissect::dissect(frames[std::size_t(i)]), ours);
            for (qsizetype n = 0; n < names.size() && n < cells.size(); ++n) {
                if (cells[n].isEmpty() || !ours.contains(names[n])) continue;
                const bool number = dissect::findField(names[n].toStdString())->type <= dissect::FieldType::Uint64;
                auto theirs = cells[n].split(u'|');
                if (number)
                    for (QString& text : theirs)
                        text = asNumber(text);
                ++compared;
                if (theirs != ours[names[n]])
                    different << QStringLiteral("frame %1 %2: %3, tshark %4")
                                     .arg(i)
                                     .arg(names[n], ours[names[n]].join(u'|'), theirs.join(u'|'));
            }
        }
        QVERIFY2(different.isEmpty(), qPrintable(different.join(u'\n')));
        QVERIFY2(compared > 600, qPrintable(QString::number(compared)));
    }
};

QTEST_APPLESS_MAIN(TestFields)
#include "test_fields.moc"
