// A queue in one growing block: pushes and pops without an allocation once it is as large as it needs to be.
#pragma once

#include <cstddef>
#include <vector>

namespace sim::kernel {

/// Ring is a queue that uses its memory again.
template <class T>
class Ring {
public:
    bool empty() const { return mSize == 0; }
    std::size_t size() const { return mSize; }
    T& operator[](std::size_t i) { return mItems[(mFirst + i) & (mItems.size() - 1)]; }
    const T& operator[](std::size_t i) const { return mItems[(mFirst + i) & (mItems.size() - 1)]; }
    T& front() { return (*this)[0]; }
    const T& front() const { return (*this)[0]; }
    T& back() { return (*this)[mSize - 1]; }
    const T& back() const { return (*this)[mSize - 1]; }

    void pushBack(T item) {
        if (mSize == mItems.size()) grow();
        mItems[(mFirst + mSize++) & (mItems.size() - 1)] = static_cast<T&&>(item);
    }
    void popFront() {
        mItems[mFirst] = T{};
        mFirst = (mFirst + 1) & (mItems.size() - 1);
        --mSize;
    }
    /// insert puts item before the i-th.
    void insert(std::size_t i, T item) {
        pushBack(T{});
        for (std::size_t k = mSize - 1; k > i; --k)
            (*this)[k] = static_cast<T&&>((*this)[k - 1]);
        (*this)[i] = static_cast<T&&>(item);
    }
    void erase(std::size_t i) {
        for (std::size_t k = i; k + 1 < mSize; ++k)
            (*this)[k] = static_cast<T&&>((*this)[k + 1]);
        (*this)[--mSize] = T{};
    }
    void clear() { *this = Ring{}; }

private:
    void grow() {
        std::vector<T> larger(mItems.empty() ? 4 : mItems.size() * 2);
        for (std::size_t i = 0; i < mSize; ++i)
            larger[i] = static_cast<T&&>((*this)[i]);
        mItems = static_cast<std::vector<T>&&>(larger);
        mFirst = 0;
    }
    std::size_t mSize = 0; ///< first, as whoever only asks whether there is anything reads nothing else
    std::size_t mFirst = 0;
    std::vector<T> mItems;
};

} // namespace sim::kernel
