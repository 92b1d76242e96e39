// 128-bit integers for products that do not fit in 64 bits; GCC and clang both have them as an extension.
#pragma once

namespace sim::kernel {

__extension__ typedef unsigned __int128 Uint128;

} // namespace sim::kernel
