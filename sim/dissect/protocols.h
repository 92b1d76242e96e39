// The table of protocols: where each stands, its colour, its names, and who reads it. What is dissected, coloured and
// filtered comes from here; a protocol is added by a file of its own and a row.
#pragma once

#include "sim/dissect/field.h"
#include "sim/dissect/protocol.h"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace sim::dissect {

struct Packet;
class Cursor;
using Bytes = std::span<const std::uint8_t>;

/// Dissector is what the file of a protocol gives to the table.
struct Dissector {
    /// dissect appends the protocol's node to the packet and goes on with what it carries.
    void (*dissect)(Packet&, Cursor) = nullptr;
    FieldList fields; ///< all that it may show
    /// colourOf is the colour of what is inside, for a protocol that carries others; null: the colour of the row.
    Protocol (*colourOf)(Bytes, bool fragment, int depth) = nullptr;

    // Over TCP a dissector sees one segment at a time.
    /// begins tells whether a message begins with this payload; null: this protocol is not dissected over TCP.
    bool (*begins)(Bytes payload) = nullptr;
    /// segment dissects such a payload.
    void (*segment)(Packet&, Cursor) = nullptr;
    bool coloursRest = false; ///< on its ports, segments in which no message begins have its colour too
};

/// Layer is what a key is a number of. A port counts at either end, and UdpDestination only at the receiver's.
enum class Layer : std::uint8_t { None, EtherType, IpProtocol, UdpPort, UdpDestination, TcpPort };

/// Key is where a protocol is found: under which number of the layer below it.
struct Key {
    Layer layer = Layer::None;
    std::uint16_t number = 0;
};

/// ProtocolInfo is one row of the table.
struct ProtocolInfo {
    std::string_view filter;           ///< its word in a filter: "dns"
    std::string_view name;             ///< "DNS"
    Protocol colour = Protocol::Other; ///< Other also for what has the colour of what it carries
    std::array<Key, 3> keys{};
    const Dissector* dissector = nullptr;
    bool anyPort = false; ///< over TCP: how its messages begin is sure enough on every port
};

/// protocols is the whole table.
std::span<const ProtocolInfo> protocols();
/// findProtocol finds a row by its filter word; null when there is none.
const ProtocolInfo* findProtocol(std::string_view filter);
/// findField finds a field of any protocol by its filter name, or by one that it shares; null when there is none.
const Field* findField(std::string_view filter);

/// etherProtocol, ipProtocol and datagramProtocol are the row of what stands behind an EtherType, behind a protocol
/// number of IP, and in a UDP datagram between two ports; null when nobody reads that.
const ProtocolInfo* etherProtocol(std::uint16_t type);
const ProtocolInfo* ipProtocol(std::uint8_t number);
const ProtocolInfo* datagramProtocol(std::uint16_t source, std::uint16_t destination);
/// Segment is what a TCP segment carries.
struct Segment {
    const ProtocolInfo* protocol = nullptr; ///< null: bytes of which nothing is known
    bool begins = false;                    ///< a message begins here, and can be dissected
};
/// segmentProtocol knows it by ports and payload.
Segment segmentProtocol(std::uint16_t source, std::uint16_t destination, Bytes payload);

} // namespace sim::dissect
