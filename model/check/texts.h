// What people read from this folder stands in one context for translators.
#pragma once

#include "sim/wire/address.h"

#include <QCoreApplication>

namespace model::check {

/// Texts::tr translates a message of this folder.
struct Texts {
    Q_DECLARE_TR_FUNCTIONS(model::check)
};

/// text is an address or a prefix as people write it.
inline QString text(const sim::wire::IpAddress& a) { return QString::fromStdString(a.toString()); }
inline QString text(const sim::wire::Prefix& p) { return QString::fromStdString(p.toString()); }
inline QString text(std::uint32_t v4) { return text(sim::wire::IpAddress::v4(v4)); }

} // namespace model::check
