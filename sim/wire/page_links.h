// What a page of HTML needs besides itself, and where that is (RFC 3986 5.2).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sim::wire {

/// pageLinks lists what a browser fetches to show a page: images, scripts, style sheets, icons; each once, in order, at
/// most a hundred.
std::vector<std::string> pageLinks(std::string_view html);
/// joinUrl makes a reference of a page at base whole: "logo.png" at "http://a/b/c" is "http://a/b/logo.png".
std::string joinUrl(std::string_view base, std::string_view reference);

} // namespace sim::wire
