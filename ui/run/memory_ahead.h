// Memory for logs of millions of records. Knows no Qt.
#pragma once

namespace ui::run {

/// fetchMemoryAhead lets a thread fetch memory for what takes much of it from std::pmr::get_default_resource(): to be
/// given a page of fresh memory takes the system longer than recording the frames that fill it. The thread begins when
/// the first large piece is taken, sleeps while nothing is taken, and is at most 16 MiB ahead.
void fetchMemoryAhead();

} // namespace ui::run
