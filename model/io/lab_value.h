// The lab as a tree of values, in the order and forms in which a lab file has them.
#pragma once

#include "model/io/value.h"
#include "model/lab/lab.h"

namespace model::io {

/// labValue leaves out what is as the kind or the format has it by default.
Value labValue(const lab::Lab& lab);

} // namespace model::io
