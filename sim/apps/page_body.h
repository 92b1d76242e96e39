// The body of a page that is given by its size alone: a valid file of its type, so that what Wireshark exports opens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sim::apps {

/// PageBody is a file of exactly size() bytes that is never held whole: head, then unit count times, then tail.
struct PageBody {
    std::string head, unit, tail;
    std::uint64_t count = 0;

    std::uint64_t size() const { return head.size() + count * unit.size() + tail.size(); }
    /// append puts the bytes from at on to the end of out: length of them, or as many as there are.
    void append(std::string& out, std::uint64_t at, std::size_t length) const;
};

/// pageBody gives a file of a media type (parameters such as charset are passed over) with exactly size bytes. Types
/// that have no file so small, and types that are not known, get lines of text.
PageBody pageBody(std::string_view type, std::uint64_t size);

/// smallestBody is how many bytes the smallest file of a media type has here; 1 where any bytes do.
std::uint64_t smallestBody(std::string_view type);

} // namespace sim::apps
