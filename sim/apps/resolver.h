// The resolver of a host: from a name to addresses, as glibc does it (resolv.conf(5): 5 s, two attempts).
#pragma once

#include "sim/apps/app_context.h"
#include "sim/apps/dns_stream.h"
#include "sim/wire/dns.h"

#include <string>
#include <vector>

namespace sim::apps {

/// Resolver is a part of programs that need a name. They hand it every notice and timer until it is Done or Failed.
class Resolver {
public:
    enum class State : std::uint8_t { Idle, Asking, Done, Failed };
    /// Family is which addresses are wanted: getaddrinfo(3)'s AF_INET, AF_INET6, AF_UNSPEC.
    enum class Family : std::uint8_t { V4, V6, Both };
    /// kNoAnswer is the rcode when no server answered (EAI_AGAIN).
    static constexpr std::uint8_t kNoAnswer = 255;
    /// kFirstTag and above are the timer tags of resolvers; programs use smaller ones.
    static constexpr std::uint16_t kFirstTag = 0xff00;

    /// start looks at the name itself, then at the hosts file, then asks the servers; the outcome may be there at once.
    void start(AppContext& c, std::string_view name, Family family = Family::V4);
    /// startReverse looks for the name of an IPv4 address (getnameinfo(3)): in the hosts file, then as a PTR record. It
    /// is Done with host(), or Failed.
    void startReverse(AppContext& c, const wire::IpAddress& address);
    /// onNotice and onTimer tell whether that was for the resolver; look at state() afterwards.
    bool onNotice(AppContext& c, const stack::Notice& n);
    bool onTimer(AppContext& c, std::uint16_t tag);

    State state() const { return mState; }
    bool busy() const { return mState == State::Asking; }
    const std::string& name() const { return mName; }
    /// answer is the first of answers; an IPv4 address when there is one, as without an IPv6 address of one's own (RFC
    /// 6724).
    wire::IpAddress answer() const { return mAnswers.empty() ? wire::IpAddress() : mAnswers.front(); }
    const std::vector<wire::IpAddress>& answers() const { return mAnswers; }
    /// host is the name that startReverse has found.
    const std::string& host() const { return mHost; }
    /// failure is why there is no address, in a sentence.
    std::string failure() const;

private:
    static constexpr int kRounds = 2;
    static constexpr kernel::SimTime kTimeout = std::chrono::seconds(5);

    /// Ask is one of the questions that are out at the same time: for A, for AAAA.
    struct Ask {
        std::uint16_t type = wire::dns::kA, id = 0;
        bool answered = false, refused = false; ///< refused: the present server cannot say
    };

    void listCandidates(const stack::System& system);
    void begin(AppContext& c);
    void next(AppContext& c);
    void ask(AppContext& c);
    std::vector<std::uint8_t> query(const Ask& ask) const;
    /// giveUpOn goes on with the next server; closeSockets: and asks by fresh sockets from now on.
    void giveUpOn(AppContext& c, bool closeSockets);
    void read(AppContext& c, kernel::SocketId socket);
    void readStream(AppContext& c, const stack::Notice& n);
    /// take reads a message; true when the resolver waits for nothing more from this server.
    bool take(AppContext& c, std::span<const std::uint8_t> bytes, bool byTcp);
    bool settle(AppContext& c);
    void done(AppContext& c);
    void failed(AppContext& c, std::uint8_t rcode);
    void closeAll(AppContext& c);

    bool reverse() const { return !mReverse.isNone(); }
    void reset();

    State mState = State::Idle;
    Family mFamily = Family::V4;
    std::uint8_t mRcode = wire::dns::kNoError;
    std::uint8_t mWorst =
        wire::dns::kNoSuchName;   ///< of the names tried: what the user is told when none has an address
    std::uint8_t mGeneration = 0; ///< of the timer that counts; older ones do nothing
    int mRound = 0;
    std::size_t mServer = 0;
    std::string mName;
    wire::IpAddress mReverse; ///< whose name is looked for; none: a name's addresses are
    std::string mHost;
    std::string mLoop;                    ///< "a.lan → b.lan → a.lan": aliases that lead to one another
    std::vector<std::string> mCandidates; ///< the name as it is and below each search domain, in the order of asking
    std::size_t mCandidate = 0;
    std::vector<Ask> mAsks;
    std::vector<wire::IpAddress> mAnswers;
    std::vector<wire::IpAddress> mServers;
    std::vector<kernel::SocketId> mSockets; ///< one per server, so that each attempt has the same port
    DnsStream mStream;                      ///< for answers too long for UDP
};

} // namespace sim::apps
