#include "sim/dissect/fields.h"

namespace sim::dissect {

namespace {

constexpr Field kFields[] = {
    {"frame", "Frame"},
    {"data", "Data"},
    {"data.data", "Data", FieldType::Bytes},
    {"_ws.malformed", "Malformed"},
};
consteval const Field& field(std::string_view filter) { return fieldOf(kFields, filter); }

} // namespace

/// kUnknown is what belongs to no protocol.
extern const Dissector kUnknown;
const Dissector kUnknown{.fields = kFields};
const Field& kFrame = field("frame");
const Field& kData = field("data");

FieldNode fieldNode(const Field& of, Value value, std::string display, ByteRange range) {
    return {std::string(of.name), &of, std::move(value), std::move(display), range, false, {}, {}};
}

Fields::Fields(const Packet& packet, Cursor& cursor, const Field& protocol) : Fields(packet, cursor, protocol.name) {
    mNode.field = &protocol;
}

Fields::Fields(const Packet& packet, Cursor& cursor, std::string_view name) : mPacket(packet), mCursor(cursor) {
    mNode.range.offset = cursor.offset();
    if (!wants()) return;
    mNode.name = name;
    mNode.children.reserve(12);
}

bool Fields::need(const Field& what, std::uint32_t n) {
    if (mMissing) return false;
    if (mCursor.has(n)) return true;
    mMissing = true;
    const ByteRange rest = mCursor.range(mCursor.left());
    mCursor.skip(mCursor.left());
    if (mPacket.quoted) {
        if (wants()) add({"Cut", nullptr, {}, "the quote ends before " + std::string(what.name), rest, false, {}, {}});
        return false;
    }
    mNode.malformed = true;
    if (wants()) {
        add(fieldNode(field("_ws.malformed"), {}, "the frame ends before " + std::string(what.name), rest));
        mNode.children.back().malformed = true;
    }
    return false;
}

void Fields::put(const Field& what, std::uint32_t n, Value value, std::string display) {
    mNode.children.push_back(fieldNode(what, std::move(value), std::move(display), mCursor.range(n)));
}

std::uint8_t Fields::u8(const Field& what) {
    if (!need(what, 1)) return 0;
    const auto value = mCursor.peek8();
    if (wants()) put(what, 1, std::uint64_t{value}, std::to_string(value));
    mCursor.skip(1);
    return value;
}

std::uint16_t Fields::u16(const Field& what) {
    if (!need(what, 2)) return 0;
    const auto value = mCursor.peek16();
    if (wants()) put(what, 2, std::uint64_t{value}, std::to_string(value));
    mCursor.skip(2);
    return value;
}

std::uint32_t Fields::u32(const Field& what) {
    if (!need(what, 4)) return 0;
    const auto value = mCursor.peek32();
    if (wants()) put(what, 4, std::uint64_t{value}, std::to_string(value));
    mCursor.skip(4);
    return value;
}

wire::MacAddress Fields::mac(const Field& what) {
    if (!need(what, 6)) return {};
    const auto value = wire::MacAddress::fromNumber(std::uint64_t{mCursor.peek16()} << 32 | mCursor.peek32(2));
    if (wants()) put(what, 6, value, value.toString());
    mCursor.skip(6);
    return value;
}

wire::IpAddress Fields::v4(const Field& what) {
    if (!need(what, 4)) return {};
    const auto value = wire::IpAddress::v4(mCursor.peek32());
    if (wants()) put(what, 4, value, value.toString());
    mCursor.skip(4);
    return value;
}

wire::IpAddress Fields::v6(const Field& what) {
    if (!need(what, 16)) return {};
    std::array<std::uint8_t, 16> bytes{};
    std::copy_n(mCursor.bytes().begin(), 16, bytes.begin());
    const auto value = wire::IpAddress::v6(bytes);
    if (wants()) put(what, 16, value, value.toString());
    mCursor.skip(16);
    return value;
}

void Fields::raw(const Field& what, std::uint32_t n) {
    if (!need(what, n)) return;
    if (wants()) {
        const auto bytes = mCursor.bytes().first(n);
        put(what, n, bytesOf(bytes), hexBytes(bytes));
    }
    mCursor.skip(n);
}

void Fields::text(const Field& what, std::uint32_t n) {
    if (!need(what, n)) return;
    if (wants()) {
        const auto bytes = mCursor.bytes().first(n);
        const auto zero = std::find(bytes.begin(), bytes.end(), std::uint8_t(0));
        std::string text = printable(bytes.first(std::size_t(zero - bytes.begin())));
        put(what, n, text, text);
    }
    mCursor.skip(n);
}

void Fields::add(const Field& what, Value value, std::string display, ByteRange range) {
    if (wants()) mNode.children.push_back(fieldNode(what, std::move(value), std::move(display), range));
}

void Fields::add(FieldNode node) {
    if (wants()) mNode.children.push_back(std::move(node));
}

FieldNode* Fields::last() { return mMissing || mNode.children.empty() ? nullptr : &mNode.children.back(); }

Fields& Fields::show(std::string display) {
    if (auto* node = last()) node->display = std::move(display);
    return *this;
}

Fields& Fields::show(std::string number, std::string_view valueName, Order order) {
    if (auto* node = last()) {
        node->display = order == Order::NumberFirst ? named(number, valueName) : named(valueName, number);
        node->valueName = valueName;
    }
    return *this;
}

Fields& Fields::value(Value value) {
    if (auto* node = last()) node->value = std::move(value);
    return *this;
}

Fields& Fields::called(std::string_view name) {
    if (auto* node = last()) node->name = name;
    return *this;
}

Fields& Fields::below(const Field& what, Value value, std::string display, ByteRange range) {
    if (auto* node = last()) node->children.push_back(fieldNode(what, std::move(value), std::move(display), range));
    return *this;
}

Fields& Fields::below(const Field& what, Value value, std::string display, std::string_view valueName) {
    if (auto* node = last()) {
        below(what, std::move(value), std::move(display), node->range);
        node->children.back().valueName = valueName;
    }
    return *this;
}

Fields& Fields::wrong() {
    if (auto* node = last()) node->malformed = true;
    return *this;
}

void Fields::malformed(std::string why) {
    if (mPacket.quoted || mMissing) return;
    mNode.malformed = true;
    if (!wants()) return;
    add(field("_ws.malformed"), {}, std::move(why), {mCursor.offset(), 0});
    wrong();
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

void dissectAs(const ProtocolInfo* protocol, Packet& packet, Cursor cursor) {
    if (!protocol) return dissectData(packet, cursor);
    if (!packet.inner) packet.summary.top = protocol;
    protocol->dissector->dissect(packet, cursor);
}

void dissectData(Packet& packet, Cursor cursor, const Field& as, std::string_view name) {
    if (cursor.left() == 0 || !packet.tree) return;
    const auto bytes = cursor.bytes();
    Value value;
    if (as.type == FieldType::Bytes) value = bytesOf(bytes);
    FieldNode node =
        fieldNode(as, std::move(value), std::to_string(bytes.size()) + (bytes.size() == 1 ? " byte" : " bytes"),
                  cursor.range(cursor.left()));
    if (!name.empty()) node.name = name;
    node.children.push_back(fieldNode(field("data.data"), bytesOf(bytes), hexBytes(bytes), node.range));
    packet.out->push_back(std::move(node));
}

} // namespace sim::dissect
