// DHCP messages (RFC 2131 section 2) and their options (RFC 2132).
// Not here: options in sname and file (RFC 2132 9.3), options of more than 255 bytes (RFC 3396).
#pragma once

#include "sim/wire/address.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sim::wire {

namespace dhcp {
inline constexpr std::uint16_t kServerPort = 67, kClientPort = 68;
inline constexpr std::uint16_t kBroadcastFlag = 0x8000;

/// MessageType is option 53 (RFC 2132 9.6).
enum class MessageType : std::uint8_t { None, Discover, Offer, Request, Decline, Ack, Nak, Release, Inform };

/// Option numbers of RFC 2132 and RFC 3046.
enum Option : std::uint8_t {
    kPad = 0,
    kSubnetMask = 1,
    kRouter = 3,
    kDnsServers = 6,
    kHostName = 12,
    kDomainName = 15,
    kBroadcast = 28,
    kNtpServers = 42,
    kRequestedAddress = 50,
    kLeaseTime = 51,
    kMessageType = 53,
    kServerId = 54,
    kParameterList = 55,
    kMessage = 56,
    kMaxSize = 57,
    kRenewalTime = 58,
    kRebindingTime = 59,
    kVendorClass = 60,
    kClientId = 61,
    kEnd = 255,
};

/// typeName is "DHCPDISCOVER" and so on; empty for a number that is no message type.
std::string_view typeName(MessageType type);
} // namespace dhcp

/// DhcpOption is an option as it stands in the message.
struct DhcpOption {
    std::uint8_t code = 0;
    std::vector<std::uint8_t> data; ///< at most 255 bytes
    bool operator==(const DhcpOption&) const = default;
};

/// DhcpMessage is a message with its options (RFC 2131 2).
struct DhcpMessage {
    static constexpr std::uint8_t kBootRequest = 1, kBootReply = 2;
    static constexpr std::size_t kFixedSize = 240; ///< up to and with the magic cookie
    static constexpr std::size_t kLeastSize = 300; ///< of BOOTP (RFC 951); shorter messages are padded

    std::uint8_t operation = kBootRequest, hops = 0;
    std::uint32_t transaction = 0;
    std::uint16_t seconds = 0, flags = 0;
    std::uint32_t clientAddress = 0, yourAddress = 0, nextServer = 0, relay = 0; ///< ciaddr, yiaddr, siaddr, giaddr
    MacAddress hardware;                                                         ///< chaddr
    std::vector<DhcpOption> options;                                             ///< in order, without pad and end

    /// parse refuses everything but Ethernet hardware addresses, and options that reach past the end.
    static std::optional<DhcpMessage> parse(std::span<const std::uint8_t> bytes);
    /// write gives the whole message, padded to kLeastSize.
    std::vector<std::uint8_t> write() const;

    const DhcpOption* find(std::uint8_t code) const;
    /// type is None for a message that does not say.
    dhcp::MessageType type() const;
    /// number32 is a 32-bit option (an address, a time in seconds), or none when it is absent or has another length.
    std::optional<std::uint32_t> number32(std::uint8_t code) const;
    /// addresses is an option that lists IPv4 addresses.
    std::vector<std::uint32_t> addresses(std::uint8_t code) const;
    std::string text(std::uint8_t code) const;
    /// wants tells whether the sender's parameter request list names an option.
    bool wants(std::uint8_t code) const;

    void add(std::uint8_t code, std::vector<std::uint8_t> data) { options.push_back({code, std::move(data)}); }
    void addType(dhcp::MessageType type) { add(dhcp::kMessageType, {std::uint8_t(type)}); }
    void add32(std::uint8_t code, std::uint32_t value);
    void addText(std::uint8_t code, std::string_view value);
    bool operator==(const DhcpMessage&) const = default;
};

} // namespace sim::wire
