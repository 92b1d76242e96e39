// Captures written while a run goes on, without a log: for runs that are too long to keep.
#pragma once

#include "sim/trace/pcap.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace sim::trace {

/// Tap sees the frames at interfaces, as tcpdump would, and writes them at once. It is lent to the network for a step,
/// as a TraceLog is; the files are the same as those made of a log.
class Tap {
public:
    /// A Tap of one pcapng of several interfaces.
    Tap(std::span<const CaptureInterface> interfaces, PieceSink sink) { mAll.emplace(interfaces, std::move(sink)); }
    /// A Tap of one pcap per interface; open gives the place to write each to.
    Tap(std::span<const CaptureInterface> interfaces, const std::function<PieceSink(const CaptureInterface&)>& open);

    /// see writes a frame that an interface sends (outbound) or receives.
    void see(kernel::InterfaceId where, bool outbound, kernel::SimTime at, std::span<const std::uint8_t> bytes) {
        if (where.value < mSingle.size() && mSingle[where.value]) return mSingle[where.value]->packet(at, bytes);
        if (mAll) mAll->packet(where, outbound, at, {bytes, {}});
    }
    /// flush hands on what is gathered.
    void flush();

private:
    std::optional<PcapngWriter> mAll;
    std::vector<std::optional<PcapWriter>> mSingle; ///< by InterfaceId
};

} // namespace sim::trace
