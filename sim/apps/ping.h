// ping(8) as iputils has it: echo requests at an interval, round trip times, a wait for the last answers.
#pragma once

#include "sim/apps/resolver.h"
#include "sim/config/action.h"
#include "sim/kernel/chunked.h"
#include "sim/stack/notice.h"

#include <string>
#include <vector>

namespace sim::apps {

/// PingProgram sends echo requests and waits for the replies, as iputils' ping does.
class PingProgram {
public:
    explicit PingProgram(config::Ping ping = {});

    void start(AppContext& c);
    void onNotice(AppContext& c, const stack::Notice& n);
    void onTimer(AppContext& c, std::uint16_t tag);

private:
    enum Tag : std::uint16_t { kNext = 1, kEnd = 2, kDeadline = 3 };
    struct Probe {
        kernel::SimTime sent{0};
        bool answered = false, failed = false;
    };

    struct Heard {
        kernel::SimTime at{0};
        stack::Notice notice;
    };

    const Probe& latest() const { return mProbes[mProbes.size() - 1]; }
    void begin(AppContext& c);
    /// chooseSource reads "from": an own address or an interface; false when it is neither.
    bool chooseSource(AppContext& c);
    void sendNext(AppContext& c);
    void waitForNext(AppContext& c);
    void hear(AppContext& c, const Heard& heard);
    void nameOf(AppContext& c, const wire::IpAddress& address);
    void resolved(AppContext& c);
    void failed(AppContext& c, std::uint16_t sequence, wire::IpAddress who, const std::string& what);
    void end(AppContext& c);

    config::Ping mPing;
    Resolver mResolver; ///< first of the target; then of whoever a line is printed about, and nothing else is done then
    wire::IpAddress mTo;
    std::vector<Heard> mHeard;                ///< what came meanwhile
    bool mNumeric = false, mEndLater = false; ///< mEndLater: when the name is there
    kernel::SocketId mSocket;
    std::uint32_t mInterface = 0xffff'ffff, mSource = 0; ///< as "from" says
    kernel::Chunked<Probe, 128> mProbes;                 ///< sequence number 1 first; a checkpoint shares what is older
    int mReceived = 0, mErrors = 0;
    kernel::SimTime mLongest{0};
    kernel::SimTime mNext{0}; ///< when the next one is due
    bool mEnding = false;
    std::string mTrouble; ///< what the latest error said
};

} // namespace sim::apps
