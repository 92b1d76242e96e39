// A DNS server as dnsmasq is one: own records, a cache, and forwarding with a fresh port and id per question.
#pragma once

#include "sim/apps/app_context.h"
#include "sim/devices/device_config.h"
#include "sim/wire/dns.h"

#include <string>
#include <vector>

namespace sim::apps {

class DnsServer {
public:
    /// CacheEntry holds what was answered to one question. Times-to-live count down from stored.
    struct CacheEntry {
        wire::DnsQuestion question;
        std::uint8_t rcode = wire::dns::kNoError;
        std::vector<wire::DnsRecord> answers;
        kernel::SimTime stored{0}, expires{0}, used{0};
    };

    explicit DnsServer(devices::DnsServerConfig config = {}) : mConfig(std::move(config)) {}

    void start(AppContext& c);
    void onNotice(AppContext& c, const stack::Notice& n);
    void onTimer(AppContext& c, std::uint16_t tag);

    const devices::DnsServerConfig& config() const { return mConfig; }
    const std::vector<CacheEntry>& cache() const { return mCache; }

private:
    static constexpr std::size_t kMostPending = 150;
    static constexpr kernel::SimTime kPatience = std::chrono::seconds(40);

    /// Asker is a client that waits for an answer.
    struct Asker {
        std::uint32_t address = 0, to = 0; ///< to: our address that it asked
        std::uint16_t port = 0, id = 0;
        bool operator==(const Asker&) const = default;
    };
    struct Pending {
        kernel::SocketId socket;
        std::uint16_t id = 0;
        std::vector<std::uint8_t> query; ///< as it was forwarded
        wire::DnsQuestion question;
        std::vector<Asker> askers;
        kernel::SimTime expires{0};
    };

    void asked(AppContext& c, const Asker& asker, const wire::DnsMessage& query);
    bool answerOwn(AppContext& c, const wire::DnsQuestion& question, wire::DnsMessage& answer) const;
    bool answerCached(AppContext& c, const wire::DnsQuestion& question, wire::DnsMessage& answer);
    void forward(AppContext& c, const Asker& asker, const wire::DnsMessage& query);
    void answered(AppContext& c, std::size_t pending, wire::DnsMessage message);
    void store(AppContext& c, const wire::DnsMessage& message);
    void reply(AppContext& c, const Asker& asker, wire::DnsMessage message);
    void drop(AppContext& c, std::size_t pending);

    devices::DnsServerConfig mConfig;
    kernel::SocketId mSocket;
    std::vector<CacheEntry> mCache;
    std::vector<Pending> mPending;
};

} // namespace sim::apps
