#include "sim/trace/tap.h"

namespace sim::trace {

Tap::Tap(std::span<const CaptureInterface> interfaces, const std::function<PieceSink(const CaptureInterface&)>& open) {
    for (const auto& i : interfaces) {
        if (!i.id.valid()) continue;
        mSingle.emplace_back(i, open(i));
        if (mNumbers.size() <= i.id.value) mNumbers.resize(std::size_t(i.id.value) + 1, 0);
        mNumbers[i.id.value] = std::uint32_t(mSingle.size());
    }
}

void Tap::flush() {
    if (mAll) mAll->flush();
    for (auto& writer : mSingle)
        writer.flush();
}

} // namespace sim::trace
