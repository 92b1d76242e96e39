// Things that are joined one by one into groups (union-find).
#pragma once

#include <cstddef>
#include <vector>

namespace model::plan {

/// Groups holds things by their numbers, each in a group of its own at first.
class Groups {
public:
    explicit Groups(std::size_t count) : mParent(count) {
        for (std::size_t i = 0; i < count; ++i)
            mParent[i] = i;
    }
    /// join makes one group of two; false when they were one already.
    bool join(std::size_t a, std::size_t b) {
        a = root(a), b = root(b);
        if (a == b) return false;
        mParent[b] = a;
        return true;
    }
    /// root is the thing that stands for a group; which one that is depends on the order of joining.
    std::size_t root(std::size_t i) {
        while (mParent[i] != i)
            i = mParent[i] = mParent[mParent[i]];
        return i;
    }

private:
    std::vector<std::size_t> mParent;
};

} // namespace model::plan
