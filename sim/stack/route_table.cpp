#include "sim/stack/route_table.h"

#include <algorithm>
#include <tuple>

namespace sim::stack {

namespace {

/// before is the order of the rows: falling length, then network, then metric.
bool before(const Route& a, const Route& b) {
    return std::tuple(32 - a.length, a.network, a.metric) < std::tuple(32 - b.length, b.network, b.metric);
}

constexpr std::uint32_t mask(unsigned length) { return length ? ~std::uint32_t{0} << (32 - length) : 0; }
} // namespace

void RouteTable::add(const Route& route) {
    mRows.insert(std::upper_bound(mRows.begin(), mRows.end(), route, before), route);
    compile();
}

void RouteTable::add(std::span<const Route> routes) {
    const auto old = std::ptrdiff_t(mRows.size());
    mRows.reserve(mRows.size() + routes.size());
    mRows.insert(mRows.end(), routes.begin(), routes.end());
    if (!std::is_sorted(mRows.begin() + old, mRows.end(), before))
        std::stable_sort(mRows.begin() + old, mRows.end(), before);
    std::inplace_merge(mRows.begin(), mRows.begin() + old, mRows.end(), before);
    compile();
}

bool RouteTable::remove(const Route& route) {
    auto at = std::find(mRows.begin(), mRows.end(), route);
    if (at == mRows.end())
        at = std::find_if(mRows.begin(), mRows.end(), [&](const Route& r) {
            return r.network == route.network && r.length == route.length && r.via == route.via &&
                   r.interface == route.interface && r.protocol == route.protocol;
        });
    if (at == mRows.end()) return false;
    mRows.erase(at);
    compile();
    return true;
}

const Route* RouteTable::lookup(std::uint32_t address) const {
    if (mStarts.empty()) {
        for (const Route& r : mRows)
            if (((address ^ r.network) & mask(r.length)) == 0) return &r;
        return nullptr;
    }
    const std::uint32_t row = rowFor(address);
    return row == kNoRow ? nullptr : &mRows[row];
}

std::uint32_t RouteTable::rowFor(std::uint32_t address) const {
    std::size_t base = 0;
    for (std::size_t n = mStarts.size(); n > 1;) {
        const std::size_t half = n / 2;
        base += mStarts[base + half] <= address ? half : 0;
        n -= half;
    }
    return mAnswers[base];
}

RouteTable::Recent RouteTable::remember(std::uint32_t address) {
    Recent late;
    late.address = address;
    late.row = rowFor(address);
    if (late.row != kNoRow) late.hop = hopOf(mRows[late.row]);
    return late;
}

const Route* RouteTable::lookup(std::uint32_t address, std::uint32_t interface) const {
    for (const Route& r : mRows)
        if (((address ^ r.network) & mask(r.length)) == 0 && r.type == RouteType::Unicast && r.interface == interface)
            return &r;
    return nullptr;
}

const Route* RouteTable::lookupBeside(std::uint32_t address, std::uint32_t interface) const {
    const Route* found = lookup(address);
    if (!found || found->type != RouteType::Unicast || found->interface != interface) return found;
    for (const Route& r : mRows)
        if (((address ^ r.network) & mask(r.length)) == 0 && (r.type != RouteType::Unicast || r.interface != interface))
            return &r;
    return nullptr;
}

void RouteTable::compile() {
    mStarts.clear();
    mAnswers.clear();
    mRecent.clear();
    if (mRows.size() <= kSmall) return;
    const unsigned bits = mRows.size() > kLarge ? kManyBits : kFewBits;
    mRecentShift = 32 - bits;
    mRecent.resize(std::size_t{1} << bits);
    // Every prefix begins a range at its first address and ends one after its last. Walking the addresses upwards
    // with a stack of the prefixes that hold, the longest on top, gives each range its answer.
    std::vector<std::uint32_t> byStart(mRows.size());
    for (std::uint32_t i = 0; i < byStart.size(); ++i)
        byStart[i] = i;
    std::stable_sort(byStart.begin(), byStart.end(), [&](std::uint32_t a, std::uint32_t b) {
        const Route &x = mRows[a], &y = mRows[b];
        return std::tuple(x.network, x.length) < std::tuple(y.network, y.length);
    });
    std::vector<std::uint32_t> open;
    const auto last = [&](std::uint32_t r) { return mRows[r].network | ~mask(mRows[r].length); };
    const auto begin = [&](std::uint32_t start, std::uint32_t answer) {
        if (!mStarts.empty() && mStarts.back() == start) {
            mAnswers.back() = answer;
        } else if (mAnswers.empty() || mAnswers.back() != answer) {
            mStarts.push_back(start);
            mAnswers.push_back(answer);
        }
    };
    begin(0, kNoRow);
    const auto closeUntil = [&](std::uint64_t limit) {
        while (!open.empty() && std::uint64_t(last(open.back())) < limit) {
            const auto end = last(open.back());
            open.pop_back();
            while (!open.empty() && last(open.back()) == end)
                open.pop_back();
            if (end != kNoRow) begin(end + 1, open.empty() ? kNoRow : open.back());
        }
    };
    for (const auto r : byStart) {
        closeUntil(mRows[r].network);
        // Of rows with the same prefix the first in table order (lowest metric) decides.
        if (!open.empty() && mRows[open.back()].network == mRows[r].network &&
            mRows[open.back()].length == mRows[r].length)
            continue;
        open.push_back(r);
        begin(mRows[r].network, r);
    }
    closeUntil(std::uint64_t{1} << 32);
}

} // namespace sim::stack
