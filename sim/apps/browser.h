// The browser: opens one page as curl does (the name first, one connection, the client closes) and follows redirects.
#pragma once

#include "sim/apps/action.h"
#include "sim/apps/resolver.h"
#include "sim/wire/http.h"

#include <string>

namespace sim::apps {

class Browser {
public:
    /// Page is what the window of the browser shows.
    struct Page {
        std::string url;
        int status = 0;
        std::string body;
        std::string error; ///< a sentence when no page came
    };

    explicit Browser(Browse browse = {}) : mUrlText(std::move(browse.url)) {}

    void start(AppContext& c);
    void onNotice(AppContext& c, const stack::Notice& n);
    void onTimer(AppContext& c, std::uint16_t tag);

    const Page& page() const { return mPage; }

private:
    static constexpr int kMostRedirects = 5;

    void open(AppContext& c);
    void connect(AppContext& c);
    void request(AppContext& c);
    void read(AppContext& c);
    void ended(AppContext& c);
    void arrived(AppContext& c);
    void fail(AppContext& c, std::string why);
    std::string reason(stack::Errno error) const;

    std::string mUrlText;
    wire::HttpUrl mUrl;
    Resolver mResolver;
    kernel::SocketId mSocket;
    wire::HttpResponse mResponse;
    int mRedirects = 0;
    bool mConnected = false;
    Page mPage;
};

} // namespace sim::apps
