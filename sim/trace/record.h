// What a log is made of, as its readers see it.
#pragma once

#include "sim/kernel/id.h"
#include "sim/kernel/time.h"
#include "sim/trace/decision.h"
#include "sim/trace/drop_reason.h"
#include "sim/wire/link_type.h"

#include <cstdint>
#include <span>

namespace sim::trace {

inline constexpr std::uint32_t kNoIndex = 0xffff'ffff;

/// RecordKind is what a record tells of.
enum class RecordKind : std::uint8_t {
    FrameSent,     ///< index: the FrameTrace; a capture on the sending interface sees it now
    FrameReceived, ///< index: the FrameTrace; a capture on the receiving interface sees it now
    Dropped,       ///< code: DropReason; index: the FrameTrace that carried it, or kNoIndex
    Decision,      ///< code: DecisionKind; index: the Decision
};

/// Record is one line of the log.
struct Record {
    kernel::SimTime time{0};
    kernel::EventNo event = 0; ///< the event in which it happened
    kernel::EventNo cause = 0; ///< the event that scheduled that event; 0: the start, or the user
    RecordKind kind = RecordKind::Decision;
    std::uint8_t code = 0;
    kernel::DeviceId device;
    std::uint32_t index = kNoIndex;
    std::uint32_t frame = kNoIndex; ///< the FrameTrace being handled when this happened, or kNoIndex

    DropReason dropReason() const { return kind == RecordKind::Dropped ? DropReason(code) : DropReason::NotDropped; }
    /// decision is the kind of a record that is a decision.
    DecisionKind decision() const { return DecisionKind(code); }
    /// decided tells whether it is a decision of kind D.
    template <class D>
    bool decided() const {
        return kind == RecordKind::Decision && decision() == kindOf<D>;
    }
};

/// FrameTrace is one frame on one link, from one interface to another (or round the loopback: from == to).
struct FrameTrace {
    kernel::SimTime sent{0};   ///< handed to the interface: when a capture at the sender sees it
    kernel::SimTime depart{0}; ///< its first bit leaves (later than sent when others are queued)
    kernel::SimTime arrive{0}; ///< its last bit arrives; when it was dropped on the way: the moment of that
    kernel::EventNo event = 0; ///< the event that sent it
    kernel::InterfaceId from;
    kernel::InterfaceId to;         ///< none when the interface leads nowhere
    std::uint32_t index = kNoIndex; ///< its place among the log's frames
    std::uint32_t length = 0;       ///< bytes, without FCS and padding
    std::uint32_t sentRecord = kNoIndex;
    std::uint32_t parent = kNoIndex;          ///< the FrameTrace whose arrival made this one, or kNoIndex
    DropReason lost = DropReason::NotDropped; ///< why the link itself did not deliver it
    bool copy = false;                        ///< the link made it of another frame: no capture at the sender sees it
    wire::LinkType link = wire::LinkType::Ethernet; ///< what its bytes begin with
};

/// FrameBytes are the bytes of a frame, in two pieces that follow one another.
struct FrameBytes {
    std::span<const std::uint8_t> first, second;
    std::size_t size() const { return first.size() + second.size(); }
};

/// EventMark is an event that left records, at one device and about one frame: what these records have in common.
struct EventMark {
    kernel::SimTime time{0};
    kernel::EventNo event = 0;
    kernel::EventNo cause = 0;
    kernel::DeviceId device;
    std::uint32_t frame = kNoIndex;
};
static_assert(sizeof(EventMark) == 32);

/// PackedRecord is the rest of a Record. Its mark is counted from the first one of its piece of the log.
struct PackedRecord {
    std::uint64_t word;

    /// markBits are what bitsOf gives for the mark.
    PackedRecord(RecordKind kind, std::uint8_t code, std::uint32_t index, std::uint64_t markBits)
        : word(index | std::uint64_t(code) << 32 | std::uint64_t(kind) << 40 | markBits) {}
    static std::uint64_t bitsOf(std::uint32_t mark) { return std::uint64_t(mark) << 48; }
    std::uint32_t index() const { return std::uint32_t(word); }
    std::uint8_t code() const { return std::uint8_t(word >> 32); }
    RecordKind kind() const { return RecordKind(std::uint8_t(word >> 40)); }
    std::uint32_t mark() const { return std::uint32_t(word >> 48); }
    /// kPerPiece records cannot have more marks than mark can tell apart.
    static constexpr std::size_t kPerPiece = 1 << 16;
};
static_assert(std::uint32_t(DropReason::Count) < 256);

/// Head says how much of a frame's beginning is kept apart from the rest: what forwarding changes.
enum class Head : std::uint8_t {
    None,       ///< a switch changes nothing
    Routed,     ///< a router: MAC addresses, TTL and checksum
    Translated, ///< NAT: addresses and ports too
};
constexpr std::uint16_t lengthOf(Head head) { return head == Head::None ? 0 : head == Head::Routed ? 26 : 56; }

/// PackedFrame is a FrameTrace as it is kept. Its bytes are those of its head, and then those of another frame or of
/// its own that stand from tail + the head's length on. A router changes a few bytes of a packet; only they are new.
struct PackedFrame {
    kernel::SimTime depart;
    std::uint32_t way; ///< ns from depart to arrive; kFar: the log has it elsewhere
    kernel::InterfaceId from, to;
    std::uint32_t sentRecord;
    std::uint32_t parent;
    std::uint32_t headAt, tailAt; ///< in units of kByteUnit
    std::uint32_t what; ///< from the lowest bit on: length, LinkType, copy, DropReason, Head, kOwnHead and kOwnTail
    static constexpr std::uint32_t kFar = 0xffff'ffff;
    static constexpr std::uint32_t kOwnHead = 1u << 30,
                                   kOwnTail = 1u << 31; ///< these bytes were appended for this frame
    static constexpr unsigned kLengthBits = 18, kLost = 20, kHead = 28;
    static constexpr std::uint32_t kRawIp = 1u << kLengthBits, kCopy = kRawIp << 1;

    static std::uint32_t pack(std::uint32_t length, DropReason lost, Head head, std::uint32_t own) {
        return length | std::uint32_t(lost) << kLost | std::uint32_t(head) << kHead | own;
    }
    std::uint32_t length() const { return what & ((1u << kLengthBits) - 1); }
    wire::LinkType link() const { return what & kRawIp ? wire::LinkType::RawIp : wire::LinkType::Ethernet; }
    bool copy() const { return what & kCopy; }
    DropReason lost() const { return DropReason(std::uint8_t(what >> kLost)); }
    Head head() const { return Head(what >> kHead & 3); }
    void setLost(DropReason why) { what = (what & ~(0xffu << kLost)) | std::uint32_t(why) << kLost; }
};
static_assert(sizeof(PackedFrame) == 40);
inline constexpr std::uint32_t kByteUnit = 8;

} // namespace sim::trace
