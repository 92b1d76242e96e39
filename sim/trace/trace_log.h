// The record of a run: what happened, why, and every byte that was sent. Append-only; events are data.
#pragma once

#include "sim/kernel/chunked.h"
#include "sim/trace/record.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <iterator>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sim::trace {

/// LogList is a part of a log as a list of values: they are put together when somebody looks.
template <class Log, class Value, Value (Log::*kGet)(std::size_t) const, std::size_t (Log::*kSize)() const>
class LogList {
public:
    class Iterator {
    public:
        using iterator_category = std::random_access_iterator_tag;
        using value_type = Value;
        using difference_type = std::ptrdiff_t;
        using pointer = void;
        using reference = Value;

        Iterator() = default;
        Iterator(const Log* log, std::ptrdiff_t at) : mLog(log), mAt(at) {}
        Value operator*() const { return (mLog->*kGet)(std::size_t(mAt)); }
        Value operator[](std::ptrdiff_t n) const { return (mLog->*kGet)(std::size_t(mAt + n)); }
        Iterator& operator+=(std::ptrdiff_t n) { return mAt += n, *this; }
        Iterator& operator-=(std::ptrdiff_t n) { return mAt -= n, *this; }
        Iterator& operator++() { return *this += 1; }
        Iterator& operator--() { return *this -= 1; }
        Iterator operator++(int) { return {mLog, mAt++}; }
        Iterator operator--(int) { return {mLog, mAt--}; }
        friend Iterator operator+(Iterator i, std::ptrdiff_t n) { return i += n; }
        friend Iterator operator+(std::ptrdiff_t n, Iterator i) { return i += n; }
        friend Iterator operator-(Iterator i, std::ptrdiff_t n) { return i -= n; }
        friend std::ptrdiff_t operator-(Iterator a, Iterator b) { return a.mAt - b.mAt; }
        friend bool operator==(Iterator a, Iterator b) { return a.mAt == b.mAt; }
        friend auto operator<=>(Iterator a, Iterator b) { return a.mAt <=> b.mAt; }

    private:
        const Log* mLog = nullptr;
        std::ptrdiff_t mAt = 0;
    };

    explicit LogList(const Log& log) : mLog(&log) {}
    std::size_t size() const { return (mLog->*kSize)(); }
    bool empty() const { return size() == 0; }
    Value operator[](std::size_t i) const { return (mLog->*kGet)(i); }
    Value front() const { return (*this)[0]; }
    Value back() const { return (*this)[size() - 1]; }
    Iterator begin() const { return {mLog, 0}; }
    Iterator end() const { return {mLog, std::ptrdiff_t(size())}; }

private:
    const Log* mLog;
};

/// TraceLog holds the records of a run in the order in which they happened.
class TraceLog {
public:
    TraceLog();

    Record record(std::size_t i) const {
        const PackedRecord& r = mRecords[i];
        const EventMark& e = markOf(i);
        return {e.time, e.event, e.cause, r.kind(), r.code(), e.device, r.index(), e.frame};
    }
    std::size_t recordCount() const { return mRecords.size(); }
    FrameTrace frame(std::size_t i) const {
        const PackedFrame& f = mFrames[i];
        const EventMark& e = markOf(f.sentRecord);
        return {e.time,     f.depart,     arrivalOf(i), e.event,  f.from,   f.to,    std::uint32_t(i),
                f.length(), f.sentRecord, f.parent,     f.lost(), f.copy(), f.link()};
    }
    std::size_t frameCount() const { return mFrames.size(); }
    using Records = LogList<TraceLog, Record, &TraceLog::record, &TraceLog::recordCount>;
    using Frames = LogList<TraceLog, FrameTrace, &TraceLog::frame, &TraceLog::frameCount>;
    /// records and frames are lists that see the log as it grows.
    Records records() const { return Records(*this); }
    Frames frames() const { return Frames(*this); }
    const Decision& decision(std::uint32_t index) const { return mDecisions[index]; }
    /// bytes are the frame as it stood on the wire, without FCS and padding.
    std::vector<std::uint8_t> bytes(const FrameTrace& frame) const;
    /// pieces are the same bytes where they stand.
    FrameBytes pieces(std::uint32_t frame) const;
    const std::string& text(TextId id) const { return mStrings[id.value]; }

    /// wrapped is the frame that was put into a tunnel and travels inside this one, or kNoIndex.
    std::uint32_t wrapped(std::uint32_t frame) const;
    /// secrets calls f with every line of the key log, in the order of the handshakes (Wireshark's wg.keylog_file).
    template <class F>
    void secrets(F f) const {
        for (const Secret& s : mSecrets)
            f(text(s.text));
    }

    /// firstAfter is the index of the first record later than time.
    std::size_t firstAfter(kernel::SimTime time) const;
    /// firstOfEvent is the index of the first record of the first event numbered event or more.
    std::size_t firstOfEvent(kernel::EventNo event) const;
    /// inFlight lists the frames that are on a link at time: depart <= time < arrive (capped at limit frames).
    std::vector<std::uint32_t> inFlight(kernel::SimTime time,
                                        std::size_t limit = std::numeric_limits<std::size_t>::max()) const;

    // --- writing: the simulator's side ---
    void beginEvent(kernel::SimTime time, kernel::EventNo event, kernel::EventNo cause) {
        mTime = time;
        mEventNo = event;
        mCause = cause;
        mAbout = kNothing;
        mFrame = kNoIndex;
    }
    /// setFrame says which frame is being handled from now on in this event.
    void setFrame(std::uint32_t frame) { mFrame = frame; }
    std::uint32_t currentFrame() const { return mFrame; }
    std::uint32_t frameSent(kernel::DeviceId device, const FrameTrace& frame, std::span<const std::uint8_t> bytes);
    void frameReceived(kernel::DeviceId device, std::uint32_t frame) {
        mFrame = frame;
        markNow(device);
        put(RecordKind::FrameReceived, 0, frame);
    }
    /// frameUnwrapped records a frame that came out of a tunnel: it is received without ever having been on a link.
    std::uint32_t frameUnwrapped(kernel::DeviceId device, const FrameTrace& frame, std::span<const std::uint8_t> bytes);
    /// secret keeps a line of a key log, for those who want to see through the run's tunnels.
    void secret(std::string_view line) { mSecrets.push_back({mEventNo, intern(line)}); }
    void frameLost(std::uint32_t frame, kernel::SimTime when, DropReason why);
    void dropped(kernel::DeviceId device, DropReason why) {
        append(RecordKind::Dropped, std::uint8_t(why), device, mFrame);
    }
    void decided(kernel::DeviceId device, const Decision& decision) {
        append(RecordKind::Decision, std::uint8_t(decision.kind()), device, place(decision));
    }
    template <class D>
    void taken(kernel::DeviceId device, const Step::Fields& fields) {
        const Step step(kindOf<D>, fields);
        const auto& w = step.words;
        const auto hash = w[0] * 0x9e37'79b9'7f4a'7c15 + w[1] * 0xd6e8'feb8'6659'fd93 + w[2] * 0xa076'1d64'78bd'642f +
                          w[3] * 0xe703'7ed1'a0b4'28db;
        const auto is = [&w](const LateStep& late) {
            return ((late.words[0] ^ w[0]) | (late.words[1] ^ w[1]) | (late.words[2] ^ w[2]) |
                    (late.words[3] ^ w[3])) == 0 &&
                   late.index != kNoIndex;
        };
        LateStep* late = &mLateSteps[hash >> (64 - kStepBits) << 1];
        if (!is(*late) && !is(*++late)) [[unlikely]] {
            // Two steps of one place stay beside each other; of three, that which came first goes.
            *late = late[-1];
            *--late = {{w[0], w[1], w[2], w[3]}, place(D::of(step.fields()))};
        }
        append(RecordKind::Decision, std::uint8_t(kindOf<D>), device, late->index);
    }
    TextId intern(std::string_view text);

    /// truncate forgets every record of events numbered after event.
    void truncate(kernel::EventNo event);
    /// memoryBytes is what the log holds, in bytes; usedBytes is how much of that is written to. Both cost nothing.
    std::size_t memoryBytes() const;
    std::size_t usedBytes() const;

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
        TextId text;
    };
    static constexpr std::size_t kBytesPerPiece = 1 << 20;
    static constexpr unsigned kRememberedBits = 10, kStepBits = 8;
    /// LateStep is a step that was taken lately and where its decision stands.
    struct LateStep {
        std::uint64_t words[4] = {};
        std::uint32_t index = kNoIndex;
    };

    /// place finds a decision among those made lately, or keeps it.
    std::uint32_t place(const Decision& decision);

    void append(RecordKind kind, std::uint8_t code, kernel::DeviceId device, std::uint32_t index) {
        const std::uint64_t about = device.value | std::uint64_t(mFrame) << 32;
        if (about != mAbout) mark(device);
        put(kind, code, index);
    }
    void put(RecordKind kind, std::uint8_t code, std::uint32_t index) {
        if (mRecords.full()) [[unlikely]]
            beginPiece();
        mRecords.put(PackedRecord(kind, code, index, mMarkBits));
    }
    static constexpr std::uint64_t kNothing = 0xffff'fffe'ffff'fffe;
    /// markNow keeps the present event, as the first record of a device about a frame comes.
    void markNow(kernel::DeviceId device) {
        mAbout = device.value | std::uint64_t(mFrame) << 32;
        mMarkBits = PackedRecord::bitsOf(std::uint32_t(mMarks.size()) - mFirstMark);
        mMarks.append({mTime, mEventNo, mCause, device, mFrame});
    }
    /// mark is for where that is rare: apart from it, append stays small.
    [[gnu::noinline]] void mark(kernel::DeviceId device);
    /// beginPiece makes room for a record, and sure that mFirstMark is the one that its mark is counted from.
    [[gnu::noinline]] void beginPiece();
    std::size_t markIndexOf(std::size_t record) const {
        return mFirstMarks[record / PackedRecord::kPerPiece] + mRecords[record].mark();
    }
    const EventMark& markOf(std::size_t record) const { return mMarks[markIndexOf(record)]; }
    kernel::SimTime arrivalOf(std::size_t frame) const {
        const PackedFrame& f = mFrames[frame];
        return f.way != PackedFrame::kFar ? f.depart + kernel::SimTime(f.way) : mFarArrivals.at(std::uint32_t(frame));
    }
    void setArrival(std::uint32_t frame, kernel::SimTime arrive);
    std::uint32_t add(const FrameTrace& frame, std::span<const std::uint8_t> bytes);
    std::uint32_t keep(std::span<const std::uint8_t> bytes);
    /// keepHead keeps the first bytes of a frame.
    std::uint32_t keepHead(std::span<const std::uint8_t> bytes, Head head);
    const std::uint8_t* stored(std::uint32_t unit) const { return &mBytes[std::size_t(unit) * kByteUnit]; }
    /// Place is where the bytes of a frame stand.
    struct Place {
        std::uint32_t headAt = 0, tailAt = 0;
        Head head = Head::None;
        std::uint32_t own = 0;
    };
    Place placeOf(std::uint32_t parent, std::span<const std::uint8_t> bytes);

    kernel::Chunked<EventMark, 1 << 14> mMarks;
    kernel::Chunked<PackedRecord, PackedRecord::kPerPiece> mRecords;
    std::vector<std::uint32_t> mFirstMarks; ///< of each piece of the records
    kernel::Chunked<PackedFrame, 1 << 14> mFrames;
    kernel::Chunked<Decision, 1 << 10> mDecisions;
    kernel::Chunked<std::uint8_t, kBytesPerPiece> mBytes;
    std::array<std::uint32_t, 1 << kRememberedBits>
        mRecent{};                                   ///< by a hash, in pairs: where a decision was put lately, plus 1
    std::array<LateStep, 2 << kStepBits> mLateSteps; ///< in pairs
    std::deque<std::string> mStrings;
    std::unordered_map<std::string, TextId, TextHash, std::equal_to<>> mInterned;
    std::size_t mTextBytes = 0;                                      ///< what these two hold
    std::vector<kernel::SimTime> mLatestArrival;                     ///< per block of frames: no arrival in it is later
    std::unordered_map<std::uint32_t, kernel::SimTime> mFarArrivals; ///< of frames that are on the way for seconds
    std::vector<Loss> mLosses;                                       ///< in the order of their events
    std::vector<Secret> mSecrets;
    // The present event. These three stand apart: what was written just now in two pieces cannot yet be read in one.
    kernel::SimTime mTime{0};
    std::uint64_t mAbout = kNothing; ///< device and frame of its latest record; kNothing as long as it left none
    kernel::EventNo mEventNo = 0;
    std::uint64_t mMarkBits = 0; ///< where its mark stands, as a record tells it
    kernel::EventNo mCause = 0;
    std::uint32_t mFirstMark = 0; ///< of the piece of the records that grows
    std::uint32_t mFrame = kNoIndex;
};

} // namespace sim::trace
