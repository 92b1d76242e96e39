#include "ui/window/run_window.h"

#include "ui/shared/theme.h"
#include "ui/version.h"
#include "ui/window/install.h"
#include "ui/window/main_window.h"

#include <QApplication>
#include <QIcon>
#include <QMessageBox>
#include <QTimer>

#include <cstdio>
#include <memory>
#include <new>

namespace ui::window {

namespace {

/// Application lives on when there is no memory for what was asked for: a lab with unsaved edits is still there.
class Application : public QApplication {
public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override {
        try {
            return QApplication::notify(receiver, event);
        } catch (const std::bad_alloc&) {
            // So much is given back that a message finds room, and saving the lab.
            mReserve.reset();
            if (!mTelling) QTimer::singleShot(0, this, &Application::tell);
            mTelling = true;
            return false;
        }
    }

private:
    static constexpr std::size_t kReserve = 16'000'000;

    void tell() {
        QMessageBox::warning(activeWindow(), MainWindow::tr("No memory left"),
                             MainWindow::tr("The machine has no memory left for this. Save the lab, close other "
                                            "programs, or let the menu Play, Record at "
                                            "most, end the recording earlier."));
        mTelling = false;
        mReserve.reset(new (std::nothrow) char[kReserve]);
    }

    std::unique_ptr<char[]> mReserve{new char[kReserve]};
    bool mTelling = false;
};

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
    QApplication::setApplicationVersion(QString::fromLatin1(kVersion));
    // The desktop file of this name is how a desktop knows whose window this is.
    QApplication::setDesktopFileName(QStringLiteral("org.packetarium.Packetarium"));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/packetarium.svg")));
}

void fillWindow(MainWindow& window, const QString& lab) {
    ui::window::install(window);
    window.restoreLayout();
    window.show();
    window.offerRecovery();
    if (lab == QLatin1String("-")) {
        window.openStandardInput();
    } else if (!lab.isEmpty()) {
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
    const Application application(argc, argv);
    setApplicationNames();
    shared::Theme::instance().install();

    MainWindow window;
    fillWindow(window, lab);
    return QApplication::exec();
}

} // namespace ui::window
