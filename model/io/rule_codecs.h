// Rules of policy routing as they stand in a lab file and in actions.
#pragma once

#include "model/io/codec.h"
#include "model/lab/node_keys.h"
#include "sim/config/host_settings.h"

namespace model::io {

template <>
struct Codec<lab::RuleLine> {
    static void read(Reading& reading, const YamlNode& yaml, const lab::RuleLine&, const QString&,
                     sim::config::RuleConfig& rule);
    static Value write(const lab::RuleLine&, const sim::config::RuleConfig& rule);
    static Value schema(const lab::RuleLine&);
    static QString word(const lab::RuleLine&) { return QStringLiteral("rule"); }
};

/// parseRule reads a rule in one line, "from 10.0.0.0/8 lookup 100 priority 1000"; none with a problem in a sentence.
/// Of one to delete, any part will do.
std::optional<sim::config::RuleConfig> parseRule(const QString& text, bool toDelete, QString* problem);

} // namespace model::io
