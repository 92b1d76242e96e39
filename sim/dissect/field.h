// What a dissector and a filter agree on: the fields of a protocol by name and type, and the values they hold.
#pragma once

#include "sim/wire/address.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sim::dissect {

/// FieldType is what a field holds, as Wireshark's ftenum; None has a place and words, and no value.
enum class FieldType : std::uint8_t {
    None,
    Boolean,
    Uint8,
    Uint16,
    Uint24,
    Uint32,
    Uint64,
    Ipv4,
    Ipv6,
    Ether,
    Bytes,
    String
};

/// Field is one entry of a protocol's list of fields. Names are Wireshark's.
struct Field {
    std::string_view filter; ///< display filter name: "ip.ttl"
    std::string_view name;   ///< as people read it: "Time to Live"
    FieldType type = FieldType::None;
    std::string_view also = {}; ///< a second filter name, which it shares with another field: "ip.addr"
};

using FieldList = std::span<const Field>;

/// fieldOf finds a field in a list while compiling: a name that is not there does not compile.
consteval const Field& fieldOf(FieldList list, std::string_view filter) {
    for (const Field& f : list)
        if (f.filter == filter) return f;
    throw "no field of that name is in the list";
}

/// Value is what a field holds; monostate when it has no value.
using Value = std::variant<std::monostate, bool, std::uint64_t, wire::IpAddress, wire::MacAddress,
                           std::vector<std::uint8_t>, std::string>;

/// isOfType tells whether a value is one that a field of that type may hold.
bool isOfType(const Value& value, FieldType type);

} // namespace sim::dissect
