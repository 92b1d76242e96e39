// The question for a name, and nothing more: getent ahosts(1) for addresses, dig(1) for all else.
#pragma once

#include "sim/apps/dns_stream.h"
#include "sim/apps/resolver.h"
#include "sim/config/action.h"

namespace sim::apps {

/// ResolveProgram asks DNS for records: as getaddrinfo, or as dig at one server.
class ResolveProgram {
public:
    explicit ResolveProgram(config::Resolve resolve = {}) : mResolve(std::move(resolve)) {}

    void start(AppContext& c);
    void onNotice(AppContext& c, const stack::Notice& n);
    void onTimer(AppContext& c, std::uint16_t tag);

private:
    static constexpr int kMostTries = 3; ///< dig: 5 s for each
    static constexpr kernel::SimTime kTimeout = std::chrono::seconds(5);

    void check(AppContext& c);
    void dig(AppContext& c);
    void took(AppContext& c, std::span<const std::uint8_t> bytes, bool byTcp);
    void again(AppContext& c, const std::string& why);
    void end(AppContext& c, bool ok, const std::string& result);

    config::Resolve mResolve;
    Resolver mResolver;
    // dig
    bool mDigging = false;
    std::string mName;
    wire::IpAddress mServer;
    kernel::SocketId mSocket;
    DnsStream mStream;
    std::vector<std::uint8_t> mQuery;
    std::uint16_t mId = 0, mTag = 0;
    int mTries = 0;
};

} // namespace sim::apps
