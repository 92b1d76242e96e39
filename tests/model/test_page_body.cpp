// Pages that are given by their size: files that other decoders (libpng, giflib, libjpeg, Qt's JSON and XML) read.
#include "model/network/service_builder.h"
#include "sim/apps/page_body.h"
#include "sim/wire/page_links.h"

#include <QBuffer>
#include <QImageReader>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>
#include <QXmlStreamReader>

#include <random>

using sim::apps::pageBody;
using sim::apps::smallestBody;

namespace {

QByteArray whole(const char* type, std::uint64_t size) {
    const auto body = pageBody(type, size);
    std::string out;
    body.append(out, 0, std::size_t(size) + 100);
    return QByteArray::fromStdString(out);
}

/// sizesFrom is every size from the smallest on, and some large ones.
std::vector<std::uint64_t> sizesFrom(std::uint64_t smallest) {
    std::vector<std::uint64_t> sizes;
    for (std::uint64_t i = 0; i < 700; ++i)
        sizes.push_back(smallest + i);
    std::mt19937 random(4);
    for (int i = 0; i < 40; ++i)
        sizes.push_back(smallest + 700 + random() % 300'000);
    sizes.push_back(1'000'000);
    return sizes;
}

/// complaint is what is wrong with a file of a type; empty: nothing.
QString complaint(const QByteArray& type, const QByteArray& file) {
    if (type.startsWith("image/") && !type.contains("svg")) {
        QBuffer buffer;
        buffer.setData(file);
        buffer.open(QIODevice::ReadOnly);
        QImageReader reader(&buffer);
        reader.setAllocationLimit(0);
        const QImage image = reader.read();
        if (image.isNull()) return reader.errorString();
        return {};
    }
    if (type.contains("json")) {
        QJsonParseError error;
        // Qt reads objects and lists alone at the top.
        QJsonDocument::fromJson('[' + file + ']', &error);
        return error.error == QJsonParseError::NoError ? QString() : error.errorString();
    }
    if (type.contains("xml")) {
        QXmlStreamReader reader(file);
        while (!reader.atEnd())
            reader.readNext();
        if (type.contains("svg") && !file.startsWith("<svg xmlns=\"http://www.w3.org/2000/svg\""))
            return QStringLiteral("no svg");
        return reader.hasError() ? reader.errorString() : QString();
    }
    if (type == "text/html") {
        if (!file.startsWith("<!doctype html>")) return QStringLiteral("no doctype");
        if (!sim::wire::pageLinks(file.toStdString()).empty()) return QStringLiteral("a browser fetches more");
        return file.count("<p>") == file.count("</p>") && file.contains("</title>")
                   ? QString()
                   : QStringLiteral("tags without an end");
    }
    if (type == "text/css") {
        if (file.count('{') != file.count('}') || file.count("/*") != file.count("*/"))
            return QStringLiteral("unbalanced");
        return {};
    }
    if (type == "text/javascript") {
        for (const auto& line : file.split('\n'))
            if (!line.startsWith("//") && !line.trimmed().isEmpty()) return QString::fromUtf8(line);
        return {};
    }
    if (type == "application/pdf") {
        if (!file.startsWith("%PDF-1.4\n") || !file.endsWith("\n%%EOF\n")) return QStringLiteral("no frame");
        static const QRegularExpression at(QStringLiteral("startxref\n(\\d+)\n%%EOF\n$"));
        const auto table = at.match(QString::fromLatin1(file)).captured(1).toLongLong();
        if (file.mid(table, 9) != "xref\n0 4\n") return QStringLiteral("no table at %1").arg(table);
        for (int object = 1; object <= 3; ++object) {
            const auto row = file.mid(table + 9 + 20 * object, 20);
            if (!row.endsWith(" 00000 n \n")) return QString::fromLatin1(row);
            if (!file.mid(row.left(10).toLongLong()).startsWith(QByteArray::number(object) + " 0 obj"))
                return QStringLiteral("no object %1").arg(object);
        }
        for (const auto& line : file.left(table).split('\n'))
            if (!line.isEmpty() && !line.startsWith('%') && line[0] > ' ' && !line.contains("obj") &&
                !line.startsWith("<<"))
                return QString::fromLatin1(line);
        return {};
    }
    return {};
}

} // namespace

class TestPageBody : public QObject {
    Q_OBJECT

private slots:
    void everyType_ofEverySize_isReadByOthersAndHasThatSize_data() {
        QTest::addColumn<QByteArray>("type");
        for (const char* type : {"image/png", "image/gif", "image/jpeg", "image/x-icon", "image/svg+xml",
                                 "application/json", "application/xml", "application/atom+xml", "text/html", "text/css",
                                 "text/javascript", "text/plain", "application/pdf", "application/octet-stream"})
            QTest::newRow(type) << QByteArray(type);
    }
    void everyType_ofEverySize_isReadByOthersAndHasThatSize() {
        QFETCH(QByteArray, type);
        for (const auto size : sizesFrom(smallestBody(type.toStdString()))) {
            const QByteArray file = whole(type, size);
            QCOMPARE(std::uint64_t(file.size()), size);
            const QString wrong = complaint(type, file);
            QVERIFY2(wrong.isEmpty(), qPrintable(QStringLiteral("%1 bytes: %2").arg(size).arg(wrong)));
        }
    }

    void everyType_belowItsSmallestSize_isText() {
        for (const char* type : {"image/png", "image/gif", "image/jpeg", "image/x-icon", "image/svg+xml", "text/html",
                                 "application/pdf", "application/xml"})
            for (std::uint64_t size = 1; size < smallestBody(type); ++size) {
                const QByteArray file = whole(type, size);
                QCOMPARE(std::uint64_t(file.size()), size);
                QVERIFY(file.endsWith('\n') && !file.contains('<'));
            }
    }

    void pieces_ofAnyLength_makeTheSameFile() {
        std::mt19937 random(9);
        for (const char* type :
             {"image/png", "image/jpeg", "image/gif", "application/pdf", "text/plain", "application/json"}) {
            const auto body = pageBody(type, 50'000);
            std::string pieces;
            while (pieces.size() < 50'000)
                body.append(pieces, pieces.size(), 1 + random() % 9000);
            QCOMPARE(QByteArray::fromStdString(pieces), whole(type, 50'000));
        }
    }

    void gigabyte_isNotHeld() {
        for (const char* type : {"image/png", "image/jpeg", "image/gif", "application/pdf", "text/html"}) {
            const auto body = pageBody(type, 1'000'000'000);
            QCOMPARE(body.size(), std::uint64_t(1'000'000'000));
            QVERIFY(body.head.size() + body.unit.size() + body.tail.size() < 200'000);
        }
    }

    void smallestPng_hasTheBytesOfOnePixel() {
        // CRCs and Adler-32 by zlib (Python's zlib.crc32 and zlib.adler32).
        QCOMPARE(whole("image/png", 70).toHex(), QByteArray("89504e470d0a1a0a"
                                                            "0000000d"
                                                            "49484452"
                                                            "00000001"
                                                            "00000001"
                                                            "0800000000"
                                                            "3a7e9b55"
                                                            "0000000d"
                                                            "49444154"
                                                            "7801"
                                                            "010200fdff"
                                                            "0000"
                                                            "00020001"
                                                            "7e050dd2"
                                                            "00000000"
                                                            "49454e44"
                                                            "ae426082"));
    }

    void parametersAndCase_ofAType_changeNothing() {
        QCOMPARE(whole("IMAGE/PNG; x=1", 500), whole("image/png", 500));
        QCOMPARE(whole("text/html; charset=utf-8", 500), whole("text/html", 500));
    }

    void type_ofAPath_isThatOfItsEnding() {
        const std::pair<const char*, const char*> cases[] = {
            {"/", "text/html"},
            {"/a", "text/html"},
            {"/a.PNG", "image/png"},
            {"/a.jpeg", "image/jpeg"},
            {"/a.b/c.json", "application/json"},
            {"/a.pdf", "application/pdf"},
            {"/a.svg?v=1", "image/svg+xml"},
            {"/a.xml", "application/xml"},
        };
        for (const auto& [path, type] : cases) {
            model::lab::Page page;
            page.path = QString::fromLatin1(path);
            QCOMPARE(model::network::pageType(page), std::string(type));
            page.type = QStringLiteral("text/plain");
            QCOMPARE(model::network::pageType(page), std::string("text/plain"));
        }
    }
};

QTEST_GUILESS_MAIN(TestPageBody)
#include "test_page_body.moc"
