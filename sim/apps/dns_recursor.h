// Walking down from the root (RFC 1034 5.3.3): asks server after server until one of them knows.
#pragma once

#include "sim/apps/app_context.h"
#include "sim/apps/dns_cache.h"
#include "sim/apps/dns_stream.h"
#include "sim/wire/dns.h"

#include <optional>
#include <string>
#include <vector>

namespace sim::apps {

/// DnsRecursor is the part of a DNS server that finds out by itself. Its owner hands it notices and timers, and takes
/// outcomes. Servers are asked one at a time: 0.8 s, 1.6 s and 3.2 s are waited for each.
class DnsRecursor {
public:
    /// kFirstTag is the smallest of its timer tags.
    static constexpr std::uint16_t kFirstTag = 0x100;

    struct Outcome {
        std::uint32_t task = 0;
        std::uint8_t rcode = wire::dns::kNoError;
        std::vector<wire::DnsRecord> answers, authorities;
    };

    explicit DnsRecursor(std::vector<wire::IpAddress> roots = {}) : mRoots(std::move(roots)) {}

    /// ask begins a walk; its outcome, which may be there at once, has the number that this gives.
    std::uint32_t ask(AppContext& c, DnsCache& cache, const wire::DnsQuestion& question);
    void onNotice(AppContext& c, DnsCache& cache, const stack::Notice& n);
    void onTimer(AppContext& c, DnsCache& cache, std::uint16_t tag);
    /// take gives one outcome that nobody has taken yet.
    std::optional<Outcome> take();

private:
    static constexpr int kMostTries = 3, kMostQueries = 40, kMostAliases = 10, kDeepest = 5;
    static constexpr kernel::SimTime kFirstWait = std::chrono::milliseconds(800);

    /// Server is one of a zone's, with an address as soon as that is known.
    struct Server {
        std::string name;
        wire::IpAddress address;
        int tries = 0;
        bool useless = false, looked = false; ///< looked: somebody was asked for its address
    };
    struct Task {
        std::uint32_t id = 0, parent = 0; ///< parent waits for this one's addresses
        wire::DnsQuestion question;
        std::string name; ///< what is asked for now: an alias may have led away from the question
        std::vector<wire::DnsRecord> answers;
        std::string zone; ///< whose servers these are
        std::vector<Server> servers;
        std::size_t server = 0;
        kernel::SocketId socket;
        DnsStream stream;
        std::uint16_t queryId = 0, tag = 0;
        int queries = 0, aliases = 0, depth = 0;
        bool fromRoot = false;
    };

    std::size_t indexOf(std::uint32_t id) const;
    void advance(AppContext& c, DnsCache& cache, std::uint32_t id);
    void chooseServers(AppContext& c, DnsCache& cache, Task& task);
    void useRoots(Task& task) const;
    void askNext(AppContext& c, DnsCache& cache, std::uint32_t id);
    bool lookForServer(AppContext& c, DnsCache& cache, std::uint32_t id);
    void send(AppContext& c, Task& task);
    std::vector<std::uint8_t> query(const Task& task) const;
    void took(AppContext& c, DnsCache& cache, std::uint32_t id, std::span<const std::uint8_t> bytes, bool byTcp);
    void answered(AppContext& c, DnsCache& cache, std::uint32_t id, const wire::DnsMessage& message);
    bool referred(AppContext& c, DnsCache& cache, Task& task, const wire::DnsMessage& message);
    void useless(AppContext& c, DnsCache& cache, std::uint32_t id);
    bool follow(AppContext& c, Task& task, const wire::DnsRecord& alias);
    void finish(AppContext& c, DnsCache& cache, std::uint32_t id, std::uint8_t rcode,
                std::vector<wire::DnsRecord> authorities = {});
    void hangUp(AppContext& c, Task& task);

    std::vector<wire::IpAddress> mRoots;
    std::vector<Task> mTasks;
    std::vector<Outcome> mOutcomes;
    std::uint32_t mLastId = 0;
    std::uint16_t mLastTag = kFirstTag;
};

} // namespace sim::apps
