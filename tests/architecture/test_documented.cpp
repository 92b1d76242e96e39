// Every type in a header says in a sentence what it is.
#include "tests/support/places.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

namespace {

/// undocumented names the types of a header, with a body of their own, that have no comment above or beside them.
QStringList undocumented(const QString& text) {
    static const QRegularExpression type(
        QStringLiteral("^(?:class|struct|enum class|enum) (?:alignas\\([^)]*\\) )?(\\w+)(?: final)?(?: ?[:{].*| *)$"));
    static const QRegularExpression prefix(QStringLiteral("^(?:template|requires)"));
    const QStringList lines = text.split(u'\n');
    QStringList found;
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const auto match = type.match(lines[i]);
        // std::hash is described where it comes from.
        if (!match.hasMatch() || lines[i].endsWith(QLatin1String("{};")) || lines[i].contains("std::hash")) continue;
        qsizetype above = i - 1;
        while (above >= 0 && prefix.match(lines[above]).hasMatch())
            --above;
        const bool said = (above >= 0 && lines[above].startsWith(QLatin1String("//"))) || lines[i].contains("///<");
        if (!said) found << match.captured(1);
    }
    return found;
}

} // namespace

class TestDocumented : public QObject {
    Q_OBJECT
private slots:
    void typeWithoutComment_lookedAt_isFound() {
        QCOMPARE(undocumented("struct A {\n};\n"), QStringList{"A"});
        QCOMPARE(undocumented("/// B is said.\ntemplate <class T>\nclass B final : public C {\n};\n"), QStringList{});
        QCOMPARE(undocumented("struct Tag {};\nenum class D : int { X };\n"), QStringList{"D"});
    }
    void everyHeader_lookedAt_saysWhatItsTypesAre() {
        const QDir root(support::source());
        QStringList found;
        int headers = 0;
        for (const QString layer : {"sim", "model", "ui"}) {
            QDirIterator it(root.filePath(layer), {"*.h"}, QDir::Files, QDirIterator::Subdirectories);
            while (it.hasNext()) {
                QFile file(it.next());
                QVERIFY(file.open(QIODevice::ReadOnly));
                ++headers;
                for (const QString& name : undocumented(QString::fromUtf8(file.readAll())))
                    found << root.relativeFilePath(it.filePath()) + ": " + name;
            }
        }
        QVERIFY(headers > 200);
        QVERIFY2(found.isEmpty(), qPrintable("No sentence says what it is:\n" + found.join(u'\n')));
    }
};

QTEST_GUILESS_MAIN(TestDocumented)
#include "test_documented.moc"
