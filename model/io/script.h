// Scripts ("send 10, drain, close") and faults of cables ("drop data 4 from b") as they stand in a lab file.
#pragma once

#include "sim/config/script.h"
#include "sim/link/fault_injector.h"

#include <QString>

#include <optional>

namespace model::io {

/// parseScript reads a script; on failure problem is a sentence that names the step.
std::optional<sim::config::Script> parseScript(const QString& text, QString* problem);

/// FaultText is a fault with the sender's name instead of the end of the cable.
struct FaultText {
    sim::link::Fault fault;
    QString from; ///< a node, or NODE:PORT
};
/// parseFault reads "drop data 4 from b", "duplicate udp 1,3 from a", "hold tcp 2-5 from b by 30ms".
std::optional<FaultText> parseFault(const QString& text, QString* problem);
QString formatFault(const sim::link::Fault& fault, const QString& from);

/// parseChance reads "1%" or "0.05%" as parts per million.
std::optional<std::uint32_t> parseChance(const QString& text);
QString formatChance(std::uint32_t partsPerMillion);

} // namespace model::io
