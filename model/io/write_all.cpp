#include "model/io/write_all.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace model::io {

namespace {

bool (*gEndAsked)() = nullptr;

constexpr int kWait = 100, kPatience = 10; // ms, and how many of these

/// ready waits until a pipe takes PIPE_BUF bytes; false: the program is to end, and nobody reads.
bool ready(int fd) {
    for (int waited = 0; waited < kPatience;) {
        pollfd one{fd, POLLOUT, 0};
        const int n = ::poll(&one, 1, kWait);
        if (n > 0 || (n < 0 && errno != EINTR)) return true; // errors are told by write
        // A signal that comes between this look and the wait is seen after the wait.
        if (n == 0 && gEndAsked && gEndAsked()) ++waited;
    }
    return false;
}

} // namespace

void setEndAsked(bool (*asked)()) { gEndAsked = asked; }

int writeAll(int fd, const void* data, std::size_t size) {
    const auto* p = static_cast<const char*>(data);
    struct stat what {};
    const bool file = ::fstat(fd, &what) == 0 && S_ISREG(what.st_mode);
    while (size > 0) {
        if (!file && !ready(fd)) return EINTR;
        // What poll promises room for; more would wait where no signal is looked for.
        const ssize_t n = ::write(fd, p, file ? size : std::min<std::size_t>(size, PIPE_BUF));
        if (n < 0 && errno == EAGAIN) continue; // somebody made it so; poll waits
        if (n < 0 && errno != EINTR) return errno;
        if (n < 0) continue;
        p += n;
        size -= std::size_t(n);
    }
    return 0;
}

} // namespace model::io
