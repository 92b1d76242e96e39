// Texts of the simulation as Qt's.
#pragma once

#include "sim/wire/address.h"

#include <QString>

namespace ui::cli {

inline QString text(const std::string& s) { return QString::fromStdString(s); }
inline QString text(const sim::wire::IpAddress& a) { return text(a.toString()); }

} // namespace ui::cli
