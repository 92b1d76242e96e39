// HTTP/1.1 (RFC 9110, 9112): addresses of pages, and responses read as they arrive.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sim::wire {

namespace http {
inline constexpr std::uint16_t kPort = 80, kOtherPort = 8080; ///< the usual one, and the one beside it
}

/// HttpUrl is http://HOST[:PORT]/PATH taken apart; path begins with '/' and keeps its query.
struct HttpUrl {
    std::string host;
    std::uint16_t port = http::kPort;
    std::string path = "/";

    /// parse gives the parts, or none and a sentence in why: only http is understood.
    static std::optional<HttpUrl> parse(std::string_view text, std::string& why);
    /// hostField is the value of the Host field: the port stands there only when it is not 80.
    std::string hostField() const { return port == http::kPort ? host : host + ":" + std::to_string(port); }
    std::string toString() const { return "http://" + hostField() + path; }
};

/// HttpFields are the header fields in their order.
using HttpFields = std::vector<std::pair<std::string, std::string>>;
/// httpField finds a field by its name (letters without regard to case); null when there is none.
const std::string* httpField(const HttpFields& fields, std::string_view name);
/// httpHasToken tells whether a comma-separated list holds a word (without regard to case).
bool httpHasToken(std::string_view list, std::string_view token);
/// parseHttpField splits "Name: value"; false when it is no field line.
bool parseHttpField(std::string_view line, HttpFields& fields);
/// httpNumber reads a number of digits alone, decimal or hexadecimal; none when there is anything else or it is too
/// large.
std::optional<std::uint64_t> httpNumber(std::string_view text, unsigned base = 10);
/// httpReason is the usual phrase of a status: "Not Found".
std::string_view httpReason(int status);

/// HttpResponse reads one response from a stream piece by piece: by length, in chunks, or until the stream ends.
class HttpResponse {
public:
    static constexpr std::size_t kLongestHead = 65'536;
    /// kLongestBody bytes of a body are kept; the rest is counted.
    static constexpr std::size_t kLongestBody = 1'048'576;

    /// feed takes the next bytes; it stops taking when the response is complete.
    void feed(std::string_view bytes);
    /// endOfStream says that no more will come.
    void endOfStream();

    bool complete() const { return mState == State::Complete; }
    bool bad() const { return mState == State::Bad; }
    int status() const { return mStatus; }
    /// statusText is "200 OK".
    std::string statusText() const;
    const HttpFields& fields() const { return mFields; }
    /// keepsConnection tells whether another request may follow on the same connection (RFC 9112 9.3).
    bool keepsConnection() const;
    const std::string& body() const { return mBody; }
    std::uint64_t bodyBytes() const { return mBodyBytes; }

private:
    enum class State : std::uint8_t {
        StatusLine,
        Fields,
        Body,
        UntilEnd,
        ChunkSize,
        ChunkData,
        ChunkEnd,
        Trailers,
        Complete,
        Bad
    };
    void line(std::string_view text);
    void headDone();
    void append(std::string_view bytes);

    State mState = State::StatusLine;
    int mStatus = 0;
    std::string mReason;
    HttpFields mFields;
    std::string mLine;
    std::size_t mHead = 0;
    std::uint64_t mLeft = 0;
    std::uint64_t mBodyBytes = 0;
    bool mKeep = false; ///< the version's custom, and the body has an end of its own
    std::string mBody;
};

} // namespace sim::wire
