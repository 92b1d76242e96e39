// A lab from a stranger only describes a lab: nothing in it makes the program open a file or a connection. A folder is
// watched in which a page, a picture and a style sheet wait to be opened, and a port on which nobody must knock.
#include "model/io/lab_file.h"
#include "ui/docks/browser_dock.h"
#include "ui/docks/packet_dock.h"
#include "ui/rows/event_model.h"
#include "ui/run/controller.h"
#include "ui/shared/selection.h"
#include "ui/widgets/closed_text.h"
#include "ui/window/install.h"
#include "ui/window/main_window.h"

#include "tests/support/places.h"

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QImage>
#include <QLabel>
#include <QMessageBox>
#include <QProcess>
#include <QSettings>
#include <QTabBar>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>
#include <QToolTip>
#include <QTreeWidget>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

/// Bait is what a hostile lab would like to reach, and notices when somebody does.
class Bait {
public:
    Bait() {
        QImage picture(4, 4, QImage::Format_RGB32);
        picture.fill(Qt::red);
        picture.save(file("bait.png"));
        for (const char* name : {"bait.css", "bait.html", "bait.txt"}) {
            QFile f(file(name));
            if (f.open(QIODevice::WriteOnly)) f.write("body { color: red }");
        }
        mWatch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        inotify_add_watch(mWatch, mFolder.path().toLocal8Bit().constData(),
                          IN_OPEN | IN_ACCESS | IN_CREATE | IN_MODIFY);
        mPort = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        if (::bind(mPort, reinterpret_cast<sockaddr*>(&at), size) == 0 && ::listen(mPort, 8) == 0 &&
            ::getsockname(mPort, reinterpret_cast<sockaddr*>(&at), &size) == 0)
            mNumber = ntohs(at.sin_port);
    }
    ~Bait() {
        ::close(mWatch);
        ::close(mPort);
    }
    Bait(const Bait&) = delete;
    Bait& operator=(const Bait&) = delete;

    bool ready() const { return mWatch >= 0 && mNumber != 0 && QFile::exists(file("bait.png")); }
    QString file(const char* name) const { return mFolder.filePath(QLatin1String(name)); }
    /// taken tells whether anything was opened in the folder, or somebody has connected, since it was last asked.
    bool taken() {
        char events[4096];
        bool any = false;
        while (::read(mWatch, events, sizeof events) > 0)
            any = true;
        const int guest = ::accept(mPort, nullptr, nullptr);
        if (guest >= 0) ::close(guest);
        return any || guest >= 0;
    }
    /// markup is every way in which a text with markup could name something.
    QString markup() const {
        return QStringLiteral(
                   "<img src='%1'><img src='file://%1'><img src='http://127.0.0.1:%2/a.png'>"
                   "<link rel='stylesheet' href='file://%3'><style>@import url('file://%3'); p { background-image: "
                   "url('%1') }</style>"
                   "<table background='%1'><tr><td background='file://%1'>t</td></tr></table>"
                   "<p style=\"background-image: url('file://%1')\">p</p><ul style=\"list-style-image: "
                   "url('%1')\"><li>l</li></ul>"
                   "<iframe src='file://%4'></iframe><object data='%1'></object><a href='file://%5'>a</a>![x](%1)")
            .arg(file("bait.png"))
            .arg(mNumber)
            .arg(file("bait.css"), file("bait.html"), file("bait.txt"));
    }
    /// word is one without spaces and quotes, for places where those end a word.
    QString word() const { return QStringLiteral("<img/src=%1>").arg(file("bait.png")); }

private:
    QTemporaryDir mFolder;
    int mWatch = -1, mPort = -1;
    std::uint16_t mNumber = 0;
};

QString quoted(QString text) {
    return u'"' + text.replace(u'\\', QStringLiteral("\\\\")).replace(u'"', QStringLiteral("\\\"")) + u'"';
}

/// hostile is a lab that says its markup wherever a lab can say anything.
QByteArray hostile(const Bait& bait) {
    return QStringLiteral(
               "packetarium: 1\nname: %1\nabout: %1\nsomething: %1\n"
               "nodes:\n"
               "  a: {kind: host, interfaces: {eth0: {address: 10.0.0.1/24}}, dns: 10.0.0.2, user-agent: %2, strange: "
               "%1}\n"
               "  c: {kind: host, interfaces: {eth0: {address: dhcp, hostname: c}}}\n"
               "  b:\n    kind: web-server\n    interfaces: {eth0: 10.0.0.2/24}\n"
               "    web-server: {pages: {/: {text: %1, type: text/html}, /b: %1, %6: %1}}\n"
               "    dns-server: {records: [{name: x.com, data: %3}, {name: y.com, address: 10.0.0.2}]}\n"
               "    dhcp-server: {pool: 10.0.0.100-10.0.0.110}\n"
               "  sw: {kind: switch}\n"
               "links:\n  - [a:eth0, sw:p1]\n  - [b:eth0, sw:p2]\n  - [c:eth0, sw:p3]\n"
               "areas:\n  - {caption: %1, at: [-200, -200], size: [600, 600]}\n"
               "notes:\n  - {at: [0, 300], text: %1}\n"
               "run:\n  - {at: 0s, on: a, do: browse http://10.0.0.2/}\n  - {at: 1s, on: a, do: resolve x.com TXT}\n"
               "  - {at: 2s, on: a, do: %4}\n  - {at: 3s, on: a, do: %5}\n"
               "expect:\n  - %1\n")
        .arg(quoted(bait.markup()), quoted(bait.word()), quoted(QStringLiteral("TXT \"%1\"").arg(bait.word())),
             quoted(QStringLiteral("browse http://10.0.0.2/") + bait.word()),
             quoted(QStringLiteral("resolve ") + bait.word()), quoted(u'/' + bait.word()))
        .toUtf8();
}

QByteArray contents(const QString& path) {
    QFile f(path);
    return f.open(QIODevice::ReadOnly) ? f.readAll() : QByteArray();
}

/// rest lets everything be laid out and painted.
void rest(QWidget& window) {
    for (int i = 0; i < 5; ++i)
        QCoreApplication::processEvents();
    (void)window.grab();
}

} // namespace

class TestHostileLab : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        QSettings().clear();
        mBait = std::make_unique<Bait>();
        QVERIFY(mBait->ready());
        mLab = mFolder.filePath("hostile.lab.yaml");
        QFile file(mLab);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(hostile(*mBait));
        file.close();
        (void)mBait->taken();
    }

    /// The trap works: a label as Qt makes them falls into it.
    void labelOfQt_withAPictureInItsText_opensIt() {
        QLabel label(QStringLiteral("<img src='%1'>").arg(mBait->file("bait.png")));
        label.show();
        rest(label);
        QVERIFY(mBait->taken());
    }

    void closedText_anyMarkup_opensNothing() {
        ui::widgets::ClosedText text;
        text.resize(300, 300);
        text.setHtml(mBait->markup());
        text.show();
        rest(text);
        QVERIFY(!mBait->taken());
        text.setMarkdown(mBait->markup());
        rest(text);
        QVERIFY(!mBait->taken());
    }

    void hostileLab_openedAndPlayedInTheWindow_opensNothing() {
        ui::window::MainWindow window;
        auto& controller = ui::window::install(window);
        window.resize(1280, 800);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QVERIFY(window.openFile(mLab));
        controller.prepare();
        for (int i = 0; i < 10'000 && !controller.timeline().quiet(); ++i)
            QCoreApplication::processEvents();
        rest(window);
        QVERIFY(!mBait->taken());
        // Every tab, every node, every link, every event.
        for (auto* tabs : window.findChildren<QTabBar*>())
            for (int i = 0; i < tabs->count(); ++i) {
                tabs->setCurrentIndex(i);
                rest(window);
            }
        for (const auto& node : window.document().lab().nodes) {
            window.selection().select(node.id);
            rest(window);
        }
        for (const auto& link : window.document().lab().links)
            window.selection().select(link.id);
        window.selection().clear();
        rest(window);
        auto* packet = window.findChild<ui::docks::PacketDock*>();
        for (std::size_t i = 0; i < controller.log().records().size(); i += 3) {
            controller.seekRecord(qint64(i));
            packet->setCurrentIndex(int(i) % packet->count());
            if (i % 30 == 0) rest(window);
        }
        auto* browser = window.findChild<ui::docks::BrowserDock*>();
        QVERIFY(browser->page()->document()->characterCount() > 3);
        QVERIFY(!mBait->taken());
        // What a tip would show is asked of every cell.
        for (auto* view : window.findChildren<QAbstractItemView*>()) {
            if (!view->model()) continue;
            for (int row = 0; row < std::min(view->model()->rowCount(), 400); ++row)
                for (int column = 0; column < view->model()->columnCount(); ++column) {
                    const QString tip = view->model()->index(row, column).data(Qt::ToolTipRole).toString();
                    if (!tip.contains(QLatin1String("bait"))) continue;
                    QVERIFY2(!tip.contains(QLatin1String("<img")), qPrintable(tip));
                    QToolTip::showText(QPoint(10, 10), tip);
                    rest(window);
                    QToolTip::hideText();
                }
        }
        QVERIFY(!mBait->taken());
        // No label reads as markup what a lab may have said; those that know markup are given escaped words.
        for (auto* widget : QApplication::allWidgets()) {
            auto* label = qobject_cast<QLabel*>(widget);
            if (!label || !label->text().contains(QLatin1String("bait.png"))) continue;
            QVERIFY2(label->textFormat() == Qt::PlainText || !label->text().contains(QLatin1String("<img")),
                     qPrintable(label->text()));
        }
        QVERIFY(!mBait->taken());
    }

    void refusal_withMarkupInIt_opensNothing() {
        ui::window::MainWindow window;
        window.show();
        const QString path = mFolder.filePath("wrong.lab.yaml");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("packetarium: 1\nnodes: {a: {kind: " + quoted(mBait->markup()).toUtf8() + "}}\n");
        file.close();
        (void)window.openFile(path);
        rest(window);
        auto* box = window.findChild<QMessageBox*>();
        QVERIFY(box);
        rest(*box);
        box->close();
        QVERIFY(!mBait->taken());
    }

    void commandLine_onAHostileLab_opensNothingAndWritesOnlyWhereItIsTold() {
        QTemporaryDir out;
        // Its last two steps cannot be read, and keep it from being run; without them all else it says is.
        QProcess refused;
        refused.start(support::program(), {"run", mLab});
        QVERIFY(refused.waitForFinished(60'000));
        QCOMPARE(refused.exitCode(), 2);
        QByteArray text = contents(mLab);
        text.remove(text.indexOf("  - {at: 2s"), text.indexOf("expect:") - text.indexOf("  - {at: 2s"));
        const QString lab = out.filePath("hostile.lab.yaml");
        {
            QFile file(lab);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(text);
        }
        const QStringList all[] = {{"run", lab, "--pcap-dir", out.filePath("pcap"), "--pcap", out.filePath("a.pcapng"),
                                    "--state", out.filePath("state"), "--json"},
                                   {"run", lab},
                                   {"check", lab},
                                   {"lint", lab},
                                   {"export", lab, "--json"},
                                   {"render", lab, out.filePath("a.svg")},
                                   {"render", lab, out.filePath("a.png")}};
        for (const auto& arguments : all) {
            QProcess process;
            process.setWorkingDirectory(mFolder.path());
            process.start(support::program(), arguments);
            QVERIFY(process.waitForFinished(60'000));
            QVERIFY2(process.exitStatus() == QProcess::NormalExit && process.exitCode() < 2,
                     process.readAllStandardError().constData());
        }
        QVERIFY(!mBait->taken());
        QCOMPARE(QDir(mFolder.path()).entryList(QDir::Files), (QStringList{"hostile.lab.yaml", "wrong.lab.yaml"}));
        // The picture names nothing that somebody else would open either.
        const QString picture = QString::fromUtf8(contents(out.filePath("a.svg")));
        QVERIFY(picture.contains("bait.png"));
        QVERIFY2(!picture.contains("<img") && !picture.contains("<link") && !picture.contains("<a "),
                 "markup in the SVG");
        QVERIFY2(!picture.contains(QRegularExpression("<[a-z]+[^>]* (xlink:)?href=\"(?!#|data:)")),
                 "a reference in the SVG");
    }

    void nameThatIsAPath_read_isRefused_data() {
        QTest::addColumn<QByteArray>("nodes");
        QTest::newRow("node up") << QByteArray("{../../x: {kind: host}}");
        QTest::newRow("node with slash") << QByteArray("{a/b: {kind: host}}");
        QTest::newRow("node is dots") << QByteArray("{..: {kind: host}}");
        QTest::newRow("node with tag") << QByteArray("{\"<img src=x>\": {kind: host}}");
        QTest::newRow("interface up") << QByteArray("{a: {kind: host, interfaces: {../../x: 10.0.0.1/8}}}");
        QTest::newRow("interface with tag") << QByteArray("{a: {kind: host, interfaces: {\"<img>\": 10.0.0.1/8}}}");
    }
    void nameThatIsAPath_read_isRefused() {
        QFETCH(QByteArray, nodes);
        model::io::ReadLab read;
        model::io::Problem problem;
        QVERIFY(!model::io::readLab("packetarium: 1\nnodes: " + nodes + "\n", QStringLiteral("t.lab.yaml"), &read,
                                    &problem));
        QVERIFY(problem.line > 0 && problem.column > 0);
    }

    /// What a lab says cannot move a terminal's cursor, set its title or turn its words round.
    void controlCharacters_toldByTheCommandLine_areShownAndNotSent() {
        const QString path = mFolder.filePath("terminal.lab.yaml");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("packetarium: 1\nname: \"\\e[2J\\e]0;owned\\a\"\nnodes:\n  a: {kind: host, interfaces: {eth0: "
                   "10.0.0.1/24}, dns: 10.0.0.2}\n"
                   "  \"\\e[31m\": {kind: host}\n");
        file.close();
        const QString other = mFolder.filePath("terminal2.lab.yaml");
        QFile second(other);
        QVERIFY(second.open(QIODevice::WriteOnly));
        second.write(
            "packetarium: 1\nname: \"\\e[2J\\e]0;owned\\a\\u202e\"\nstrange\\u001b: 1\n\"strange\\e[2J\": "
            "\"\\e[1m\"\nnodes:\n"
            "  a: {kind: host, interfaces: {eth0: 10.0.0.1/24}, user-agent: \"x\\e[31m\", dns: 10.0.0.1}\nrun:\n"
            "  - {at: 0s, on: a, do: \"browse http://10.0.0.1/\\e[31m\\u202e\"}\n");
        second.close();
        for (const QString& lab : {path, other})
            for (const char* command : {"run", "check", "lint"}) {
                QProcess process;
                process.start(support::program(), {QLatin1String(command), lab});
                QVERIFY(process.waitForFinished(60'000));
                const auto told = QString::fromUtf8(process.readAllStandardOutput() + process.readAllStandardError());
                for (const QChar c : told)
                    QVERIFY2(c == u'\n' || (c >= u' ' && c != QChar(0x7f) && !(c >= QChar(0x80) && c <= QChar(0x9f)) &&
                                            !(c >= QChar(0x202a) && c <= QChar(0x202e))),
                             qPrintable(told));
            }
    }

private:
    QTemporaryDir mFolder;
    QString mLab;
    std::unique_ptr<Bait> mBait;
};

QTEST_MAIN(TestHostileLab)
#include "test_hostile_lab.moc"
