#include "ui/cli/streams.h"

#include "model/io/write_all.h"
#include "ui/cli/output.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <unistd.h>

namespace ui::cli {

namespace {

constexpr qsizetype kBuffer = 1 << 16;
static_assert(kReaderLeft == 128 + SIGPIPE);

/// Out is standard output: a buffer, and what went wrong with it.
struct Out {
    QByteArray waiting;
    int error = 0; ///< errno of the first write that failed
    bool terminal = false;
    bool wordsElsewhere = false;
};

Out& out() {
    static Out one{{}, 0, isatty(STDOUT_FILENO) != 0, false};
    return one;
}

volatile std::sig_atomic_t gSignal = 0;

/// timeout(1) and some shells send a signal to a program and then to its whole group: that is asked once.
constexpr std::int64_t kTogether = 300'000'000; // nanoseconds
std::atomic<std::int64_t> gSignalAt{0};
static_assert(std::atomic<std::int64_t>::is_always_lock_free, "a handler may use it");

void noteSignal(int signal) {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const std::int64_t at = std::int64_t(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
    if (gSignal != signal) {
        gSignal = signal;
        gSignalAt = at;
    } else if (at - gSignalAt > kTogether) { // somebody cannot wait
        ::signal(signal, SIG_DFL);
        ::raise(signal);
    }
}

int writeAll(int fd, const QByteArray& bytes) {
    return model::io::writeAll(fd, bytes.constData(), std::size_t(bytes.size()));
}

void put(const QByteArray& bytes) {
    if (out().error) return;
    out().waiting += bytes;
    if (out().waiting.size() >= kBuffer || out().terminal) flushOut();
}

/// shown makes visible what would move a terminal's cursor or turn its words round: a lab may say anything.
QString shown(QString text) {
    for (QChar& c : text) {
        const char16_t u = c.unicode();
        if ((u < 0x20 && u != '\n' && u != '\t') || u == 0x7f)
            c = u == 0x7f ? QChar(0x2421) : QChar(char16_t(0x2400 + u)); // control pictures
        else if ((u >= 0x80 && u <= 0x9f) || (u >= 0x202a && u <= 0x202e) || (u >= 0x2066 && u <= 0x2069))
            c = QChar::ReplacementCharacter;
    }
    return text;
}

} // namespace

void prepareStreams() {
    for (int fd = 0; fd <= 2; ++fd) {
        if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
        // The lowest number that is free is this one. The wrong way round: whoever uses it gets an error.
        ::open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
    }
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
}

void printOut(const QString& text) {
    if (out().wordsElsewhere)
        printError(text);
    else
        put(shown(text).toUtf8());
}

void printError(const QString& text) {
    if (out().terminal) flushOut(); // in the order in which they were said
    writeAll(STDERR_FILENO, shown(text).toUtf8());
}

void printData(const QByteArray& bytes) { put(bytes); }

void printControl(const QString& text) { writeAll(STDERR_FILENO, text.toUtf8()); }

void wordsToErrors() { out().wordsElsewhere = true; }

bool flushOut() {
    Out& o = out();
    if (!o.error) o.error = writeAll(STDOUT_FILENO, o.waiting);
    o.waiting.clear();
    return o.error == 0;
}

bool outIsTerminal() { return out().terminal; }

int finished(int code) {
    if (flushOut()) return code;
    if (out().error == EINTR) return code; // told to end, with a reader that takes nothing
    if (out().error == EPIPE) return code == kFine || code == kFound ? kReaderLeft : code;
    const QString hint = out().error == EBADF   ? Text::tr("It is closed: let it lead to a file, or to /dev/null.")
                         : out().error == EFBIG ? Text::tr("A limit on the size of files is set (ulimit -f).")
                                                : Text::tr("Make room where it leads to, or let it lead elsewhere.");
    printError(Text::tr("Standard output cannot be written: %1.\nhint: %2\n").arg(qt_error_string(out().error), hint));
    return kBad;
}

void catchSignals() {
    model::io::setEndAsked([] { return gSignal != 0; });
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction before {};
        if (::sigaction(signal, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) continue;
        struct sigaction action {};
        action.sa_handler = noteSignal;
        action.sa_flags = 0; // without SA_RESTART: waiting for the reader of a FIFO ends, too
        ::sigaction(signal, &action, nullptr);
    }
}

int caughtSignal() { return gSignal; }

} // namespace ui::cli
