// Strong ids: state refers to state by number, so that a network can be copied as a value.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace sim::kernel {

/// Id is an index into one kind of table; ids of different tables do not mix. The default value refers to nothing.
template <class Tag>
struct Id {
    static constexpr std::uint32_t kNone = 0xffff'ffff;
    std::uint32_t value = kNone;

    constexpr bool valid() const { return value != kNone; }
    constexpr auto operator<=>(const Id&) const = default;
};

using DeviceId = Id<struct DeviceTag>;
/// InterfaceId numbers the interfaces of a whole network, not of one device.
using InterfaceId = Id<struct InterfaceTag>;
using ChannelId = Id<struct ChannelTag>;
/// SocketId and AppId are indices within one device.
using SocketId = Id<struct SocketTag>;
using AppId = Id<struct AppTag>;

/// EventNo counts the events of a run from 1; 0 stands for "before the first event".
using EventNo = std::uint64_t;

} // namespace sim::kernel

template <class Tag>
struct std::hash<sim::kernel::Id<Tag>> {
    std::size_t operator()(sim::kernel::Id<Tag> id) const noexcept { return id.value; }
};
