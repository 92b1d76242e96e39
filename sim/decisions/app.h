// What programs do, and what comes of it.
#pragma once

#include "sim/decisions/describe.h"

namespace sim::decisions {

/// AppStarted: a program begins.
struct AppStarted {
    static constexpr About kAbout{"app-started", Rank::Stimulus, isEvent("App"), kByUser};
    static constexpr Texts kSays{"%1 starts: %2."};
    TextId what; ///< "browse http://google.com/"

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.text(what));
    }
};

/// HttpRequest: a browser asks for something.
struct HttpRequest {
    static constexpr About kAbout{"http-request", Rank::NoiseFrame, kFrameTells, kByUser};
    static constexpr Texts kSays{"%1 requests from %2: %3."};
    Endpoint server;
    TextId request; ///< "GET /"

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.endpoint(server), t.text(request));
    }
};

/// HttpResponse: the answer is there, whole.
struct HttpResponse {
    static constexpr About kAbout{"http-response", Rank::Heard, kFrameTells, kByPacket};
    static constexpr Texts kSays{"%1 receives the response from %2: %3, %4 bytes."};
    Endpoint server;
    TextId status; ///< "200 OK"
    std::uint32_t bytes = 0;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.endpoint(server), t.text(status), t.number(bytes));
    }
};

/// HttpRedirected: the page is elsewhere.
struct HttpRedirected {
    static constexpr About kAbout{"http-redirected", Rank::BeforeFrame, kFrameTells, kByPacket};
    static constexpr Texts kSays{"The page is elsewhere (%3): the browser of %1 goes on to %2."};
    TextId location;
    std::uint32_t status = 0;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.text(location), t.number(status));
    }
};

/// PageNeedsMore: the page refers to other things.
struct PageNeedsMore {
    static constexpr About kAbout{"page-needs-more", Rank::BeforeFrame, noEvent("the page and each request have rows"),
                                  kByPacket};
    static constexpr Texts kSays{
        "The page %2 refers to %3 more things; the browser of %1 fetches them, too.",
        "The page %2 refers to one more thing; the browser of %1 fetches it, too.",
    };
    TextId url;
    std::uint32_t things = 0;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[things == 1], t.me(), t.text(url), t.number(things));
    }
};

/// PageArrived: a browser has a page to show.
struct PageArrived {
    static constexpr About kAbout{"page-arrived", Rank::Outcome, isEvent("App"), kByPacket};
    static constexpr Texts kSays{
        "The browser of %1 shows an error page for %2 (%3 bytes).",
        "The page has arrived: %2 (%3 bytes), in the browser of %1.",
    };
    TextId url;
    std::uint32_t bytes = 0;
    bool ok = false; ///< the status is 2xx

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[ok], t.me(), t.text(url), t.number(bytes));
    }
};

/// PingReply: an echo reply has come.
struct PingReply {
    static constexpr About kAbout{"ping-reply", Rank::Outcome, isEvent("App"), kByPacket};
    static constexpr Texts kSays{"%1 receives the reply from %2 to ping %3 after %4."};
    IpAddress from;
    std::uint32_t sequence = 0;
    SimTime roundTrip{0};

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.address(from), t.number(sequence), t.span(roundTrip));
    }
};

/// PingError: an echo request has failed.
struct PingError {
    static constexpr About kAbout{"ping-error", Rank::Outcome, isEvent("App"), kByPacket};
    static constexpr Texts kSays{
        "%1 is told by %2 about ping %3: %4.",
        "%1 cannot send ping %2: %3.",
    };
    IpAddress from; ///< who says so; none: this machine
    std::uint32_t sequence = 0;
    TextId what;

    template <class T>
    auto tell(const T& t) const {
        if (from.isNone()) return t.say(kSays[1], t.me(), t.number(sequence), t.text(what));
        return t.say(kSays[0], t.me(), t.address(from), t.number(sequence), t.text(what));
    }
};

/// PingTimeout: no echo reply has come in time.
struct PingTimeout {
    static constexpr About kAbout{"ping-timeout", Rank::Outcome, isEvent("App"), kByState};
    static constexpr Texts kSays{"%1 has received no reply from %2 to ping %3."};
    IpAddress to;
    std::uint32_t sequence = 0;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.address(to), t.number(sequence));
    }
};

/// TraceHop: traceroute knows a hop, or that nobody answers there.
struct TraceHop {
    static constexpr About kAbout{"trace-hop", Rank::Outcome, isEvent("App"), kByPacket};
    static constexpr Texts kSays{
        "%1 learns that hop %2 is %3.",
        "%1 learns nothing about hop %2: nobody replies.",
    };
    IpAddress who; ///< none: nobody
    std::uint32_t ttl = 0;

    template <class T>
    auto tell(const T& t) const {
        if (who.isNone()) return t.say(kSays[1], t.me(), t.number(ttl));
        return t.say(kSays[0], t.me(), t.number(ttl), t.address(who));
    }
};

/// ScriptStep: a step of a socket script has ended.
struct ScriptStep {
    static constexpr About kAbout{"script-step", Rank::Outcome, isEvent("App"), kByUser};
    static constexpr Texts kSays{
        "%1 cannot go on: %2.",
        "%1: %2.",
    };
    TextId step; ///< "drain: 10 bytes, end of stream"
    bool ok = false;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[ok], t.me(), t.text(step));
    }
};

/// AppFinished: a program has ended.
struct AppFinished {
    static constexpr About kAbout{"app-finished", Rank::End, isEvent("App"), kByState};
    static constexpr Texts kSays{
        "%3 on %1 failed: %2.",
        "%1: %2.",
    };
    TextId result; ///< in a sentence
    TextId what;   ///< "ping 8.8.8.8"
    bool ok = false;

    template <class T>
    auto tell(const T& t) const {
        if (ok) return t.say(kSays[1], t.me(), t.text(result));
        return t.say(kSays[0], t.me(), t.failure(result), t.text(what));
    }
};

using Apps = Family<6, AppStarted, HttpRequest, HttpResponse, HttpRedirected, PageNeedsMore, PageArrived, PingReply,
                    PingError, PingTimeout, TraceHop, ScriptStep, AppFinished>;

} // namespace sim::decisions

template <class D>
requires(sim::decisions::Apps::kHas<D>) struct sim::trace::KindOf<D> : sim::decisions::Apps::Kind<D> {
};
