// All kinds of decisions: whoever tells, lists or marks them goes through this list.
#pragma once

#include "sim/decisions/administration.h"
#include "sim/decisions/app.h"
#include "sim/decisions/bridge.h"
#include "sim/decisions/dhcp.h"
#include "sim/decisions/dns.h"
#include "sim/decisions/nat.h"
#include "sim/decisions/neighbour.h"
#include "sim/decisions/rip.h"
#include "sim/decisions/routing.h"
#include "sim/decisions/transport.h"
#include "sim/decisions/tunnel.h"

#include <array>
#include <type_traits>

namespace sim::decisions {

namespace detail {

/// Families are the kinds of decisions, by family.
template <class... F>
struct Families {
    /// forEach calls f.operator()<D>(kind) for each kind of each family.
    template <class Call>
    static constexpr void forEach(Call f) {
        (F::forEach(f), ...);
    }
    static constexpr bool kApart = [] {
        unsigned seen = 0;
        return ((seen & 1u << F::kNumber ? false : (seen |= 1u << F::kNumber, true)) && ...);
    }();
};

} // namespace detail

/// All are the families; each is one file.
using All =
    detail::Families<Routing, Neighbours, Bridge, Nat, Transport, Names, Apps, Dhcp, Routers, Tunnels, Administration>;
static_assert(All::kApart, "each family has a number of its own");

/// about is what there is to know of a kind; null for a number that none has.
const About* about(trace::DecisionKind kind);

/// visit calls f with the struct of a decision; `otherwise` is the result for a number that no kind has.
template <class Result, class F>
Result visit(const trace::Decision& decision, const F& f, Result otherwise = {}) {
    using Call = Result (*)(const trace::Decision&, const F&);
    static constexpr auto kCalls = [] {
        std::array<Call, 256> calls{};
        All::forEach([&]<class D>(trace::DecisionKind kind) {
            calls[std::size_t(kind)] = [](const trace::Decision& d, const F& g) -> Result {
                return g(d.template as<D>());
            };
        });
        return calls;
    }();
    const Call call = kCalls[std::size_t(decision.kind())];
    return call ? call(decision, f) : otherwise;
}

} // namespace sim::decisions
