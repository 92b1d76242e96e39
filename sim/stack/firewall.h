// A packet filter: chains of rules as nftables hangs them into its hooks at priority 0 (nft(8); netfilter hooks).
#pragma once

#include "sim/decisions/reasons.h"
#include "sim/kernel/frame_pool.h"
#include "sim/wire/address.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sim::stack {

class Context;
struct Track;

/// FilterRule is one row. What is not given matches everything.
struct FilterRule {
    enum class Chain : std::uint8_t { Input, Forward, Output };
    using Verdict = decisions::Verdict;
    enum State : std::uint8_t { kNew = 1, kEstablished = 2, kRelated = 4, kInvalid = 8 };

    Chain chain = Chain::Input;
    Verdict verdict = Verdict::Drop;
    std::uint8_t rejectCode = 3; ///< of the ICMP unreachable that a Reject sends
    std::uint8_t protocol = 0;   ///< 0: any
    wire::Prefix from, to;       ///< no address: any
    std::uint16_t fromPortLow = 0, fromPortHigh = 0xffff;
    std::uint16_t toPortLow = 0, toPortHigh = 0xffff;
    std::string in, out;     ///< interfaces
    std::uint8_t states = 0; ///< which of State match; 0: all
    std::string text;        ///< as it was written
    bool operator==(const FilterRule&) const = default;
};

/// FilterPolicy is what becomes of what no rule of a chain matches.
struct FilterPolicy {
    FilterRule::Chain chain = FilterRule::Chain::Input;
    bool accept = true;
    bool operator==(const FilterPolicy&) const = default;
};

/// Firewall is the rules and policies of a device's packet filter.
struct Firewall {
    bool accept[3] = {true, true, true};
    std::vector<FilterRule> rules; ///< of all chains, in order
};

namespace firewall {

/// add puts a rule at the end of its chain; setPolicy changes what happens to the rest.
void add(Context& c, FilterRule rule);
void setPolicy(Context& c, FilterPolicy policy);
/// remove takes away the first rule that says the same; false when there is none.
bool remove(Context& c, const FilterRule& rule);

/// passes asks a chain about a packet, which came in by interface in and leaves by out (kNone: neither). Refused, the
/// packet has been answered as the rule says and the frame is consumed.
bool passes(Context& c, FilterRule::Chain chain, std::uint32_t in, std::uint32_t out, kernel::FrameSlot frame,
            const Track& track);

inline constexpr std::uint32_t kNone = 0xffff'ffff;

} // namespace firewall
} // namespace sim::stack
