#include "model/export/format.h"

namespace model::exports {

std::span<const Format* const> formats() {
    static constexpr const Format* kAll[] = {&kLabAsJson, &kTablesAsCsv};
    return kAll;
}

const Format* find(const QString& id) {
    for (const Format* format : formats())
        if (id == QLatin1String(format->id)) return format;
    return nullptr;
}

} // namespace model::exports
