#include "sim/wire/tcp.h"

namespace sim::wire {

namespace {
enum Option : std::uint8_t {
    kEnd = 0,
    kNop = 1,
    kMss = 2,
    kWindowScale = 3,
    kSackPermitted = 4,
    kSack = 5,
    kTimestamps = 8,
    kFastOpen = 34,
    kExperimental = 254
};
constexpr std::uint16_t kFastOpenMagic = 0xf989; // RFC 6994: whose experiment it is
} // namespace

std::size_t TcpHeader::size() const {
    std::size_t n = 20;
    if (options.mss) n += 4;
    if (options.timestamps)
        n += 12; // with SACK-permitted in the place of the two NOPs in a SYN
    else if (options.sackPermitted)
        n += 4;
    if (options.windowScale) n += 4;
    if (options.sackCount) n += 4 + 8u * options.sackCount;
    if (options.fastOpen != FastOpenRequest::None) n += 4;
    return n;
}

void TcpHeader::write(std::span<std::uint8_t> segment, std::span<const std::uint8_t, 8> addresses) const {
    std::uint8_t* p = segment.data();
    put16(p, sourcePort);
    put16(p + 2, destinationPort);
    put32(p + 4, sequence);
    put32(p + 8, acknowledgment);
    p[12] = std::uint8_t(size() / 4 << 4);
    p[13] = flags;
    put16(p + 14, window);
    put32(p + 16, 0);
    p += 20;
    if (options.mss) {
        *p++ = kMss;
        *p++ = 4;
        put16(p, *options.mss);
        p += 2;
    }
    if (options.timestamps) {
        if (options.sackPermitted) {
            *p++ = kSackPermitted;
            *p++ = 2;
        } else {
            *p++ = kNop;
            *p++ = kNop;
        }
        *p++ = kTimestamps;
        *p++ = 10;
        put32(p, options.tsValue);
        put32(p + 4, options.tsEcho);
        p += 8;
    } else if (options.sackPermitted) {
        *p++ = kNop;
        *p++ = kNop;
        *p++ = kSackPermitted;
        *p++ = 2;
    }
    if (options.windowScale) {
        *p++ = kNop;
        *p++ = kWindowScale;
        *p++ = 3;
        *p++ = *options.windowScale;
    }
    if (options.sackCount) {
        *p++ = kNop;
        *p++ = kNop;
        *p++ = kSack;
        *p++ = std::uint8_t(2 + 8 * options.sackCount);
        for (std::size_t i = 0; i < options.sackCount; ++i) {
            put32(p, options.sack[i].left);
            put32(p + 4, options.sack[i].right);
            p += 8;
        }
    }
    if (options.fastOpen == FastOpenRequest::Standard) {
        *p++ = kFastOpen;
        *p++ = 2;
        *p++ = kNop;
        *p++ = kNop;
    } else if (options.fastOpen == FastOpenRequest::Experimental) {
        *p++ = kExperimental;
        *p++ = 4;
        put16(p, kFastOpenMagic);
        p += 2;
    }
    put16(&segment[16], pseudoSum(addresses, 6, std::uint16_t(segment.size())).add(segment).finish());
}

std::optional<TcpHeader::Parsed> TcpHeader::parse(std::span<const std::uint8_t> s) {
    if (s.size() < 20) return std::nullopt;
    const std::size_t size = std::size_t(s[12] >> 4) * 4;
    if (size < 20 || size > s.size()) return std::nullopt;
    Parsed parsed{{}, s.subspan(size)};
    TcpHeader& h = parsed.header;
    h.sourcePort = get16(&s[0]);
    h.destinationPort = get16(&s[2]);
    h.sequence = get32(&s[4]);
    h.acknowledgment = get32(&s[8]);
    h.flags = s[13];
    h.window = get16(&s[14]);
    for (std::size_t i = 20; i < size;) {
        const auto kind = s[i];
        if (kind == kEnd) break;
        if (kind == kNop) {
            ++i;
            continue;
        }
        if (i + 2 > size) break;
        const std::size_t length = s[i + 1];
        if (length < 2 || i + length > size) break;
        const std::uint8_t* v = &s[i] + 2;
        switch (kind) {
        case kMss:
            if (length == 4) h.options.mss = get16(v);
            break;
        case kWindowScale:
            if (length == 3) h.options.windowScale = *v > 14 ? std::uint8_t(14) : *v;
            break;
        case kSackPermitted:
            if (length == 2) h.options.sackPermitted = true;
            break;
        case kTimestamps:
            if (length == 10) {
                h.options.timestamps = true;
                h.options.tsValue = get32(v);
                h.options.tsEcho = get32(v + 4);
            }
            break;
        case kSack:
            if ((length - 2) % 8 == 0 && length > 2) {
                h.options.sackCount = 0;
                for (std::size_t b = 0; b < (length - 2) / 8 && b < 4; ++b)
                    h.options.sack[h.options.sackCount++] = {get32(v + 8 * b), get32(v + 8 * b + 4)};
            }
            break;
        case kFastOpen:
            if (length == 2) h.options.fastOpen = FastOpenRequest::Standard;
            break;
        case kExperimental:
            if (length == 4 && get16(v) == kFastOpenMagic) h.options.fastOpen = FastOpenRequest::Experimental;
            break;
        default: break;
        }
        i += length;
    }
    return parsed;
}

} // namespace sim::wire
