// A program that runs on a device, whichever it is: a value with a table of what it can do, so that who holds programs
// knows none of them. Copies share the program until one of them runs on.
#pragma once

#include "sim/kernel/fetch.h"
#include "sim/kernel/line_allocator.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace sim::stack {
struct Notice;
}

namespace sim::apps {

class AppContext;

/// App holds a program with its name and its outcome so far. A program is any copyable value with
/// start(AppContext&), onNotice(AppContext&, const stack::Notice&) and onTimer(AppContext&, std::uint16_t tag).
class App {
public:
    enum class State : std::uint8_t {
        Service, ///< runs as long as the device does
        Running,
        Done,
        Failed,
        Stopped, ///< was a service; its device has no power
    };

    /// service is one that runs as long as the device does; what names it in tables: "DNS server on port 53".
    template <class Program>
    static App service(Program program, std::string what) {
        return App(std::move(program), std::move(what), State::Service);
    }
    /// task is one that ends by itself; what is its action: "browse http://google.com/".
    template <class Program>
    static App task(Program program, std::string what) {
        return App(std::move(program), std::move(what), State::Running);
    }

    State state() const { return mState; }
    bool finished() const { return mState != State::Service && mState != State::Running; }
    const std::string& what() const { return words().what; }
    /// result is a sentence, when it has ended.
    const std::string& result() const { return words().result; }
    /// finish ends a running task; its program gets no further notices.
    void finish(bool ok, std::string_view result);
    /// stop ends a service whose device loses its power.
    void stop() {
        if (mState == State::Service) mState = State::Stopped;
        mBusy = 0;
    }
    /// busy is how often a run should wait for it besides its being a task (AppContext::setBusy).
    std::uint16_t busy() const { return mBusy; }
    void countBusy(bool more) { mBusy = std::uint16_t(mBusy + (more ? 1 : -1)); }

    /// as is the program if it is a Program, otherwise null.
    template <class Program>
    const Program* as() const {
        return mOperations == &kOperations<Program> ? &static_cast<const Held<Program>*>(mHeld.get())->program
                                                    : nullptr;
    }
    /// writeAs is the same to change it.
    template <class Program>
    Program* writeAs() {
        return mOperations == &kOperations<Program> ? &static_cast<Held<Program>*>(write())->program : nullptr;
    }

    void start(AppContext& c) { mOperations->start(write(), c); }
    void notice(AppContext& c, const stack::Notice& n) { mOperations->onNotice(write(), c, n); }
    void timer(AppContext& c, std::uint16_t tag) { mOperations->onTimer(write(), c, tag); }

    /// id tells apart what is held; copies that share have the same.
    const void* id() const { return mHeld.get(); }
    /// copyBytes is what it cost to copy the program when it ran on while others held it; 0: it never was a copy.
    std::size_t copyBytes() const { return words().bytes; }
    /// fetch asks for the first bytes of the program, with who shares it.
    void fetch(std::size_t bytes) const { kernel::fetch(mHeld.get(), bytes); }

private:
    struct Words {
        std::string what, result;
        std::size_t bytes = 0;
    };
    template <class Program>
    struct Held {
        Program program;
        Words words;
    };
    template <class Program>
    static Held<Program>& held(void* p) {
        return *static_cast<Held<Program>*>(p);
    }
    /// Operations is what every program can do, reached by the address of a Held.
    struct Operations {
        void (*start)(void*, AppContext&);
        void (*onNotice)(void*, AppContext&, const stack::Notice&);
        void (*onTimer)(void*, AppContext&, std::uint16_t);
        Words& (*words)(void*);
        std::shared_ptr<void> (*copy)(const void*);
    };
    template <class Program>
    static void startOf(void* p, AppContext& c) {
        held<Program>(p).program.start(c);
    }
    template <class Program>
    static void noticeOf(void* p, AppContext& c, const stack::Notice& n) {
        held<Program>(p).program.onNotice(c, n);
    }
    template <class Program>
    static void timerOf(void* p, AppContext& c, std::uint16_t tag) {
        held<Program>(p).program.onTimer(c, tag);
    }
    template <class Program>
    static Words& wordsOf(void* p) {
        return held<Program>(p).words;
    }
    template <class Program>
    static std::shared_ptr<void> copyOf(const void* p) {
        return hold(Held<Program>(*static_cast<const Held<Program>*>(p)));
    }
    template <class Program>
    static constexpr Operations kOperations{startOf<Program>, noticeOf<Program>, timerOf<Program>, wordsOf<Program>,
                                            copyOf<Program>};

    template <class Program>
    App(Program program, std::string what, State state)
        : mOperations(&kOperations<Program>), mHeld(hold(Held<Program>{std::move(program), {std::move(what), {}, 0}})),
          mState(state) {}

    /// hold puts a program behind the count of who shares it, which begins a cache line.
    template <class Program>
    static std::shared_ptr<void> hold(Held<Program> held) {
        return std::allocate_shared<Held<Program>>(kernel::LineAllocator<Held<Program>>(), std::move(held));
    }
    Words& words() const { return mOperations->words(mHeld.get()); }
    void* write() {
        if (mHeld.use_count() != 1) [[unlikely]]
            copy();
        return mHeld.get();
    }
    void copy();

    const Operations* mOperations;
    std::shared_ptr<void> mHeld;
    State mState; ///< here and not behind the pointer: what has ended is passed over unread
    std::uint16_t mBusy = 0;
};

} // namespace sim::apps
