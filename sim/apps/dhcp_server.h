// A DHCP server (RFC 2131 section 4.3) as dnsmasq is one: the same address for the same MAC, a ping before an address
// is offered for the first time, answers sent straight to the client's MAC. Not here: DHCPINFORM, BOOTP, options by
// tags.
#pragma once

#include "sim/apps/app_context.h"
#include "sim/config/device_config.h"
#include "sim/decisions/dhcp.h"
#include "sim/stack/udp.h"
#include "sim/wire/dhcp.h"

#include <optional>
#include <string>
#include <vector>

namespace sim::apps {

/// DhcpServer gives out addresses, as dnsmasq does.
class DhcpServer {
public:
    struct Lease {
        wire::MacAddress mac;
        std::vector<std::uint8_t> clientId;
        std::uint32_t address = 0;
        kernel::SimTime granted{0}, expires{0};
        std::string name;
    };

    DhcpServer() = default;
    /// servesNames: the device is a DNS server, too, so that clients are told to ask it.
    DhcpServer(std::vector<config::DhcpServerConfig> pools, bool servesNames)
        : mPools(std::move(pools)), mServesNames(servesNames), mEpochs(mPools.size(), 0) {}

    void start(AppContext& c);
    void onNotice(AppContext& c, const stack::Notice& n);
    void onTimer(AppContext& c, std::uint16_t tag);

    const std::vector<Lease>& leases() const { return mLeases; }
    /// readLeases takes over the leases of a server that ran here before, as dnsmasq reads them from its file.
    void readLeases(const DhcpServer& before) { mLeases = before.mLeases; }
    const std::vector<config::DhcpServerConfig>& pools() const { return mPools; }

    /// hashOf is dnsmasq's hash of a MAC (the one of sdbm), which picks the first address to try in a pool.
    static std::uint32_t hashOf(const wire::MacAddress& mac);

private:
    /// Question is a message with how it came.
    struct Question {
        wire::DhcpMessage message;
        std::uint32_t interface = 0;
        std::uint32_t to = 0;
        bool unicast = false;
    };
    /// Network is the pool for a question with what is known of the client's network.
    struct Network {
        std::size_t pool = 0;
        wire::Prefix prefix;
        std::uint32_t local = 0, router = 0;
    };
    struct Checked {
        std::uint32_t address = 0;
        kernel::SimTime time{0};
    };
    /// Check is a ping that the server waits for; all other questions wait, too.
    struct Check {
        Question question;
        std::uint32_t address = 0;
        kernel::SocketId socket;
        std::vector<std::uint32_t> used; ///< found to be somebody's, for this question
    };
    enum class Usable : std::uint8_t { No, Yes, Later };

    void work(AppContext& c);
    void handle(AppContext& c, const Question& q);
    void discover(AppContext& c, const Question& q, const std::vector<Network>& networks);
    void request(AppContext& c, const Question& q, const std::vector<Network>& networks);
    void decline(AppContext& c, const Question& q, const std::vector<Network>& networks);
    void release(AppContext& c, const Question& q, const std::vector<Network>& networks);
    void refuse(AppContext& c, const Question& q, const Network& network, std::string_view why);
    void addOptions(AppContext& c, wire::DhcpMessage& reply, const Question& q, const Network& network,
                    std::uint32_t seconds, bool fuzz);
    void send(AppContext& c, const Question& q, wire::DhcpMessage reply);
    Usable allocate(AppContext& c, const Question& q, const std::vector<Network>& networks, std::uint32_t& address);
    Usable ping(AppContext& c, const Question& q, std::uint32_t address);
    void checked(AppContext& c, bool inUse);
    void expire(AppContext& c);
    void end(AppContext& c, Lease* lease, decisions::DhcpEnded::Why why);

    std::vector<Network> networksOf(AppContext& c, const Question& q) const;
    const Network* networkOf(const std::vector<Network>& networks, std::uint32_t address) const;
    bool available(const std::vector<Network>& networks, std::uint32_t address) const;
    Lease* leaseOf(const wire::DhcpMessage& m);
    Lease* leaseOf(std::uint32_t address);
    const config::DhcpServerConfig::Reservation* reservationOf(const wire::MacAddress& mac) const;
    const config::DhcpServerConfig::Reservation* reservationOf(std::uint32_t address) const;

    std::vector<config::DhcpServerConfig> mPools;
    bool mServesNames = false;
    std::vector<std::uint32_t> mEpochs; ///< by pool: how far the hash was led astray by addresses in use
    std::vector<Lease> mLeases;
    std::vector<Checked> mChecked;  ///< pinged lately, without an answer
    std::vector<Checked> mDeclined; ///< reserved, but declined lately
    std::optional<Check> mCheck;
    std::vector<Question> mWaiting;
    kernel::SocketId mSocket;
    std::uint16_t mCheckTag = 0;
};

} // namespace sim::apps
