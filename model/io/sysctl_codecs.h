// Kernel settings as they stand in a lab file and in actions.
#pragma once

#include "model/io/codec.h"
#include "model/lab/node_keys.h"
#include "sim/config/sysctl.h"

namespace model::io {

template <>
struct Codec<lab::SysctlMap> {
    static void read(Reading& reading, const YamlNode& yaml, const lab::SysctlMap&, const QString&,
                     std::vector<sim::config::SysctlConfig>& settings);
    static Value write(const lab::SysctlMap&, const std::vector<sim::config::SysctlConfig>& settings);
    static Value schema(const lab::SysctlMap&);
    static QString word(const lab::SysctlMap&);
};

/// sysctlNames are the names of all settings, without what they belong to.
QStringList sysctlNames();
/// sysctlProblem says why a name is none of a setting: the message, and a hint with what it may have been meant to be.
std::pair<QString, QString> sysctlProblem(const QString& name);

} // namespace model::io
