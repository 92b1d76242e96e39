// The walls inside the layers: each folder includes only those that are listed for it here.
#include "tests/support/places.h"

#include <QDirIterator>
#include <QFile>
#include <QMap>
#include <QRegularExpression>
#include <QTest>

namespace {

/// allowed lists for each folder which others it may include, besides itself. A folder that is not here may include
/// nothing of ours, and no one may include it: a new one gets its line.
const QMap<QString, QStringList>& allowed() {
    static const QMap<QString, QStringList> kAllowed = [] {
        const auto words = [](const char* text) { return QString::fromLatin1(text).split(u' ', Qt::SkipEmptyParts); };
        const auto in = [&words](const char* layer, const char* text) {
            QStringList out;
            for (const QString& word : words(text))
                out << QLatin1String(layer) + u'/' + word;
            return out;
        };
        QMap<QString, QStringList> a;
        a["sim/kernel"] = {};
        a["sim/wire"] = {};
        a["sim/crypto"] = {};
        a["sim/link"] = in("sim", "kernel wire");
        a["sim/trace"] = in("sim", "kernel wire link");
        a["sim/decisions"] = in("sim", "kernel wire trace");
        a["sim/stack"] = in("sim", "kernel wire crypto link trace decisions");
        a["sim/config"] = in("sim", "kernel wire crypto link stack");
        a["sim/apps"] = in("sim", "kernel wire trace decisions stack config");
        a["sim/devices"] = in("sim", "kernel wire crypto link trace decisions stack config apps");
        a["sim/tables"] = in("sim", "kernel wire decisions devices");
        a["sim/replay"] = in("sim", "kernel trace config devices");
        a["sim/dissect"] = in("sim", "kernel wire");
        a["sim/explain"] = in("sim", "kernel wire trace decisions stack devices dissect replay");

        const QStringList words1 = in("sim", "kernel wire crypto link stack config dissect"); // what a lab speaks of
        const QStringList network =
            in("sim", "kernel wire link trace decisions stack config apps devices tables replay");
        a["model/lab"] = words1;
        a["model/io"] = in("model", "lab") + words1;
        a["model/document"] = in("model", "lab io");
        a["model/plan"] = in("model", "lab") + in("sim", "wire");
        a["model/commands"] = in("model", "lab io document plan") + words1;
        a["model/network"] = in("model", "lab io plan") + network + words1;
        a["model/check"] = in("model", "lab io plan network") + network + words1;
        a["model/export"] = in("model", "lab io network") + network + words1;

        const QStringList sim = network + in("sim", "dissect explain");
        const QStringList lab = in("model", "lab io document plan commands check network export");
        a["ui/shared"] = in("model", "lab document") + in("sim", "dissect");
        a["ui/widgets"] = in("ui", "shared") + in("model", "lab io document");
        a["ui/rows"] = in("ui", "shared widgets") + sim;
        a["ui/canvas"] = in("ui", "shared widgets rows") + lab;
        a["ui/run"] = in("ui", "shared widgets rows canvas") + lab + sim;
        a["ui/docks"] = in("ui", "shared widgets rows canvas run") + lab + sim;
        a["ui/window"] = in("ui", "shared widgets rows canvas run docks") + lab + sim + QStringList{"ui"};
        a["ui/cli"] = in("ui", "shared rows canvas run") + lab + sim + QStringList{"ui"};
        a["ui"] = in("ui", "run window cli");
        return a;
    }();
    return kAllowed;
}

QString folderOf(const QString& path) { return path.left(path.lastIndexOf(u'/')); }

/// offence says why a file may not include another; empty: it may. Both are paths from the root of the repository.
QString offence(const QString& file, const QString& include) {
    static const QRegularExpression ours(QStringLiteral("^(sim|model|ui)/"));
    if (!ours.match(include).hasMatch()) return {};
    const QString from = folderOf(file), to = folderOf(include);
    if (from == to) return {};
    if (!allowed().contains(from)) return QStringLiteral("%1 has no line in the list of folders").arg(from);
    return allowed()[from].contains(to) ? QString() : QStringLiteral("%1 may not include %2").arg(from, to);
}

} // namespace

class TestFolders : public QObject {
    Q_OBJECT
private slots:
    void everyFile_included_isInAFolderThatIsAllowed() {
        static const QRegularExpression pattern(QStringLiteral("^\\s*#\\s*include\\s*\"([^\"]+)\""));
        const QDir root(support::source());
        QStringList found;
        int looked = 0;
        for (const QString layer : {"sim", "model", "ui"}) {
            QDirIterator it(root.filePath(layer), {"*.h", "*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
            while (it.hasNext()) {
                QFile file(it.next());
                QVERIFY(file.open(QIODevice::ReadOnly));
                const QString path = root.relativeFilePath(file.fileName());
                const auto lines = QString::fromUtf8(file.readAll()).split(u'\n');
                for (int i = 0; i < lines.size(); ++i) {
                    const auto match = pattern.match(lines[i]);
                    if (!match.hasMatch()) continue;
                    ++looked;
                    const QString wrong = offence(path, match.captured(1));
                    if (!wrong.isEmpty())
                        found << QStringLiteral("%1:%2: %3 (%4)").arg(path).arg(i + 1).arg(wrong, match.captured(1));
                }
            }
        }
        QVERIFY(looked > 1000); // an empty search would find no offence either
        QVERIFY2(found.isEmpty(), qPrintable(found.join(u'\n')));
    }

    /// The list itself is in one order, or two folders could each include the other.
    void list_followed_neverComesBack() {
        QMap<QString, int> depth;
        for (int round = 0; round <= allowed().size(); ++round) {
            for (auto it = allowed().begin(); it != allowed().end(); ++it) {
                if (depth.contains(it.key())) continue;
                const bool ready = std::all_of(it->begin(), it->end(), [&](const QString& to) {
                    return depth.contains(to) || to == QLatin1String("ui");
                });
                if (ready) depth[it.key()] = round;
            }
        }
        QStringList circle;
        for (auto it = allowed().begin(); it != allowed().end(); ++it)
            if (!depth.contains(it.key())) circle << it.key();
        QVERIFY2(circle.isEmpty(), qPrintable("in a circle: " + circle.join(u' ')));
    }

    void everyFolder_fedAWrongInclude_isCaughtAndNamed_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("include");
        const QMap<QString, const char*> wrong = {
            {"sim/kernel", "sim/wire/address.h"},
            {"sim/wire", "sim/kernel/time.h"},
            {"sim/crypto", "sim/wire/address.h"},
            {"sim/link", "sim/stack/system.h"},
            {"sim/trace", "sim/stack/system.h"},
            {"sim/stack", "sim/apps/app.h"},
            {"sim/decisions", "sim/stack/system.h"},
            {"sim/tables", "sim/explain/explain.h"},
            {"sim/config", "sim/apps/app.h"},
            {"sim/apps", "sim/devices/network.h"},
            {"sim/devices", "sim/replay/timeline.h"},
            {"sim/replay", "sim/explain/explain.h"},
            {"sim/dissect", "sim/trace/trace_log.h"},
            {"sim/explain", "sim/apps/app.h"},
            {"model/lab", "model/io/value.h"},
            {"model/io", "model/document/document.h"},
            {"model/document", "model/network/build.h"},
            {"model/commands", "model/check/check.h"},
            {"model/plan", "model/io/value.h"},
            {"model/network", "model/check/check.h"},
            {"model/check", "model/export/format.h"},
            {"model/export", "model/document/document.h"},
            {"ui/shared", "ui/widgets/field.h"},
            {"ui/widgets", "ui/rows/words.h"},
            {"ui/rows", "ui/run/controller.h"},
            {"ui/canvas", "ui/run/controller.h"},
            {"ui/run", "ui/docks/palette.h"},
            {"ui/docks", "ui/window/main_window.h"},
            {"ui/window", "ui/cli/cli.h"},
            {"ui/cli", "ui/window/main_window.h"},
            {"ui", "ui/docks/palette.h"},
        };
        for (const QString& folder : allowed().keys()) {
            QVERIFY2(wrong.contains(folder), qPrintable("no wrong include is tried in " + folder));
            QTest::newRow(qPrintable(folder)) << folder + "/some.cpp" << QString::fromLatin1(wrong[folder]);
        }
    }
    void everyFolder_fedAWrongInclude_isCaughtAndNamed() {
        QFETCH(QString, file);
        QFETCH(QString, include);
        const QString wrong = offence(file, include);
        QVERIFY(wrong.startsWith(folderOf(file)) && wrong.endsWith(folderOf(include)));
        QCOMPARE(offence(file, folderOf(file) + "/other.h"), QString());
    }

    void folderWithoutALine_including_isAnOffence() {
        QCOMPARE(offence("sim/newcomer/a.cpp", "sim/kernel/time.h"),
                 QString("sim/newcomer has no line in the list of folders"));
        QCOMPARE(offence("sim/kernel/a.cpp", "vector"), QString());
    }
};

QTEST_APPLESS_MAIN(TestFolders)
#include "test_folders.moc"
