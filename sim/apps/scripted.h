// Programs that follow a script: one that connects, and one that waits to be connected to.
#pragma once

#include "sim/apps/resolver.h"
#include "sim/apps/script_player.h"
#include "sim/config/action.h"

#include <vector>

namespace sim::apps {

/// ScriptClient connects to a name or an address and plays its script; it ends with the last step's result.
class ScriptClient {
public:
    explicit ScriptClient(config::SocketScript converse) : mSocketScript(std::move(converse)) {}

    void start(AppContext& c);
    void onNotice(AppContext& c, const stack::Notice& n);
    void onTimer(AppContext& c, std::uint16_t tag);

private:
    static constexpr std::uint16_t kDeadline = 1; ///< a timer's tag; the script's own is 0

    void begin(AppContext& c);
    void play(AppContext& c);
    void fail(AppContext& c, stack::Errno e);

    config::SocketScript mSocketScript;
    Resolver mResolver;
    ScriptPlayer mPlayer;
    bool mConnected = false;
};

/// ScriptServer plays its script with every TCP connection to its port, or with the one UDP socket on it.
class ScriptServer {
public:
    ScriptServer(bool tcp, std::uint16_t port, config::Script script)
        : mTcp(tcp), mPort(port), mScript(std::move(script)) {}

    void start(AppContext& c);
    void onNotice(AppContext& c, const stack::Notice& n);
    void onTimer(AppContext& c, std::uint16_t tag);

private:
    void play(AppContext& c, std::size_t index);
    void serve(AppContext& c, ScriptPlayer player);

    bool mTcp;
    std::uint16_t mPort;
    config::Script mScript;
    kernel::SocketId mListener;
    bool mOneByOne = false; ///< the script says "backlog": the next connection is taken when the present one is served
    std::vector<ScriptPlayer> mPlayers;
    std::vector<ScriptPlayer> mWaiting; ///< connections that are not taken yet
};

} // namespace sim::apps
