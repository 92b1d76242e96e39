#include "sim/apps/browser.h"

#include "sim/apps/bytes.h"
#include "sim/stack/tcp.h"

namespace sim::apps {

using stack::Errno;
using stack::NoticeKind;
using trace::DecisionKind;

void Browser::start(AppContext& c) { open(c); }

void Browser::open(AppContext& c) {
    mPage = {};
    mPage.url = mUrlText;
    mResponse = {};
    mConnected = false;
    std::string why;
    const auto url = wire::HttpUrl::parse(mUrlText, why);
    if (!url) return fail(c, why);
    mUrl = *url;
    mPage.url = mUrl.toString();
    mResolver.start(c, mUrl.host);
    connect(c);
}

void Browser::connect(AppContext& c) {
    if (mResolver.busy()) return;
    if (mResolver.state() == Resolver::State::Failed) return fail(c, mResolver.failure());
    if (!mResolver.answer().isV4()) return fail(c, mUrl.host + " has no IPv4 address");
    const Errno error = stack::tcp::connect(c.stack, c.self(), mResolver.answer().toV4(), mUrl.port, &mSocket);
    if (error != Errno::None) fail(c, reason(error));
}

void Browser::onTimer(AppContext& c, std::uint16_t tag) {
    const bool asking = mResolver.busy();
    if (mResolver.onTimer(c, tag) && asking) connect(c);
}

void Browser::onNotice(AppContext& c, const stack::Notice& n) {
    if (mResolver.busy()) {
        if (mResolver.onNotice(c, n)) connect(c);
        return;
    }
    if (!mSocket.valid() || n.socket != mSocket) return;
    switch (n.kind) {
    case NoticeKind::Connected: return request(c);
    case NoticeKind::Readable: return read(c);
    case NoticeKind::Closed:
        if (mConnected) {
            const auto socket = mSocket;
            read(c);
            if (mSocket != socket || c.finished()) return;
        }
        if (n.error == Errno::None) return ended(c);
        return fail(c, reason(n.error));
    default: return;
    }
}

void Browser::request(AppContext& c) {
    mConnected = true;
    const std::string what = "GET " + mUrl.path;
    if (c.stack.tracing())
        c.stack.decide({.kind = DecisionKind::HttpRequest, .port = mUrl.port, .address = mResolver.answer(), .text = c.stack.text(what)});
    const std::string text = what + " HTTP/1.1\r\nHost: " + mUrl.hostField() + "\r\nUser-Agent: " + c.stack.system().userAgent +
                             "\r\nAccept: */*\r\n\r\n";
    stack::tcp::send(c.stack, mSocket, asBytes(text));
}

void Browser::read(AppContext& c) {
    std::vector<std::uint8_t> bytes;
    stack::tcp::receive(c.stack, mSocket, bytes);
    mResponse.feed(asText(bytes));
    if (mResponse.complete()) return arrived(c);
    if (mResponse.bad()) return fail(c, "the answer of " + mUrl.host + " is no HTTP");
    if (stack::tcp::ended(c.stack, mSocket)) ended(c);
}

void Browser::ended(AppContext& c) {
    mResponse.endOfStream();
    if (mResponse.complete()) return arrived(c);
    fail(c, mResponse.status() ? mUrl.host + " closed the connection in the middle of the page"
                               : mUrl.host + " closed the connection without an answer");
}

void Browser::arrived(AppContext& c) {
    const int status = mResponse.status();
    const auto size = mResponse.bodyBytes();
    const auto shown = std::uint32_t(std::min<std::uint64_t>(size, 0xffff'ffff));
    if (c.stack.tracing())
        c.stack.decide({.kind = DecisionKind::HttpResponse, .port = mUrl.port, .number = shown, .address = mResolver.answer(),
                        .text = c.stack.text(mResponse.statusText())});
    stack::tcp::close(c.stack, mSocket);
    mSocket = {};
    const bool redirect = status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    if (const auto* location = redirect ? wire::httpField(mResponse.fields(), "Location") : nullptr) {
        if (++mRedirects > kMostRedirects) return fail(c, mUrlText + " leads in circles: more than 5 redirects");
        if (location->starts_with("//"))
            mUrlText = "http:" + *location;
        else if (location->find("://") != std::string::npos)
            mUrlText = *location;
        else if (location->starts_with('/'))
            mUrlText = "http://" + mUrl.hostField() + *location;
        else
            mUrlText = "http://" + mUrl.hostField() + mUrl.path.substr(0, mUrl.path.substr(0, mUrl.path.find('?')).rfind('/') + 1) + *location;
        return open(c);
    }
    mPage.status = status;
    mPage.body = mResponse.body();
    if (c.stack.tracing())
        c.stack.decide({.kind = DecisionKind::PageArrived, .code = std::uint8_t(status / 100 == 2), .number = shown,
                        .text = c.stack.text(mPage.url)});
    const std::string result = mResponse.statusText() + ", " + std::to_string(size) + " bytes";
    mResponse = {};
    c.finish(true, result);
}

void Browser::fail(AppContext& c, std::string why) {
    if (mSocket.valid()) stack::tcp::close(c.stack, mSocket);
    mSocket = {};
    mResponse = {};
    mPage.error = std::move(why);
    c.finish(false, mPage.error);
}

std::string Browser::reason(Errno error) const {
    const std::string address = mResolver.answer().toString();
    const std::string end = address + " port " + std::to_string(mUrl.port);
    switch (error) {
    case Errno::ConnectionRefused: return "connection refused by " + end;
    case Errno::ConnectionReset: return "connection reset by " + end;
    case Errno::TimedOut: return "no answer from " + end + ": timed out";
    case Errno::HostUnreachable: return address + " is unreachable: nobody there answers";
    case Errno::NetworkUnreachable: return address + " is unreachable: there is no route to it";
    case Errno::Access: return address + " is a broadcast address";
    case Errno::Invalid: return address + " is unreachable: the route refuses it";
    default: return "no connection to " + end + ": " + stack::errnoName(error);
    }
}

} // namespace sim::apps
