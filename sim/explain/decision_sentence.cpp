// Sentences about decisions and drops: why something happened. A decision tells itself (sim/decisions).
#include "sim/decisions/all.h"
#include "sim/explain/decision_words.h"
#include "sim/explain/templates.h"

#include <iterator>

namespace sim::explain {

using namespace templates;

Sentence Explainer::decision(const trace::Record& record) const {
    const DecisionWords words(*this, record);
    return decisions::visit<Sentence>(mLog.decision(record.index), [&](const auto& d) { return d.tell(words); });
}

Sentence Explainer::dropped(const trace::Record& record) const {
    static constexpr const char* kTexts[] = {
#define PACKETARIUM_LIST(NAME, TEXT) TEXT,
        PACKETARIUM_DROP_SENTENCES(PACKETARIUM_LIST)
#undef PACKETARIUM_LIST
    };
    static constexpr trace::DropReason kReasons[] = {
#define PACKETARIUM_LIST(NAME, TEXT) trace::DropReason::NAME,
        PACKETARIUM_DROP_SENTENCES(PACKETARIUM_LIST)
#undef PACKETARIUM_LIST
    };
    static_assert(std::size(kTexts) == std::size_t(trace::DropReason::Count), "every reason has a sentence");
    for (std::size_t i = 0; i < std::size(kReasons); ++i)
        if (kReasons[i] == record.dropReason() && *kTexts[i])
            return {kTexts[i],
                    {device(record.device),
                     text(record.index == trace::kNoIndex ? noun::kPacket : noun(facts(record.index)))}};
    return {};
}

} // namespace sim::explain
