#include "ui/run/memory_ahead.h"

#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory_resource>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

namespace ui::run {

namespace {

constexpr std::size_t kPage = 4096, kSmallest = 64 << 10, kAhead = 16 << 20;
/// A run that fits in this many pieces of a size is over before a thread could help.
constexpr std::size_t kFirstPieces = 4;
/// Waking the thread costs as much as hundreds of records: it is done when fewer than kFew pieces of a size are ready,
/// and then it fetches until there are kEnough.
constexpr std::size_t kFew = 2, kEnough = 4;

class MemoryAhead final : public std::pmr::memory_resource {
    struct Size {
        std::size_t taken = 0;
        std::vector<void*> ready;
    };

    void* do_allocate(std::size_t bytes, std::size_t alignment) override {
        if (bytes < kSmallest || bytes > kAhead) return upstream()->allocate(bytes, alignment);
        {
            const std::lock_guard lock(mMutex);
            Size& size = mSizes[bytes];
            void* piece = nullptr;
            if (!size.ready.empty()) {
                piece = size.ready.back();
                size.ready.pop_back();
                mReadyBytes -= bytes;
            }
            if (++size.taken > kFirstPieces) {
                if (!mThread.joinable()) mThread = std::jthread([this](std::stop_token stop) { fetch(stop); });
                if (size.ready.size() < kFew) mTaken.notify_one();
            }
            if (piece) return piece;
        }
        return upstream()->allocate(bytes, alignof(std::max_align_t));
    }
    void do_deallocate(void* piece, std::size_t bytes, std::size_t alignment) override {
        const bool ours = bytes >= kSmallest && bytes <= kAhead;
        if (ours) {
            const std::lock_guard lock(mMutex);
            --mSizes[bytes].taken;
        }
        upstream()->deallocate(piece, bytes, ours ? alignof(std::max_align_t) : alignment);
    }
    bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
    static std::pmr::memory_resource* upstream() { return std::pmr::new_delete_resource(); }

    /// wanted is a size of which less is ready than the given number of pieces, though more will be taken; 0 when there
    /// is none.
    std::size_t wanted(std::size_t enough) const {
        for (const auto& [bytes, size] : mSizes)
            if (size.taken > kFirstPieces && size.ready.size() < enough && mReadyBytes + bytes <= kAhead) return bytes;
        return 0;
    }
    void fetch(std::stop_token stop) {
        std::unique_lock lock(mMutex);
        while (mTaken.wait(lock, stop, [this] { return wanted(kFew) != 0; }))
            while (const std::size_t bytes = wanted(kEnough)) {
                lock.unlock();
                auto* const piece = static_cast<volatile std::byte*>(
                    ::operator new(bytes, std::align_val_t(alignof(std::max_align_t)), std::nothrow));
                if (!piece) return; // whoever needs it will be told
                for (std::size_t i = 0; i < bytes; i += kPage)
                    piece[i] = std::byte{0};
                lock.lock();
                mSizes[bytes].ready.push_back(const_cast<std::byte*>(piece));
                mReadyBytes += bytes;
            }
    }

    std::mutex mMutex;
    std::condition_variable_any mTaken;
    std::map<std::size_t, Size> mSizes;
    std::size_t mReadyBytes = 0;
    std::jthread mThread;
};

} // namespace

void fetchMemoryAhead() {
    static MemoryAhead* const memory = new MemoryAhead; // never destroyed: logs may outlive whatever is static
    std::pmr::set_default_resource(memory);
}

} // namespace ui::run
