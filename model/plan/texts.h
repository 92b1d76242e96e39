// What people read from this folder stands in one context for translators.
#pragma once

#include "sim/wire/address.h"

#include <QCoreApplication>

namespace model::plan {

/// Texts::tr translates a message of this folder.
struct Texts {
    Q_DECLARE_TR_FUNCTIONS(model::plan)
};

/// text is a prefix as people write it.
inline QString text(const sim::wire::Prefix& p) { return QString::fromStdString(p.toString()); }

} // namespace model::plan
