#include "tests/bench/file_writer.h"

#include <utility>

namespace bench {

FileWriter::FileWriter() : mThread([this] { work(); }) {}

FileWriter::~FileWriter() { finish(); }

sim::trace::PieceSink FileWriter::open(const std::string& path) {
    auto file = std::make_unique<File>();
    file->path = path;
    file->file.reset(std::fopen(path.c_str(), "wb"));
    if (file->file)
        std::setvbuf(file->file.get(), nullptr, _IONBF, 0); // pieces are large
    else if (mFailed.empty())
        mFailed = path;
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
        for (const Piece& piece : mine)
            if (!piece.to->file || std::fwrite(piece.bytes.data(), 1, piece.bytes.size(), piece.to->file.get()) != piece.bytes.size()) {
                if (failed.empty()) failed = piece.to->path;
            }
        lock.lock();
        if (mFailed.empty()) mFailed = failed;
        for (Piece& piece : mine)
            mSpare.push_back(std::move(piece.bytes));
        mine.clear();
    }
}

std::string FileWriter::finish() {
    {
        const std::lock_guard lock(mMutex);
        mDone = true;
        mCame.notify_one();
    }
    if (mThread.joinable()) mThread.join();
    for (const auto& file : mFiles)
        if (file->file && std::fclose(file->file.release()) != 0 && mFailed.empty()) mFailed = file->path;
    return mFailed;
}

} // namespace bench
