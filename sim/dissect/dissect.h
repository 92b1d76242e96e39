// Bytes for people: a tree of fields with their places, and a one-line summary. Tolerant: whatever the bytes are,
// something is said and nothing fails; what is malformed is marked so. Field names are Wireshark's.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sim::dissect {

/// ByteRange is a place in the frame, in bytes from its start.
struct ByteRange {
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
    bool operator==(const ByteRange&) const = default;
};

/// FieldNode is one field, or one protocol with its fields below it.
struct FieldNode {
    std::string name;   ///< as people read it: "Time to Live"
    std::string filter; ///< Wireshark's display filter name: "ip.ttl"; may be empty
    std::string value;  ///< "64"
    ByteRange range;
    bool malformed = false;
    std::vector<FieldNode> children;
};

/// Protocol is what colours a frame: the highest layer that has a colour of its own.
enum class Protocol : std::uint8_t { Arp, Dns, Tcp, Http, Icmp, Udp, Vpn, Routing, Dhcp, Other };

/// Summary is a frame in one line, as the columns of a packet list show it.
struct Summary {
    Protocol protocol = Protocol::Other;
    std::string protocolName; ///< "ARP", "DNS", "TCP" …
    std::string word;         ///< at most 5 letters for an envelope: "ARP", "DNS", "SYN", "ACK", "GET", "200", "PING"
    std::string source;       ///< IP address if there is one, MAC otherwise
    std::string destination;
    std::string info; ///< "Who has 192.168.0.1? Tell 192.168.0.5"
    std::uint32_t length = 0;
};

enum class FirstLayer : std::uint8_t { Ethernet, Ip };

/// dissect shows inside, when given, below the encrypted packet of a WireGuard message: the packet that the simulator
/// knows to be in it. Its fields have the places of their encrypted bytes, as the cipher keeps every byte where it is.
FieldNode dissect(std::span<const std::uint8_t> frame, FirstLayer first = FirstLayer::Ethernet,
                  std::span<const std::uint8_t> inside = {});
Summary summarize(std::span<const std::uint8_t> frame, FirstLayer first = FirstLayer::Ethernet);

} // namespace sim::dissect
