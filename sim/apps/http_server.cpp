#include "sim/apps/http_server.h"

#include "sim/apps/bytes.h"
#include "sim/stack/tcp.h"
#include "sim/wire/dns.h"
#include "sim/wire/http.h"

#include <algorithm>
#include <charconv>

namespace sim::apps {

using stack::NoticeKind;

namespace {

/// headEnd is the length of the head with its empty line, or npos while that has not come.
std::size_t headEnd(std::string_view text) {
    for (std::size_t at = 0;;) {
        at = text.find('\n', at);
        if (at == std::string_view::npos) return at;
        ++at;
        if (text.substr(at).starts_with('\n')) return at + 1;
        if (text.substr(at).starts_with("\r\n")) return at + 2;
    }
}

std::string errorPage(int status) {
    const std::string text = std::to_string(status) + " " + std::string(wire::httpReason(status));
    return "<!doctype html><title>" + text + "</title><h1>" + text + "</h1>\n";
}

constexpr std::size_t kChunk = 8192; ///< bytes of a chunk, and of what is made at once

std::string chunkHead(std::size_t size) {
    char text[24];
    const auto end = std::to_chars(text, text + sizeof text, size, 16).ptr;
    return std::string(text, end) + "\r\n";
}

void respond(HttpServer::Connection& k, int status, std::string_view type, std::string_view body, bool headOnly) {
    k.out = "HTTP/1.1 " + std::to_string(status) + " " + std::string(wire::httpReason(status));
    k.out.append("\r\nContent-Type: ").append(type);
    k.out.append("\r\nContent-Length: ").append(std::to_string(body.size()));
    if (status == 405) k.out.append("\r\nAllow: GET, HEAD");
    if (k.closing) k.out.append("\r\nConnection: close");
    k.out.append("\r\n\r\n");
    if (!headOnly) k.out.append(body);
}

void refuse(HttpServer::Connection& k, int status) {
    k.closing = true;
    k.in.clear();
    respond(k, status, "text/html", errorPage(status), false);
}

} // namespace

void HttpServer::start(AppContext& c) { mListener = stack::tcp::listen(c.stack, c.self(), 0, mConfig->port, 16); }

void HttpServer::onNotice(AppContext& c, const stack::Notice& n) {
    if (n.kind == NoticeKind::Accepted) {
        mConnections.push_back({.socket = n.socket});
        return serve(c, mConnections.size() - 1);
    }
    for (std::size_t i = 0; i < mConnections.size(); ++i) {
        if (mConnections[i].socket != n.socket) continue;
        if (n.kind == NoticeKind::Closed) return remove(c, i);
        if (n.kind == NoticeKind::Readable || n.kind == NoticeKind::Writable) return serve(c, i);
        return;
    }
}

void HttpServer::serve(AppContext& c, std::size_t index) {
    Connection& k = mConnections[index];
    std::vector<std::uint8_t> bytes;
    for (;;) {
        if (k.sent < k.out.size()) {
            k.sent += stack::tcp::send(c.stack, k.socket, asBytes(std::string_view(k.out).substr(k.sent)));
            if (k.sent < k.out.size()) return; // Writable will come
        }
        k.out.clear();
        k.sent = 0;
        if (fill(k)) continue;
        if (k.closing) return remove(c, index);
        if (next(k)) continue;
        // Requests are read one head at a time: a client that does not read its answers must wait.
        bytes.clear();
        if (stack::tcp::receive(c.stack, k.socket, bytes, kLongestHead) == 0) break;
        k.in.append(asText(bytes));
    }
    if (stack::tcp::ended(c.stack, k.socket)) remove(c, index);
}

bool HttpServer::next(Connection& k) const {
    const auto skipped = std::size_t(std::min<std::uint64_t>(k.skip, k.in.size()));
    k.in.erase(0, skipped);
    k.skip -= skipped;
    if (k.skip > 0 || k.in.empty()) return false;
    const auto end = headEnd(k.in);
    if (end == std::string::npos && k.in.size() < kLongestHead) return false;
    if (end > kLongestHead) {
        refuse(k, 431);
        return true;
    }
    const std::string head = k.in.substr(0, end);
    k.in.erase(0, end);
    answer(k, head);
    return true;
}

void HttpServer::answer(Connection& k, std::string_view head) const {
    wire::HttpFields fields;
    std::string_view request;
    for (bool first = true; !head.empty(); first = false) {
        const auto end = head.find('\n');
        auto line = head.substr(0, end);
        head.remove_prefix(end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (first)
            request = line;
        else if (!line.empty() && !wire::parseHttpField(line, fields))
            return refuse(k, 400);
    }
    const auto space = request.find(' '), last = request.rfind(' ');
    if (space == std::string_view::npos || space == 0 || last <= space + 1) return refuse(k, 400);
    const auto method = request.substr(0, space), version = request.substr(last + 1);
    auto path = request.substr(space + 1, last - space - 1);
    if (path.find(' ') != std::string_view::npos || !version.starts_with("HTTP/")) return refuse(k, 400);
    if (version != "HTTP/1.1" && version != "HTTP/1.0") return refuse(k, 505);
    if (version == "HTTP/1.1" && !wire::httpField(fields, "Host")) return refuse(k, 400);
    if (path.starts_with("http://")) {
        const auto slash = path.find('/', 7);
        path = slash == std::string_view::npos ? std::string_view("/") : path.substr(slash);
    }
    if (!path.starts_with('/')) return refuse(k, 400);
    if (wire::httpField(fields, "Transfer-Encoding")) return refuse(k, 400);
    if (const auto* length = wire::httpField(fields, "Content-Length")) {
        const auto bytes = wire::httpNumber(*length);
        if (!bytes) return refuse(k, 400);
        k.skip = *bytes;
    }
    const auto* connection = wire::httpField(fields, "Connection");
    k.closing = connection ? wire::httpHasToken(*connection, "close") : false;
    if (version == "HTTP/1.0" && !(connection && wire::httpHasToken(*connection, "keep-alive"))) k.closing = true;
    const bool headOnly = method == "HEAD";
    if (method != "GET" && !headOnly) return respond(k, 405, "text/html", errorPage(405), false);
    path = path.substr(0, path.find('?'));
    const auto* host = wire::httpField(fields, "Host");
    const auto* page = find(host ? std::string_view(*host) : std::string_view(), path);
    if (!page) return respond(k, 404, "text/html", errorPage(404), headOnly);
    if (page->size == 0 && !page->chunked && page->redirect.empty())
        return respond(k, page->status, page->contentType, page->body, headOnly);
    const std::string body = page->redirect.empty() || !page->body.empty() ? page->body : errorPage(page->status);
    k.out = "HTTP/1.1 " + std::to_string(page->status) + " " + std::string(wire::httpReason(page->status));
    k.out.append("\r\nContent-Type: ").append(page->contentType);
    if (!page->redirect.empty()) k.out.append("\r\nLocation: ").append(page->redirect);
    // HTTP/1.0 knows no chunks (RFC 9112 7.1).
    const bool chunked = page->chunked && version == "HTTP/1.1";
    if (chunked)
        k.out.append("\r\nTransfer-Encoding: chunked");
    else
        k.out.append("\r\nContent-Length: ").append(std::to_string(page->size ? page->size : body.size()));
    if (k.closing) k.out.append("\r\nConnection: close");
    k.out.append("\r\n\r\n");
    if (headOnly) return;
    if (page->size) {
        k.filling = page->size;
        k.page = std::make_shared<const PageBody>(pageBody(page->contentType, page->size));
        k.chunked = chunked;
    } else if (chunked) {
        for (std::size_t at = 0; at < body.size(); at += kChunk) {
            const auto part = std::string_view(body).substr(at, kChunk);
            k.out.append(chunkHead(part.size())).append(part).append("\r\n");
        }
        k.out.append("0\r\n\r\n");
    } else {
        k.out.append(body);
    }
}

const config::HttpPageConfig* HttpServer::find(std::string_view host, std::string_view path) const {
    host = host.substr(0, host.rfind(':'));
    const auto* pages = &mConfig->pages;
    for (const auto& h : mConfig->hosts)
        if (wire::dns::sameName(h.name, host)) pages = &h.pages;
    const auto page = std::find_if(pages->begin(), pages->end(), [&](const auto& p) { return p.path == path; });
    return page == pages->end() ? nullptr : &*page;
}

bool HttpServer::fill(Connection& k) {
    if (k.filling == 0) return false;
    const auto size = std::size_t(std::min<std::uint64_t>(k.filling, kChunk));
    if (k.chunked) k.out.append(chunkHead(size));
    k.page->append(k.out, k.page->size() - k.filling, size);
    k.filling -= size;
    if (k.filling == 0) k.page.reset();
    if (k.chunked) k.out.append(k.filling ? "\r\n" : "\r\n0\r\n\r\n");
    return true;
}

void HttpServer::remove(AppContext& c, std::size_t index) {
    stack::tcp::close(c.stack, mConnections[index].socket);
    mConnections.erase(mConnections.begin() + std::ptrdiff_t(index));
}

} // namespace sim::apps
