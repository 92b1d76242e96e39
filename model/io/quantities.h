// Times, rates and sizes as people write them: "4ms", "100Mbit/s", "64kB".
#pragma once

#include "sim/kernel/time.h"

#include <QString>

#include <cstdint>
#include <optional>

namespace model::io {

/// parseTime reads a span of time: a number and ns, us (µs), ms, s or min; a bare "0" needs no unit. Not negative.
std::optional<sim::kernel::SimTime> parseTime(const QString& text);
/// formatTime writes it with the largest unit that leaves a whole number: "4ms".
QString formatTime(sim::kernel::SimTime time);

/// parseRate reads bits a second: a number and bit/s, kbit/s, Mbit/s, Gbit/s or Tbit/s ("/s" may be left out).
std::optional<std::uint64_t> parseRate(const QString& text);
QString formatRate(std::uint64_t bitsPerSecond);

/// parseBytes reads a size: a number, alone or with B, kB, MB, GB (thousands) or KiB, MiB, GiB (1024s).
std::optional<std::uint64_t> parseBytes(const QString& text);
QString formatBytes(std::uint64_t bytes);

/// parseWhole reads a whole number without sign, leading zero or anything else around it.
std::optional<std::uint64_t> parseWhole(const QString& text);

} // namespace model::io
