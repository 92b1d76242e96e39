// Bytes for people: a tree of fields with their places, and a one-line summary. Tolerant: whatever the bytes are,
// something is said and nothing fails; what is malformed is marked so. Field names are Wireshark's.
#pragma once

#include "sim/dissect/field.h"
#include "sim/dissect/protocol.h"
#include "sim/wire/link_type.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sim::dissect {

/// ByteRange is a place in the frame, in bytes from its start.
struct ByteRange {
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
    bool operator==(const ByteRange&) const = default;
};

/// FieldNode is one field, or one protocol with its fields below it. Programs compare value and valueName; display is
/// for people, and nothing but a test compares it.
struct FieldNode {
    std::string name;             ///< as people read it: "Time to Live"
    const Field* field = nullptr; ///< what it is to a filter; null when a filter cannot name it
    Value value;                  ///< 64, as a number
    std::string display;          ///< "64"
    ByteRange range;
    bool malformed = false;
    std::vector<FieldNode> children;
    std::string valueName; ///< what the field calls this value: "UDP" of 17; empty when it has no name for it

    /// filter is Wireshark's display filter name: "ip.ttl"; may be empty.
    std::string_view filter() const { return field ? field->filter : std::string_view(); }

    /// find is the first node of that filter name at or below this one, outermost first; null when there is none.
    const FieldNode* find(std::string_view filterName) const;
    /// number, flag, address and mac are the value of what find finds; none when it is not there or of another
    /// type.
    std::optional<std::uint64_t> number(std::string_view filterName) const;
    std::optional<bool> flag(std::string_view filterName) const;
    std::optional<wire::IpAddress> address(std::string_view filterName) const;
    std::optional<wire::MacAddress> mac(std::string_view filterName) const;
};

struct ProtocolInfo;

/// Summary is a frame in one line, as the columns of a packet list show it. Its texts are for people.
struct Summary {
    Protocol protocol = Protocol::Other;
    bool fragment = false;             ///< of a datagram, the first one included
    const ProtocolInfo* top = nullptr; ///< the highest protocol that is known; null when not even the first is
    std::string protocolName;          ///< "ARP", "DNS", "TCP" …
    std::string word;   ///< at most 5 letters for an envelope: "ARP", "DNS", "SYN", "ACK", "GET", "200", "PING"
    std::string source; ///< IP address if there is one, MAC otherwise
    std::string destination;
    std::string info; ///< "Who has 192.168.0.1? Tell 192.168.0.5"
    std::uint32_t length = 0;
};

/// dissect shows inside, when given, below the encrypted packet of a WireGuard message: the packet that the simulator
/// knows to be in it. Its fields have the places of their encrypted bytes, as the cipher keeps every byte where it is.
FieldNode dissect(std::span<const std::uint8_t> frame, wire::LinkType link = wire::LinkType::Ethernet,
                  std::span<const std::uint8_t> inside = {});
/// summarize says what dissect says in one line, without making a tree.
Summary summarize(std::span<const std::uint8_t> frame, wire::LinkType link = wire::LinkType::Ethernet);

} // namespace sim::dissect
