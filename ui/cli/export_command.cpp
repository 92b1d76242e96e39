#include "ui/cli/export_command.h"

#include "model/network/network_builder.h"
#include "sim/replay/timeline.h"
#include "ui/cli/output.h"
#include "ui/run/memory_bound.h"
#include "ui/run/storm_watch.h"

#include <QLocale>

namespace ui::cli {

namespace {

constexpr std::size_t kMostMemory = 1'000'000'000; // bytes of recording, as `run` has it by default

/// reach runs until a moment; false when the run had to end before, which standard error is told.
bool reach(sim::replay::Timeline& timeline, sim::kernel::SimTime until) {
    using sim::replay::Timeline;
    const run::MemoryBound bound(kMostMemory);
    run::StormWatch watch;
    timeline.setMostMemory(kMostMemory);
    while (!timeline.extend(until, run::kEventsPerLook, Timeline::Stop::AtTime)) {
        QString why;
        if (const auto storm = watch.look(timeline))
            why = run::stormText(*storm, QLocale::c());
        else if (timeline.outOfMemory() || bound.look(timeline) != run::MemoryBound::Reached::No)
            why = Text::tr("its recording takes too much memory");
        else if (caughtSignal())
            why = Text::tr("it was told to end");
        else
            continue;
        printError(
            Text::tr("The run ended before that moment, at %1 s: %2.\nhint: %3\n")
                .arg(timeText(timeline.recordedUntil().count()), why, Text::tr("Let --until name an earlier moment.")));
        return false;
    }
    return true;
}

} // namespace

int exportLab(const ExportOptions& options) {
    catchSignals();
    const auto read = readLab(options.lab);
    if (!read) return kBad;
    auto built = model::network::build(read->lab);
    if (!options.until) {
        options.format->write({read->lab, built.network}, printData);
        return kFine;
    }
    sim::replay::Timeline timeline(std::move(built.network), std::move(built.stimuli));
    if (!reach(timeline, *options.until)) return kFound;
    options.format->write({read->lab, timeline.latest()}, printData);
    return kFine;
}

} // namespace ui::cli
