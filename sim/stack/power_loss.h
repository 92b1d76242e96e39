// What a machine that loses its power takes along: everything that stands in its memory.
#pragma once

namespace sim::stack {

class Context;

/// losePower drops the frames that wait in a system, and leaves of it the interfaces alone: with their MACs, down, and
/// without addresses. Its random numbers go on, so that it will not begin with the same ones again.
void losePower(Context& c);

} // namespace sim::stack
