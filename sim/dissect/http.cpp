// HTTP/1.1 messages (RFC 9112), one segment at a time.
#include "sim/dissect/fields.h"

namespace sim::dissect {

namespace {

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

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
    return out;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

} // namespace

bool looksLikeHttp(std::span<const std::uint8_t> bytes) {
    const auto text = asText(bytes);
    return text.starts_with("HTTP/1.") || !methodOf(text).empty();
}

bool dissectHttp(Packet& packet, Cursor cursor) {
    if (!looksLikeHttp(cursor.bytes())) {
        if (!packet.inner) packet.summary.protocol = Protocol::Http;
        return false;
    }
    const auto all = asText(cursor.bytes());
    const auto method = methodOf(all);
    Fields f(packet, cursor, "Hypertext Transfer Protocol", "http");
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
            FieldNode node{method.empty() ? "Response" : "Request",
                           method.empty() ? "http.response.line" : "http.request.line",
                           startLine,
                           range,
                           false,
                           {}};
            // Three parts: method, target and version; or version, code and phrase.
            const char* names[2][3] = {{"Response Version", "Status Code", "Response Phrase"},
                                       {"Request Method", "Request URI", "Request Version"}};
            const char* filters[2][3] = {{"http.response.version", "http.response.code", "http.response.phrase"},
                                         {"http.request.method", "http.request.uri", "http.request.version"}};
            std::size_t at = 0;
            for (int i = 0; i < 3 && at < line.size(); ++i) {
                const auto space = i < 2 ? line.find(' ', at) : std::string_view::npos;
                const std::size_t size = (space == std::string_view::npos ? line.size() : space) - at;
                node.children.push_back({names[!method.empty()][i],
                                         filters[!method.empty()][i],
                                         safe(line.substr(at, size)),
                                         {range.offset + std::uint32_t(at), std::uint32_t(size)},
                                         false,
                                         {}});
                at += size + 1;
            }
            f.add(std::move(node));
            first = false;
        } else if (line.empty()) {
            f.add("End of headers", "", "", range);
            ended = true;
        } else {
            const auto colon = line.find(':');
            const auto name = line.substr(0, colon);
            const auto value = colon == std::string_view::npos ? std::string_view() : trimmed(line.substr(colon + 1));
            const auto key = lower(name);
            if (key == "content-type") contentType = safe(value.substr(0, value.find(';')));
            std::string filter = "http.header";
            for (const auto known : {"host", "user-agent", "content-type", "content-length", "server", "location",
                                     "connection", "accept", "date"})
                if (key == known) {
                    filter = std::string("http.") + known;
                    std::replace(filter.begin(), filter.end(), '-', '_');
                }
            f.add(safe(name), filter, safe(value), range);
        }
        cursor.skip(std::uint32_t(whole));
    }
    if (cursor.left() > 0) {
        FieldNode body{
            "File Data", "http.file_data", std::to_string(cursor.left()) + " bytes", cursor.range(cursor.left()), false,
            {}};
        body.children.push_back({"Text", "", printable(cursor.bytes(), 200), body.range, false, {}});
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
    return true;
}

} // namespace sim::dissect
