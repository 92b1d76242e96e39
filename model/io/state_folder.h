// Where the program keeps what must survive a crash: $XDG_STATE_HOME/packetarium.
#pragma once

#include <QString>

namespace model::io {

/// stateFolder is $XDG_STATE_HOME/packetarium, or ~/.local/state/packetarium (XDG Base Directory Specification). It is
/// made, readable by its owner alone, when it is not there; empty when that cannot be done.
QString stateFolder();

} // namespace model::io
