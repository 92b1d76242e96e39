// A device's own IPv4 addresses, and the broadcast addresses of its networks.
#pragma once

#include "sim/kernel/fetch.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace sim::stack {

/// AddressSet answers whether an address is one of a few, and of which kind. Of most that pass, a mask of 64 bits tells
/// that they are neither.
class AddressSet {
public:
    AddressSet() = default;
    AddressSet(std::initializer_list<std::uint32_t> addresses) {
        for (const auto a : addresses)
            insert(a);
    }
    bool contains(std::uint32_t address) const { return mayHold(address) && has(address); }
    /// holds tells whether an address is of either kind.
    bool holds(std::uint32_t address) const { return mayHold(address) && (has(address) || has(address | kBroadcast)); }
    void insert(std::uint32_t address) {
        if (!contains(address)) put(address, address);
    }
    void erase(std::uint32_t address) {
        std::erase(mEntries, Entry{address});
        remask();
    }
    /// isBroadcast tells whether an address is the broadcast address of one of the networks.
    bool isBroadcast(std::uint32_t address) const { return mayHold(address) && has(address | kBroadcast); }
    void insertBroadcast(std::uint32_t address) {
        if (!isBroadcast(address)) put(address, address | kBroadcast);
    }
    void clearBroadcasts() {
        std::erase_if(mEntries, [](Entry e) { return (e & kBroadcast) != 0; });
        remask();
    }
    /// fetch asks for the list.
    void fetch() const { kernel::fetch(mEntries.data()); }

private:
    using Entry = std::uint64_t; ///< an address, and above it its kind
    static constexpr Entry kBroadcast = Entry{1} << 32;
    /// bitsOf has two bits of the mask for an address: of a dozen of them, one address in thirty looks like one. Mixed
    /// twice, as the addresses of a network lie at equal distances.
    static constexpr std::uint64_t bitsOf(std::uint32_t address) {
        std::uint32_t hash = address * 0x9e37'79b1u;
        hash = (hash ^ hash >> 15) * 0x85eb'ca77u;
        return std::uint64_t{1} << (hash >> 26) | std::uint64_t{1} << (hash >> 20 & 63);
    }
    bool mayHold(std::uint32_t address) const {
        const std::uint64_t bits = bitsOf(address);
        return (mMask & bits) == bits;
    }
    bool has(Entry entry) const { return std::find(mEntries.begin(), mEntries.end(), entry) != mEntries.end(); }
    void put(std::uint32_t address, Entry entry) {
        mEntries.push_back(entry);
        mMask |= bitsOf(address);
    }
    void remask() {
        mMask = 0;
        for (const Entry e : mEntries)
            mMask |= bitsOf(std::uint32_t(e));
    }

    std::uint64_t mMask = 0; ///< has the bits of every address
    std::vector<Entry> mEntries;
};

} // namespace sim::stack
