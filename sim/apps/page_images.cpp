#include "sim/apps/page_images.h"

#include <algorithm>

namespace sim::apps {

namespace {

using Text = std::string;

Text bytes(std::initializer_list<int> values) {
    Text out;
    for (const int v : values)
        out.push_back(char(v));
    return out;
}

Text big16(std::uint64_t v) { return bytes({int(v >> 8 & 255), int(v & 255)}); }
Text big32(std::uint64_t v) { return big16(v >> 16) + big16(v); }
Text little16(std::uint64_t v) { return bytes({int(v & 255), int(v >> 8 & 255)}); }
Text little32(std::uint64_t v) { return little16(v) + little16(v >> 16); }

/// root is the largest number whose square is not above n.
std::uint64_t root(std::uint64_t n) {
    std::uint64_t low = 0, high = 1;
    while (high < 3'000'000'000 && high * high <= n)
        high *= 2;
    while (high - low > 1) {
        const auto mid = low + (high - low) / 2;
        (mid * mid <= n ? low : high) = mid;
    }
    return low;
}

/// crc32 is that of PNG (ISO 3309).
std::uint32_t crc32(std::string_view data) {
    std::uint32_t crc = ~0U;
    for (const char c : data) {
        crc ^= std::uint8_t(c);
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb8'8320U : 0);
    }
    return ~crc;
}

Text chunk(std::string_view type, std::string_view data) {
    const Text named = Text(type) + Text(data);
    return big32(data.size()) + named + big32(crc32(named));
}

Text pngHead(std::uint64_t width, std::uint64_t height, int colorType) {
    return "\x89PNG\r\n\x1a\n" + chunk("IHDR", big32(width) + big32(height) + bytes({8, colorType, 0, 0, 0}));
}

/// stored is a block of deflate that is not compressed (RFC 1951 3.2.4).
Text stored(std::string_view data, bool last) {
    return bytes({last ? 1 : 0}) + little16(data.size()) + little16(~data.size()) + Text(data);
}

/// adlerOfZeros is the Adler-32 of n bytes that are all 0 (RFC 1950 8.2).
Text adlerOfZeros(std::uint64_t n) { return big16(n % 65'521) + big16(1); }

const Text kZlibHead = bytes({0x78, 0x01});

/// jpegSegment is a marker with its length and its data.
Text jpegSegment(int marker, const Text& data) { return bytes({0xff, marker}) + big16(data.size() + 2) + data; }

/// oneCode is a Huffman table (T.81 B.2.4.2) with one code of so many bits, all 0.
Text oneCode(int tableClass, int bits, int symbol) {
    Text counts(16, '\0');
    counts[std::size_t(bits - 1)] = 1;
    return jpegSegment(0xc4, bytes({tableClass << 4}) + counts + bytes({symbol}));
}

/// jpegFilling takes up exactly so many bytes between two segments: comments, or fill bytes before the next marker
/// (T.81 B.1.1.2).
Text jpegFilling(std::uint64_t size) {
    Text out;
    while (size >= 4) {
        auto length = std::min<std::uint64_t>(size, 65'537);
        if (size - length > 0 && size - length < 4) length -= 4;
        out += jpegSegment(0xfe, Text(length - 4, 'x'));
        size -= length;
    }
    return out + Text(size, '\xff');
}

} // namespace

PageBody pngBody(std::uint64_t size) {
    const Text end = chunk("IEND", {});
    if (size < 400) { // one row
        const auto width = size - 69;
        const Text row(width + 1, '\0'); // the filter type, then grey 0
        return {pngHead(width, 1, 0) + chunk("IDAT", kZlibHead + stored(row, true) + adlerOfZeros(width + 1)), {}, end};
    }
    constexpr std::uint64_t kAround = 8 + 25 + 15 + 14 + 21 + 12, kComment = 20, kBesidePixels = 12 + 5 + 1;
    const auto room = size - kAround;
    const auto width = std::min<std::uint64_t>(root(room), 16'383);
    const auto perRow = width + kBesidePixels;
    auto height = room / perRow;
    auto left = room % perRow;
    if (left > 0 && left < kComment) {
        --height;
        left += perRow;
    }
    PageBody body;
    body.head = pngHead(width, height, 3) + chunk("PLTE", bytes({0x00, 0x72, 0xb2})) + chunk("IDAT", kZlibHead);
    body.unit = chunk("IDAT", stored(Text(width + 1, '\0'), false));
    body.count = height;
    body.tail = chunk("IDAT", stored({}, true) + adlerOfZeros(height * (width + 1)));
    if (left) body.tail += chunk("tEXt", Text("Comment\0", 8) + Text(left - kComment, 'x'));
    body.tail += end;
    return body;
}

PageBody gifBody(std::uint64_t size) {
    // Codes start at 8 bits. A clear code (128) after every 120 pixels keeps the table from growing them to 9.
    constexpr std::uint64_t kPixels = 120, kBlock = kPixels + 2, kAround = 34;
    const auto room = size - kAround;
    const bool tiny = room < kBlock;
    const auto blocks = tiny ? 1 : std::clamp<std::uint64_t>(root(room / (kBlock * kPixels)), 1, 546);
    const auto width = tiny ? 1 : blocks * kPixels, height = tiny ? 1 : room / (blocks * kBlock);
    PageBody body;
    body.head = "GIF89a" + little16(width) + little16(height) + bytes({0x80, 0, 0, 0x00, 0x72, 0xb2, 0xff, 0xff, 0xff});
    body.head += bytes({0x2c, 0, 0, 0, 0}) + little16(width) + little16(height) + bytes({0, 7});
    if (tiny) {
        body.tail = bytes({int(size - kAround + 1)}) + Text(size - kAround - 1, '\x80') + bytes({0, 0x81, 0, 0x3b});
        return body;
    }
    for (std::uint64_t i = 0; i < blocks; ++i)
        body.unit += bytes({int(kPixels + 1), 0x80}) + Text(kPixels, '\0');
    body.count = height;
    // What is left becomes clear codes, in blocks of at least two bytes.
    auto left = room % (blocks * kBlock);
    while (left > 1) {
        auto block = std::min<std::uint64_t>(left, 256);
        if (left - block == 1) --block;
        body.tail += bytes({int(block - 1)}) + Text(block - 1, '\x80');
        left -= block;
    }
    body.tail += left ? bytes({2, 0x80, 0x81, 0, 0x3b}) : bytes({1, 0x81, 0, 0x3b});
    return body;
}

PageBody jpegBody(std::uint64_t size) {
    // Codes of zeros alone: DC, no difference, in 16 bits; then either 63 coefficients of 15 bits and a sign, or the
    // end of the block in 16 bits. So blocks are whole bytes, and never 0xff.
    constexpr std::uint64_t kAround = 158, kBlock = 128;
    const bool tiny = size < kAround + kBlock;
    const auto room = size - kAround, all = tiny ? 1 : room / kBlock;
    auto across = std::clamp<std::uint64_t>(root(all), 1, 256);
    if (all / across > 8191) across = (all + 8190) / 8191;
    const auto down = all / across;
    PageBody body;
    body.unit = Text(tiny ? 4 : kBlock, '\0');
    body.count = across * down;
    body.tail = bytes({0xff, 0xd9});
    body.head = bytes({0xff, 0xd8}) + jpegSegment(0xe0, Text("JFIF\0", 5) + bytes({1, 1, 0, 0, 1, 0, 1, 0, 0}));
    body.head += jpegFilling(room - body.count * body.unit.size());
    body.head += jpegSegment(0xdb, Text(1, '\0') + Text(64, '\1'));
    body.head += jpegSegment(0xc0, bytes({8}) + big16(down * 8) + big16(across * 8) + bytes({1, 1, 0x11, 0}));
    body.head += oneCode(0, 16, 0) + (tiny ? oneCode(1, 16, 0) : oneCode(1, 15, 1));
    body.head += jpegSegment(0xda, bytes({1, 1, 0, 0, 63, 0}));
    return body;
}

PageBody iconBody(std::uint64_t size) {
    PageBody body = pngBody(size - kIconHead);
    body.head = bytes({0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 8, 0}) + little32(size - kIconHead) + little32(kIconHead) +
                body.head;
    return body;
}

} // namespace sim::apps
