// HTTP/1.1 messages (RFC 9112), one segment at a time.
#include "sim/dissect/fields.h"
#include "sim/dissect/protocol_of.h"

#include <algorithm>

namespace sim::dissect {

namespace {

constexpr Field kFields[] = {
    {"http", "Hypertext Transfer Protocol"},
    {"http.request.line", "Request", FieldType::String},
    {"http.request.method", "Request Method", FieldType::String},
    {"http.request.uri", "Request URI", FieldType::String},
    {"http.request.version", "Request Version", FieldType::String},
    {"http.response.line", "Response", FieldType::String},
    {"http.response.version", "Response Version", FieldType::String},
    {"http.response.code", "Status Code", FieldType::Uint16},
    {"http.response.phrase", "Response Phrase", FieldType::String},
    {"http.file_data", "File Data", FieldType::Bytes},
    {"", "End of headers"},
    {"http.header", "Header", FieldType::String}, // from here on by their names
    {"http.host", "Host", FieldType::String},
    {"http.user_agent", "User-Agent", FieldType::String},
    {"http.content_type", "Content-Type", FieldType::String},
    {"http.content_length", "Content-Length", FieldType::Uint64},
    {"http.server", "Server", FieldType::String},
    {"http.location", "Location", FieldType::String},
    {"http.connection", "Connection", FieldType::String},
    {"http.accept", "Accept", FieldType::String},
    {"http.date", "Date", FieldType::String},
};
consteval const Field& field(std::string_view filter) { return fieldOf(kFields, filter); }

/// headerField is the field of a header: one of its own, or that of headers at large.
const Field& headerField(std::string_view name) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; };
    for (const Field* f = &field("http.header") + 1; f != std::end(kFields); ++f)
        if (std::ranges::equal(f->name, name, {}, lower, lower)) return *f;
    return field("http.header");
}

/// valueOf is the value of a field that is written as text: a number when it is digits alone.
Value valueOf(const Field& of, const std::string& text) {
    if (of.type == FieldType::String) return text;
    std::uint64_t number = 0;
    for (const char c : text) {
        if (c < '0' || c > '9' || number > 999'999'999'999'999) return {};
        number = number * 10 + std::uint64_t(c - '0');
    }
    return text.empty() || !isOfType(number, of.type) ? Value{} : Value{number};
}

constexpr std::string_view kMethods[] = {"GET",     "POST",  "HEAD",  "PUT",    "DELETE",
                                         "OPTIONS", "PATCH", "TRACE", "CONNECT"};

std::string_view asText(std::span<const std::uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string safe(std::string_view text) {
    return printable({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::string_view methodOf(std::string_view text) {
    for (const auto method : kMethods)
        if (text.size() > method.size() && text.starts_with(method) && text[method.size()] == ' ') return method;
    return {};
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

void dissectHttp(Packet& packet, Cursor cursor) {
    const auto all = asText(cursor.bytes());
    const auto method = methodOf(all);
    Fields f(packet, cursor, field("http"));
    std::string startLine, contentType;
    bool first = true, ended = false;
    while (cursor.left() > 0 && !ended) {
        const auto text = asText(cursor.bytes());
        const auto newline = text.find('\n');
        const std::size_t whole = newline == std::string_view::npos ? text.size() : newline + 1;
        auto line = text.substr(0, newline == std::string_view::npos ? text.size() : newline);
        if (line.ends_with('\r')) line.remove_suffix(1);
        const ByteRange range = cursor.range(std::uint32_t(whole));
        if (first) {
            startLine = safe(line);
            f.title(startLine);
            f.add(method.empty() ? field("http.response.line") : field("http.request.line"), startLine, startLine,
                  range);
            // Three parts: method, target and version; or version, code and phrase.
            constexpr const Field* kParts[2][3] = {
                {&field("http.response.version"), &field("http.response.code"), &field("http.response.phrase")},
                {&field("http.request.method"), &field("http.request.uri"), &field("http.request.version")}};
            std::size_t at = 0;
            for (int i = 0; i < 3 && at < line.size(); ++i) {
                const auto space = i < 2 ? line.find(' ', at) : std::string_view::npos;
                const std::size_t size = (space == std::string_view::npos ? line.size() : space) - at;
                const Field& part = *kParts[!method.empty()][i];
                const std::string shown = safe(line.substr(at, size));
                f.below(part, valueOf(part, shown), shown, {range.offset + std::uint32_t(at), std::uint32_t(size)});
                at += size + 1;
            }
            first = false;
        } else if (line.empty()) {
            f.add(field(""), {}, "", range);
            ended = true;
        } else {
            const auto colon = line.find(':');
            const auto name = line.substr(0, colon);
            const auto value = colon == std::string_view::npos ? std::string_view() : trimmed(line.substr(colon + 1));
            const Field& header = headerField(name);
            if (&header == &field("http.content_type")) contentType = safe(value.substr(0, value.find(';')));
            const std::string shown = safe(value);
            f.add(header, valueOf(header, shown), shown, range);
            f.called(safe(name));
        }
        cursor.skip(std::uint32_t(whole));
    }
    if (cursor.left() > 0) {
        FieldNode body = fieldNode(field("http.file_data"), bytesOf(cursor.bytes()),
                                   std::to_string(cursor.left()) + " bytes", cursor.range(cursor.left()));
        body.children.push_back({"Text", nullptr, {}, printable(cursor.bytes(), 200), body.range, false, {}, {}});
        cursor.skip(cursor.left());
        f.add(std::move(body));
    }
    packet.out->push_back(f.finish());
    if (!packet.inner) {
        auto& s = packet.summary;
        s.protocol = Protocol::Http;
        s.protocolName = "HTTP";
        s.word = method.empty() ? "HTTP" : std::string(method.substr(0, 5));
        if (method.empty()) {
            const auto space = startLine.find(' ');
            const std::string code = space == std::string::npos ? "" : startLine.substr(space + 1, 3);
            if (code.size() == 3 && code.find_first_not_of("0123456789") == std::string::npos) s.word = code;
        }
        s.info = startLine + (contentType.empty() ? "" : "  (" + contentType + ")");
    }
}

} // namespace

bool looksLikeHttp(Bytes bytes) {
    // Nearly all that is not HTTP is known by its first byte.
    if (bytes.size() < 4 || std::string_view("CDGHOPT").find(char(bytes[0])) == std::string_view::npos) return false;
    const auto text = asText(bytes);
    return text.starts_with("HTTP/1.") || !methodOf(text).empty();
}

extern const Dissector kHttp;
const Dissector kHttp{
    .dissect = dissectHttp, .fields = kFields, .begins = looksLikeHttp, .segment = dissectHttp, .coloursRest = true};

} // namespace sim::dissect
