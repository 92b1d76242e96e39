// Pictures of a given number of bytes, for page_body.
#pragma once

#include "sim/apps/page_body.h"

namespace sim::apps {

inline constexpr std::uint64_t kSmallestPng = 70, kSmallestGif = 36, kSmallestJpeg = 162, kIconHead = 22;

/// pngBody gives a PNG of one colour (W3C PNG, RFC 1950, RFC 1951): a stored block and so a chunk for every row.
PageBody pngBody(std::uint64_t size);
/// gifBody gives a GIF89a of one colour whose LZW codes are all 8 bits long.
PageBody gifBody(std::uint64_t size);
/// jpegBody gives a baseline JPEG (ITU T.81, JFIF 1.01) of one component whose blocks all look the same.
PageBody jpegBody(std::uint64_t size);
/// iconBody gives an .ico file that holds a PNG.
PageBody iconBody(std::uint64_t size);

} // namespace sim::apps
