#include "ui/app/run_window.h"

#include "ui/app/main_window.h"
#include "ui/app/theme.h"
#include "ui/playback/install.h"

#include <QApplication>
#include <QIcon>

#include <cstdio>

namespace ui::app {

namespace {

/// displayMissing: Qt would abort without a word that helps.
bool displayMissing() {
#ifdef Q_OS_LINUX
    return qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") &&
           qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM");
#else
    return false;
#endif
}

} // namespace

void setApplicationNames() {
    QApplication::setOrganizationName(QStringLiteral("Packetarium"));
    QApplication::setApplicationName(QStringLiteral("Packetarium"));
    QApplication::setApplicationVersion(QStringLiteral("0.1.0"));
    QApplication::setDesktopFileName(QStringLiteral("packetarium"));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/packetarium.svg")));
}

void fillWindow(MainWindow& window, const QString& lab) {
    ui::playback::install(window);
    window.restoreLayout();
    window.show();
    if (!lab.isEmpty()) {
        window.openFile(lab);
    } else if (window.openExample(QStringLiteral(":/labs/home.lab.yaml"))) {
        window.setHint(MainWindow::tr("Press Space"));
    }
}

int runWindow(int& argc, char** argv, const QString& lab) {
    if (displayMissing()) {
        std::fputs("packetarium: there is no display to open a window on\n"
                   "hint: \"packetarium run LAB\" tells the story of a lab without one\n",
                   stderr);
        return 2;
    }
    QApplication application(argc, argv);
    setApplicationNames();
    Theme::instance().install();

    MainWindow window;
    fillWindow(window, lab);
    return QApplication::exec();
}

} // namespace ui::app
