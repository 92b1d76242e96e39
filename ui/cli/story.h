// The story of a run on the terminal: told while the run goes on, and what came of it.
#pragma once

#include "sim/replay/timeline.h"

#include <cstdint>

namespace ui::cli {

/// Story tells moment after moment. While frames may be going round and round it waits, and of what turns out to be a storm
/// only the beginning is told.
class Story {
public:
    /// tell goes on with what the run has come to by now.
    void tell(const sim::replay::Timeline& timeline);
    /// finish tells the rest; of a storm, only its beginning.
    void finish(const sim::replay::Timeline& timeline, bool storm);

private:
    bool circling(const sim::replay::Timeline& timeline);
    void tellUpTo(const sim::replay::Timeline& timeline, std::size_t end, std::size_t most);

    std::size_t mNext = 0;         ///< record
    std::size_t mLookAgain = 1000; ///< frames
    bool mCircling = false;
    int mWidth = 0; ///< of the nodes' names
};

/// tellResults tells what came of each program, and how much was simulated.
void tellResults(const sim::replay::Timeline& timeline);

} // namespace ui::cli
