#include "sim/wire/page_links.h"

#include "sim/wire/ascii.h"

#include <algorithm>
#include <optional>

namespace sim::wire {

namespace {

constexpr std::size_t kMostLinks = 100;

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

bool holdsWord(std::string_view text, std::string_view word) {
    for (std::size_t i = 0; i + word.size() <= text.size(); ++i)
        if (sameWord(text.substr(i, word.size()), word)) return true;
    return false;
}

/// attribute gives the value of an attribute in the inside of a tag.
std::optional<std::string> attribute(std::string_view tag, std::string_view wanted) {
    for (std::size_t i = 0; i < tag.size();) {
        while (i < tag.size() && (blank(tag[i]) || tag[i] == '/'))
            ++i;
        const std::size_t nameAt = i;
        while (i < tag.size() && !blank(tag[i]) && tag[i] != '=' && tag[i] != '/')
            ++i;
        const auto name = tag.substr(nameAt, i - nameAt);
        while (i < tag.size() && blank(tag[i]))
            ++i;
        std::string_view value;
        if (i < tag.size() && tag[i] == '=') {
            ++i;
            while (i < tag.size() && blank(tag[i]))
                ++i;
            if (i < tag.size() && (tag[i] == '"' || tag[i] == '\'')) {
                const auto end = std::min(tag.find(tag[i], i + 1), tag.size());
                value = tag.substr(i + 1, end - i - 1);
                i = std::min(end + 1, tag.size());
            } else {
                const std::size_t valueAt = i;
                while (i < tag.size() && !blank(tag[i]))
                    ++i;
                value = tag.substr(valueAt, i - valueAt);
            }
        }
        if (sameWord(name, wanted)) return std::string(value);
        if (i == nameAt) ++i;
    }
    return std::nullopt;
}

/// endOfTag is where the > of a tag stands, which quotes may hide.
std::size_t endOfTag(std::string_view html, std::size_t at) {
    char quote = 0;
    for (std::size_t i = at; i < html.size(); ++i) {
        const char c = html[i];
        if (quote ? c == quote : (c == '"' || c == '\''))
            quote = quote ? '\0' : c;
        else if (!quote && c == '>')
            return i;
    }
    return std::min(html.find('>', at), html.size());
}

/// straightened removes "." and ".." from a path (RFC 3986 5.2.4).
std::string straightened(std::string_view path) {
    const auto query = path.find('?');
    const std::string tail(query == std::string_view::npos ? "" : path.substr(query));
    path = path.substr(0, query);
    std::vector<std::string_view> parts;
    bool folder = false;
    while (!path.empty()) {
        path.remove_prefix(1); // each part begins with its slash
        const auto end = std::min(path.find('/'), path.size());
        const auto part = path.substr(0, end);
        path.remove_prefix(end);
        folder = part.empty() || part == "." || part == "..";
        if (part == ".." && !parts.empty()) parts.pop_back();
        if (part != "." && part != ".." && !(part.empty() && path.empty())) parts.push_back(part);
    }
    std::string out;
    for (const auto& part : parts)
        out.append("/").append(part);
    if (folder || out.empty()) out += '/';
    return out + tail;
}

} // namespace

std::vector<std::string> pageLinks(std::string_view html) {
    std::vector<std::string> links;
    for (std::size_t at = html.find('<'); at != std::string_view::npos && links.size() < kMostLinks;
         at = html.find('<', at)) {
        if (html.substr(at).starts_with("<!--")) {
            at = html.find("-->", at);
            if (at == std::string_view::npos) break;
            continue;
        }
        const auto end = endOfTag(html, at);
        const auto tag = html.substr(at + 1, end - at - 1);
        at = end;
        const auto name = tag.substr(
            0, std::size_t(std::find_if(tag.begin(), tag.end(), [](char c) { return blank(c) || c == '/'; }) -
                           tag.begin()));
        const auto inside = tag.substr(name.size());
        std::optional<std::string> link;
        if (sameWord(name, "img") || sameWord(name, "script")) link = attribute(inside, "src");
        if (sameWord(name, "link")) {
            const auto rel = attribute(inside, "rel").value_or("");
            if (holdsWord(rel, "stylesheet") || holdsWord(rel, "icon")) link = attribute(inside, "href");
        }
        if (!link || link->empty() || sameWord(std::string_view(*link).substr(0, 5), "data:")) continue;
        if (std::find(links.begin(), links.end(), *link) == links.end()) links.push_back(*link);
    }
    return links;
}

std::string joinUrl(std::string_view base, std::string_view reference) {
    reference = reference.substr(0, reference.find('#'));
    const auto scheme = reference.find("://");
    if (scheme != std::string_view::npos && reference.find_first_of("/?") > scheme) return std::string(reference);
    const auto hostAt = base.find("://");
    if (hostAt == std::string_view::npos) return std::string(reference);
    if (reference.starts_with("//")) return std::string(base.substr(0, hostAt + 1)) + std::string(reference);
    const auto pathAt = std::min(base.find('/', hostAt + 3), base.size());
    const std::string origin(base.substr(0, pathAt));
    auto path = base.substr(pathAt);
    path = path.substr(0, path.find('#'));
    if (reference.empty()) return origin + std::string(path);
    if (reference.starts_with('/')) return origin + straightened(reference);
    path = path.substr(0, path.find('?'));
    if (reference.starts_with('?')) return origin + std::string(path) + std::string(reference);
    const auto slash = path.rfind('/');
    const std::string folder = slash == std::string_view::npos ? "/" : std::string(path.substr(0, slash + 1));
    return origin + straightened(folder + std::string(reference));
}

} // namespace sim::wire
