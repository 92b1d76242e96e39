// What people read from this folder stands in one context for translators.
#pragma once

#include <QCoreApplication>

namespace model::io {

/// Texts::tr translates a message of this folder.
struct Texts {
    Q_DECLARE_TR_FUNCTIONS(model::io)
};

} // namespace model::io
