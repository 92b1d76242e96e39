// What the stack tells programs. Notices wait in a queue until the stack has done with a packet, so that neither ever
// calls into the middle of the other, and a program acts when Linux would have woken it.
#pragma once

#include "sim/kernel/id.h"
#include "sim/wire/address.h"

#include <cstdint>

namespace sim::stack {

/// Errno is what a system call would report (errno(3)).
enum class Errno : std::uint8_t {
    None,
    ConnectionRefused,
    ConnectionReset,
    TimedOut,
    HostUnreachable,
    NetworkUnreachable,
    MessageSize,
    AddressNotAvailable,
    BrokenPipe,
    Access,
    Invalid,
    AddressInUse,
    DestinationRequired,
    NoDevice,
    Protocol,
    NoBuffers,
};
/// errnoName is "ECONNREFUSED" and so on.
const char* errnoName(Errno e);

/// NoticeKind is what a program is told.
enum class NoticeKind : std::uint8_t {
    Connected,  ///< a TCP connection is established
    Accepted,   ///< socket: the new connection of a listener of this program
    Readable,   ///< data, a datagram, or the end of the stream can be read
    Writable,   ///< room in a send buffer that was full
    Closed,     ///< the connection is gone, with error or without
    IcmpError,  ///< an ICMP error for something the socket sent: from, type, code; length: the MTU of "fragmentation
                ///< needed"
    RawSegment, ///< a TCP segment for a raw socket: from; type: its flags
    IcmpSeen,   ///< an ICMP answer or error came that is for another socket: it wakes whoever reads
    EchoReply,  ///< an answer to a ping: from, identifier, sequence, ttl, length
    PacketReadable,   ///< a frame waits in a packet socket
    InterfaceChanged, ///< to every program: an interface got or lost its cable or an address; length: its index
};

/// Notice is something that the stack tells a program.
struct Notice {
    kernel::AppId app;
    NoticeKind kind = NoticeKind::Readable;
    Errno error = Errno::None;
    std::uint8_t type = 0, code = 0, ttl = 0;
    std::uint16_t sequence = 0;
    std::uint32_t length = 0;
    kernel::SocketId socket;
    wire::IpAddress from;
};

} // namespace sim::stack
