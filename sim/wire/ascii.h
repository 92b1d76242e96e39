// Letters of protocols whose words know no case: DNS names (RFC 4343), HTTP fields and schemes, HTML tags.
#pragma once

#include <algorithm>
#include <string_view>

namespace sim::wire {

/// lower turns A to Z into small letters; nothing else changes, whatever the locale.
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; }

/// sameWord compares without case.
constexpr bool sameWord(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

} // namespace sim::wire
