// pcapng: draft-ietf-opsawg-pcapng (blocks 4.1 to 4.3); classic pcap: draft-ietf-opsawg-pcap. Everything little-endian,
// whatever the machine.
#include "sim/trace/pcap.h"

#include <string_view>

namespace sim::trace {

namespace {

constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a, kInterfaceDescription = 1, kEnhancedPacket = 6;
constexpr std::uint16_t kEndOfOptions = 0, kUserApplication = 4, kInterfaceName = 2, kTimeResolution = 9,
                        kPacketFlags = 2;
constexpr std::uint32_t kInbound = 1, kOutbound = 2;
constexpr std::uint16_t kEthernet = 1, kRawIp = 101;
constexpr std::uint32_t kNanosecondMagic = 0xa1b23c4d, kSnapLength = 262'144;
constexpr std::size_t kPiece = 1 << 16;

std::uint16_t linkType(const CaptureInterface& i) { return i.rawIp ? kRawIp : kEthernet; }

/// Writer gathers bytes and hands them on in large pieces.
class Writer {
public:
    explicit Writer(const ByteSink& sink) : mSink(sink) { mBuffer.reserve(kPiece + 4096); }
    void u8(std::uint8_t v) { mBuffer.push_back(v); }
    void u16(std::uint16_t v) { u8(std::uint8_t(v)), u8(std::uint8_t(v >> 8)); }
    void u32(std::uint32_t v) { u16(std::uint16_t(v)), u16(std::uint16_t(v >> 16)); }
    void u64(std::uint64_t v) { u32(std::uint32_t(v)), u32(std::uint32_t(v >> 32)); }
    void bytes(std::span<const std::uint8_t> b) { mBuffer.insert(mBuffer.end(), b.begin(), b.end()); }
    void padTo4(std::size_t length) {
        for (; length % 4; ++length)
            u8(0);
    }
    void option(std::uint16_t code, std::string_view text) {
        u16(code);
        u16(std::uint16_t(text.size()));
        for (char c : text)
            u8(std::uint8_t(c));
        padTo4(text.size());
    }
    void flushIfLarge() {
        if (mBuffer.size() >= kPiece) flush();
    }
    void flush() {
        if (!mBuffer.empty()) mSink(mBuffer);
        mBuffer.clear();
    }

private:
    const ByteSink& mSink;
    std::vector<std::uint8_t> mBuffer;
};

std::uint32_t optionSize(std::string_view text) { return 4 + std::uint32_t((text.size() + 3) / 4 * 4); }

/// Seen is one frame at one interface.
struct Seen {
    kernel::InterfaceId where;
    bool outbound = false;
};

/// seen tells where a capture sees the frame of a record; an invalid id for records that no capture sees.
Seen seen(const Record& record, const FrameTrace& frame) {
    if (record.kind == RecordKind::FrameSent) return {frame.from, true};
    // What turns round in the loopback is seen once.
    if (record.kind == RecordKind::FrameReceived && frame.from != frame.to) return {frame.to, false};
    return {};
}

} // namespace

void writePcapng(const TraceLog& log, std::span<const CaptureInterface> interfaces, const ByteSink& sink) {
    Writer out(sink);
    constexpr std::string_view kProgram = "Packetarium";
    const std::uint32_t sectionSize = 28 + optionSize(kProgram) + 4;
    out.u32(kSectionHeader);
    out.u32(sectionSize);
    out.u32(0x1a2b3c4d); // byte order magic
    out.u16(1), out.u16(0);
    out.u64(~std::uint64_t{0}); // section length: not given
    out.option(kUserApplication, kProgram);
    out.u32(kEndOfOptions);
    out.u32(sectionSize);

    std::vector<std::uint32_t> numbers; // by InterfaceId: the block's number + 1
    std::uint32_t next = 0;
    for (const auto& i : interfaces) {
        const std::uint32_t size = 20 + optionSize(i.name) + 8 + 4;
        out.u32(kInterfaceDescription);
        out.u32(size);
        out.u16(linkType(i)), out.u16(0);
        out.u32(kSnapLength);
        out.option(kInterfaceName, i.name);
        out.u16(kTimeResolution), out.u16(1), out.u32(9); // 10^-9 s; one byte and its padding
        out.u32(kEndOfOptions);
        out.u32(size);
        ++next;
        if (!i.id.valid()) continue;
        if (numbers.size() <= i.id.value) numbers.resize(std::size_t(i.id.value) + 1, 0);
        numbers[i.id.value] = next;
    }

    for (const Record& record : log.records()) {
        if (record.kind != RecordKind::FrameSent && record.kind != RecordKind::FrameReceived) continue;
        const FrameTrace& frame = log.frames()[record.index];
        const auto [where, outbound] = seen(record, frame);
        if (!where.valid() || where.value >= numbers.size() || numbers[where.value] == 0) continue;
        const auto bytes = log.bytes(frame);
        const std::uint32_t size = 32 + (frame.length + 3) / 4 * 4 + 8 + 4;
        const auto time = std::uint64_t(record.time.count());
        out.u32(kEnhancedPacket);
        out.u32(size);
        out.u32(numbers[where.value] - 1);
        out.u32(std::uint32_t(time >> 32)), out.u32(std::uint32_t(time));
        out.u32(frame.length), out.u32(frame.length);
        out.bytes(bytes);
        out.padTo4(bytes.size());
        out.u16(kPacketFlags), out.u16(4), out.u32(outbound ? kOutbound : kInbound);
        out.u32(kEndOfOptions);
        out.u32(size);
        out.flushIfLarge();
    }
    out.flush();
}

void writePcap(const TraceLog& log, const CaptureInterface& interface, const ByteSink& sink) {
    Writer out(sink);
    out.u32(kNanosecondMagic);
    out.u16(2), out.u16(4);
    out.u32(0), out.u32(0);
    out.u32(kSnapLength);
    out.u32(linkType(interface));
    for (const Record& record : log.records()) {
        if (record.kind != RecordKind::FrameSent && record.kind != RecordKind::FrameReceived) continue;
        const FrameTrace& frame = log.frames()[record.index];
        const auto where = seen(record, frame).where;
        if (!where.valid() || where != interface.id) continue;
        const auto time = std::uint64_t(record.time.count());
        out.u32(std::uint32_t(time / 1'000'000'000)), out.u32(std::uint32_t(time % 1'000'000'000));
        out.u32(frame.length), out.u32(frame.length);
        out.bytes(log.bytes(frame));
        out.flushIfLarge();
    }
    out.flush();
}

} // namespace sim::trace
