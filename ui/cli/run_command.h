// packetarium run: a lab simulated without a window.
#pragma once

#include "sim/kernel/time.h"
#include "ui/cli/capture.h"

#include <QString>

#include <cstdint>
#include <optional>

namespace ui::cli {

/// RunOptions are those of `packetarium run`.
struct RunOptions {
    QString lab;                               ///< "-": standard input
    std::optional<sim::kernel::SimTime> until; ///< none: until nothing happens any more
    std::uint64_t seed = 0;                    ///< 0: the lab's own
    CaptureOptions capture;
    std::optional<QString> state;             ///< the final tables as text; none: not written
    std::uint64_t mostFrames = 20'000'000;    ///< where a run ends that does not end by itself
    std::uint64_t mostMemory = 1'000'000'000; ///< bytes of recording; a longer run ends there
    bool throughStorms = false;               ///< go on when frames go round and round
    bool json = false;                        ///< one JSON object instead of the story
};

/// run simulates and gives the exit code: 0 when the simulation ran (whatever came of it), 1 when it was stopped before
/// its end (by a storm, or a bound), 2 when it could not, or could not be written, 128 + N when signal N ended it: what
/// was simulated until then is told and written.
int run(const RunOptions& options);

} // namespace ui::cli
