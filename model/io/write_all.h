// Writing to whatever a descriptor is, by all who write.
#pragma once

#include <cstddef>

namespace model::io {

/// writeAll writes everything to an open descriptor: 0, or errno. A pipe, socket or terminal is waited for as long as
/// it takes; but when the program has been told to end, and for a second nobody takes anything, that is EINTR.
int writeAll(int fd, const void* data, std::size_t size);

/// setEndAsked tells writeAll how to find out whether the program has been told to end (by a signal).
void setEndAsked(bool (*asked)());

} // namespace model::io
