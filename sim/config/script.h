// A program written in a line: "send 10, drain, close". What a socket can do, for whoever wants to see one thing
// happen.
#pragma once

#include "sim/kernel/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sim::config {

/// ScriptStep is one thing that a script does with its socket.
struct ScriptStep {
    enum class Op : std::uint8_t {
        Send,     ///< amount bytes, times over; the bytes count 0, 1, 2 …
        Receive,  ///< TCP: amount bytes or the end of the stream; UDP: one datagram
        Drain,    ///< read until the end of the stream
        Echo,     ///< UDP: send every datagram back, for ever
        Sleep,    ///< time
        Shutdown, ///< close the sending half (SHUT_WR)
        Close,
        Reset,         ///< close with a reset (SO_LINGER 0)
        ReceiveBuffer, ///< amount bytes (SO_RCVBUF); first in a script it holds before the handshake
        NoDelay,       ///< no Nagle (TCP_NODELAY)
        Join,          ///< UDP: receive what is sent to the group whose number is amount (IP_ADD_MEMBERSHIP)
        Backlog,   ///< of a listener, first in a script: connections are taken one after the other, and while one is
                   ///< served, amount + 1 of them wait (listen(2), accept(2))
        KeepAlive, ///< probe after time without a word, and again each time (TCP_KEEPIDLE, TCP_KEEPINTVL)
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

} // namespace sim::config
