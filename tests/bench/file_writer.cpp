#include "tests/bench/file_writer.h"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <functional>
#include <utility>

namespace bench {

FileWriter::FileWriter() : mThread([this] { work(); }) {}

FileWriter::~FileWriter() { finish(); }

sim::trace::PieceSink FileWriter::open(const std::string& path) {
    auto file = std::make_unique<File>();
    file->path = path;
    file->descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file->descriptor < 0 && mFailed.empty()) mFailed = path;
    mFiles.push_back(std::move(file));
    return [this, to = mFiles.back().get()](Bytes piece) { return put(to, std::move(piece)); };
}

FileWriter::Bytes FileWriter::put(File* to, Bytes piece) {
    std::unique_lock lock(mMutex);
    mWent.wait(lock, [this] { return mWaiting.size() < kMostWaiting; });
    mWaiting.push_back({to, std::move(piece)});
    if (mWaiting.size() == kBatch) mCame.notify_one();
    Bytes other;
    if (!mSpare.empty()) {
        other = std::move(mSpare.back());
        mSpare.pop_back();
    }
    return other;
}

void FileWriter::work() {
    std::vector<Piece> mine;
    std::unique_lock lock(mMutex);
    for (;;) {
        mCame.wait(lock, [this] { return mDone || mWaiting.size() >= kBatch; });
        if (mWaiting.empty()) return;
        std::swap(mine, mWaiting);
        if (mine.size() >= kMostWaiting) mWent.notify_one();
        lock.unlock();
        std::string failed;
        std::stable_sort(mine.begin(), mine.end(),
                         [](const Piece& a, const Piece& b) { return std::less<>{}(a.to, b.to); });
        for (auto first = mine.begin(); first != mine.end();) {
            const auto last = std::find_if(first, mine.end(), [&](const Piece& p) { return p.to != first->to; });
            if (!write(*first->to, {first, last}) && failed.empty()) failed = first->to->path;
            first = last;
        }
        lock.lock();
        if (mFailed.empty()) mFailed = failed;
        for (Piece& piece : mine)
            mSpare.push_back(std::move(piece.bytes));
        mine.clear();
    }
}

bool FileWriter::write(const File& to, std::span<const Piece> pieces) {
    std::vector<iovec> parts;
    for (const Piece& p : pieces)
        parts.push_back({const_cast<std::uint8_t*>(p.bytes.data()), p.bytes.size()});
    for (std::size_t done = 0; done < parts.size();) {
        ssize_t wrote = ::writev(to.descriptor, &parts[done], int(std::min<std::size_t>(parts.size() - done, IOV_MAX)));
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return false;
        for (; done < parts.size() && std::size_t(wrote) >= parts[done].iov_len; ++done)
            wrote -= ssize_t(parts[done].iov_len);
        if (wrote > 0)
            parts[done] = {static_cast<std::uint8_t*>(parts[done].iov_base) + wrote,
                           parts[done].iov_len - std::size_t(wrote)};
    }
    return true;
}

std::string FileWriter::finish() {
    {
        const std::lock_guard lock(mMutex);
        mDone = true;
        mCame.notify_one();
    }
    if (mThread.joinable()) mThread.join();
    for (const auto& file : mFiles)
        if (file->descriptor >= 0 && ::close(std::exchange(file->descriptor, -1)) != 0 && mFailed.empty())
            mFailed = file->path;
    return mFailed;
}

} // namespace bench
