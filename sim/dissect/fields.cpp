#include "sim/dissect/fields.h"

namespace sim::dissect {

Fields::Fields(const Packet& packet, Cursor& cursor, std::string_view name, std::string_view filter)
    : mPacket(packet), mCursor(cursor) {
    mNode.range.offset = cursor.offset();
    if (!wants()) return;
    mNode.name = name;
    mNode.filter = filter;
    mNode.children.reserve(12);
}

bool Fields::need(const char* name, std::uint32_t n) {
    if (mMissing) return false;
    if (mCursor.has(n)) return true;
    mMissing = true;
    const ByteRange rest = mCursor.range(mCursor.left());
    mCursor.skip(mCursor.left());
    if (mPacket.quoted) {
        if (wants())
            mNode.children.push_back({"Cut", "", std::string("the quote ends before ") + name, rest, false, {}});
        return false;
    }
    mNode.malformed = true;
    if (wants())
        mNode.children.push_back(
            {"Malformed", "_ws.malformed", std::string("the frame ends before ") + name, rest, true, {}});
    return false;
}

std::uint8_t Fields::u8(const char* name, const char* filter) {
    if (!need(name, 1)) return 0;
    const auto value = mCursor.peek8();
    if (wants()) mNode.children.push_back({name, filter, std::to_string(value), mCursor.range(1), false, {}});
    mCursor.skip(1);
    return value;
}

std::uint16_t Fields::u16(const char* name, const char* filter) {
    if (!need(name, 2)) return 0;
    const auto value = mCursor.peek16();
    if (wants()) mNode.children.push_back({name, filter, std::to_string(value), mCursor.range(2), false, {}});
    mCursor.skip(2);
    return value;
}

std::uint32_t Fields::u32(const char* name, const char* filter) {
    if (!need(name, 4)) return 0;
    const auto value = mCursor.peek32();
    if (wants()) mNode.children.push_back({name, filter, std::to_string(value), mCursor.range(4), false, {}});
    mCursor.skip(4);
    return value;
}

wire::MacAddress Fields::mac(const char* name, const char* filter) {
    if (!need(name, 6)) return {};
    const auto value = wire::MacAddress::fromNumber(std::uint64_t{mCursor.peek16()} << 32 | mCursor.peek32(2));
    if (wants()) mNode.children.push_back({name, filter, value.toString(), mCursor.range(6), false, {}});
    mCursor.skip(6);
    return value;
}

wire::IpAddress Fields::v4(const char* name, const char* filter) {
    if (!need(name, 4)) return {};
    const auto value = wire::IpAddress::v4(mCursor.peek32());
    if (wants()) mNode.children.push_back({name, filter, value.toString(), mCursor.range(4), false, {}});
    mCursor.skip(4);
    return value;
}

wire::IpAddress Fields::v6(const char* name, const char* filter) {
    if (!need(name, 16)) return {};
    std::array<std::uint8_t, 16> bytes{};
    std::copy_n(mCursor.bytes().begin(), 16, bytes.begin());
    const auto value = wire::IpAddress::v6(bytes);
    if (wants()) mNode.children.push_back({name, filter, value.toString(), mCursor.range(16), false, {}});
    mCursor.skip(16);
    return value;
}

void Fields::raw(const char* name, const char* filter, std::uint32_t n) {
    if (!need(name, n)) return;
    if (wants())
        mNode.children.push_back({name, filter, hexBytes(mCursor.bytes().first(n)), mCursor.range(n), false, {}});
    mCursor.skip(n);
}

void Fields::text(const char* name, const char* filter, std::uint32_t n) {
    if (!need(name, n)) return;
    if (!wants()) return mCursor.skip(n);
    auto bytes = mCursor.bytes().first(n);
    const auto zero = std::find(bytes.begin(), bytes.end(), std::uint8_t(0));
    mNode.children.push_back(
        {name, filter, printable(bytes.first(std::size_t(zero - bytes.begin()))), mCursor.range(n), false, {}});
    mCursor.skip(n);
}

void Fields::add(std::string name, std::string filter, std::string value, ByteRange range) {
    if (wants()) mNode.children.push_back({std::move(name), std::move(filter), std::move(value), range, false, {}});
}

void Fields::add(FieldNode node) {
    if (wants()) mNode.children.push_back(std::move(node));
}

Fields& Fields::show(std::string value) {
    if (!mMissing && !mNode.children.empty()) mNode.children.back().value = std::move(value);
    return *this;
}

Fields& Fields::part(const char* name, const char* filter, std::string value) {
    if (!mMissing && !mNode.children.empty()) {
        auto& last = mNode.children.back();
        last.children.push_back({name, filter, std::move(value), last.range, false, {}});
    }
    return *this;
}

Fields& Fields::wrong() {
    if (!mMissing && !mNode.children.empty()) mNode.children.back().malformed = true;
    return *this;
}

void Fields::malformed(std::string why) {
    if (mPacket.quoted || mMissing) return;
    mNode.malformed = true;
    if (wants())
        mNode.children.push_back({"Malformed", "_ws.malformed", std::move(why), {mCursor.offset(), 0}, true, {}});
}

FieldNode Fields::finish() {
    mNode.range.length = mCursor.offset() - mNode.range.offset;
    return std::move(mNode);
}

std::string hex(std::uint64_t value, int digits) {
    std::string text = "0x";
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
        text += "0123456789abcdef"[value >> shift & 15];
    return text;
}

std::string hexBytes(std::span<const std::uint8_t> bytes, std::size_t limit) {
    std::string text;
    for (std::size_t i = 0; i < bytes.size() && i < limit; ++i) {
        text += "0123456789abcdef"[bytes[i] >> 4];
        text += "0123456789abcdef"[bytes[i] & 15];
    }
    if (bytes.size() > limit) text += "…";
    return text;
}

std::string printable(std::span<const std::uint8_t> bytes, std::size_t limit) {
    std::string text;
    for (std::size_t i = 0; i < bytes.size() && i < limit; ++i)
        text += bytes[i] >= 0x20 && bytes[i] < 0x7f ? char(bytes[i]) : '.';
    if (bytes.size() > limit) text += "…";
    return text;
}

std::string onOff(bool set) { return set ? "Set" : "Not set"; }

std::string named(std::string_view number, std::string_view name) {
    std::string text(number);
    if (!name.empty()) text.append(" (").append(name).append(")");
    return text;
}

std::uint16_t internetChecksum(std::span<const std::uint8_t> bytes, std::uint32_t start) {
    std::uint64_t sum = start;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
        sum += std::uint32_t(bytes[i] << 8 | bytes[i + 1]);
    if (bytes.size() % 2) sum += std::uint32_t(bytes.back() << 8);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return std::uint16_t(~sum);
}

std::uint32_t pseudoHeader(const Packet& packet, std::uint8_t protocol, std::uint32_t length) {
    std::uint32_t sum = protocol + (length >> 16) + (length & 0xffff);
    for (const auto& address : {packet.source, packet.destination}) {
        const std::size_t size = address.isV4() ? 4 : address.isV6() ? 16 : 0;
        for (std::size_t i = 0; i < size; i += 2)
            sum += std::uint32_t(address.bytes()[i] << 8 | address.bytes()[i + 1]);
    }
    return sum;
}

void showChecksum(Fields& fields, const Packet& packet, std::uint16_t found, std::span<const std::uint8_t> whole,
                  std::size_t place, std::uint32_t start) {
    if (!packet.tree) return;
    const std::string text = hex(found, 4);
    if (packet.quoted || packet.fragment) {
        fields.show(text + " (not verified: only a part is here)");
        return;
    }
    if (internetChecksum(whole, start) == 0) {
        fields.show(text + " (correct)");
        return;
    }
    // What it should be: the sum without the field's own word.
    std::vector<std::uint8_t> without(whole.begin(), whole.end());
    if (place + 1 < without.size()) without[place] = without[place + 1] = 0;
    const std::string should = hex(internetChecksum(without, start), 4);
    if (packet.loopback) {
        fields.show(text + " (not filled in on loopback, would be " + should + ")");
        return;
    }
    fields.show(text + " (incorrect, should be " + should + ")").wrong();
}

void dissectData(Packet& packet, Cursor cursor, const char* name, const char* filter) {
    if (cursor.left() == 0 || !packet.tree) return;
    FieldNode node{name,
                   filter,
                   std::to_string(cursor.left()) + (cursor.left() == 1 ? " byte" : " bytes"),
                   cursor.range(cursor.left()),
                   false,
                   {}};
    node.children.push_back({"Data", "data.data", hexBytes(cursor.bytes()), node.range, false, {}});
    packet.out->push_back(std::move(node));
}

} // namespace sim::dissect
