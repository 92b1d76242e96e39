// Memory that runs out: for tests of what happens then.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <new>

namespace tests {

/// ScarceMemory gives so many bytes to logs, as long as it is there, and then no more. What was taken from it must go
/// before it does.
class ScarceMemory final : public std::pmr::memory_resource {
public:
    explicit ScarceMemory(std::size_t bytes) : mLeft(bytes), mBefore(std::pmr::set_default_resource(this)) {}
    ~ScarceMemory() override { std::pmr::set_default_resource(mBefore); }
    ScarceMemory(const ScarceMemory&) = delete;
    ScarceMemory& operator=(const ScarceMemory&) = delete;

private:
    void* do_allocate(std::size_t bytes, std::size_t alignment) override {
        if (bytes > mLeft) throw std::bad_alloc();
        mLeft -= bytes;
        return std::pmr::new_delete_resource()->allocate(bytes, alignment);
    }
    void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override {
        mLeft += bytes;
        std::pmr::new_delete_resource()->deallocate(p, bytes, alignment);
    }
    bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

    std::size_t mLeft;
    std::pmr::memory_resource* mBefore;
};

} // namespace tests
