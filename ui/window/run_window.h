// The program with a window.
#pragma once

#include <QString>

namespace ui::window {

class MainWindow;

/// runWindow opens the window on a lab file and runs until it is closed; an empty lab opens the home network, ready
/// to play. It returns the exit code: 0, or 2 when there is no display to open a window on (said on standard error).
int runWindow(int& argc, char** argv, const QString& lab);

/// setApplicationNames says who this is: settings are kept under these names.
void setApplicationNames();
/// fillWindow plugs the run into an empty window, shows it and opens a lab as runWindow does.
void fillWindow(MainWindow& window, const QString& lab);

} // namespace ui::window
