// The members of a plain struct, one after the other: what is kept of a decision is put together from them, so that
// the bytes between members are zero and two equal decisions are equal byte for byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace sim::trace {

namespace detail {

/// AnyMember stands for a member of D whatever its type.
template <class D>
struct AnyMember {
    template <class T>
    requires(!std::is_same_v<T, D>) constexpr operator T() const; // NOLINT: it has to be implicit
};

} // namespace detail

/// memberCount is how many members a plain struct has.
template <class D, class... A>
constexpr std::size_t memberCount() {
    if constexpr (requires { D{A{}..., detail::AnyMember<D>{}}; })
        return memberCount<D, A..., detail::AnyMember<D>>();
    else
        return sizeof...(A);
}

/// forEachMember calls f with each member of a plain struct, in their order; a struct has eight at most.
template <class D, class F>
constexpr void forEachMember(D& d, F f) {
    constexpr std::size_t n = memberCount<std::remove_const_t<D>>();
    static_assert(n <= 8, "a decision of so many parts is two decisions");
    if constexpr (n == 1) {
        auto& [a] = d;
        f(a);
    } else if constexpr (n == 2) {
        auto& [a, b] = d;
        f(a), f(b);
    } else if constexpr (n == 3) {
        auto& [a, b, c] = d;
        f(a), f(b), f(c);
    } else if constexpr (n == 4) {
        auto& [a, b, c, e] = d;
        f(a), f(b), f(c), f(e);
    } else if constexpr (n == 5) {
        auto& [a, b, c, e, g] = d;
        f(a), f(b), f(c), f(e), f(g);
    } else if constexpr (n == 6) {
        auto& [a, b, c, e, g, h] = d;
        f(a), f(b), f(c), f(e), f(g), f(h);
    } else if constexpr (n == 7) {
        auto& [a, b, c, e, g, h, i] = d;
        f(a), f(b), f(c), f(e), f(g), f(h), f(i);
    } else if constexpr (n == 8) {
        auto& [a, b, c, e, g, h, i, j] = d;
        f(a), f(b), f(c), f(e), f(g), f(h), f(i), f(j);
    }
}

/// copyMembers writes the members of a value to where they would stand if it began at `to`, and nothing between them.
template <class T>
void copyMembers(const T& value, std::uint8_t* to) {
    static_assert(std::is_trivially_copyable_v<T>);
    if constexpr (std::has_unique_object_representations_v<T>) {
        std::memcpy(to, &value, sizeof(T));
    } else {
        const auto* const begin = reinterpret_cast<const std::uint8_t*>(&value);
        forEachMember(value, [&](const auto& member) {
            copyMembers(member, to + (reinterpret_cast<const std::uint8_t*>(&member) - begin));
        });
    }
}

} // namespace sim::trace
