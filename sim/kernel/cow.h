// Copy on write: copies share until one of them changes, so that a checkpoint costs only what differs.
#pragma once

#include "sim/kernel/fetch.h"
#include "sim/kernel/heap.h"

#include <cstddef>
#include <iterator>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace sim::kernel {

/// LineAllocator gives memory that begins with a cache line.
template <class T>
struct LineAllocator {
    using value_type = T;
    LineAllocator() = default;
    template <class U>
    LineAllocator(const LineAllocator<U>&) {}
    T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t(kCacheLine))); }
    void deallocate(T* p, std::size_t) { ::operator delete(p, std::align_val_t(kCacheLine)); }
    friend bool operator==(const LineAllocator&, const LineAllocator&) { return true; }
};

/// Cow holds a T by value: a copy is cheap, and the first write to a shared one makes it its own.
/// Not for use from several threads on the same object; copies may live in different threads.
template <class T>
class Cow {
public:
    template <class... Args>
    explicit Cow(std::in_place_t, Args&&... args)
        : mShared(std::allocate_shared<Held>(LineAllocator<Held>(), std::forward<Args>(args)...)) {}

    const T& read() const { return mShared->value; }
    /// kCounts bytes stand before the value: who shares it. The first of them begins a cache line.
    static constexpr std::size_t kCounts = 16;
    /// fetch asks for the cache line at an offset into the value; -1 is that of the counts.
    void fetch(std::ptrdiff_t offset) const { kernel::fetch(reinterpret_cast<const char*>(mShared.get()) + offset); }
    T& write() {
        if (mShared.use_count() != 1) [[unlikely]]
            copy();
        return mShared->value;
    }
    /// id tells apart what is held; copies that share have the same.
    const void* id() const { return mShared.get(); }
    /// copyBytes is what it cost to copy this one when somebody wrote to it; 0: it never was a copy.
    std::size_t copyBytes() const { return mShared->bytes; }

private:
    struct Held {
        template <class... Args>
        explicit Held(Args&&... args) : value(std::forward<Args>(args)...) {}
        T value; ///< first: kCounts is how far it stands behind the counts
        std::size_t bytes = 0;
    };

    /// copy is rare: apart from it, write stays small.
    [[gnu::noinline]] void copy() {
        const std::uint64_t before = allocatedBytes();
        mShared = std::allocate_shared<Held>(LineAllocator<Held>(), std::as_const(mShared->value));
        mShared->bytes = allocatedBytes() - before;
        noteCopied(mShared->bytes);
    }

    std::shared_ptr<Held> mShared;
};

/// CowList is a list whose copies share every element until one of them writes to it.
template <class T>
class CowList {
public:
    class Iterator {
    public:
        using iterator_category = std::bidirectional_iterator_tag;
        using value_type = T;
        using difference_type = std::ptrdiff_t;
        using pointer = const T*;
        using reference = const T&;

        Iterator() = default;
        explicit Iterator(const Cow<T>* at) : mAt(at) {}
        const T& operator*() const { return mAt->read(); }
        const T* operator->() const { return &mAt->read(); }
        Iterator& operator++() { return ++mAt, *this; }
        Iterator& operator--() { return --mAt, *this; }
        Iterator operator++(int) { return Iterator(mAt++); }
        Iterator operator--(int) { return Iterator(mAt--); }
        friend bool operator==(Iterator, Iterator) = default;

    private:
        const Cow<T>* mAt = nullptr;
    };

    std::size_t size() const { return mItems.size(); }
    bool empty() const { return mItems.empty(); }
    const T& operator[](std::size_t i) const { return mItems[i].read(); }
    const T& at(std::size_t i) const { return mItems.at(i).read(); }
    const T& back() const { return mItems.back().read(); }
    /// write gives an element to write to; it stays where it is when the list grows.
    T& write(std::size_t i) { return mItems[i].write(); }
    T& append(T item) { return mItems.emplace_back(std::in_place, std::move(item)).write(); }
    Iterator begin() const { return Iterator(mItems.data()); }
    Iterator end() const { return Iterator(mItems.data() + mItems.size()); }
    auto rbegin() const { return std::make_reverse_iterator(end()); }
    auto rend() const { return std::make_reverse_iterator(begin()); }
    /// items are the elements with who shares them.
    const std::vector<Cow<T>>& items() const { return mItems; }

private:
    std::vector<Cow<T>> mItems;
};

} // namespace sim::kernel
