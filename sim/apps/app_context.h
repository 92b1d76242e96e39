// What a program can do: everything its device's stack offers, a timer of its own, and an end with a result.
#pragma once

#include "sim/decisions/app.h"
#include "sim/stack/context.h"

#include <string>
#include <string_view>

namespace sim::apps {

/// AppStatus is the outcome so far, for tables and results.
struct AppStatus {
    enum class State : std::uint8_t { Service, Running, Done, Failed };
    State state = State::Running; ///< Service: runs as long as the device does
    std::string what;             ///< "browse http://google.com/", "DNS server"
    std::string result;           ///< a sentence, when it has ended

    bool finished() const { return state == State::Done || state == State::Failed; }
};

class AppContext {
public:
    AppContext(stack::Context& stackContext, kernel::AppId self, AppStatus& status)
        : stack(stackContext), mSelf(self), mStatus(status) {}

    stack::Context& stack;

    kernel::AppId self() const { return mSelf; }
    kernel::SimTime now() const { return stack.now(); }
    /// setTimer lets onTimer be called after a while with a tag of the program's choice; earlier timers stay set.
    void setTimer(kernel::SimTime after, std::uint16_t tag) {
        stack.schedule(now() + after, kernel::EventKind::AppTimer, mSelf.value, tag);
    }
    /// finish ends the program with a result in a sentence; it gets no further notices.
    void finish(bool ok, std::string_view result) {
        if (mStatus.state != AppStatus::State::Running) return;
        mStatus.state = ok ? AppStatus::State::Done : AppStatus::State::Failed;
        mStatus.result = result;
        --stack.world().appsRunning;
        if (stack.tracing()) stack.decide(decisions::AppFinished{.result = stack.text(result), .ok = ok});
    }
    /// setBusy says that a service has something to do that a run should wait for; each true needs its false.
    void setBusy(bool busy) { stack.world().appsRunning += busy ? 1u : ~0u; }
    bool finished() const { return mStatus.finished(); }

private:
    kernel::AppId mSelf;
    AppStatus& mStatus;
};

} // namespace sim::apps
