// What colours a frame, and nothing else: for whoever has thousands of frames to paint.
#pragma once

#include "sim/dissect/dissect.h"

namespace sim::dissect {

/// protocolOf is the protocol of summarize, found without making any words: some nanoseconds instead of a microsecond.
Protocol protocolOf(std::span<const std::uint8_t> frame, wire::LinkType link = wire::LinkType::Ethernet);
/// looksLikeHttp tells whether these bytes begin an HTTP message.
bool looksLikeHttp(std::span<const std::uint8_t> bytes);

} // namespace sim::dissect
