// How a protocol's dissector builds its part of the tree: each call reads one field and puts it there.
#pragma once

#include "sim/dissect/cursor.h"
#include "sim/dissect/protocols.h"
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
    /// The node of a protocol, or of a group of fields that has no filter name.
    Fields(const Packet& packet, Cursor& cursor, const Field& protocol);
    Fields(const Packet& packet, Cursor& cursor, std::string_view name);

    // Each of these reads a field, which holds what was read and shows it.
    std::uint8_t u8(const Field& field);
    std::uint16_t u16(const Field& field);
    std::uint32_t u32(const Field& field);
    wire::MacAddress mac(const Field& field);
    wire::IpAddress v4(const Field& field);
    wire::IpAddress v6(const Field& field);
    /// raw takes n bytes and shows the first of them in hexadecimal.
    void raw(const Field& field, std::uint32_t n);
    /// text takes n bytes and shows them as text, up to the first zero byte.
    void text(const Field& field, std::uint32_t n);
    /// add puts a field that is already known.
    void add(const Field& field, Value value, std::string display, ByteRange range);
    /// add puts a whole node.
    void add(FieldNode node);

    /// show replaces the words of the field just read.
    Fields& show(std::string display);
    enum class Order : std::uint8_t { NumberFirst, NameFirst };
    /// show gives the value of the field just read its name and shows both: "17 (UDP)", or "UDP (17)".
    Fields& show(std::string number, std::string_view valueName, Order order = Order::NumberFirst);
    /// value replaces the value of the field just read, where that is not the number which its bytes make as a whole.
    Fields& value(Value value);
    /// called replaces the name of the field just read.
    Fields& called(std::string_view name);
    /// below puts a part of the field just read below it.
    Fields& below(const Field& field, Value value, std::string display, std::string_view valueName = {});
    Fields& below(const Field& field, Value value, std::string display, ByteRange range);
    /// bit is a part that is set or not.
    Fields& bit(const Field& field, bool set, const char* ifSet = "Set", const char* ifNot = "Not set") {
        return wants() ? below(field, set, set ? ifSet : ifNot) : *this;
    }
    /// bits is a part that is a number.
    Fields& bits(const Field& field, std::uint64_t value) {
        return wants() ? below(field, value, std::to_string(value)) : *this;
    }
    /// wrong marks the field just read as malformed.
    Fields& wrong();
    /// ok tells that nothing was missing so far.
    bool ok() const { return !mMissing; }
    /// malformed marks the node itself and says why.
    void malformed(std::string why);
    void title(std::string display) { mNode.display = std::move(display); }
    Cursor& cursor() { return mCursor; }
    /// finish gives the node; it reaches to where the cursor stands.
    FieldNode finish();

private:
    bool need(const Field& field, std::uint32_t n);
    /// wants tells whether fields are kept at all.
    bool wants() const { return mPacket.tree; }
    void put(const Field& field, std::uint32_t n, Value value, std::string display);
    /// last is the field just read; null when it was missing.
    FieldNode* last();

    const Packet& mPacket;
    Cursor& mCursor;
    FieldNode mNode;
    bool mMissing = false;
};

std::string hex(std::uint64_t value, int digits);
/// hexBytes shows at most limit bytes: "0a1b…".
std::string hexBytes(std::span<const std::uint8_t> bytes, std::size_t limit = 24);
/// bytesOf is a value that holds bytes.
inline Value bytesOf(std::span<const std::uint8_t> bytes) { return std::vector(bytes.begin(), bytes.end()); }
/// printable is the bytes as ASCII; everything else becomes '.'.
std::string printable(std::span<const std::uint8_t> bytes, std::size_t limit = 4096);
/// named is "NUMBER (NAME)", as "17 (UDP)".
std::string named(std::string_view number, std::string_view name);

/// internetChecksum is the ones' complement sum of all bytes (RFC 1071): 0 when the checksum among them is right.
std::uint16_t internetChecksum(std::span<const std::uint8_t> bytes, std::uint32_t start = 0);
/// pseudoHeader is the start value for a checksum over TCP, UDP or ICMPv6.
std::uint32_t pseudoHeader(const Packet& packet, std::uint8_t protocol, std::uint32_t length);
/// showChecksum says in the field just read whether it is right; whole are the bytes that it covers.
void showChecksum(Fields& fields, const Packet& packet, std::uint16_t found, std::span<const std::uint8_t> whole,
                  std::size_t place, std::uint32_t start);

/// fieldNode is a node with nothing below it.
FieldNode fieldNode(const Field& field, Value value, std::string display, ByteRange range);

// Protocols that others carry whole. What stands in which order is the table's to say (protocols.h).
void dissectEthernet(Packet& packet, Cursor cursor);
void dissectIpv4(Packet& packet, Cursor cursor);
void dissectIpv6(Packet& packet, Cursor cursor);
Protocol colourOfEthernet(Bytes frame, bool fragment, int depth);
Protocol colourOfIpv4(Bytes packet, bool fragment, int depth);
Protocol colourOfIpv6(Bytes packet, bool fragment, int depth);

extern const Field &kFrame, &kData;
/// dissectAs goes on with a protocol of the table; null is data.
void dissectAs(const ProtocolInfo* protocol, Packet& packet, Cursor cursor);
/// dissectData shows what nobody explains; name replaces the field's.
void dissectData(Packet& packet, Cursor cursor, const Field& field = kData, std::string_view name = {});
/// dissectPadding shows what follows a packet in its frame.
void dissectPadding(Packet& packet, Cursor cursor);

} // namespace sim::dissect
