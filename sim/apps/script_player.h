// Plays a script with a socket.
#pragma once

#include "sim/apps/app_context.h"
#include "sim/config/script.h"
#include "sim/kernel/id.h"
#include "sim/kernel/time.h"
#include "sim/stack/notice.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sim::apps {

/// ScriptPlayer is how far a script has come with one socket.
struct ScriptPlayer {
    enum class Outcome : std::uint8_t { Waiting, Done, Failed };

    bool tcp = true;
    bool active = false;
    bool sleeping = false;
    bool accepted = false;                   ///< a listener took the connection in
    bool gone = false;                       ///< the connection has ended by itself
    stack::Errno error = stack::Errno::None; ///< what the next call will report
    kernel::SocketId socket;
    std::size_t at = 0;          ///< step
    std::uint64_t done = 0;      ///< bytes of this step
    std::uint32_t round = 0;     ///< of a repeated send
    std::uint32_t heardFrom = 0; ///< who sent the latest datagram: whom a listener answers; 0: nobody yet
    std::uint16_t heardPort = 0;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> groups; ///< joined: interface, group
    std::string result;                                          ///< of the latest step: "drain: 10 bytes, end"

    /// play goes on until the script ends or has to wait; tag is for the timer of its sleep.
    Outcome play(AppContext& c, const config::Script& script, std::uint16_t tag);
    /// hear takes note of what happened to the socket.
    void hear(const stack::Notice& n);
    /// letGo closes the socket, as the end of a process does.
    void letGo(AppContext& c);

private:
    enum class Step : std::uint8_t { Next, Wait, Fail };
    Step step(AppContext& c, const config::ScriptStep& s, std::uint16_t tag);
    Step sendTcp(AppContext& c, const config::ScriptStep& s);
    Step sendUdp(AppContext& c, const config::ScriptStep& s);
    Step receiveTcp(AppContext& c, std::uint64_t wanted);
    Step receiveUdp(AppContext& c);
    Step echo(AppContext& c);
    Step join(AppContext& c, std::uint32_t group);
    Step fail(stack::Errno e);
};

} // namespace sim::apps
