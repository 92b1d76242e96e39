// What the parts of TCP share among themselves.
#pragma once

#include "sim/stack/context.h"
#include "sim/stack/ip.h"
#include "sim/stack/tcp.h"

namespace sim::stack::tcp {

constexpr bool before(std::uint32_t a, std::uint32_t b) { return std::int32_t(a - b) < 0; }
constexpr bool after(std::uint32_t a, std::uint32_t b) { return before(b, a); }

inline constexpr kernel::SimTime kRtoMin = std::chrono::milliseconds(200), kRtoMax = std::chrono::seconds(120);
inline constexpr kernel::SimTime kRtoInitial = std::chrono::seconds(1);
inline constexpr kernel::SimTime kAtoMin = std::chrono::milliseconds(40);
inline constexpr kernel::SimTime kTimeWait = std::chrono::seconds(60), kFinTimeout = std::chrono::seconds(60);
inline constexpr int kSynRetries = 6, kSynLinear = 4, kSynAckRetries = 5, kRetries = 15;
inline constexpr std::uint8_t kWindowScale = 7;
inline constexpr std::uint32_t kLargestWindow = 3'145'728;

// tcp.cpp
TcpSocket& at(Context& c, std::uint32_t s);
std::uint32_t allocate(Context& c);
TcpKey keyOf(const TcpSocket& s);
void setState(Context& c, TcpSocket& s, TcpState state);
/// finish ends a connection: tells the program, or lets go of the socket when the program did so before.
void finish(Context& c, std::uint32_t s, Errno error);
/// prepare fills what a fresh connection knows before its first segment.
void prepare(Context& c, TcpSocket& s, std::uint32_t interfaceMtu);

// tcp_output.cpp
void output(Context& c, std::uint32_t s);
void sendAck(Context& c, TcpSocket& s);
/// sendSegment puts one segment on the way, fresh or again.
void sendSegment(Context& c, TcpSocket& s, TcpSegment& segment);
void sendReset(Context& c, TcpSocket& s);
/// sendProbe sends an empty segment before the window, to be answered with an ACK (keep-alive and zero window probes).
void sendProbe(Context& c, TcpSocket& s);
/// resetUnknown answers a segment that belongs to nothing (RFC 9293 3.10.7.1).
void resetUnknown(Context& c, wire::Ipv4View packet, const wire::TcpHeader& header, std::size_t payload);
/// offeredWindow is the receive window to announce, in bytes.
std::uint32_t offeredWindow(const TcpSocket& s);

// tcp_timer.cpp
void armRetransmit(Context& c, std::uint32_t s);
void schedule(Context& c, std::uint32_t s);
void sampleRtt(Context& c, TcpSocket& s, kernel::SimTime rtt);

// tcp_path_mtu.cpp
/// resendSmaller cuts what is in flight anew after the MSS fell, and sends again at once what was too large.
void resendSmaller(Context& c, std::uint32_t s, std::uint32_t mssBefore);

// tcp_loss.cpp
/// acknowledged takes delivered segments out of flight and lets the window grow; newlySacked from SACK blocks.
void processAck(Context& c, std::uint32_t s, const wire::TcpHeader& header);
void enterLoss(Context& c, TcpSocket& s);

} // namespace sim::stack::tcp
