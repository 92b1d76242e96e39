// The record of a run: what happened, why, and every byte that was sent. Append-only; events are data.
#pragma once

#include "sim/kernel/id.h"
#include "sim/kernel/time.h"
#include "sim/trace/decision.h"
#include "sim/trace/drop_reason.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

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
    std::uint64_t bytesOffset = 0;
    std::uint32_t length = 0;
    std::uint32_t sentRecord = kNoIndex;
    std::uint32_t parent = kNoIndex; ///< the FrameTrace whose arrival made this one, or kNoIndex
    DropReason lost = DropReason::NotDropped; ///< why the link itself did not deliver it
};

/// TraceLog holds the records of a run in the order in which they happened.
class TraceLog {
public:
    TraceLog();

    const std::vector<Record>& records() const { return mRecords; }
    const std::vector<FrameTrace>& frames() const { return mFrames; }
    const Decision& decision(std::uint32_t index) const { return mDecisions[index]; }
    /// bytes are the frame as it stood on the wire, without FCS and padding.
    std::span<const std::uint8_t> bytes(const FrameTrace& frame) const {
        return {mBytes.data() + frame.bytesOffset, frame.length};
    }
    const std::string& text(std::uint32_t index) const { return mStrings[index]; }

    /// wrapped is the frame that was put into a tunnel and travels inside this one, or kNoIndex.
    std::uint32_t wrapped(std::uint32_t frame) const;
    /// secrets calls f with every line of the key log, in the order of the handshakes (Wireshark's wg.keylog_file).
    template <class F>
    void secrets(F f) const {
        for (const Secret& s : mSecrets) f(mStrings[s.text]);
    }

    /// firstAfter is the index of the first record later than time.
    std::size_t firstAfter(kernel::SimTime time) const;
    /// firstOfEvent is the index of the first record of the first event numbered event or more.
    std::size_t firstOfEvent(kernel::EventNo event) const;
    /// inFlight lists the frames that are on a link at time: depart <= time < arrive (capped at limit frames).
    std::vector<std::uint32_t> inFlight(kernel::SimTime time, std::size_t limit = std::numeric_limits<std::size_t>::max()) const;

    // --- writing: the simulator's side ---
    void beginEvent(kernel::SimTime time, kernel::EventNo event, kernel::EventNo cause);
    /// setFrame says which frame is being handled from now on in this event.
    void setFrame(std::uint32_t frame) { mFrame = frame; }
    std::uint32_t currentFrame() const { return mFrame; }
    std::uint32_t frameSent(kernel::DeviceId device, FrameTrace frame, std::span<const std::uint8_t> bytes);
    void frameReceived(kernel::DeviceId device, std::uint32_t frame);
    /// frameUnwrapped records a frame that came out of a tunnel: it is received without ever having been on a link.
    std::uint32_t frameUnwrapped(kernel::DeviceId device, FrameTrace frame, std::span<const std::uint8_t> bytes);
    /// secret keeps a line of a key log, for those who want to see through the run's tunnels.
    void secret(std::string_view line) { mSecrets.push_back({mEvent, intern(line)}); }
    void frameLost(std::uint32_t frame, kernel::SimTime when, DropReason why);
    void dropped(kernel::DeviceId device, DropReason why);
    void decided(kernel::DeviceId device, const Decision& decision);
    std::uint32_t intern(std::string_view text);

    /// truncate forgets every record of events numbered after event.
    void truncate(kernel::EventNo event);
    /// memoryBytes is about what the log holds, in bytes.
    std::size_t memoryBytes() const;

private:
    /// TextHash lets a string_view be looked up without making a string of it.
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
    };
    /// Loss is what frameLost changed, so that truncate can take it back.
    struct Loss {
        kernel::EventNo event = 0;
        std::uint32_t frame = kNoIndex;
        kernel::SimTime arrive{0};
        DropReason lost = DropReason::NotDropped;
    };

    /// Secret is a line of the key log and the event in which it became known.
    struct Secret {
        kernel::EventNo event = 0;
        std::uint32_t text = 0;
    };
    std::uint32_t add(FrameTrace frame, std::span<const std::uint8_t> bytes);

    std::vector<Record> mRecords;
    std::vector<FrameTrace> mFrames;
    std::vector<Decision> mDecisions;
    std::vector<std::uint8_t> mBytes;
    std::deque<std::string> mStrings;
    std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> mInterned;
    std::vector<kernel::SimTime> mLatestArrival; ///< per block of frames: no arrival in it is later
    std::vector<Loss> mLosses;                   ///< in the order of their events
    std::vector<Secret> mSecrets;
    kernel::SimTime mTime{0};
    kernel::EventNo mEvent = 0;
    kernel::EventNo mCause = 0;
    std::uint32_t mFrame = kNoIndex;
};

} // namespace sim::trace
