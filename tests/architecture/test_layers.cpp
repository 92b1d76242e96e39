// The layers hold: ui -> model -> sim, and files stay small enough to be read.
#include "tests/support/places.h"

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include <functional>

namespace {

struct Source {
    QString path; ///< from the root of the repository
    QStringList lines;
};

QList<Source> sourcesBelow(const QString& folder) {
    const QDir root(support::source());
    QList<Source> out;
    QDirIterator it(root.filePath(folder), {"*.h", "*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        QFile file(it.next());
        if (!file.open(QIODevice::ReadOnly)) continue;
        out.append({root.relativeFilePath(file.fileName()), QString::fromUtf8(file.readAll()).split(u'\n')});
    }
    return out;
}

/// includesOf gives the names in the #include lines of a file, with their line numbers.
QList<std::pair<int, QString>> includesOf(const Source& source) {
    static const QRegularExpression pattern(QStringLiteral("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"]"));
    QList<std::pair<int, QString>> out;
    for (int i = 0; i < source.lines.size(); ++i)
        if (const auto match = pattern.match(source.lines[i]); match.hasMatch()) out.append({i + 1, match.captured(1)});
    return out;
}

bool isQt(const QString& include) {
    static const QRegularExpression pattern(QStringLiteral("^(Q[A-Z]\\w*|Qt\\w*/.*|q[a-z]+\\.h)$"));
    return pattern.match(include).hasMatch();
}

/// isWidget knows the headers that need Qt Widgets or Svg rather than Qt Core and Gui.
bool isWidget(const QString& include) {
    static const QRegularExpression pattern(
        QStringLiteral("^(QtWidgets|QtSvg\\w*)(/"
                       "|$)|Widget|^Q(Graphics\\w*|Svg\\w*|Style\\w*|Layout|\\w*Layout|Dialog|\\w*Dialog|\\w*View|\\w*"
                       "Button|Application|"
                       "MainWindow|Menu\\w*|Label|LineEdit|TextEdit|PlainTextEdit|ComboBox|CheckBox|SpinBox|Slider|"
                       "ToolBar|Frame|GroupBox|Splitter|"
                       "StatusBar|TabBar|ToolTip|MessageBox|Header\\w*|\\w*ItemDelegate|UndoView|RubberBand|Completer|"
                       "ScrollArea|ScrollBar)$"));
    return pattern.match(include).hasMatch();
}

bool isYaml(const QString& include) { return include.startsWith(QLatin1String("yaml-cpp")); }

/// offences lists every include of the files below folder that bad() forbids.
QString offences(const QString& folder, const std::function<bool(const Source&, const QString&)>& bad) {
    QStringList found;
    for (const auto& source : sourcesBelow(folder))
        for (const auto& [line, include] : includesOf(source))
            if (bad(source, include))
                found << QStringLiteral("%1:%2: includes %3").arg(source.path).arg(line).arg(include);
    return found.join(u'\n');
}

} // namespace

class TestLayers : public QObject {
    Q_OBJECT
private slots:
    void sim_included_isStandardLibraryAndSimAlone() {
        QVERIFY(sourcesBelow("sim").size() > 20); // an empty search would find no offence either
        const auto found = offences("sim", [](const Source& source, const QString& include) {
            if (include.startsWith(QLatin1String("sim/"))) return false;
            // The VPN's ciphers are libcrypto's, behind one file.
            if (source.path == QLatin1String("sim/crypto/openssl.cpp") && include.startsWith(QLatin1String("openssl/")))
                return false;
            // The standard library's headers are lower-case words without a folder or an ending.
            static const QRegularExpression standard(QStringLiteral("^[a-z_0-9]+$"));
            return isQt(include) || isYaml(include) || !standard.match(include).hasMatch();
        });
        QVERIFY2(found.isEmpty(), qPrintable(found));
    }

    void model_included_hasNoWidgetAndNothingOfTheUi() {
        QVERIFY(sourcesBelow("model").size() > 10);
        const auto found = offences("model", [](const Source&, const QString& include) {
            return isWidget(include) || include.startsWith(QLatin1String("ui/"));
        });
        QVERIFY2(found.isEmpty(), qPrintable(found));
    }

    void yaml_included_isPrivateToModelIo() {
        for (const QString folder : {"model", "ui"}) {
            const auto found = offences(folder, [](const Source& source, const QString& include) {
                return isYaml(include) && !source.path.startsWith(QLatin1String("model/io/"));
            });
            QVERIFY2(found.isEmpty(), qPrintable(found));
        }
    }

    void commandLine_included_usesNoWidget() {
        const auto found = offences("ui/cli", [](const Source&, const QString& include) {
            return isWidget(include) && include != QLatin1String("QSvgGenerator");
        });
        QVERIFY2(found.isEmpty(), qPrintable(found));
    }

    void file_counted_isAtMost600Lines() {
        QStringList found;
        for (const QString folder : {"sim", "model", "ui", "tests"})
            for (const auto& source : sourcesBelow(folder))
                if (source.lines.size() > 601)
                    found << QStringLiteral("%1: %2 lines").arg(source.path).arg(source.lines.size() - 1);
        QVERIFY2(found.isEmpty(),
                 qPrintable("larger than 600 lines: there are two things in it\n" + found.join(u'\n')));
    }

    void header_read_hasPragmaOnce() {
        QStringList found;
        for (const QString folder : {"sim", "model", "ui", "tests"})
            for (const auto& source : sourcesBelow(folder))
                if (source.path.endsWith(QLatin1String(".h")) && !source.lines.contains(QStringLiteral("#pragma once")))
                    found << source.path;
        QVERIFY2(found.isEmpty(), qPrintable("without #pragma once:\n" + found.join(u'\n')));
    }

    /// A lab's words reach labels, tips and pages; Qt reads them as markup, with files in it, unless it is told not to.
    void ui_read_makesNoLabelOrPageThatCouldOpenAFile() {
        QStringList found;
        static const QRegularExpression open(QStringLiteral("new QLabel\\b|new QTextBrowser\\b|new "
                                                            "QTextEdit\\b|QDesktopServices|QNetworkAccess|Q(Tcp|Udp|"
                                                            "Local|Web)Socket|QProcess|setOpenExternalLinks\\(true"));
        for (const auto& source : sourcesBelow("ui")) {
            if (source.path == QLatin1String("ui/widgets/plain_label.h")) continue;
            for (int i = 0; i < source.lines.size(); ++i)
                if (source.lines[i].contains(open))
                    found << QStringLiteral("%1:%2: %3").arg(source.path).arg(i + 1).arg(source.lines[i].trimmed());
        }
        QVERIFY2(found.isEmpty(), qPrintable("use widgets::plainLabel or widgets::ClosedText:\n" + found.join(u'\n')));
    }

    void forbiddenInclude_tried_isRecognized() {
        for (const char* include : {"QString", "QtCore/QObject", "qglobal.h"})
            QVERIFY2(isQt(include), include);
        for (const char* include : {"queue", "sim/kernel/id.h"})
            QVERIFY2(!isQt(include), include);
        for (const char* include : {"QWidget", "QtWidgets/QLabel", "QApplication", "QGraphicsScene", "QTreeView",
                                    "QFileDialog", "QVBoxLayout", "QSvgRenderer"})
            QVERIFY2(isWidget(include), include);
        for (const char* include : {"QUndoStack", "QObject", "QPointF", "QSaveFile", "QGuiApplication"})
            QVERIFY2(!isWidget(include), include);
    }
};

QTEST_APPLESS_MAIN(TestLayers)
#include "test_layers.moc"
