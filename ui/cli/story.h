// The story of a run on the terminal: told while the run goes on, and what came of it.
#pragma once

#include "sim/explain/explain.h"
#include "sim/replay/timeline.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ui::cli {

/// Story tells moment after moment. While frames may be going round and round it waits, and of what turns out to be a
/// storm only the beginning is told.
class Story {
public:
    /// tell goes on with what the run has come to by now.
    void tell(const sim::replay::Timeline& timeline);
    /// finish tells the rest; of a storm, only its beginning.
    void finish(const sim::replay::Timeline& timeline, bool storm);

private:
    bool circling(const sim::replay::Timeline& timeline);
    void tellSome(const sim::replay::Timeline& timeline, std::size_t most);
    void takeNames(const sim::devices::Network& network);
    /// line is a moment's line: the time, the node, and the sentences. It holds until the next call.
    const std::string& line(const sim::explain::Moment& moment);

    std::optional<sim::explain::Story> mStory; ///< that of the timeline which tell has seen first
    std::size_t mLookAgain = 1000;             ///< frames
    bool mCircling = false;
    std::vector<std::string> mNames; ///< by device, as wide as their column
    std::string mNobody, mLine;
};

/// tellResults tells what came of each program, and how much was simulated.
void tellResults(const sim::replay::Timeline& timeline);

} // namespace ui::cli
