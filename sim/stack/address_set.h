// A device's own IPv4 addresses.
#pragma once

#include "sim/kernel/fetch.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace sim::stack {

/// AddressSet answers whether an address is one of a few. Of most that pass, a mask of 64 bits tells that they are not.
class AddressSet {
public:
    AddressSet() = default;
    AddressSet(std::initializer_list<std::uint32_t> addresses) {
        for (const auto a : addresses)
            insert(a);
    }
    bool contains(std::uint32_t address) const {
        return (mMask >> bitOf(address) & 1) != 0 &&
               std::find(mAddresses.begin(), mAddresses.end(), address) != mAddresses.end();
    }
    void insert(std::uint32_t address) {
        if (contains(address)) return;
        mAddresses.push_back(address);
        mMask |= std::uint64_t{1} << bitOf(address);
    }
    void erase(std::uint32_t address) {
        std::erase(mAddresses, address);
        mMask = 0;
        for (const auto a : mAddresses)
            mMask |= std::uint64_t{1} << bitOf(a);
    }
    /// fetch asks for the list.
    void fetch() const { kernel::fetch(mAddresses.data()); }

private:
    static constexpr unsigned bitOf(std::uint32_t address) { return (address * 0x9e37'79b1u) >> 26; }

    std::uint64_t mMask = 0; ///< has the bit of every address
    std::vector<std::uint32_t> mAddresses;
};

} // namespace sim::stack
