// A hash table that is walked in the order of its indices, which follow from what was inserted and erased, and when:
// hashing never decides an outcome.
#pragma once

#include "sim/kernel/fetch.h"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace sim::kernel {

/// mix64 spreads the bits of a key.
constexpr std::uint64_t mix64(std::uint64_t z) {
    z ^= z >> 32;
    z *= 0xd6e8'feb8'6659'fd93ULL;
    z ^= z >> 32;
    return z;
}

constexpr std::uint64_t hashOf(std::uint64_t key) { return mix64(key); }

/// FlatMap maps a Key (equality, std::uint64_t hashOf(const Key&) found by ADL) to a Value. Entries keep their index
/// until they are erased, so other state can refer to them by number; erased indices are used again.
template <class Key, class Value>
class FlatMap {
public:
    static constexpr std::uint32_t kNone = 0xffff'ffff;
    struct Entry {
        Key key{};
        bool used = false;
        Value value{};
    };

    std::uint32_t find(const Key& key) const {
        if (mEntries.size() <= kFew) { // then the slots are memory to wait for, and no help
            for (std::uint32_t e = 0; e < mEntries.size(); ++e)
                if (mEntries[e].key == key && mEntries[e].used) return e;
            return kNone;
        }
        const std::size_t mask = mSlots.size() - 1;
        for (std::size_t i = hashOf(key) & mask;; i = (i + 1) & mask) {
            const std::uint32_t e = mSlots[i];
            if (e == kNone) return kNone;
            if (mEntries[e].key == key) return e;
        }
    }
    bool contains(const Key& key) const { return find(key) != kNone; }

    /// insert gives the index of key's entry, a new one with a default value when there was none.
    std::uint32_t insert(const Key& key) {
        if (const auto found = find(key); found != kNone) return found;
        if ((mUsed + 1) * 2 > mSlots.size()) rehash(mSlots.empty() ? 8 : mSlots.size() * 2);
        std::uint32_t e;
        if (mFree.empty()) {
            e = std::uint32_t(mEntries.size());
            mEntries.emplace_back();
        } else {
            e = mFree.back();
            mFree.pop_back();
        }
        mEntries[e] = Entry{key, true, Value{}};
        ++mUsed;
        place(e);
        return e;
    }
    void erase(std::uint32_t e) {
        const std::size_t mask = mSlots.size() - 1;
        std::size_t i = hashOf(mEntries[e].key) & mask;
        while (mSlots[i] != e)
            i = (i + 1) & mask;
        // Backward-shift deletion: no tombstones, so lookups stay short.
        for (std::size_t j = i;;) {
            j = (j + 1) & mask;
            if (mSlots[j] == kNone) break;
            const std::size_t home = hashOf(mEntries[mSlots[j]].key) & mask;
            if (((j - home) & mask) >= ((j - i) & mask)) {
                mSlots[i] = mSlots[j];
                i = j;
            }
        }
        mSlots[i] = kNone;
        mEntries[e] = Entry{};
        mFree.push_back(e);
        --mUsed;
    }
    void clear() { *this = FlatMap{}; }
    /// fetch asks for the memory where a map of a few entries is looked up.
    void fetch() const {
        const Entry* const first = mEntries.data();
        const Entry* const end = first + mEntries.size();
        kernel::fetch(first);
        if (first + 1 < end) kernel::fetch(first + 1);
        if (first + kFew >= end) return;
        kernel::fetch(mSlots.data());
        for (const Entry* e = first + kFew; e < end && e < first + 4; ++e)
            kernel::fetch(e);
    }

    std::size_t size() const { return mUsed; }
    /// bound is one past the largest index in use; used() tells which of them hold something.
    std::uint32_t bound() const { return std::uint32_t(mEntries.size()); }
    bool used(std::uint32_t e) const { return e < mEntries.size() && mEntries[e].used; }
    const Key& key(std::uint32_t e) const { return mEntries[e].key; }
    Value& operator[](std::uint32_t e) { return mEntries[e].value; }
    const Value& operator[](std::uint32_t e) const { return mEntries[e].value; }

private:
    void place(std::uint32_t e) {
        const std::size_t mask = mSlots.size() - 1;
        std::size_t i = hashOf(mEntries[e].key) & mask;
        while (mSlots[i] != kNone)
            i = (i + 1) & mask;
        mSlots[i] = e;
    }
    void rehash(std::size_t count) {
        mSlots.assign(count, kNone);
        for (std::uint32_t e = 0; e < mEntries.size(); ++e)
            if (mEntries[e].used) place(e);
    }

    static constexpr std::size_t kFew = 2;

    std::vector<std::uint32_t> mFree;
    std::size_t mUsed = 0;
    std::vector<std::uint32_t>
        mSlots; ///< these two last, where the owner puts what else is asked for together with them
    std::vector<Entry> mEntries;
};

} // namespace sim::kernel
