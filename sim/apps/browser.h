// The browser: opens a page as curl does (the name first, one connection, the client closes), follows redirects, and
// fetches what the page refers to over at most six connections that are kept (RFC 9112 9), as browsers do.
#pragma once

#include "sim/apps/resolver.h"
#include "sim/config/action.h"
#include "sim/wire/http.h"

#include <string>
#include <vector>

namespace sim::apps {

/// Browser opens a page with what it refers to, as a browser does.
class Browser {
public:
    /// Page is what the window of the browser shows.
    struct Page {
        std::string url;
        int status = 0;
        std::string body;
        std::string error; ///< a sentence when no page came
    };

    explicit Browser(config::Browse browse = {})
        : mUrlText(std::move(browse.url)), mIpv4Only(browse.ipv4Only), mDeadline(browse.deadline) {}

    void start(AppContext& c);
    void onNotice(AppContext& c, const stack::Notice& n);
    void onTimer(AppContext& c, std::uint16_t tag);

    const Page& page() const { return mPage; }

private:
    static constexpr std::size_t kMostRedirects = 20;  ///< as Firefox and Chromium
    static constexpr std::size_t kMostConnections = 6; ///< to one server
    static constexpr std::size_t kNone = SIZE_MAX;
    static constexpr std::uint16_t kDeadline = 1; ///< a timer's tag

    /// Fetch is one thing to get: the page first, then what it refers to.
    struct Fetch {
        enum class State : std::uint8_t { Waiting, Active, Done, Failed };
        wire::HttpUrl url;
        State state = State::Waiting;
        std::vector<std::string> passed; ///< the addresses that led here
        std::uint64_t bytes = 0;
    };
    struct Connection {
        kernel::SocketId socket;
        std::string host;
        std::uint16_t port = 80;
        wire::IpAddress address;
        bool connected = false;
        int answers = 0;           ///< that came by it
        std::size_t fetch = kNone; ///< what it is busy with
        wire::HttpResponse response;
    };

    /// pump gives every waiting fetch a connection, as far as there are some.
    void pump(AppContext& c);
    bool addressOf(AppContext& c, const wire::HttpUrl& url, wire::IpAddress& address);
    void resolved(AppContext& c);
    void connect(AppContext& c, std::size_t fetch, const wire::IpAddress& address);
    void request(AppContext& c, Connection& k);
    void read(AppContext& c, std::size_t connection);
    void ended(AppContext& c, std::size_t connection, stack::Errno error);
    void arrived(AppContext& c, std::size_t connection);
    void pageArrived(AppContext& c, wire::HttpResponse& response);
    bool redirected(AppContext& c, Fetch& fetch, const wire::HttpResponse& response);
    void failed(AppContext& c, std::size_t fetch, const std::string& why);
    void hangUp(AppContext& c, std::size_t connection);
    void finishIfAll(AppContext& c);
    void closeAll(AppContext& c);

    std::string mUrlText;
    bool mIpv4Only = false;
    kernel::SimTime mDeadline{0};
    Resolver mResolver;
    std::vector<std::pair<std::string, wire::IpAddress>> mAddresses; ///< of hosts that were asked for; none: has none
    std::vector<Fetch> mFetches;
    std::vector<Connection> mConnections;
    std::string mStatusText;
    Page mPage;
};

} // namespace sim::apps
