// What a program can do: everything its device's stack offers, a timer of its own, and an end with a result.
#pragma once

#include "sim/apps/app.h"
#include "sim/decisions/app.h"
#include "sim/stack/context.h"

#include <string_view>

namespace sim::apps {

/// AppContext is what a program sees of the world while it handles an event.
class AppContext {
public:
    AppContext(stack::Context& stackContext, kernel::AppId self, App& app)
        : stack(stackContext), mSelf(self), mApp(app) {}

    stack::Context& stack;

    kernel::AppId self() const { return mSelf; }
    kernel::SimTime now() const { return stack.now(); }
    /// setTimer lets onTimer be called after a while with a tag of the program's choice; earlier timers stay set.
    void setTimer(kernel::SimTime after, std::uint16_t tag) {
        stack.schedule(now() + after, kernel::EventKind::AppTimer, mSelf.value, tag);
    }
    /// finish ends the program with a result in a sentence; it gets no further notices.
    void finish(bool ok, std::string_view result) {
        if (mApp.state() != App::State::Running) return;
        mApp.finish(ok, result);
        --stack.world().appsRunning;
        if (stack.tracing())
            stack.decide(
                decisions::AppFinished{.result = stack.text(result), .what = stack.text(mApp.what()), .ok = ok});
    }
    /// setBusy says that a service has something to do that a run should wait for; each true needs its false.
    void setBusy(bool busy) {
        mApp.countBusy(busy);
        stack.world().appsRunning += busy ? 1u : ~0u;
    }
    bool finished() const { return mApp.finished(); }

private:
    kernel::AppId mSelf;
    App& mApp;
};

} // namespace sim::apps
