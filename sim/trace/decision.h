// Decisions as a log keeps them: the number of a kind and the bytes of its members. The kinds are described in
// sim/decisions, each in one place.
#pragma once

#include "sim/kernel/id.h"
#include "sim/kernel/time.h"
#include "sim/trace/drop_reason.h"
#include "sim/trace/members.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace sim::trace {

/// DecisionKind is the number of a kind of decisions; kindOf<D> is that of the struct D.
enum class DecisionKind : std::uint8_t {};

/// KindOf says in `value` which number a struct has. It has one when its family lists it (decisions::Family).
template <class D>
struct KindOf;
template <class D>
inline constexpr DecisionKind kindOf = KindOf<D>::value;

/// TextId names a string of a TraceLog; the default is the empty one.
struct TextId {
    std::uint32_t value = 0;
    constexpr auto operator<=>(const TextId&) const = default;
};

/// Decision is one choice with what decided it, packed: equal ones are equal byte for byte.
class Decision {
public:
    /// kRoom is how many bytes the struct of a kind may have.
    static constexpr std::size_t kRoom = 88;

    Decision() = default;
    /// Decision packs the struct of a kind.
    template <class D, DecisionKind kKind = KindOf<D>::value>
    Decision(const D& d) { // NOLINT: what is decided is a decision
        static_assert(sizeof(D) <= kRoom && std::is_trivially_copyable_v<D>);
        mBytes[0] = std::uint8_t(kKind);
        copyMembers(d, &mBytes[kHead]);
    }

    DecisionKind kind() const { return DecisionKind(mBytes[0]); }
    template <class D>
    bool is() const {
        return kind() == kindOf<D>;
    }
    /// as is the struct that was packed; only for a decision of that kind.
    template <class D>
    D as() const {
        D d;
        std::memcpy(&d, &mBytes[kHead], sizeof(D));
        return d;
    }

private:
    static constexpr std::size_t kHead = 8;
    alignas(8) std::array<std::uint8_t, kHead + kRoom> mBytes{};
};
static_assert(std::has_unique_object_representations_v<Decision> && sizeof(Decision) == 96);
static_assert(std::is_trivially_copyable_v<Decision>);

/// Step is a decision that every IPv4 packet makes at every router, in as few bytes as it needs. They are put together
/// in registers: to compare them in memory right after writing them byte by byte would wait for the memory. Its kind
/// has `static D of(const Step::Fields&)`.
struct Step {
    std::uint64_t words[4];

    /// Fields are those of the decision; addresses are IPv4 in host byte order.
    struct Fields {
        std::uint8_t code = 0;
        std::uint8_t prefixLength = 0;
        bool hasVia = false, hasSource = false, hasPrefix = false;
        std::uint32_t number = 0;
        kernel::InterfaceId iface;
        std::uint32_t address = 0, via = 0, source = 0, prefix = 0;
        std::uint32_t table = 0; ///< of routes
    };
    constexpr Step(DecisionKind kind, const Fields& f)
        : words{std::uint64_t(kind) | std::uint64_t(f.code) << 8 | std::uint64_t(f.prefixLength) << 16 |
                    std::uint64_t(f.hasVia) << 24 | std::uint64_t(f.hasSource) << 25 |
                    std::uint64_t(f.hasPrefix) << 26 | std::uint64_t(f.number) << 32,
                std::uint64_t(f.iface.value) | std::uint64_t(f.address) << 32,
                std::uint64_t(f.via) | std::uint64_t(f.source) << 32,
                std::uint64_t(f.prefix) | std::uint64_t(f.table) << 32} {}

    /// fields are what it was made of.
    Fields fields() const {
        return {.code = std::uint8_t(words[0] >> 8),
                .prefixLength = std::uint8_t(words[0] >> 16),
                .hasVia = (words[0] >> 24 & 1) != 0,
                .hasSource = (words[0] >> 25 & 1) != 0,
                .hasPrefix = (words[0] >> 26 & 1) != 0,
                .number = std::uint32_t(words[0] >> 32),
                .iface = {std::uint32_t(words[1])},
                .address = std::uint32_t(words[1] >> 32),
                .via = std::uint32_t(words[2]),
                .source = std::uint32_t(words[2] >> 32),
                .prefix = std::uint32_t(words[3]),
                .table = std::uint32_t(words[3] >> 32)};
    }
};

} // namespace sim::trace
