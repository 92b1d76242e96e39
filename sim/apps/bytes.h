// Text as bytes and back, without a copy.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sim::apps {

inline std::span<const std::uint8_t> asBytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view asText(std::span<const std::uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace sim::apps
