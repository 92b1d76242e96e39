// The command line: run, render, check and lint without a window.
#pragma once

#include <QString>

#include <optional>

namespace ui::cli {

/// Outcome is what the command line asked for: something that is done by now, or the window.
struct Outcome {
    std::optional<int> exitCode; ///< none: open the window
    QString lab;                 ///< the lab to open in it; empty for the one that opens first
};

/// main reads the command line and does what it says, unless that is to open the window.
Outcome main(int& argc, char** argv);

} // namespace ui::cli
