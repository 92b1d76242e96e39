// Noticing that a run goes round and round, and saying so: the same words in the window and on the command line.
#pragma once

#include "sim/explain/storm.h"
#include "sim/replay/timeline.h"

#include <QLocale>
#include <QString>

#include <optional>

namespace ui::run {

/// StormWatch looks for storms as a run grows: whenever it is a tenth longer, so that looking costs little beside
/// running.
class StormWatch {
public:
    /// look finds a storm at the end of the log, when it is time to look again.
    std::optional<sim::explain::Storm> look(const sim::replay::Timeline& timeline);
    /// restart begins again with a run that has so many frames; what they say is not looked at again.
    void restart(std::size_t frames) { mNext = frames + frames / 10 + kAtLeast; }

private:
    static constexpr std::size_t kAtLeast = 1000;
    std::size_t mNext = kAtLeast; ///< frames
};

/// senderText is who sent how much: "switch sw1: 1,000,000 frames in 1 s".
QString senderText(const sim::explain::Storm& storm, const QLocale& locale);
/// stormText names a storm: "storm on switch sw1: 1,000,000 frames in 1 s".
QString stormText(const sim::explain::Storm& storm, const QLocale& locale);
/// stormMeaning says why that is one, and what to look for.
QString stormMeaning(const sim::explain::Storm& storm, const QLocale& locale);

} // namespace ui::run
