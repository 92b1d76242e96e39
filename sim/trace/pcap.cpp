// pcapng: draft-ietf-opsawg-pcapng (blocks 4.1 to 4.3); classic pcap: draft-ietf-opsawg-pcap. Everything little-endian,
// whatever the machine.
#include "sim/trace/pcap.h"

#include <algorithm>
#include <string_view>

namespace sim::trace {

namespace {

constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a, kInterfaceDescription = 1, kEnhancedPacket = 6;
constexpr std::uint16_t kEndOfOptions = 0, kComment = 1, kUserApplication = 4, kInterfaceName = 2, kTimeResolution = 9,
                        kPacketFlags = 2;
constexpr std::size_t kLongestComment = 60'000; // an option's length has 16 bits
constexpr std::uint32_t kInbound = 1, kOutbound = 2;
constexpr std::uint16_t kEthernet = 1, kRawIp = 101;
constexpr std::uint32_t kNanosecondMagic = 0xa1b23c4d, kSnapLength = 262'144;

std::uint16_t linkType(const CaptureInterface& i) { return i.link == wire::LinkType::RawIp ? kRawIp : kEthernet; }

std::uint32_t optionSize(std::string_view text) { return 4 + std::uint32_t((text.size() + 3) / 4 * 4); }

/// Seen is one frame at one interface.
struct Seen {
    kernel::InterfaceId where;
    bool outbound = false;
};

/// seen tells where a capture sees the frame of a record; an invalid id for records that no capture sees.
Seen seen(const Record& record, const FrameTrace& frame) {
    if (record.kind == RecordKind::FrameSent) return frame.copy ? Seen{} : Seen{frame.from, true};
    // What turns round in the loopback is seen once.
    if (record.kind == RecordKind::FrameReceived && frame.from != frame.to) return {frame.to, false};
    return {};
}

} // namespace

void CaptureWriter::option(std::uint16_t code, std::string_view text) {
    u16(code);
    u16(std::uint16_t(text.size()));
    bytes({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    padTo4(text.size());
}

void CaptureWriter::flush() {
    if (mNext == mBuffer.data()) return;
    mBuffer.resize(std::size_t(mNext - mBuffer.data()));
    mBuffer = mSink(std::move(mBuffer));
    mBuffer.resize(std::max(mBuffer.capacity(), kPiece));
    begin();
}

void CaptureWriter::makeRoom(std::size_t size) {
    flush();
    if (mBuffer.size() >= size) return;
    mBuffer.resize(size);
    begin();
}

PieceSink keeping(ByteSink sink) {
    return [sink = std::move(sink)](std::vector<std::uint8_t> piece) {
        sink(piece);
        return piece;
    };
}

PcapngWriter::PcapngWriter(std::span<const CaptureInterface> interfaces, PieceSink sink) : mOut(std::move(sink)) {
    constexpr std::string_view kProgram = "Packetarium";
    const std::uint32_t sectionSize = 28 + optionSize(kProgram) + 4;
    mOut.room(sectionSize);
    mOut.u32(kSectionHeader);
    mOut.u32(sectionSize);
    mOut.u32(0x1a2b3c4d); // byte order magic
    mOut.u16(1), mOut.u16(0);
    mOut.u64(~std::uint64_t{0}); // section length: not given
    mOut.option(kUserApplication, kProgram);
    mOut.u32(kEndOfOptions);
    mOut.u32(sectionSize);

    for (const auto& i : interfaces) {
        if (i.id.valid() && mNumbers.size() <= i.id.value) mNumbers.resize(std::size_t(i.id.value) + 1, kNotCaptured);
        if (linkType(i) == linkType(interfaces.front())) {
            describe(i);
        } else if (i.id.valid()) {
            mNumbers[i.id.value] = kLater;
            mLater.push_back(i);
        }
    }
}

void PcapngWriter::describe(const CaptureInterface& i) {
    const std::string_view name = std::string_view(i.name).substr(0, 1024);
    const std::uint32_t size = 20 + optionSize(name) + 8 + 4;
    mOut.room(size);
    mOut.u32(kInterfaceDescription);
    mOut.u32(size);
    mOut.u16(linkType(i)), mOut.u16(0);
    mOut.u32(kSnapLength);
    mOut.option(kInterfaceName, name);
    mOut.u16(kTimeResolution), mOut.u16(1), mOut.u32(9); // 10^-9 s; one byte and its padding
    mOut.u32(kEndOfOptions);
    mOut.u32(size);
    ++mDescribed;
    if (i.id.valid()) mNumbers[i.id.value] = mDescribed;
}

void PcapngWriter::packet(kernel::InterfaceId where, bool outbound, kernel::SimTime at, FrameBytes frame,
                          std::string_view comment) {
    if (!captures(where)) return;
    if (mNumbers[where.value] == kLater) [[unlikely]]
        describe(*std::find_if(mLater.begin(), mLater.end(), [where](const auto& i) { return i.id == where; }));
    comment = comment.substr(0, kLongestComment);
    const auto length = std::uint32_t(frame.size());
    const std::uint32_t size = 32 + (length + 3) / 4 * 4 + 8 + 4 + (comment.empty() ? 0 : optionSize(comment));
    const auto time = std::uint64_t(at.count());
    mOut.room(size);
    mOut.words({kEnhancedPacket, size, mNumbers[where.value] - 1, std::uint32_t(time >> 32), std::uint32_t(time),
                length, length});
    mOut.bytes(frame.first);
    mOut.bytes(frame.second);
    mOut.padTo4(length);
    if (!comment.empty()) mOut.option(kComment, comment);
    mOut.u16(kPacketFlags), mOut.u16(4), mOut.u32(outbound ? kOutbound : kInbound);
    mOut.u32(kEndOfOptions);
    mOut.u32(size);
}

PcapWriter::PcapWriter(const CaptureInterface& interface, PieceSink sink) : mOut(std::move(sink)) {
    mOut.room(24);
    mOut.u32(kNanosecondMagic);
    mOut.u16(2), mOut.u16(4);
    mOut.u32(0), mOut.u32(0);
    mOut.u32(kSnapLength);
    mOut.u32(linkType(interface));
}

void CaptureStream::take(const TraceLog& log) {
    for (const std::size_t end = log.recordCount(); mNext < end; ++mNext) {
        const Record record = log.record(mNext);
        if (record.kind != RecordKind::FrameSent && record.kind != RecordKind::FrameReceived) continue;
        const auto [where, outbound] = seen(record, log.frame(record.index));
        if (!mOut.captures(where)) continue;
        mOut.packet(where, outbound, record.time, log.pieces(record.index), mComment ? mComment(mNext) : std::string());
    }
    mOut.flush();
}

void writePcapng(const TraceLog& log, std::span<const CaptureInterface> interfaces, const ByteSink& sink) {
    CaptureStream(interfaces, sink).take(log);
}

void writePcap(const TraceLog& log, const CaptureInterface& interface, const ByteSink& sink) {
    PcapWriter out(interface, keeping(sink));
    for (const Record& record : log.records()) {
        if (record.kind != RecordKind::FrameSent && record.kind != RecordKind::FrameReceived) continue;
        const auto where = seen(record, log.frames()[record.index]).where;
        if (where.valid() && where == interface.id) out.packet(record.time, log.pieces(record.index));
    }
    out.flush();
}

} // namespace sim::trace
