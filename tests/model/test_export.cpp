// Formats for other programs: they are described whole, and what they write is what the tables hold.
#include "model/export/format.h"
#include "model/network/network_builder.h"
#include "sim/tables/table.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace model;

namespace {

/// twoHosts is a lab of two hosts on one cable.
lab::Lab twoHosts() {
    lab::Lab lab;
    for (const char* name : {"a", "b"}) {
        lab::Node node;
        node.id = {std::uint32_t(lab.nodes.size() + 1)};
        node.name = QLatin1String(name);
        lab.nodes.push_back(node);
    }
    return lab;
}

QByteArray written(const exports::Format& format, const lab::Lab& lab, const sim::devices::Network& network) {
    QByteArray all;
    format.write({lab, network}, [&](const QByteArray& piece) { all += piece; });
    return all;
}

} // namespace

class TestExport : public QObject {
    Q_OBJECT
private slots:
    void formats_listed_areDescribedWhole() {
        QSet<QString> ids;
        for (const auto* format : exports::formats()) {
            QVERIFY(!ids.contains(format->id));
            ids.insert(format->id);
            QVERIFY(*format->ending && *format->title && *format->about && format->write);
            QCOMPARE(exports::find(format->id), format);
        }
        QVERIFY(ids.contains("json") && ids.contains("csv"));
        QCOMPARE(exports::find("xml"), nullptr);
    }

    void lab_asJson_hasItsNodesInOrder() {
        const auto lab = twoHosts();
        const auto built = network::build(lab, 0);
        const auto json = QJsonDocument::fromJson(written(exports::kLabAsJson, lab, built.network)).object();
        QCOMPARE(json["order"].toVariant().toStringList(), (QStringList{"a", "b"}));
        QVERIFY(json["nodes"].toObject()["a"].toObject().contains("forwarding"));
    }

    void tables_asCsv_haveALineForEachCell() {
        const auto lab = twoHosts();
        const auto built = network::build(lab, 0);
        const QStringList lines =
            QString::fromUtf8(written(exports::kTablesAsCsv, lab, built.network)).split("\r\n", Qt::SkipEmptyParts);
        QCOMPARE(lines.first(), QString("node,table,row,column,value"));
        QVERIFY2(lines.contains("a,interfaces,lo,name,lo"), qPrintable(lines.join('\n')));
        QVERIFY2(lines.contains("a,interfaces,lo,rx_bytes,0"), qPrintable(lines.join('\n')));
        QVERIFY2(lines.contains("b,routes,127.0.0.0/8 lo,linkdown,false"), qPrintable(lines.join('\n')));
        qsizetype cells = 0;
        for (std::uint32_t i = 0; i < built.network.deviceCount(); ++i)
            for (const auto& table : sim::tables::all())
                for (const auto& row : table.rows(built.network, {i}))
                    for (std::size_t c = 0; c < table.columns.size(); ++c)
                        cells += table.columns[c].data() + std::holds_alternative<sim::tables::Endpoint>(row.cells[c]);
        QCOMPARE(lines.size() - 1, cells);
    }

    void value_withCommaAndQuote_isQuoted() {
        auto lab = twoHosts();
        lab.nodes[0].name = "a,\"b\"";
        const auto built = network::build(lab, 0);
        const auto text = written(exports::kTablesAsCsv, lab, built.network);
        QVERIFY2(text.contains("\"a,\"\"b\"\"\",interfaces,lo,name,lo\r\n"), text.left(300));
    }
};

QTEST_APPLESS_MAIN(TestExport)
#include "test_export.moc"
