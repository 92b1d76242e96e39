// A web server: fixed pages and virtual hosts over HTTP/1.1 with connections that are kept (RFC 9112).
#pragma once

#include "sim/apps/app_context.h"
#include "sim/apps/page_body.h"
#include "sim/config/device_config.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sim::apps {

/// HttpServer serves pages by HTTP/1.1.
class HttpServer {
public:
    static constexpr std::size_t kLongestHead = 65'536;
    /// Connection is one client: what it asked so far, and what it has not been sent yet.
    struct Connection {
        kernel::SocketId socket;
        std::string in, out;
        std::size_t sent = 0;                 ///< bytes of out that the stack has taken
        std::uint64_t skip = 0;               ///< bytes of a request's body still to come
        bool closing = false;                 ///< close when out is sent
        std::uint64_t filling = 0;            ///< bytes of a page without text that are still to be made
        bool chunked = false;                 ///< those are made in chunks
        std::shared_ptr<const PageBody> page; ///< what they are taken from; copies share it
    };

    explicit HttpServer(config::HttpServerConfig config = {})
        : mConfig(std::make_shared<const config::HttpServerConfig>(std::move(config))) {}

    void start(AppContext& c);
    void onNotice(AppContext& c, const stack::Notice& n);
    void onTimer(AppContext&, std::uint16_t) {}

    /// next takes one request off a connection's in and puts its answer into out; false when none is whole.
    bool next(Connection& connection) const;

private:
    void serve(AppContext& c, std::size_t index);
    void answer(Connection& connection, std::string_view head) const;
    /// fill makes the next bytes of a large page; false when there is none.
    static bool fill(Connection& connection);
    const config::HttpPageConfig* find(std::string_view host, std::string_view path) const;
    void remove(AppContext& c, std::size_t index);

    std::shared_ptr<const config::HttpServerConfig> mConfig; ///< copies share the pages
    kernel::SocketId mListener;
    std::vector<Connection> mConnections;
};

} // namespace sim::apps
