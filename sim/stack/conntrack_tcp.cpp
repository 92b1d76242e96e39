#include "sim/stack/conntrack_tcp.h"

#include "sim/wire/tcp.h"

namespace sim::stack::conntrack {

namespace {

using wire::TcpFlags;
using S = TrackedTcp;

constexpr TcpVerdict to(S state) { return {TcpStep::Move, state}; }
constexpr TcpVerdict kIgnored{TcpStep::Ignore, S::None}, kInvalid{TcpStep::Invalid, S::None},
    kRestart{TcpStep::Restart, S::None};

TcpVerdict onSyn(S state, bool reply) {
    switch (state) {
    case S::SynSent: return to(reply ? S::SynSent2 : S::SynSent); // from the other side: a simultaneous open
    case S::SynSent2: return to(S::SynSent2);
    case S::TimeWait: return kRestart;
    case S::Close: return reply ? kInvalid : kRestart;
    default: return reply ? kInvalid : kIgnored;
    }
}

TcpVerdict onSynAck(S state, bool reply) {
    if (state == S::SynSent2) return to(S::SynReceived);
    if (reply) return state == S::SynSent ? to(S::SynReceived) : kIgnored;
    return state == S::SynReceived ? to(S::SynReceived) : kInvalid;
}

TcpVerdict onFin(S state) {
    switch (state) {
    case S::SynReceived:
    case S::Established: return to(S::FinWait);
    case S::FinWait:
    case S::CloseWait:
    case S::LastAck: return to(S::LastAck);
    case S::TimeWait: return to(S::TimeWait);
    case S::Close: return to(S::Close);
    default: return kInvalid;
    }
}

TcpVerdict onAck(S state, bool reply) {
    switch (state) {
    case S::SynSent:
    case S::SynSent2: return reply ? kIgnored : kInvalid;
    case S::SynReceived: return to(reply ? S::SynReceived : S::Established);
    case S::Established: return to(S::Established);
    case S::FinWait:
    case S::CloseWait: return to(S::CloseWait);
    case S::LastAck:
    case S::TimeWait: return to(S::TimeWait);
    case S::Close: return to(S::Close);
    default: return kInvalid;
    }
}

} // namespace

TcpVerdict follow(S state, std::uint8_t flags, bool reply) {
    if (flags & TcpFlags::kRst) return to(S::Close);
    if (flags & TcpFlags::kSyn) return flags & TcpFlags::kAck ? onSynAck(state, reply) : onSyn(state, reply);
    if (flags & TcpFlags::kFin) return onFin(state);
    if (flags & TcpFlags::kAck) return onAck(state, reply);
    return kInvalid;
}

S firstState(std::uint8_t flags) {
    if (flags & (TcpFlags::kRst | TcpFlags::kFin)) return S::None;
    if (flags & TcpFlags::kSyn) return flags & TcpFlags::kAck ? S::None : S::SynSent;
    return flags & TcpFlags::kAck ? S::Established : S::None; // net.netfilter.nf_conntrack_tcp_loose
}

kernel::SimTime tcpTimeout(S state) {
    using namespace std::chrono_literals;
    switch (state) {
    case S::SynSent:
    case S::SynSent2:
    case S::FinWait:
    case S::TimeWait: return 120s;
    case S::SynReceived:
    case S::CloseWait: return 60s;
    case S::Established: return 432'000s;
    case S::LastAck: return 30s;
    case S::Close:
    case S::None: break;
    }
    return 10s;
}

const char* stateName(S state) {
    switch (state) {
    case S::None: break;
    case S::SynSent: return "SYN_SENT";
    case S::SynReceived: return "SYN_RECV";
    case S::Established: return "ESTABLISHED";
    case S::FinWait: return "FIN_WAIT";
    case S::CloseWait: return "CLOSE_WAIT";
    case S::LastAck: return "LAST_ACK";
    case S::TimeWait: return "TIME_WAIT";
    case S::Close: return "CLOSE";
    case S::SynSent2: return "SYN_SENT2";
    }
    return "";
}

} // namespace sim::stack::conntrack
