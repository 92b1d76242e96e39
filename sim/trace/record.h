// What a log is made of, as its readers see it.
#pragma once

#include "sim/kernel/id.h"
#include "sim/kernel/time.h"
#include "sim/trace/decision.h"
#include "sim/trace/drop_reason.h"

#include <cstdint>
#include <span>

namespace sim::trace {

inline constexpr std::uint32_t kNoIndex = 0xffff'ffff;

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
    DecisionKind decision() const { return DecisionKind(code); }
};

/// FrameTrace is one frame on one link, from one interface to another (or round the loopback: from == to).
struct FrameTrace {
    kernel::SimTime sent{0};    ///< handed to the interface: when a capture at the sender sees it
    kernel::SimTime depart{0};  ///< its first bit leaves (later than sent when others are queued)
    kernel::SimTime arrive{0};  ///< its last bit arrives; when it was dropped on the way: the moment of that
    kernel::EventNo event = 0;  ///< the event that sent it
    kernel::InterfaceId from;
    kernel::InterfaceId to;     ///< none when the interface leads nowhere
    std::uint32_t index = kNoIndex; ///< its place among the log's frames
    std::uint32_t length = 0;       ///< bytes, without FCS and padding
    std::uint32_t sentRecord = kNoIndex;
    std::uint32_t parent = kNoIndex; ///< the FrameTrace whose arrival made this one, or kNoIndex
    DropReason lost = DropReason::NotDropped; ///< why the link itself did not deliver it
};

/// FrameBytes are the bytes of a frame, in two pieces that follow one another.
struct FrameBytes {
    std::span<const std::uint8_t> first, second;
    std::size_t size() const { return first.size() + second.size(); }
};

/// EventMark is an event that left records.
struct EventMark {
    kernel::SimTime time{0};
    kernel::EventNo event = 0;
    kernel::EventNo cause = 0;
};

/// PackedRecord is a Record as it is kept: what all records of an event have in common stands in its EventMark.
struct PackedRecord {
    std::uint32_t index;
    std::uint32_t frame;
    std::uint32_t mark;
    std::uint32_t what; ///< device, code and kind

    PackedRecord(RecordKind kind, std::uint8_t code, kernel::DeviceId device, std::uint32_t about, std::uint32_t handled, std::uint32_t event)
        : index(about), frame(handled), mark(event), what((device.value & kDevices) | std::uint32_t(code) << 22 | std::uint32_t(kind) << 30) {}
    static constexpr std::uint32_t kDevices = (1u << 22) - 1;
    RecordKind kind() const { return RecordKind(what >> 30); }
    std::uint8_t code() const { return std::uint8_t(what >> 22); }
    kernel::DeviceId device() const { return {what & kDevices}; }
};
static_assert(sizeof(PackedRecord) == 16 && std::uint32_t(DropReason::Count) < 256 && std::uint32_t(DecisionKind::Count) < 256);

/// PackedFrame is a FrameTrace as it is kept. Its bytes are headLength bytes at head, and then those of another frame
/// or of its own that stand from tail + headLength on. A router changes a few bytes of a packet; only they are new.
struct PackedFrame {
    kernel::SimTime depart;
    kernel::SimTime arrive;
    kernel::InterfaceId from, to;
    std::uint32_t sentRecord;
    std::uint32_t parent;
    std::uint32_t head, tail; ///< in units of kByteUnit
    std::uint32_t lengthLost; ///< bytes, and the DropReason in the upper eight bits
    std::uint16_t headLength;
    std::uint16_t own;        ///< kOwnHead, kOwnTail: these bytes were appended for this frame
    static constexpr std::uint16_t kOwnHead = 1, kOwnTail = 2;

    std::uint32_t length() const { return lengthLost & 0xff'ffff; }
    DropReason lost() const { return DropReason(lengthLost >> 24); }
    void setLost(DropReason why) { lengthLost = length() | std::uint32_t(why) << 24; }
};
static_assert(sizeof(PackedFrame) == 48);
inline constexpr std::uint32_t kByteUnit = 8;

} // namespace sim::trace
