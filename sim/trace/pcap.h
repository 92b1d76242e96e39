// Captures: pcapng (draft-ietf-opsawg-pcapng) with one interface block per interface, and classic pcap (nanoseconds).
// These functions only make bytes; whoever calls them writes the file.
#pragma once

#include "sim/kernel/fetch.h"
#include "sim/trace/trace_log.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sim::trace {

/// CaptureInterface is one interface to capture on, by the name that stands in the file ("desktop:eth0").
struct CaptureInterface {
    kernel::InterfaceId id;
    std::string name;
    bool loopback = false;                          ///< loopback shows each frame once, as Linux does
    wire::LinkType link = wire::LinkType::Ethernet; ///< what its frames begin with
};

/// ByteSink receives the file piece by piece.
using ByteSink = std::function<void(std::span<const std::uint8_t>)>;

/// PieceSink receives it as well, and gives some other memory in exchange: whoever writes in a thread of its own keeps
/// the piece, and nothing is copied.
using PieceSink = std::function<std::vector<std::uint8_t>(std::vector<std::uint8_t> piece)>;
/// keeping makes a PieceSink of a ByteSink.
PieceSink keeping(ByteSink sink);

/// CaptureWriter gathers little-endian values and hands them on in large pieces.
class CaptureWriter {
public:
    explicit CaptureWriter(PieceSink sink) : mBuffer(kPiece), mSink(std::move(sink)) { begin(); }
    CaptureWriter(CaptureWriter&&) = default; // its memory stays where it is

    /// room makes sure that size more bytes can be put; whatever follows must not be more.
    void room(std::size_t size) {
        if (std::size_t(mEnd - mNext) < size) [[unlikely]]
            makeRoom(size);
    }
    void u16(std::uint16_t v) {
        const std::uint8_t b[2] = {std::uint8_t(v), std::uint8_t(v >> 8)};
        put(b, 2);
    }
    void u32(std::uint32_t v) {
        const std::uint8_t b[4] = {std::uint8_t(v), std::uint8_t(v >> 8), std::uint8_t(v >> 16), std::uint8_t(v >> 24)};
        put(b, 4);
    }
    /// words puts several values: every packet has some. Each goes straight to its place: put together first, they
    /// would be read in larger pieces than they were written in, and a processor waits for that.
    template <std::size_t kCount>
    void words(const std::uint32_t (&values)[kCount]) {
        std::uint8_t* to = mNext;
        mNext += sizeof(values);
        for (std::uint32_t v : values) {
            if constexpr (std::endian::native == std::endian::big) v = __builtin_bswap32(v);
            std::memcpy(to, &v, sizeof(v));
            to += sizeof(v);
        }
    }
    void u64(std::uint64_t v) { u32(std::uint32_t(v)), u32(std::uint32_t(v >> 32)); }
    void bytes(std::span<const std::uint8_t> b) {
        if (!b.empty()) put(b.data(), b.size());
    }
    void padTo4(std::size_t length) {
        constexpr std::uint8_t kZeros[4] = {};
        put(kZeros, (4 - length % 4) % 4);
    }
    void option(std::uint16_t code, std::string_view text);
    void flush();
    /// fetchAhead asks for the memory where the next small packet will go: what a thread has written to a file comes
    /// back from far away, and of dozens of files the processor does not foresee which is next.
    void fetchAhead() const { kernel::fetch(mNext + kernel::kCacheLine, kernel::kCacheLine + 1); }

private:
    static constexpr std::size_t kPiece =
        1 << 15; ///< small enough that the pieces of a few dozen files stay in the cache
    void put(const std::uint8_t* from, std::size_t size) {
        std::uint8_t* const to = mNext;
        mNext += size;
        std::memcpy(to, from, size);
    }
    void begin() { mNext = mBuffer.data(), mEnd = mNext + mBuffer.size(); }
    void makeRoom(std::size_t size);

    std::uint8_t *mNext = nullptr, *mEnd = nullptr; ///< the free part of mBuffer
    std::vector<std::uint8_t> mBuffer;
    PieceSink mSink;
};

/// PcapngWriter writes one file of many interfaces, packet by packet. One of another link type than the first is named
/// in it only when it sees a frame: tcpdump reads no file with two link types.
class PcapngWriter {
public:
    PcapngWriter(std::span<const CaptureInterface> interfaces, PieceSink sink);
    /// packet writes a frame seen at an interface; at one that is not captured, nothing. A comment is UTF-8.
    void packet(kernel::InterfaceId where, bool outbound, kernel::SimTime at, FrameBytes frame,
                std::string_view comment = {});
    bool captures(kernel::InterfaceId where) const {
        return where.valid() && where.value < mNumbers.size() && mNumbers[where.value] != kNotCaptured;
    }
    void flush() { mOut.flush(); }

private:
    void describe(const CaptureInterface& interface);
    static constexpr std::uint32_t kNotCaptured = 0, kLater = 0xffff'ffff;

    CaptureWriter mOut;
    std::vector<CaptureInterface> mLater; ///< that have not been described yet
    std::vector<std::uint32_t> mNumbers;  ///< by InterfaceId: the block's number + 1, or one of the two above
    std::uint32_t mDescribed = 0;
};

/// PcapWriter writes one file of one interface, packet by packet.
class PcapWriter {
public:
    PcapWriter(const CaptureInterface& interface, PieceSink sink);
    void packet(kernel::SimTime at, std::span<const std::uint8_t> frame) {
        begin(at, frame.size());
        mOut.bytes(frame);
        mOut.fetchAhead();
    }
    /// packet takes a frame in two pieces.
    void packet(kernel::SimTime at, FrameBytes frame) {
        begin(at, frame.size());
        mOut.bytes(frame.first);
        mOut.bytes(frame.second);
    }
    void flush() { mOut.flush(); }

private:
    void begin(kernel::SimTime at, std::size_t size) {
        const auto time = std::uint64_t(at.count());
        const auto length = std::uint32_t(size);
        mOut.room(16 + size);
        mOut.words({std::uint32_t(time / 1'000'000'000), std::uint32_t(time % 1'000'000'000), length, length});
    }
    CaptureWriter mOut;
};

/// CaptureStream writes one pcapng of a log that may still grow.
class CaptureStream {
public:
    /// Comment gives the comment on the frame of a record; empty: none.
    using Comment = std::function<std::string(std::size_t record)>;
    CaptureStream(std::span<const CaptureInterface> interfaces, const ByteSink& sink, Comment comment = {})
        : mOut(interfaces, keeping(sink)), mComment(std::move(comment)) {}
    /// take writes what has been recorded since the last call, and hands it on.
    void take(const TraceLog& log);

private:
    PcapngWriter mOut;
    Comment mComment;
    std::size_t mNext = 0; ///< record
};

/// writePcapng writes what every interface sent and received, in the order of the log.
void writePcapng(const TraceLog& log, std::span<const CaptureInterface> interfaces, const ByteSink& sink);

/// writePcap writes what one interface sent and received.
void writePcap(const TraceLog& log, const CaptureInterface& interface, const ByteSink& sink);

} // namespace sim::trace
