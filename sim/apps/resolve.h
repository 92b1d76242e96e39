// The question for a name, and nothing more: host(1).
#pragma once

#include "sim/apps/action.h"
#include "sim/apps/resolver.h"

namespace sim::apps {

class ResolveProgram {
public:
    explicit ResolveProgram(Resolve resolve = {}) : mName(std::move(resolve.name)) {}

    void start(AppContext& c) {
        mResolver.start(c, mName);
        check(c);
    }
    void onNotice(AppContext& c, const stack::Notice& n) {
        if (mResolver.onNotice(c, n)) check(c);
    }
    void onTimer(AppContext& c, std::uint16_t tag) {
        if (mResolver.onTimer(c, tag)) check(c);
    }

private:
    void check(AppContext& c) {
        if (mResolver.state() == Resolver::State::Done)
            c.finish(true, mName + " is " + mResolver.answer().toString());
        else if (mResolver.state() == Resolver::State::Failed)
            c.finish(false, mResolver.failure());
    }

    std::string mName;
    Resolver mResolver;
};

} // namespace sim::apps
