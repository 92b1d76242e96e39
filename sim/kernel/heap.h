// How much memory is asked for: what a copy costs is counted while it is made, and not guessed afterwards.
#pragma once

#include <cstdint>

namespace sim::kernel {

/// allocatedBytes is what this thread has got from operator new so far, with what the heap adds to each piece. Giving
/// back is not counted: the difference of two looks is what was made between them. (0 where a sanitizer or another
/// program part brings an operator new of its own.)
std::uint64_t allocatedBytes();

/// copiedBytes is what this thread has copied so far because somebody else still held it: Cow, Chunked and the programs
/// of devices.
std::uint64_t copiedBytes();
/// noteCopied adds to copiedBytes.
void noteCopied(std::uint64_t bytes);

} // namespace sim::kernel
