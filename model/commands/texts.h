// What people read from this folder stands in one context for translators.
#pragma once

#include <QCoreApplication>

namespace model::commands {

/// Texts::tr translates a message of this folder.
struct Texts {
    Q_DECLARE_TR_FUNCTIONS(model::commands)
};

} // namespace model::commands
