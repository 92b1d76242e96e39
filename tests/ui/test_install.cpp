// What cmake --install puts where, and that the files of the package agree with the program and with one another.
#include "tests/support/places.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QGuiApplication>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include "ui/version.h"
#include "ui/window/run_window.h"

namespace {

const QString kId = QStringLiteral("org.packetarium.Packetarium");

QString output(const QString& program, const QStringList& arguments,
               const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment()) {
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(program, arguments);
    if (!process.waitForFinished(120'000) || process.exitCode() != 0)
        return QStringLiteral("%1 failed: %2")
            .arg(program, QString::fromUtf8(process.readAllStandardError() + process.readAllStandardOutput()));
    return QString::fromUtf8(process.readAllStandardOutput());
}

/// Element is one XML element: where it stands ("component/provides/binary"), its attributes and its text.
struct Element {
    QString path, text;
    QXmlStreamAttributes attributes;
};

QList<Element> elements(const QByteArray& xml, QString* error) {
    QXmlStreamReader reader(xml);
    QList<Element> out;
    QStringList path;
    QList<qsizetype> open;
    while (!reader.atEnd()) {
        switch (reader.readNext()) {
        case QXmlStreamReader::StartElement:
            path.append(reader.name().toString());
            open.append(out.size());
            out.append({path.join(u'/'), {}, reader.attributes()});
            break;
        case QXmlStreamReader::Characters:
            if (!open.isEmpty()) out[open.last()].text += reader.text();
            break;
        case QXmlStreamReader::EndElement:
            path.removeLast();
            open.removeLast();
            break;
        default: break;
        }
    }
    *error = reader.errorString();
    return out;
}

/// only gives the text of the one element at a path, or an attribute of it.
QString only(const QList<Element>& all, const QString& path, const QString& attribute = {}) {
    QStringList found;
    for (const auto& e : all)
        if (e.path == path)
            found.append(attribute.isEmpty() ? e.text.trimmed() : e.attributes.value(attribute).toString());
    return found.join(QStringLiteral(" and "));
}

} // namespace

class TestInstall : public QObject {
    Q_OBJECT
    QTemporaryDir mFolder;
    QDir mPrefix;

    QByteArray read(const QString& name) const {
        QFile file(mPrefix.filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    /// manual is the man page without roff's escapes.
    QString manual() const {
        QString page = QString::fromUtf8(read(QStringLiteral("share/man/man1/packetarium.1")));
        static const QRegularExpression fonts(QStringLiteral("\\\\f[BIR]"));
        return page.remove(fonts).replace(QStringLiteral("\\-"), QStringLiteral("-")).remove(QStringLiteral("\\&"));
    }
    static QStringList optionsOf(const QString& command) {
        static const QRegularExpression option(QStringLiteral("--[a-z][a-z-]*"));
        QStringList found;
        auto match = option.globalMatch(output(support::program(), {QStringLiteral("help"), command}));
        while (match.hasNext())
            found.append(match.next().captured());
        return found;
    }
    static QStringList commands() {
        const QString help = output(support::program(), {QStringLiteral("help")});
        static const QRegularExpression command(QStringLiteral("^  ([a-z]+)  "), QRegularExpression::MultilineOption);
        QStringList found;
        auto match =
            command.globalMatch(help.section(QStringLiteral("Subcommands:"), 1).section(QStringLiteral("\n\n"), 0, 0));
        while (match.hasNext())
            found.append(match.next().captured(1));
        return found;
    }

private slots:
    void initTestCase() {
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("DESTDIR"), mFolder.path());
        const QString said =
            output(support::cmakeProgram(), {"--install", support::buildFolder(), "--prefix", "/opt/lab"}, environment);
        QVERIFY2(said.contains(QLatin1String("Install")), qPrintable(said));
        mPrefix.setPath(mFolder.filePath(QStringLiteral("opt/lab")));
    }

    void destdirAndPrefix_installed_holdEveryFileAtItsPlace() {
        QStringList expected = {
            "bin/packetarium",
            "share/applications/" + kId + ".desktop",
            "share/bash-completion/completions/packetarium",
            "share/doc/packetarium/CHANGELOG.md",
            "share/doc/packetarium/LICENSE",
            "share/icons/hicolor/scalable/apps/" + kId + ".svg",
            "share/man/man1/packetarium.1",
            "share/metainfo/" + kId + ".metainfo.xml",
            "share/mime/packages/" + kId + ".xml",
            "share/packetarium/lab.schema.json",
            "share/zsh/site-functions/_packetarium",
        };
        for (const QString& lab : QDir(support::source("resources/labs")).entryList({"*.lab.yaml"}, QDir::Files))
            expected.append("share/packetarium/labs/" + lab);
        QStringList found;
        QDirIterator it(mFolder.path(), QDir::Files, QDirIterator::Subdirectories);
        while (it.hasNext())
            found.append(mPrefix.relativeFilePath(it.next()));
        expected.sort();
        found.sort();
        QCOMPARE(found, expected);
    }

    void desktopFile_read_namesTheWindowTheProgramAndTheType() {
        const QStringList lines =
            QString::fromUtf8(read("share/applications/" + kId + ".desktop")).split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(lines.value(0), QString("[Desktop Entry]"));
        QMap<QString, QString> keys;
        static const QRegularExpression line(QStringLiteral("^([A-Za-z][A-Za-z-]*)=(.+)$"));
        for (const QString& text : lines.mid(1)) {
            const auto match = line.match(text);
            QVERIFY2(match.hasMatch(), qPrintable(text));
            QVERIFY2(!keys.contains(match.captured(1)), qPrintable(text));
            keys.insert(match.captured(1), match.captured(2));
        }
        QCOMPARE(keys["Type"], QString("Application"));
        QCOMPARE(keys["Exec"], QString("packetarium %f"));
        QCOMPARE(keys["Icon"], kId); // the icon's file is in the list above
        QCOMPARE(keys["MimeType"], QString("application/x-packetarium-lab;"));
        ui::window::setApplicationNames();
        QCOMPARE(QGuiApplication::desktopFileName(), kId);
        QCOMPARE(keys["StartupWMClass"], QGuiApplication::applicationName()); // of which Qt makes the X11 class
    }

    void metainfo_read_namesTheSameIdsAndTheVersion() {
        QString error;
        const auto all = elements(read("share/metainfo/" + kId + ".metainfo.xml"), &error);
        QCOMPARE(error, QString());
        QCOMPARE(only(all, "component/id"), kId);
        QCOMPARE(only(all, "component/launchable"), kId + ".desktop");
        QCOMPARE(only(all, "component/provides/binary"), QString("packetarium"));
        QCOMPARE(only(all, "component/provides/mediatype"), QString("application/x-packetarium-lab"));
        QCOMPARE(only(all, "component/releases/release", "version"), QString(ui::kVersion));
        QCOMPARE(only(all, "component/releases/release", "date"), QString(ui::kReleaseDate));
    }

    void mimeType_read_takesLabsAndStandsAboveYaml() {
        QString error;
        const auto all = elements(read("share/mime/packages/" + kId + ".xml"), &error);
        QCOMPARE(error, QString());
        QCOMPARE(only(all, "mime-info/mime-type", "type"), QString("application/x-packetarium-lab"));
        QCOMPARE(only(all, "mime-info/mime-type/glob", "pattern"), QString("*.lab.yaml"));
        QVERIFY(only(all, "mime-info/mime-type/glob", "weight").toInt() > 50); // YAML's weight, which is the default
        QCOMPARE(only(all, "mime-info/mime-type/icon", "name"), kId);
    }

    void version_asked_isThatOfTheNewestChanges() {
        QCOMPARE(output(support::program(), {"--version"}).trimmed(), "packetarium " + QString(ui::kVersion));
        const QString changes = QString::fromUtf8(read("share/doc/packetarium/CHANGELOG.md"));
        QCOMPARE(changes.section("\n## [", 1, 1).section(u']', 0, 0), QString(ui::kVersion));
    }

    void manAndCompletions_read_nameEveryOptionOfEveryCommand() {
        QVERIFY(commands().contains("run") && commands().contains("help"));
        const QString bash = QString::fromUtf8(read("share/bash-completion/completions/packetarium"));
        const QString zsh = QString::fromUtf8(read("share/zsh/site-functions/_packetarium"));
        const QString man = manual();
        for (const QString& command : commands()) {
            const QStringList options = optionsOf(command);
            QVERIFY2(options.contains("--help"), qPrintable(command));
            const QString inBash = bash.section("\n    " + command + ")\n", 1).section("\n        esac\n", 0, 0);
            const QString inZsh = zsh.section("\n        " + command + ")\n", 1).section("\n          ;;\n", 0, 0);
            const QString inMan = man.section("\n.SS " + command + "\n", 1).section("\n.S", 0, 0);
            for (const QString& option : options) {
                const auto where = qPrintable(command + " " + option);
                QVERIFY2(inBash.contains(" " + option), where);
                QVERIFY2(inZsh.contains(option + "["), where);
                QVERIFY2(option == "--help" ? man.contains("-h, --help\n") : inMan.contains(option), where);
            }
        }
        QVERIFY(optionsOf("run").size() > 10);
    }

    void manPage_read_hasItsSectionsAndALabThatRuns() {
        const QString man = manual();
        for (const char* section : {"NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "LABS", "EXIT STATUS",
                                    "FILES", "EXAMPLES", "SEE ALSO"})
            QVERIFY2(man.contains("\n.SH " + QString(section) + "\n"), section);
        QFile lab(mFolder.filePath("man.lab.yaml"));
        QVERIFY(lab.open(QIODevice::WriteOnly));
        lab.write(man.section("\n.EX\n", 1).section(".EE\n", 0, 0).toUtf8());
        lab.close();
        const QString story = output(support::program(), {"run", lab.fileName()});
        QVERIFY2(story.contains("10.0.0.2"), qPrintable(story));
        const QString complaints = output(support::program(), {"lint", lab.fileName()});
        QVERIFY2(!complaints.contains("failed"), qPrintable(complaints));
    }

    void bashCompletion_asked_offersWhatFits() {
        const QString script = QStringLiteral(". \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); "
                                              "_packetarium; printf '%s ' \"${COMPREPLY[@]}\"");
        const auto offered = [&](const QStringList& words) {
            QStringList found =
                output("bash", QStringList{"--norc", "-c", script, "bash",
                                           mPrefix.filePath("share/bash-completion/completions/packetarium")} +
                                   words)
                    .split(u' ', Qt::SkipEmptyParts);
            found.sort();
            return found.join(u' ');
        };
        const QString labs = mPrefix.filePath("share/packetarium/labs/");
        QCOMPARE(offered({"packetarium", "rend"}), QString("render"));
        QCOMPARE(offered({"packetarium", "run", "--pcap"}), QString("--pcap --pcap-dir"));
        QCOMPARE(offered({"packetarium", "run", labs + "pin"}), labs + "ping.lab.yaml");
        QCOMPARE(offered({"packetarium", "run", mPrefix.filePath("share/packetarium/lab")}),
                 labs.chopped(1)); // and not the schema
        QCOMPARE(offered({"packetarium", "run", "--state", "=", mPrefix.filePath("share/packetarium/lab.s")}),
                 mPrefix.filePath("share/packetarium/lab.schema.json"));
        QCOMPARE(offered({"packetarium", "run", "--until", ""}), QString());
        QCOMPARE(offered({"packetarium", "render", "a", "b", "--format", ""}), QString("png svg"));
        QCOMPARE(offered({"packetarium", "help", "l"}), QString("lint"));
    }
};

QTEST_MAIN(TestInstall)
#include "test_install.moc"
