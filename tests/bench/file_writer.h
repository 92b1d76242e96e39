// Files written by a thread of its own, while a simulation goes on. Knows no Qt.
#pragma once

#include "sim/trace/pcap.h"

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace bench {

/// FileWriter writes what its sinks are given, in order, at most some megabytes behind them.
class FileWriter {
public:
    FileWriter();
    ~FileWriter();
    FileWriter(const FileWriter&) = delete;
    FileWriter& operator=(const FileWriter&) = delete;

    /// open makes or empties a file and gives the way to write to it, for as long as this lives. What cannot be opened
    /// or written is told by finish.
    sim::trace::PieceSink open(const std::string& path);
    /// finish waits until all is written and gives the path of the first file that could not be, or nothing.
    std::string finish();

private:
    /// Waking a thread and asking the kernel cost as much as many frames, so both are done for a batch.
    static constexpr std::size_t kBatch = 128, kMostWaiting = 512;
    using Bytes = std::vector<std::uint8_t>;
    struct File {
        std::string path;
        int descriptor = -1;
    };
    struct Piece {
        File* to = nullptr;
        Bytes bytes;
    };
    /// put takes a piece and gives an old one for it.
    Bytes put(File* to, Bytes piece);
    void work();
    /// write puts all pieces of one file; false when that failed.
    static bool write(const File& to, std::span<const Piece> pieces);

    std::vector<std::unique_ptr<File>> mFiles;
    std::mutex mMutex;
    std::condition_variable mCame, mWent;
    std::vector<Piece> mWaiting;
    std::vector<Bytes> mSpare;
    std::string mFailed;
    bool mDone = false;
    std::thread mThread;
};

} // namespace bench
