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

/// Facts reads from a frame what its sentence needs.
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
    /// summary is for people: only its protocol and fragment may be compared.
    const dissect::Summary& summary() const;
    /// destination is the summary's: an IP address if there is one.
    std::string destination() const;
    /// tree has all fields. What is asked of it below is about the first field with that filter name, outermost first.
    const dissect::FieldNode& tree() const;
    bool has(std::string_view filter) const { return tree().find(filter) != nullptr; }
    std::optional<std::uint64_t> number(std::string_view filter) const { return tree().number(filter); }
    /// flag is false when there is no such field.
    bool flag(std::string_view filter) const { return tree().flag(filter).value_or(false); }
    std::optional<wire::IpAddress> address(std::string_view filter) const { return tree().address(filter); }
    /// display is how a field is shown, and valueName what it calls its value; empty when there is none.
    std::string display(std::string_view filter) const;
    std::string valueName(std::string_view filter) const;

    /// Tcp is what the flags of a segment make of it.
    enum class Tcp : std::uint8_t { None, Syn, SynAck, Fin, Reset, Ack, Data };
    /// tcp is None when this is no whole segment.
    Tcp tcp() const;
    bool isFragment() const { return mIp && !mTransport && summary().fragment; }
    /// isEcho and isEchoReply tell the two messages of a ping.
    bool isEcho() const { return isIcmp(8, 128); }
    bool isEchoReply() const { return isIcmp(0, 129); }
    /// isArpReply tells a reply from a request; isDnsResponse a response from a query.
    bool isArpReply() const;
    bool isDnsResponse() const;

    const std::optional<Ip>& ip() const { return mIp; }
    const std::optional<Transport>& transport() const { return mTransport; }
    /// arp is the ARP message for IPv4 over Ethernet; empty when this is none.
    std::span<const std::uint8_t> arp() const { return mArp; }
    /// destinationMac is that of an Ethernet frame.
    std::optional<wire::MacAddress> destinationMac() const;
    /// isHttp tells whether a head of HTTP begins here.
    bool isHttp() const;

private:
    bool isIcmp(std::uint8_t type, std::uint8_t typeOfIcmpv6) const;
    void read();
    void readTransport(std::span<const std::uint8_t> packet, std::size_t header);

    bool mKnown = false;
    std::vector<std::uint8_t> mWhole; ///< where the log has it in two pieces
    std::span<const std::uint8_t> mBytes;
    wire::LinkType mLink = wire::LinkType::Ethernet;
    dissect::Protocol mProtocol = dissect::Protocol::Other;
    std::optional<Ip> mIp;
    std::optional<Transport> mTransport;
    std::span<const std::uint8_t> mArp;
    mutable std::optional<dissect::Summary> mSummary;
    mutable std::optional<dissect::FieldNode> mTree;
};

} // namespace sim::explain
