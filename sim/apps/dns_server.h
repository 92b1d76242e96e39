// A DNS server: own records and a cache as dnsmasq, zones as BIND; what it does not know it asks others for, or finds
// out by itself from the root down.
#pragma once

#include "sim/apps/app_context.h"
#include "sim/apps/dns_cache.h"
#include "sim/apps/dns_recursor.h"
#include "sim/apps/dns_stream.h"
#include "sim/config/device_config.h"
#include "sim/wire/dns.h"

#include <optional>
#include <string>
#include <vector>

namespace sim::apps {

/// DnsServer answers from its records, its zones, its cache, and by asking others.
class DnsServer {
public:
    explicit DnsServer(config::DnsServerConfig config = {})
        : mConfig(std::move(config)), mCache(mConfig.cacheSize), mRecursor(mConfig.roots) {}

    void start(AppContext& c);
    void onNotice(AppContext& c, const stack::Notice& n);
    void onTimer(AppContext& c, std::uint16_t tag);

    const config::DnsServerConfig& config() const { return mConfig; }
    const DnsCache& cache() const { return mCache; }

private:
    static constexpr std::size_t kMostPending = 150;
    static constexpr kernel::SimTime kPatience = std::chrono::seconds(40);

    /// Asker is a client that waits for an answer.
    struct Asker {
        std::uint32_t address = 0, to = 0; ///< to: our address that it asked
        std::uint16_t port = 0, id = 0;
        std::uint16_t limit = wire::dns::kPlainLimit; ///< bytes that it takes by UDP
        bool edns = false;
        kernel::SocketId stream; ///< it asked by this TCP connection
        bool operator==(const Asker&) const = default;
    };
    /// Pending is a question that was forwarded.
    struct Pending {
        kernel::SocketId socket;
        std::uint16_t id = 0;
        std::vector<std::uint8_t> query; ///< as it was forwarded
        wire::DnsQuestion question;
        std::vector<Asker> askers;
        std::size_t outstanding = 0; ///< servers that have not answered
        bool toAll = false;
        kernel::SimTime expires{0};
    };
    /// Client is one that speaks TCP: its questions are answered one after the other, and what is not known here is
    /// asked for by a TCP connection that lives as long as the client's.
    struct Client {
        DnsStream stream, upstream;
        bool waits = false;
        wire::DnsQuestion question; ///< what upstream was asked
        std::uint16_t id = 0;
        std::vector<std::uint8_t> query; ///< as it was forwarded
        std::size_t tried = 0;           ///< upstream servers
    };
    /// Walk is a question that the recursor works on.
    struct Walk {
        std::uint32_t task = 0;
        wire::DnsQuestion question;
        std::vector<Asker> askers;
    };

    void asked(AppContext& c, Asker asker, const wire::DnsMessage& query);
    wire::DnsMessage answerTo(const Asker& asker, const wire::DnsQuestion& question,
                              std::uint8_t rcode = wire::dns::kNoError) const;
    /// answerOwn and answerCached answer what is known here; turn: the addresses take turns.
    bool answerOwn(AppContext& c, const wire::DnsQuestion& question, wire::DnsMessage& answer, bool turn);
    bool answerCached(AppContext& c, const wire::DnsQuestion& question, wire::DnsMessage& answer, bool turn);
    void recurse(AppContext& c, const Asker& asker, const wire::DnsMessage& query);
    void finishWalks(AppContext& c);
    void forward(AppContext& c, const Asker& asker, const wire::DnsMessage& query);
    void sendUpstream(AppContext& c, Pending& pending, bool toAll);
    void answered(AppContext& c, std::size_t pending, wire::DnsMessage message, wire::IpAddress from);
    void store(AppContext& c, const wire::DnsMessage& message, bool byTcp);
    wire::DnsMessage upstreamQuery(const wire::DnsMessage& query, std::uint16_t id) const;
    void reply(AppContext& c, const Asker& asker, wire::DnsMessage message, bool own);
    void drop(AppContext& c, std::size_t pending);
    void onDatagrams(AppContext& c, kernel::SocketId socket);
    void onStream(AppContext& c, const stack::Notice& n);
    void onUpstream(AppContext& c, std::size_t client, const stack::Notice& n);
    void serve(AppContext& c, kernel::SocketId stream);
    void forwardByTcp(AppContext& c, const Asker& asker, const wire::DnsMessage& query);
    void tryUpstream(AppContext& c, kernel::SocketId stream);
    bool walksOnly() const { return mConfig.forward.empty() && mConfig.roots.empty() && !mConfig.zones.empty(); }

    config::DnsServerConfig mConfig;
    kernel::SocketId mSocket, mListener;
    DnsCache mCache;
    DnsRecursor mRecursor;
    std::vector<Pending> mPending;
    std::vector<Walk> mWalks;
    std::vector<Client> mClients;
    std::optional<wire::IpAddress> mFavourite; ///< the upstream server that answered first
    int mSinceAll = 0;                         ///< questions since all upstream servers were asked
    kernel::SimTime mAllAsked{0};
};

} // namespace sim::apps
