// What flows: tracked connections with their address translation, and sockets ("conntrack -L", "ss").
#include "sim/tables/table.h"

namespace sim::tables {

using devices::NatRow;
using devices::SocketRow;

std::vector<Description> flowTables() {
    return {
        describe<NatRow>({"nat", "NAT mappings", "Who was given which outside port: empty until a packet leaves.", 30,
                          Wanted::WithNat},
                         devices::natTable,
                         {
                             {{"inside", "Inside", Kind::Endpoint},
                              [](const NatRow& r) -> Value {
                                  return Endpoint{r.inside, r.insidePort};
                              }},
                             {{"outside", "Outside", Kind::Endpoint},
                              [](const NatRow& r) -> Value {
                                  return Endpoint{r.outside, r.outsidePort};
                              }},
                             {{"remote", "Remote", Kind::Endpoint},
                              [](const NatRow& r) -> Value {
                                  return Endpoint{r.remote, r.remotePort};
                              }},
                             {{"state", "State", Kind::Text, true}, [](const NatRow& r) -> Value { return r.state; }},
                             {{"protocol"}, [](const NatRow& r) -> Value { return r.protocol; }},
                             {{"original", "", Kind::Flow}, [](const NatRow& r) -> Value { return r.original; }},
                             {{"reply", "", Kind::Flow}, [](const NatRow& r) -> Value { return r.reply; }},
                             {{"translated", "", Kind::Boolean}, [](const NatRow& r) -> Value { return r.translated; }},
                             {{"replied", "", Kind::Boolean}, [](const NatRow& r) -> Value { return r.replied; }},
                             {{"assured", "", Kind::Boolean}, [](const NatRow& r) -> Value { return r.assured; }},
                             {{"expires", "", Kind::Left}, [](const NatRow& r) -> Value { return r.expires; }},
                         },
                         [](const NatRow& r) { return r.translated; }),
        describe<SocketRow>(
            {"sockets", "Sockets", "", 80}, devices::socketTable,
            {
                {{"protocol", "Proto"}, [](const SocketRow& r) -> Value { return r.protocol; }},
                {{"local", "Local", Kind::Endpoint},
                 [](const SocketRow& r) -> Value {
                     return Endpoint{r.local, r.localPort};
                 }},
                {{"remote", "Remote", Kind::Endpoint},
                 [](const SocketRow& r) -> Value {
                     return Endpoint{r.remote, r.remotePort};
                 }},
                {{"state", "State", Kind::Text, true}, [](const SocketRow& r) -> Value { return r.state; }},
                {{"app"}, [](const SocketRow& r) -> Value { return r.app; }},
                {{"interface"}, [](const SocketRow& r) -> Value { return r.interface; }},
                {{"backlog", "", Kind::Count}, [](const SocketRow& r) -> Value { return std::uint64_t(r.backlog); }},
                {{"receive_queue", "", Kind::Count},
                 [](const SocketRow& r) -> Value { return std::uint64_t(r.receiveQueue); }},
                {{"send_queue", "", Kind::Count},
                 [](const SocketRow& r) -> Value { return std::uint64_t(r.sendQueue); }},
            }),
    };
}

} // namespace sim::tables
