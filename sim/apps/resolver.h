// The resolver of a host: from a name to an address, as glibc does it (resolv.conf(5): 5 s, two attempts).
#pragma once

#include "sim/apps/app_context.h"
#include "sim/wire/dns.h"

#include <string>
#include <vector>

namespace sim::apps {

/// Resolver is a part of programs that need a name. They hand it every notice and timer until it is Done or Failed.
class Resolver {
public:
    enum class State : std::uint8_t { Idle, Asking, Done, Failed };
    /// kNoAnswer is the rcode when no server answered (EAI_AGAIN).
    static constexpr std::uint8_t kNoAnswer = 255;
    /// kFirstTag and above are the timer tags of resolvers; programs use smaller ones.
    static constexpr std::uint16_t kFirstTag = 0xff00;

    /// start looks at the name itself, then at the hosts file, then asks the servers; the outcome may be there at once.
    void start(AppContext& c, std::string_view name);
    /// onNotice and onTimer tell whether that was for the resolver; look at state() afterwards.
    bool onNotice(AppContext& c, const stack::Notice& n);
    bool onTimer(AppContext& c, std::uint16_t tag);

    State state() const { return mState; }
    bool busy() const { return mState == State::Asking; }
    const std::string& name() const { return mName; }
    wire::IpAddress answer() const { return mAnswer; }
    /// failure is why there is no address, in a sentence.
    std::string failure() const;

private:
    static constexpr int kRounds = 2;
    static constexpr kernel::SimTime kTimeout = std::chrono::seconds(5);

    void ask(AppContext& c);
    void giveUpOn(AppContext& c, bool closeSocket);
    void read(AppContext& c, kernel::SocketId socket);
    void done(AppContext& c, wire::IpAddress answer);
    void failed(AppContext& c, std::uint8_t rcode);
    void closeAll(AppContext& c);

    State mState = State::Idle;
    std::uint8_t mRcode = wire::dns::kNoError;
    std::uint8_t mGeneration = 0; ///< of the timer that counts; older ones do nothing
    std::uint16_t mId = 0;
    int mRound = 0;
    std::size_t mServer = 0;
    std::string mName;
    wire::IpAddress mAnswer;
    std::vector<wire::IpAddress> mServers;
    std::vector<kernel::SocketId> mSockets; ///< one per server, so that each attempt has the same port
};

} // namespace sim::apps
