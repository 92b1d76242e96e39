// ICMP (RFC 792, 1122 3.2.2, 1191 4).
#pragma once

#include "sim/wire/checksum.h"

#include <optional>

namespace sim::wire {

/// IcmpType is the type of a message (RFC 792).
enum class IcmpType : std::uint8_t {
    EchoReply = 0,
    Unreachable = 3,
    Redirect = 5,
    Echo = 8,
    TimeExceeded = 11,
    ParameterProblem = 12
};
/// UnreachableCode is the code of type 3 (RFC 792, RFC 1812 5.2.7.1).
enum class UnreachableCode : std::uint8_t {
    Net = 0,
    Host = 1,
    Protocol = 2,
    Port = 3,
    FragmentationNeeded = 4,
    Prohibited = 13
};

/// IcmpView reads a message of at least its 8-byte header.
class IcmpView {
public:
    static constexpr std::size_t kSize = 8;
    static std::optional<IcmpView> parse(std::span<std::uint8_t> message) {
        if (message.size() < kSize) return std::nullopt;
        return IcmpView(message);
    }
    std::uint8_t type() const { return mBytes[0]; }
    std::uint8_t code() const { return mBytes[1]; }
    std::uint16_t identifier() const { return get16(&mBytes[4]); }
    std::uint16_t sequence() const { return get16(&mBytes[6]); }
    /// rest is the second word: next-hop MTU in its lower half, or a gateway.
    std::uint32_t rest() const { return get32(&mBytes[4]); }
    bool isError() const { return type() == 3 || type() == 4 || type() == 5 || type() == 11 || type() == 12; }
    bool checksumOk() const { return checksum(mBytes) == 0; }
    std::span<std::uint8_t> body() const { return mBytes.subspan(kSize); }
    void setIdentifier(std::uint16_t id) {
        put16(&mBytes[2], updated(get16(&mBytes[2]), identifier(), id));
        put16(&mBytes[4], id);
    }
    /// seal writes the checksum over the whole message.
    void seal() {
        put16(&mBytes[2], 0);
        put16(&mBytes[2], checksum(mBytes));
    }

private:
    explicit IcmpView(std::span<std::uint8_t> b) : mBytes(b) {}
    std::span<std::uint8_t> mBytes;
};

/// emitIcmp writes the 8-byte header; the body must already stand behind it. bytes is the whole message.
inline void emitIcmp(std::span<std::uint8_t> bytes, std::uint8_t type, std::uint8_t code, std::uint32_t rest) {
    bytes[0] = type;
    bytes[1] = code;
    put16(&bytes[2], 0);
    put32(&bytes[4], rest);
    put16(&bytes[2], checksum(bytes));
}

} // namespace sim::wire
