#include "sim/stack/power_loss.h"

#include "sim/stack/context.h"

#include <utility>

namespace sim::stack {

namespace {

void dropWaiting(Context& c) {
    System& s = c.system();
    const auto lose = [&c](kernel::FrameSlot frame) {
        if (c.tracing()) c.world().log->setFrame(c.frames().trace(frame));
        c.drop(frame, trace::DropReason::PowerLost);
    };
    for (std::uint32_t e = 0; e < s.neighbours.entries.bound(); ++e)
        if (s.neighbours.entries.used(e))
            for (const auto frame : s.neighbours.entries[e].queue)
                lose(frame);
    for (std::uint32_t q = 0; q < s.reassembly.queues.bound(); ++q)
        if (s.reassembly.queues.used(q))
            for (const auto& piece : s.reassembly.queues[q].pieces)
                lose(piece.frame);
    for (const auto& socket : s.udp.sockets)
        for (std::size_t i = 0; i < socket.queue.size(); ++i)
            lose(socket.queue[i].frame);
    for (const auto& socket : s.packetSockets)
        for (std::size_t i = 0; i < socket.queue.size(); ++i)
            lose(socket.queue[i]);
    for (const auto& tunnel : s.wireguards)
        for (const auto& peer : tunnel.peers)
            for (std::size_t i = 0; i < peer.staged.size(); ++i)
                lose(peer.staged[i]);
    if (c.tracing()) c.world().log->setFrame(trace::kNoIndex);
}

} // namespace

void losePower(Context& c) {
    dropWaiting(c);
    System& s = c.system();
    System bare;
    bare.name = std::move(s.name);
    bare.rng = s.rng;
    for (Interface& i : s.interfaces) {
        Interface& kept = bare.interfaces.emplace_back();
        kept.id = i.id;
        kept.type = i.type;
        kept.up = false;
        kept.mac = i.mac;
        kept.mtu = i.mtu;
        kept.name = std::move(i.name);
    }
    s = std::move(bare);
}

} // namespace sim::stack
