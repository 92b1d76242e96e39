#include "sim/wire/http.h"

#include "sim/wire/ascii.h"

#include <algorithm>
#include <charconv>

namespace sim::wire {

namespace {

std::string_view trim(std::string_view s) {
    while (!s.empty() && (s.front() == ' ' || s.front() == '\t'))
        s.remove_prefix(1);
    while (!s.empty() && (s.back() == ' ' || s.back() == '\t'))
        s.remove_suffix(1);
    return s;
}

bool hostByte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
}

bool fieldNameByte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

} // namespace

std::optional<HttpUrl> HttpUrl::parse(std::string_view text, std::string& why) {
    const std::string written(text);
    const auto scheme = text.find("://");
    if (scheme != std::string_view::npos) {
        const auto name = text.substr(0, scheme);
        if (sameWord(name, "https")) {
            why = "https is not spoken here yet; try http://" + std::string(text.substr(scheme + 3));
            return std::nullopt;
        }
        if (!sameWord(name, "http")) {
            why = "\"" + written + "\" is not the address of a page: only http:// is understood";
            return std::nullopt;
        }
        text.remove_prefix(scheme + 3);
    } else {
        why = "\"" + written + "\" is not the address of a page: it must look like http://HOST/PATH";
        return std::nullopt;
    }
    HttpUrl url;
    const auto end = std::min(text.find_first_of("/?#"), text.size());
    auto authority = text.substr(0, end);
    auto path = text.substr(end);
    path = path.substr(0, path.find('#'));
    if (const auto colon = authority.rfind(':'); colon != std::string_view::npos) {
        const auto port = httpNumber(authority.substr(colon + 1));
        if (!port || *port == 0 || *port > 65'535) {
            why = "\"" + written + "\" has no valid port: it must be between 1 and 65535";
            return std::nullopt;
        }
        url.port = std::uint16_t(*port);
        authority = authority.substr(0, colon);
    }
    if (authority.empty() || !std::all_of(authority.begin(), authority.end(), hostByte)) {
        why = "\"" + written + "\" names no host: it must look like http://HOST/PATH";
        return std::nullopt;
    }
    url.host = authority;
    if (!path.empty()) url.path = path.front() == '/' ? std::string(path) : "/" + std::string(path);
    if (std::any_of(url.path.begin(), url.path.end(), [](char c) { return std::uint8_t(c) <= 0x20 || c == 0x7f; })) {
        why = "\"" + written + "\" has blanks in its path";
        return std::nullopt;
    }
    return url;
}

const std::string* httpField(const HttpFields& fields, std::string_view name) {
    for (const auto& [key, value] : fields)
        if (sameWord(key, name)) return &value;
    return nullptr;
}

bool httpHasToken(std::string_view list, std::string_view token) {
    for (;;) {
        const auto comma = list.find(',');
        if (sameWord(trim(list.substr(0, comma)), token)) return true;
        if (comma == std::string_view::npos) return false;
        list.remove_prefix(comma + 1);
    }
}

bool parseHttpField(std::string_view line, HttpFields& fields) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    const auto name = line.substr(0, colon);
    if (!std::all_of(name.begin(), name.end(), fieldNameByte)) return false;
    fields.emplace_back(name, trim(line.substr(colon + 1)));
    return true;
}

std::optional<std::uint64_t> httpNumber(std::string_view text, unsigned base) {
    std::uint64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, value, int(base));
    if (text.empty() || error != std::errc{} || at != end) return std::nullopt;
    return value;
}

std::string_view httpReason(int status) {
    switch (status) {
    case 200: return "OK";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 410: return "Gone";
    case 418: return "I'm a teapot";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "";
    }
}

std::string HttpResponse::statusText() const {
    const std::string_view reason = mReason.empty() ? httpReason(mStatus) : std::string_view(mReason);
    return reason.empty() ? std::to_string(mStatus) : std::to_string(mStatus) + " " + std::string(reason);
}

bool HttpResponse::keepsConnection() const {
    const auto* connection = httpField(mFields, "Connection");
    if (connection && httpHasToken(*connection, "close")) return false;
    return mKeep || (connection && httpHasToken(*connection, "keep-alive"));
}

void HttpResponse::append(std::string_view bytes) {
    mBodyBytes += bytes.size();
    if (mBody.size() < kLongestBody) mBody.append(bytes.substr(0, kLongestBody - mBody.size()));
}

void HttpResponse::feed(std::string_view bytes) {
    while (!bytes.empty() && !complete() && !bad()) {
        if (mState == State::Body || mState == State::ChunkData) {
            const auto part = bytes.substr(0, std::size_t(std::min<std::uint64_t>(mLeft, bytes.size())));
            append(part);
            bytes.remove_prefix(part.size());
            mLeft -= part.size();
            if (mLeft == 0) mState = mState == State::Body ? State::Complete : State::ChunkEnd;
        } else if (mState == State::UntilEnd) {
            append(bytes);
            return;
        } else {
            const auto end = bytes.find('\n');
            const auto part = bytes.substr(0, end == std::string_view::npos ? bytes.size() : end + 1);
            bytes.remove_prefix(part.size());
            mLine.append(part);
            mHead += part.size();
            if (mHead > kLongestHead) mState = State::Bad;
            if (bad() || mLine.empty() || mLine.back() != '\n') continue;
            mLine.pop_back();
            if (!mLine.empty() && mLine.back() == '\r') mLine.pop_back();
            const std::string text = std::move(mLine);
            mLine.clear();
            line(text);
        }
    }
}

void HttpResponse::line(std::string_view text) {
    switch (mState) {
    case State::StatusLine: {
        const auto status = text.size() >= 12 ? httpNumber(text.substr(9, 3)).value_or(0) : 0;
        const bool http = text.starts_with("HTTP/1.") && text[8] == ' ' && (text.size() == 12 || text[12] == ' ');
        if (!http || status < 100) {
            mState = State::Bad;
            return;
        }
        mStatus = int(status);
        mKeep = text[7] == '1';
        mReason = text.size() > 13 ? std::string(text.substr(13)) : std::string();
        mState = State::Fields;
        return;
    }
    case State::Fields:
        if (text.empty())
            headDone();
        else if (!parseHttpField(text, mFields))
            mState = State::Bad;
        return;
    case State::ChunkSize: {
        const auto size = httpNumber(trim(text.substr(0, text.find(';'))), 16);
        if (!size) {
            mState = State::Bad;
            return;
        }
        mLeft = *size;
        mState = mLeft ? State::ChunkData : State::Trailers;
        mHead = 0;
        return;
    }
    case State::ChunkEnd: mState = text.empty() ? State::ChunkSize : State::Bad; return;
    case State::Trailers:
        if (text.empty()) mState = State::Complete;
        return;
    default: return;
    }
}

void HttpResponse::headDone() {
    mHead = 0;
    if (mStatus < 200) { // an interim answer: the true one follows
        mFields.clear();
        mState = State::StatusLine;
        return;
    }
    if (mStatus == 204 || mStatus == 304) {
        mState = State::Complete;
        return;
    }
    if (const auto* coding = httpField(mFields, "Transfer-Encoding"); coding && httpHasToken(*coding, "chunked")) {
        mState = State::ChunkSize;
    } else if (const auto* length = httpField(mFields, "Content-Length")) {
        const auto bytes = httpNumber(*length);
        if (!bytes) {
            mState = State::Bad;
            return;
        }
        mLeft = *bytes;
        mState = mLeft ? State::Body : State::Complete;
    } else {
        mState = State::UntilEnd;
        mKeep = false;
    }
}

void HttpResponse::endOfStream() {
    if (mState == State::UntilEnd)
        mState = State::Complete;
    else if (!complete())
        mState = State::Bad;
}

} // namespace sim::wire
