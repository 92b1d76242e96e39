#include "sim/wire/rip.h"

#include "sim/wire/bytes.h"

namespace sim::wire {

std::optional<RipMessage> RipMessage::parse(std::span<const std::uint8_t> b) {
    if (b.size() < kHeaderSize || (b.size() - kHeaderSize) % kEntrySize != 0) return std::nullopt;
    RipMessage m{b[0], b[1], {}};
    for (std::size_t i = kHeaderSize; i < b.size(); i += kEntrySize)
        m.entries.push_back(
            {get16(&b[i]), get16(&b[i + 2]), get32(&b[i + 4]), get32(&b[i + 8]), get32(&b[i + 12]), get32(&b[i + 16])});
    return m;
}

std::vector<std::uint8_t> RipMessage::write() const {
    std::vector<std::uint8_t> out;
    Writer w(out);
    w.u8(command);
    w.u8(version);
    w.u16(0);
    for (const auto& e : entries) {
        w.u16(e.family);
        w.u16(e.tag);
        w.u32(e.network);
        w.u32(e.mask);
        w.u32(e.nextHop);
        w.u32(e.metric);
    }
    return out;
}

} // namespace sim::wire
