// A DHCP client (RFC 2131 section 4.4) as busybox's udhcpc is one: 3 questions 3 s apart, another round after 20 s;
// renewal at half of the lease, asking the server once, and again at half of what is left while that is more than 30 s;
// then 3 times everyone, 3 s apart, and from the beginning. T1 and T2 of the server do not count.
#pragma once

#include "sim/apps/app_context.h"
#include "sim/config/action.h"
#include "sim/config/device_config.h"
#include "sim/wire/dhcp.h"

#include <string>
#include <vector>

namespace sim::apps {

/// DhcpClient gets an address for an interface and keeps it, as udhcpc does.
class DhcpClient {
public:
    enum class State : std::uint8_t { Selecting, Requesting, Checking, Bound, Renewing, Rebinding, Released };

    DhcpClient() = default;
    DhcpClient(std::string interface, config::DhcpClientConfig config)
        : mName(std::move(interface)), mConfig(std::move(config)) {}

    void start(AppContext& c);
    void onNotice(AppContext& c, const stack::Notice& n);
    void onTimer(AppContext& c, std::uint16_t tag);
    /// command is what a user tells the program: renew, release, or begin anew with a wish.
    void command(AppContext& c, const config::DhcpCommand& command);

    const std::string& interfaceName() const { return mName; }
    State state() const { return mState; }
    /// stateName is the state's name in RFC 2131, figure 5: "BOUND".
    static const char* stateName(State state);
    /// address is what the client has leased, or asks for; 0: nothing.
    std::uint32_t address() const { return mAddress; }
    std::uint32_t server() const { return mServer; }
    kernel::SimTime expires() const { return mExpires; }

private:
    void act(AppContext& c);
    void giveUp(AppContext& c);
    void discover(AppContext& c);
    void select(AppContext& c);
    bool renew(AppContext& c, std::uint32_t server);
    void release(AppContext& c);
    void heard(AppContext& c, const wire::DhcpMessage& m);
    void acknowledged(AppContext& c, const wire::DhcpMessage& m);
    void refused(AppContext& c, const wire::DhcpMessage& m);
    void bind(AppContext& c);
    void decline(AppContext& c, const wire::MacAddress& owner);
    void configure(AppContext& c);
    void deconfigure(AppContext& c);
    void begin(AppContext& c);
    void hold(AppContext& c, bool busy);
    void wait(AppContext& c, kernel::SimTime time);
    void read(AppContext& c);

    enum class Listen : std::uint8_t { None, Raw, Kernel };
    void listen(AppContext& c, Listen how);
    wire::DhcpMessage message(AppContext& c, wire::dhcp::MessageType type);
    void addClientOptions(AppContext& c, wire::DhcpMessage& m) const;
    void addClientId(AppContext& c, wire::DhcpMessage& m) const;
    void broadcast(AppContext& c, const wire::DhcpMessage& m, std::uint32_t source);
    bool unicast(AppContext& c, const wire::DhcpMessage& m, std::uint32_t source, std::uint32_t server);

    std::string mName;
    config::DhcpClientConfig mConfig;
    std::uint32_t mInterface = kernel::InterfaceId::kNone;
    State mState = State::Selecting, mBefore = State::Selecting; ///< mBefore: while Checking, the state before it
    Listen mListen = Listen::None;
    kernel::SocketId mRaw, mKernel, mArp;
    std::uint16_t mTimer = 0; ///< tag of the timer that counts
    int mTries = 0;
    bool mBusy = false;
    bool mByHand = false; ///< the present renewal was asked for
    std::uint32_t mTransaction = 0, mServer = 0, mAddress = 0;
    kernel::SimTime mFirst{-1}, mExpires{0};
    wire::DhcpMessage mLease;       ///< the server's ACK
    std::vector<std::uint8_t> mOut; ///< a message that is on its way into a packet socket
    std::uint32_t mOutSource = 0;
    wire::Prefix mConfigured; ///< what the interface was given
    bool mKnowsOwnDns = false;
    std::vector<wire::IpAddress> mOwnDns; ///< the resolver's servers before
};

} // namespace sim::apps
