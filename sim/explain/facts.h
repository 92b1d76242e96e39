// What the sentences need to know of a frame. The usual ones are read from their headers where they stand in the log;
// the words and the tree of a dissector are made only for what is rare, or has to be shown.
#pragma once

#include "sim/dissect/dissect.h"
#include "sim/trace/trace_log.h"
#include "sim/wire/address.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sim::explain {

class Facts {
public:
    /// Ip is the outermost IPv4 header.
    struct Ip {
        std::uint32_t source = 0, destination = 0;
        std::uint16_t length = 0, id = 0;
        std::uint8_t protocol = 0;
        bool operator==(const Ip&) const = default;
    };
    /// Transport is what a whole packet carries by TCP, UDP or ICMP, where nothing in it is malformed.
    struct Transport {
        std::uint8_t protocol = 0;
        std::uint16_t source = 0, destination = 0; ///< ports; type and code of ICMP
        std::uint8_t flags = 0;                    ///< of TCP
        std::uint16_t length = 0;                  ///< that UDP tells
        std::span<const std::uint8_t> payload;
    };

    /// Facts of no frame know nothing.
    Facts() = default;
    Facts(const trace::TraceLog& log, std::uint32_t frame);
    Facts(const Facts&) = delete; // what it reads is in itself
    Facts& operator=(const Facts&) = delete;

    dissect::Protocol protocol() const { return mProtocol; }
    std::uint32_t length() const { return std::uint32_t(mBytes.size()); }
    /// word is the summary's.
    std::string_view word() const;
    /// destination is the summary's: an IP address if there is one.
    std::string destination() const;
    const dissect::Summary& summary() const;
    /// value is the value of the first field with that filter name, outermost first; empty when there is none.
    std::string value(std::string_view filter) const;
    bool has(std::string_view filter) const { return !value(filter).empty(); }

    const std::optional<Ip>& ip() const { return mIp; }
    const std::optional<Transport>& transport() const { return mTransport; }
    /// arp is the ARP message for IPv4 over Ethernet; empty when this is none.
    std::span<const std::uint8_t> arp() const { return mArp; }
    /// destinationMac is that of an Ethernet frame.
    std::optional<wire::MacAddress> destinationMac() const;
    /// isHttp tells whether a head of HTTP begins here.
    bool isHttp() const;

private:
    void read();
    void readTransport(std::span<const std::uint8_t> packet, std::size_t header);

    bool mKnown = false;
    std::vector<std::uint8_t> mWhole; ///< where the log has it in two pieces
    std::span<const std::uint8_t> mBytes;
    dissect::FirstLayer mFirst = dissect::FirstLayer::Ethernet;
    dissect::Protocol mProtocol = dissect::Protocol::Other;
    std::optional<Ip> mIp;
    std::optional<Transport> mTransport;
    std::span<const std::uint8_t> mArp;
    mutable std::optional<dissect::Summary> mSummary;
    mutable std::optional<dissect::FieldNode> mTree;
};

} // namespace sim::explain
