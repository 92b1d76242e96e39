#include "sim/decisions/all.h"

namespace sim::decisions {

const About* about(trace::DecisionKind kind) {
    static constexpr auto kAll = [] {
        std::array<const About*, 256> all{};
        All::forEach([&]<class D>(trace::DecisionKind k) { all[std::size_t(k)] = &D::kAbout; });
        return all;
    }();
    return kAll[std::size_t(kind)];
}

} // namespace sim::decisions
