// packetarium: the command line when there is a subcommand, the window otherwise.
#include "ui/app/memory_ahead.h"
#include "ui/app/run_window.h"
#include "ui/cli/cli.h"

int main(int argc, char** argv) {
    ui::app::fetchMemoryAhead();
    const ui::cli::Outcome outcome = ui::cli::main(argc, argv);
    if (outcome.exitCode) return *outcome.exitCode;
    return ui::app::runWindow(argc, argv, outcome.lab);
}
