// What a frame is shown as is for people: programs compare the typed values of its fields.
#include "tests/support/places.h"

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

namespace {

/// comparesDisplay looks for the texts of sim/dissect (FieldNode::display, Summary's protocolName, info, word, source
/// and destination, and what explain::Facts shows of them) on either side of a comparison, or searched or cut.
bool comparesDisplay(const QString& line) {
    static const QString text(QStringLiteral(
        R"((?:(?:\.|->)(?:display|protocolName|info)\b|\bdisplay\("[^"]*"\)|\bs(?:ummary(?:\(\))?)?\.(?:word|source|destination)\b))"));
    static const QRegularExpression left(
        text + QStringLiteral(R"(\)*\s*(?:[=!]=|<=?|>=?|\.(?:starts_with|ends_with|contains|r?find|compare|substr|)"
                              R"(startsWith|endsWith|indexOf|section|mid|left|right)\())"));
    static const QRegularExpression right(QStringLiteral(R"([=!]=\s*[\w.>()\[\]-]*)") + text);
    return left.match(line).hasMatch() || right.match(line).hasMatch();
}

/// comparesWords looks for any text in quotes that something is compared with.
bool comparesWords(const QString& line) {
    static const QRegularExpression pattern(
        QStringLiteral(R"([=!]=\s*"|"\s*[=!]=|\b(?:starts_with|ends_with|contains)\(["'])"));
    return pattern.match(line).hasMatch();
}

QStringList offences(const QString& folder, const QStringList& names, bool (*bad)(const QString&), int* files) {
    const QDir root(support::source());
    QStringList found;
    QDirIterator it(root.filePath(folder), names, QDir::Files, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        QFile file(it.next());
        if (!file.open(QIODevice::ReadOnly)) continue;
        ++*files;
        const auto lines = QString::fromUtf8(file.readAll()).split(u'\n');
        for (int i = 0; i < lines.size(); ++i)
            if (bad(lines[i]))
                found << QStringLiteral("%1:%2: %3")
                             .arg(root.relativeFilePath(file.fileName()))
                             .arg(i + 1)
                             .arg(lines[i].trimmed());
    }
    return found;
}

} // namespace

class TestDisplayText : public QObject {
    Q_OBJECT
private slots:
    void code_read_comparesNoDisplayText() {
        QStringList found;
        int files = 0;
        for (const char* folder : {"sim", "model", "ui"})
            found << offences(QLatin1String(folder), {"*.h", "*.cpp"}, comparesDisplay, &files);
        QVERIFY(files > 200); // an empty search would find no offence either
        QVERIFY2(found.isEmpty(),
                 qPrintable("compare the field's value (FieldNode::number, flag, address …), not what it is shown as "
                            "(display, protocolName, word, info):\n" +
                            found.join(u'\n')));
    }

    /// What the sentences know of a frame they know from its bytes and typed fields.
    void sentencesOfFrames_read_compareNoWords() {
        int files = 0;
        const auto found =
            offences("sim/explain", {"facts*", "explainer*", "frame_*", "storm*"}, comparesWords, &files);
        QVERIFY(files >= 7);
        QVERIFY2(found.isEmpty(), qPrintable("a text in quotes is compared:\n" + found.join(u'\n')));
    }

    void comparison_tried_isRecognized() {
        for (const char* bad : {R"-(if (node.display == "Set") return;)-", R"-(found->display.ends_with("(3)"))-",
                                R"-(facts.display("ip.id") == b.display("ip.id"))-",
                                R"-(if ("TCP" == s.protocolName))-", R"-(facts.summary().info.substr(0, 3))-",
                                R"-(if (s.word == "SYN"))-", R"-(text(summary.info).startsWith(u'D'))-"})
            QVERIFY2(comparesDisplay(QString::fromUtf8(bad)) || comparesWords(QString::fromUtf8(bad)), bad);
        for (const char* good : {R"-(shown(facts.display("arp.src.hw_mac")))-", R"-(made.cells[Info] = text(s.info);)-",
                                 R"-(facts.number("ip.id") == 7)-", R"-(if (command.word == Word::Renew))-",
                                 R"-(s.word.size() > 4)-", R"-(s.info = std::string("DHCP ") + name;)-"})
            QVERIFY2(!comparesDisplay(QString::fromUtf8(good)) && !comparesWords(QString::fromUtf8(good)), good);
    }
};

QTEST_APPLESS_MAIN(TestDisplayText)
#include "test_display_text.moc"
