#include "sim/apps/browser.h"

#include "sim/apps/bytes.h"
#include "sim/apps/trouble.h"
#include "sim/decisions/app.h"
#include "sim/stack/ip.h"
#include "sim/stack/tcp.h"
#include "sim/wire/dns.h"
#include "sim/wire/page_links.h"

#include <algorithm>

namespace sim::apps {

using stack::Errno;
using stack::NoticeKind;
using wire::HttpUrl;

namespace {

/// seconds is a span as people write it: "2.5 s".
std::string inSeconds(kernel::SimTime time) {
    const auto ms = time.count() / 1'000'000;
    std::string text = std::to_string(ms / 1000);
    if (ms % 1000) text += '.' + std::to_string(1000 + ms % 1000).substr(1);
    return text + " s";
}

std::uint32_t shown(std::uint64_t size) { return std::uint32_t(std::min<std::uint64_t>(size, 0xffff'ffff)); }

std::string reason(const stack::Context& c, Errno error, const wire::IpAddress& to, std::uint16_t port) {
    const std::string address = to.toString();
    const std::string end = address + " port " + std::to_string(port);
    switch (error) {
    case Errno::ConnectionRefused: return "connection refused by " + end;
    case Errno::ConnectionReset: return "connection reset by " + end;
    case Errno::TimedOut: return "no reply from " + end + ": timed out";
    case Errno::HostUnreachable: return address + " is unreachable: nobody there replies";
    case Errno::NetworkUnreachable:
        if (stack::ip::isBroadcast(c, to.toV4())) return address + " is a broadcast address";
        [[fallthrough]];
    case Errno::Access:
    case Errno::Invalid: return address + " is unreachable: " + routeTrouble(c, error);
    default: return "no connection to " + end + ": " + stack::errnoName(error);
    }
}

} // namespace

void Browser::start(AppContext& c) {
    if (mDeadline > kernel::SimTime::zero()) c.setTimer(mDeadline, kDeadline);
    mPage.url = mUrlText;
    std::string why;
    const auto url = HttpUrl::parse(mUrlText, why);
    mFetches.push_back({.url = url.value_or(HttpUrl{})});
    if (!url) return failed(c, 0, why);
    mPage.url = url->toString();
    pump(c);
}

void Browser::pump(AppContext& c) {
    for (std::size_t f = 0; f < mFetches.size() && !c.finished(); ++f) {
        if (mFetches[f].state != Fetch::State::Waiting) continue;
        const HttpUrl url = mFetches[f].url;
        wire::IpAddress address;
        if (!addressOf(c, url, address)) continue;
        std::size_t same = 0, idle = kNone;
        for (std::size_t i = 0; i < mConnections.size(); ++i) {
            if (mConnections[i].host != url.host || mConnections[i].port != url.port) continue;
            ++same;
            if (mConnections[i].fetch == kNone && idle == kNone) idle = i;
        }
        if (idle != kNone) {
            mConnections[idle].fetch = f;
            mFetches[f].state = Fetch::State::Active;
            request(c, mConnections[idle]);
        } else if (same < kMostConnections) {
            connect(c, f, address);
        }
    }
}

/// addressOf gives the address of a host, or begins to ask for it; true when there is one.
bool Browser::addressOf(AppContext& c, const HttpUrl& url, wire::IpAddress& address) {
    const auto known = std::find_if(mAddresses.begin(), mAddresses.end(),
                                    [&](const auto& a) { return wire::dns::sameName(a.first, url.host); });
    if (known != mAddresses.end()) {
        address = known->second;
        return true;
    }
    if (mResolver.busy()) return false;
    mResolver.start(c, url.host, mIpv4Only ? Resolver::Family::V4 : Resolver::Family::Both);
    if (mResolver.busy()) return false;
    resolved(c);
    address = mResolver.answer();
    return !c.finished() && mResolver.state() == Resolver::State::Done && address.isV4();
}

/// resolved notes what the resolver found; whoever waits for a name without an address has failed.
void Browser::resolved(AppContext& c) {
    const bool found = mResolver.state() == Resolver::State::Done && mResolver.answer().isV4();
    const std::string why = mResolver.state() == Resolver::State::Failed
                                ? mResolver.failure()
                                : mResolver.name() + " has only an IPv6 address, " + mResolver.answer().toString() +
                                      ", and this node has none";
    for (std::size_t f = 0; f < mFetches.size(); ++f) {
        if (mFetches[f].state != Fetch::State::Waiting) continue;
        auto host = mFetches[f].url.host; // the resolver leaves a last dot out
        if (host.size() > 1 && host.back() == '.') host.pop_back();
        if (host != mResolver.name() && mFetches[f].url.host != mResolver.name()) continue;
        if (found)
            mAddresses.emplace_back(mFetches[f].url.host, mResolver.answer());
        else
            failed(c, f, why);
    }
}

void Browser::connect(AppContext& c, std::size_t fetch, const wire::IpAddress& address) {
    Connection k{.socket = {},
                 .host = mFetches[fetch].url.host,
                 .port = mFetches[fetch].url.port,
                 .address = address,
                 .fetch = fetch,
                 .response = {}};
    const Errno error = stack::tcp::connect(c.stack, c.self(), address.toV4(), k.port, &k.socket);
    if (error != Errno::None) return failed(c, fetch, reason(c.stack, error, address, k.port));
    mFetches[fetch].state = Fetch::State::Active;
    mConnections.push_back(std::move(k));
}

void Browser::onTimer(AppContext& c, std::uint16_t tag) {
    if (tag == kDeadline) {
        closeAll(c);
        mPage.error = "no page within " + inSeconds(mDeadline);
        return c.finish(false, mPage.error);
    }
    const bool asking = mResolver.busy();
    if (!mResolver.onTimer(c, tag) || !asking || mResolver.busy()) return;
    resolved(c);
    pump(c);
}

void Browser::onNotice(AppContext& c, const stack::Notice& n) {
    if (mResolver.busy() && mResolver.onNotice(c, n) && !mResolver.busy()) {
        resolved(c);
        pump(c);
    }
    // UDP and TCP number their sockets apart: the same number may be a connection, too.
    const auto find = [&] {
        return std::size_t(std::find_if(mConnections.begin(), mConnections.end(),
                                        [&](const auto& k) { return k.socket == n.socket; }) -
                           mConnections.begin());
    };
    if (!n.socket.valid() || c.finished() || find() == mConnections.size()) return;
    Connection& k = mConnections[find()];
    switch (n.kind) {
    case NoticeKind::Connected: k.connected = true; return request(c, k);
    case NoticeKind::Readable: return read(c, find());
    case NoticeKind::Closed:
        if (k.connected) {
            read(c, find());
            if (c.finished() || find() == mConnections.size()) return;
        }
        return ended(c, find(), n.error);
    default: return;
    }
}

void Browser::request(AppContext& c, Connection& k) {
    const HttpUrl& url = mFetches[k.fetch].url;
    k.response = {};
    const std::string what = "GET " + url.path;
    if (c.stack.tracing())
        c.stack.decide(decisions::HttpRequest{.server = {k.address, url.port}, .request = c.stack.text(what)});
    const std::string text = what + " HTTP/1.1\r\nHost: " + url.hostField() +
                             "\r\nUser-Agent: " + c.stack.system().userAgent + "\r\nAccept: */*\r\n\r\n";
    stack::tcp::send(c.stack, k.socket, asBytes(text));
}

void Browser::read(AppContext& c, std::size_t index) {
    Connection& k = mConnections[index];
    std::vector<std::uint8_t> bytes;
    stack::tcp::receive(c.stack, k.socket, bytes);
    if (k.fetch == kNone) {
        // Nothing was asked: the server has closed a connection that was kept, or talks by itself.
        if (!bytes.empty() || stack::tcp::ended(c.stack, k.socket)) hangUp(c, index);
        return;
    }
    k.response.feed(asText(bytes));
    if (k.response.complete()) return arrived(c, index);
    if (k.response.bad()) {
        const std::size_t fetch = k.fetch;
        hangUp(c, index);
        return failed(c, fetch, "the response of " + mFetches[fetch].url.host + " is not HTTP");
    }
    if (stack::tcp::ended(c.stack, k.socket)) ended(c, index, Errno::None);
}

void Browser::ended(AppContext& c, std::size_t index, Errno error) {
    Connection& k = mConnections[index];
    const std::size_t fetch = k.fetch;
    if (fetch == kNone) return hangUp(c, index);
    if (error == Errno::None) k.response.endOfStream();
    if (k.response.complete()) return arrived(c, index);
    // A kept connection may be closed just when it is used again: the question is asked once more (RFC 9112 9.3.1).
    const bool again = k.answers > 0 && k.response.status() == 0;
    const int status = k.response.status();
    const std::string why = error != Errno::None ? reason(c.stack, error, k.address, k.port)
                            : status             ? k.host + " closed the connection in the middle of the page"
                                                 : k.host + " closed the connection without a response";
    hangUp(c, index);
    if (again) {
        mFetches[fetch].state = Fetch::State::Waiting;
        return pump(c);
    }
    failed(c, fetch, why);
}

void Browser::hangUp(AppContext& c, std::size_t index) {
    stack::tcp::close(c.stack, mConnections[index].socket);
    mConnections.erase(mConnections.begin() + std::ptrdiff_t(index));
}

bool Browser::redirected(AppContext& c, Fetch& fetch, const wire::HttpResponse& response) {
    const int status = response.status();
    const bool redirect = status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    const auto* location = redirect ? wire::httpField(response.fields(), "Location") : nullptr;
    if (!location) return false;
    const std::string to = wire::joinUrl(fetch.url.toString(), *location);
    if (c.stack.tracing())
        c.stack.decide(decisions::HttpRedirected{.location = c.stack.text(to), .status = std::uint32_t(status)});
    const std::size_t index = std::size_t(&fetch - mFetches.data());
    if (index == 0) {
        mUrlText = to;
        mPage = {};
        mPage.url = to;
    }
    std::string why;
    const auto url = HttpUrl::parse(to, why);
    if (!url) {
        failed(c, index, why);
        return true;
    }
    fetch.passed.push_back(fetch.url.toString());
    if (std::find(fetch.passed.begin(), fetch.passed.end(), url->toString()) != fetch.passed.end()) {
        failed(c, index, "the redirects lead in a loop: " + url->toString() + " again");
        return true;
    }
    if (fetch.passed.size() > kMostRedirects) {
        failed(c, index,
               "more than " + std::to_string(kMostRedirects) + " redirects: the browser does not follow " +
                   url->toString());
        return true;
    }
    fetch.url = *url;
    if (index == 0) mPage.url = url->toString();
    fetch.state = Fetch::State::Waiting;
    return true;
}

void Browser::arrived(AppContext& c, std::size_t index) {
    Connection& k = mConnections[index];
    const std::size_t f = k.fetch;
    Fetch& fetch = mFetches[f];
    fetch.bytes = k.response.bodyBytes();
    if (c.stack.tracing())
        c.stack.decide(decisions::HttpResponse{.server = {k.address, k.port},
                                               .status = c.stack.text(k.response.statusText()),
                                               .bytes = shown(fetch.bytes)});
    wire::HttpResponse response = std::move(k.response);
    k.response = {};
    k.fetch = kNone;
    ++k.answers;
    if (!response.keepsConnection() || stack::tcp::ended(c.stack, k.socket)) hangUp(c, index);
    if (!redirected(c, fetch, response)) {
        fetch.state = response.status() / 100 == 2 ? Fetch::State::Done : Fetch::State::Failed;
        if (f == 0) pageArrived(c, response);
    }
    if (c.finished()) return;
    pump(c);
    if (!c.finished()) finishIfAll(c);
}

/// pageArrived shows the page, and adds what it refers to.
void Browser::pageArrived(AppContext& c, wire::HttpResponse& response) {
    mPage.status = response.status();
    mPage.body = response.body();
    mStatusText = response.statusText();
    mFetches[0].state = Fetch::State::Done;
    if (c.stack.tracing())
        c.stack.decide(decisions::PageArrived{
            .url = c.stack.text(mPage.url), .bytes = shown(response.bodyBytes()), .ok = mPage.status / 100 == 2});
    const auto* type = wire::httpField(response.fields(), "Content-Type");
    if (mPage.status / 100 != 2 || !type || !type->starts_with("text/html")) return;
    const std::string base = mFetches[0].url.toString();
    for (const auto& link : wire::pageLinks(mPage.body)) {
        std::string why;
        const auto url = HttpUrl::parse(wire::joinUrl(base, link), why);
        mFetches.push_back(
            {.url = url.value_or(HttpUrl{}), .state = url ? Fetch::State::Waiting : Fetch::State::Failed});
    }
    if (mFetches.size() > 1 && c.stack.tracing())
        c.stack.decide(
            decisions::PageNeedsMore{.url = c.stack.text(mPage.url), .things = std::uint32_t(mFetches.size() - 1)});
}

void Browser::finishIfAll(AppContext& c) {
    std::size_t missing = 0;
    std::uint64_t bytes = 0;
    for (std::size_t f = 1; f < mFetches.size(); ++f) {
        missing += mFetches[f].state == Fetch::State::Failed;
        bytes += mFetches[f].bytes;
    }
    const bool all = std::all_of(mFetches.begin(), mFetches.end(), [](const Fetch& f) {
        return f.state == Fetch::State::Done || f.state == Fetch::State::Failed;
    });
    if (!all) return;
    std::string result = mStatusText + ", " + std::to_string(mFetches[0].bytes) + " bytes";
    const std::size_t objects = mFetches.size() - 1;
    if (objects)
        result += ", and " + std::to_string(bytes) + " bytes in " + std::to_string(objects) +
                  (objects == 1 ? " object" : " objects");
    if (missing) result += " (" + std::to_string(missing) + " missing)";
    closeAll(c);
    c.finish(true, result);
}

void Browser::failed(AppContext& c, std::size_t fetch, const std::string& why) {
    mFetches[fetch].state = Fetch::State::Failed;
    if (fetch > 0) return finishIfAll(c);
    closeAll(c);
    mPage.error = why;
    c.finish(false, mPage.error);
}

void Browser::closeAll(AppContext& c) {
    while (!mConnections.empty())
        hangUp(c, 0);
}

} // namespace sim::apps
