#include "sim/trace/tap.h"

namespace sim::trace {

Tap::Tap(std::span<const CaptureInterface> interfaces, const std::function<PieceSink(const CaptureInterface&)>& open) {
    for (const auto& i : interfaces) {
        if (!i.id.valid()) continue;
        if (mSingle.size() <= i.id.value) mSingle.resize(std::size_t(i.id.value) + 1);
        mSingle[i.id.value].emplace(i, open(i));
    }
}

void Tap::flush() {
    if (mAll) mAll->flush();
    for (auto& writer : mSingle)
        if (writer) writer->flush();
}

} // namespace sim::trace
