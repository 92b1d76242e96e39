// packetarium: the command line when there is a subcommand, the window otherwise.
#include "ui/cli/cli.h"
#include "ui/run/memory_ahead.h"
#include "ui/window/run_window.h"

int main(int argc, char** argv) {
    ui::run::fetchMemoryAhead();
    const ui::cli::Outcome outcome = ui::cli::main(argc, argv);
    if (outcome.exitCode) return *outcome.exitCode;
    return ui::window::runWindow(argc, argv, outcome.lab);
}
