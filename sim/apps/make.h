// Programs from what the user asks for.
#pragma once

#include "sim/apps/app.h"
#include "sim/config/action.h"

namespace sim::apps {

/// makeProgram gives the program that carries an action out. SetLink and Cut need none: whoever holds the network does
/// it.
Program makeProgram(const config::Action& action);

} // namespace sim::apps
