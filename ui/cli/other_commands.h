// packetarium render, check and lint.
#pragma once

#include <QString>
#include <QStringList>

namespace ui::cli {

/// RenderOptions are those of `packetarium render`.
struct RenderOptions {
    QString lab, out; ///< "-": standard input, standard output
    bool svg = false; ///< else PNG
    double scale = 2; ///< PNG: pixels for each canvas unit
    bool dark = false;
};

/// render draws the canvas of a lab into a file; argc and argv are for QGuiApplication.
int render(int& argc, char** argv, const RenderOptions& options);
/// check says whether labs can be read and will work: 0 fine, 1 an error was found in one, 2 one cannot be read.
int check(const QStringList& labs);
/// lint is check that counts warnings and hints as well.
int lint(const QStringList& labs);

} // namespace ui::cli
