#include "sim/apps/app.h"

#include "sim/kernel/heap.h"

namespace sim::apps {

void App::finish(bool ok, std::string_view result) {
    if (mState != State::Running) return;
    mState = ok ? State::Done : State::Failed;
    write();
    words().result = result;
}

/// copy is rare: apart from it, write stays small.
[[gnu::noinline]] void App::copy() {
    const std::uint64_t before = kernel::allocatedBytes();
    mHeld = mOperations->copy(mHeld.get());
    words().bytes = kernel::allocatedBytes() - before;
    kernel::noteCopied(words().bytes);
}

} // namespace sim::apps
