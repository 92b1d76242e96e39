// IPv4 options (RFC 791 3.1): looked through and kept as they are. Source routes are refused, as Linux does by default.
#pragma once

#include <cstdint>
#include <span>

namespace sim::stack::ip {

/// OptionVerdict is what the options of an IP header ask for, or what is wrong with them.
struct OptionVerdict {
    enum class What : std::uint8_t { Fine, SourceRoute, Bad };
    What what = What::Fine;
    std::uint8_t pointer = 0; ///< which byte of the header is bad
};

/// checkOptions looks through the options of a header of more than 20 bytes.
inline OptionVerdict checkOptions(std::span<const std::uint8_t> header) {
    using What = OptionVerdict::What;
    bool source = false;
    for (std::size_t i = 20; i < header.size() && header[i] != 0;) {
        if (header[i] == 1) {
            ++i;
            continue;
        }
        if (i + 1 >= header.size()) return {What::Bad, std::uint8_t(i)};
        const std::size_t length = header[i + 1];
        if (length < 2 || i + length > header.size()) return {What::Bad, std::uint8_t(i)};
        const bool route = header[i] == 131 || header[i] == 137;
        if ((route || header[i] == 7) && (length < 3 || header[i + 2] < 4))
            return {What::Bad, std::uint8_t(i + (length < 3 ? 1 : 2))};
        source = source || route;
        i += length;
    }
    return {source ? What::SourceRoute : What::Fine, 0};
}

} // namespace sim::stack::ip
