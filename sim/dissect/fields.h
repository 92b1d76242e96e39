// How a protocol's dissector builds its part of the tree: each call reads one field and puts it there.
#pragma once

#include "sim/dissect/cursor.h"
#include "sim/wire/address.h"

#include <string>
#include <string_view>

namespace sim::dissect {

/// Packet is what the layers of one frame tell each other.
struct Packet {
    Summary summary;
    wire::IpAddress source, destination; ///< of the innermost IP header so far: the pseudo header's
    std::uint8_t ttl = 0;
    bool loopback = false;                ///< both MACs are zero: Linux's loopback, which may leave checksums out
    bool inner = false;                   ///< inside a quote or a tunnel: the summary speaks of what is outside
    bool quoted = false;                  ///< inside an ICMP quote: it may be cut, and its checksums prove nothing
    bool fragment = false;                ///< part of a datagram: checksums cannot be verified
    bool tree = true;                     ///< false: only the summary is wanted, and no node is made
    std::span<const std::uint8_t> inside; ///< what is encrypted in a WireGuard message, if the caller knows
    int depth = 0;                        ///< layers so far; bounds recursion
    std::vector<FieldNode>* out = nullptr;
};

inline constexpr int kMaxDepth = 24;

/// Fields reads fields one after the other and collects them under one node. When bytes run out the node is marked
/// malformed (a quote may be cut), and everything further reads as zero and is not shown.
class Fields {
public:
    Fields(const Packet& packet, Cursor& cursor, std::string_view name, std::string_view filter);

    std::uint8_t u8(const char* name, const char* filter);
    std::uint16_t u16(const char* name, const char* filter);
    std::uint32_t u32(const char* name, const char* filter);
    wire::MacAddress mac(const char* name, const char* filter);
    wire::IpAddress v4(const char* name, const char* filter);
    wire::IpAddress v6(const char* name, const char* filter);
    /// raw takes n bytes and shows the first of them in hexadecimal.
    void raw(const char* name, const char* filter, std::uint32_t n);
    /// text takes n bytes and shows them as text, up to the first zero byte.
    void text(const char* name, const char* filter, std::uint32_t n);
    /// add puts a field that is already known.
    void add(std::string name, std::string filter, std::string value, ByteRange range);
    /// add puts a whole node.
    void add(FieldNode node);

    /// show replaces the value of the field just read.
    Fields& show(std::string value);
    /// part puts a field of bits below the field just read.
    Fields& part(const char* name, const char* filter, std::string value);
    /// wrong marks the field just read as malformed.
    Fields& wrong();
    /// ok tells that nothing was missing so far.
    bool ok() const { return !mMissing; }
    /// malformed marks the node itself and says why.
    void malformed(std::string why);
    void title(std::string value) { mNode.value = std::move(value); }
    Cursor& cursor() { return mCursor; }
    /// finish gives the node; it reaches to where the cursor stands.
    FieldNode finish();

private:
    bool need(const char* name, std::uint32_t n);
    /// wants tells whether fields are kept at all.
    bool wants() const { return mPacket.tree; }

    const Packet& mPacket;
    Cursor& mCursor;
    FieldNode mNode;
    bool mMissing = false;
};

std::string hex(std::uint64_t value, int digits);
/// hexBytes shows at most limit bytes: "0a1b…".
std::string hexBytes(std::span<const std::uint8_t> bytes, std::size_t limit = 24);
/// printable is the bytes as ASCII; everything else becomes '.'.
std::string printable(std::span<const std::uint8_t> bytes, std::size_t limit = 4096);
/// onOff is "Set" or "Not set".
std::string onOff(bool set);
/// named is "NUMBER (NAME)", as "17 (UDP)".
std::string named(std::string_view number, std::string_view name);

/// internetChecksum is the ones' complement sum of all bytes (RFC 1071): 0 when the checksum among them is right.
std::uint16_t internetChecksum(std::span<const std::uint8_t> bytes, std::uint32_t start = 0);
/// pseudoHeader is the start value for a checksum over TCP, UDP or ICMPv6.
std::uint32_t pseudoHeader(const Packet& packet, std::uint8_t protocol, std::uint32_t length);
/// showChecksum says in the field just read whether it is right; whole are the bytes that it covers.
void showChecksum(Fields& fields, const Packet& packet, std::uint16_t found, std::span<const std::uint8_t> whole,
                  std::size_t place, std::uint32_t start);

/// protocolName is the name of an IP protocol number: "TCP".
std::string_view protocolName(std::uint8_t protocol);

// One function per protocol. Each appends its node to packet.out, then goes on with what it carries.
void dissectEthernet(Packet& packet, Cursor cursor);
void dissectEtherType(Packet& packet, Cursor cursor, std::uint16_t type);
void dissectArp(Packet& packet, Cursor cursor);
void dissectIpv4(Packet& packet, Cursor cursor);
void dissectIpv6(Packet& packet, Cursor cursor);
void dissectIpPayload(Packet& packet, Cursor cursor, std::uint8_t protocol);
void dissectIcmp(Packet& packet, Cursor cursor);
void dissectIgmp(Packet& packet, Cursor cursor);
void dissectIcmpv6(Packet& packet, Cursor cursor);
void dissectUdp(Packet& packet, Cursor cursor);
void dissectTcp(Packet& packet, Cursor cursor);
void dissectDns(Packet& packet, Cursor cursor);
/// dissectHttp says false, and adds nothing, when this is the middle of something.
bool dissectHttp(Packet& packet, Cursor cursor);
bool looksLikeHttp(std::span<const std::uint8_t> bytes);
void dissectDhcp(Packet& packet, Cursor cursor);
void dissectRip(Packet& packet, Cursor cursor);
void dissectVxlan(Packet& packet, Cursor cursor);
void dissectWireGuard(Packet& packet, Cursor cursor);
/// dissectData shows what nobody explains.
void dissectData(Packet& packet, Cursor cursor, const char* name = "Data", const char* filter = "data");

} // namespace sim::dissect
