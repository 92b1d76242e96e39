// RIP version 2 (RFC 2453) as FRR's ripd speaks it: updates every 30 s with jitter, triggered updates, split horizon.
// Not here: version 1, authentication (4.1, RFC 4822), several equal paths, filters.
#pragma once

#include "sim/apps/app_context.h"
#include "sim/config/device_config.h"
#include "sim/decisions/rip.h"
#include "sim/kernel/rng.h"
#include "sim/stack/route_table.h"
#include "sim/stack/udp.h"
#include "sim/wire/rip.h"

#include <string>
#include <vector>

namespace sim::apps {

/// Rip exchanges routes with its neighbours, as FRR's ripd does (RFC 2453).
class Rip {
public:
    struct Row {
        enum class Source : std::uint8_t { Learned, Connected, Static, Default };
        std::uint32_t network = 0;
        std::uint8_t length = 0;
        Source source = Source::Learned;
        std::uint32_t via = 0, from = 0; ///< next hop, and the router that told
        std::uint32_t interface = 0;
        std::uint32_t metric = 1;
        std::uint16_t tag = 0;
        bool changed = false; ///< to be told in the next triggered update
        kernel::SimTime timeout = kernel::kNever, garbage = kernel::kNever;
    };

    explicit Rip(config::RipConfig config = {}) : mConfig(std::move(config)) {}

    void start(AppContext& c);
    void onNotice(AppContext& c, const stack::Notice& n);
    void onTimer(AppContext& c, std::uint16_t tag);

    /// rows are sorted by network and length.
    const std::vector<Row>& rows() const { return mRows; }

private:
    enum class Which : std::uint8_t { All, Changed };
    /// Port is what RIP knows of an interface of the device.
    struct Port {
        bool enabled = false, running = false, passive = false;
        kernel::SimTime wake = kernel::kNever;
        std::vector<wire::Prefix> told; ///< the networks of it that are in the table
    };

    void begin(AppContext& c);
    void lookAtInterface(AppContext& c, std::uint32_t i);
    void enable(AppContext& c, std::uint32_t i);
    void disable(AppContext& c, std::uint32_t i);
    void wake(AppContext& c, std::uint32_t i);
    void received(AppContext& c, const stack::Datagram& d, const wire::RipMessage& m);
    void answer(AppContext& c, const stack::Datagram& d, wire::RipMessage m);
    void learn(AppContext& c, const stack::Datagram& d, const wire::RipEntry& e);
    void ignore(AppContext& c, std::uint32_t from, std::string_view why);

    void addOwn(AppContext& c, Row row);
    void lose(AppContext& c, Row& row, decisions::RipLost::Why why);
    void trigger(AppContext& c, Row& row);
    void triggeredUpdate(AppContext& c);
    void update(AppContext& c);
    void sendUpdates(AppContext& c, Which which);
    void sendTable(AppContext& c, std::uint32_t interface, std::uint32_t source, std::uint32_t to, std::uint16_t port,
                   Which which);
    void sweep(AppContext& c);
    void install(AppContext& c, const Row& row);
    void uninstall(AppContext& c, const Row& row);
    void stayBusy(AppContext& c);
    Row* find(std::uint32_t network, std::uint8_t length);
    Row& insert(Row row);

    config::RipConfig mConfig;
    kernel::Rng mRng;
    kernel::SocketId mSocket;
    std::vector<Port> mPorts; ///< by interface
    std::vector<Row> mRows;
    kernel::SimTime mNextUpdate = kernel::kNever;
    kernel::SimTime mTriggeredPause{-1}; ///< until then no triggered update is sent
    bool mTriggered = false;             ///< one waits for the end of the pause
    bool mTriggeredNow = false;          ///< one is about to be sent
    kernel::SimTime mBusyUntil{-1};
    bool mBusy = false;
};

} // namespace sim::apps
