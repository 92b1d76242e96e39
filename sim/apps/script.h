// A program written in a line: "send 10, drain, close". What a socket can do, for whoever wants to see one thing happen.
#pragma once

#include "sim/apps/app_context.h"
#include "sim/kernel/id.h"
#include "sim/kernel/time.h"
#include "sim/stack/notice.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sim::apps {

/// ScriptStep is one thing that a script does with its socket.
struct ScriptStep {
    enum class Op : std::uint8_t {
        Send,          ///< amount bytes, times over; the bytes count 0, 1, 2 …
        Receive,       ///< TCP: amount bytes or the end of the stream; UDP: one datagram
        Drain,         ///< read until the end of the stream
        Echo,          ///< UDP: send every datagram back, for ever
        Sleep,         ///< time
        Shutdown,      ///< close the sending half (SHUT_WR)
        Close,
        Reset,         ///< close with a reset (SO_LINGER 0)
        ReceiveBuffer, ///< amount bytes (SO_RCVBUF); first in a script it holds before the handshake
        NoDelay,       ///< no Nagle (TCP_NODELAY)
        KeepAlive,     ///< probe after time without a word, and again each time (TCP_KEEPIDLE, TCP_KEEPINTVL)
    };
    Op op = Op::Close;
    std::uint64_t amount = 0;
    std::uint32_t times = 1;
    kernel::SimTime time{0};
    bool operator==(const ScriptStep&) const = default;
};
using Script = std::vector<ScriptStep>;

/// parseScript reads steps with commas between them; on failure *wrong is the step that is none.
std::optional<Script> parseScript(std::string_view text, std::string* wrong);
/// text gives a script as it is written: "send 100x5, sleep 300ms, close".
std::string text(const Script& script);
std::string text(const ScriptStep& step);

/// ScriptPlayer is how far a script has come with one socket.
struct ScriptPlayer {
    enum class Outcome : std::uint8_t { Waiting, Done, Failed };

    bool tcp = true;
    bool active = false;
    bool sleeping = false;
    bool gone = false;             ///< the connection has ended by itself
    stack::Errno error = stack::Errno::None; ///< what the next call will report
    kernel::SocketId socket;
    std::size_t at = 0;            ///< step
    std::uint64_t done = 0;        ///< bytes of this step
    std::uint32_t round = 0;       ///< of a repeated send
    std::uint32_t heardFrom = 0;   ///< who sent the latest datagram: whom a listener answers; 0: nobody yet
    std::uint16_t heardPort = 0;
    std::string result;            ///< of the latest step: "drain: 10 bytes, end"

    /// play goes on until the script ends or has to wait; tag is for the timer of its sleep.
    Outcome play(AppContext& c, const Script& script, std::uint16_t tag);
    /// hear takes note of what happened to the socket.
    void hear(const stack::Notice& n);
    /// letGo closes the socket, as the end of a process does.
    void letGo(AppContext& c);

private:
    enum class Step : std::uint8_t { Next, Wait, Fail };
    Step step(AppContext& c, const ScriptStep& s, std::uint16_t tag);
    Step sendTcp(AppContext& c, const ScriptStep& s);
    Step sendUdp(AppContext& c, const ScriptStep& s);
    Step receiveTcp(AppContext& c, std::uint64_t wanted);
    Step receiveUdp(AppContext& c);
    Step echo(AppContext& c);
    Step fail(stack::Errno e);
};

} // namespace sim::apps
