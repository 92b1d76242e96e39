// Regular expressions of the schema for what stands in a lab file as text.
#pragma once

#include <QString>

namespace model::io::patterns {

QString ipv4();
QString address(); ///< IPv4 or IPv6
QString prefix();
QString prefixV4();
QString mac();
QString port();     ///< 1 to 65535
QString duration(); ///< with its unit, or 0
QString name();     ///< of a node or port: begins with a letter
QString dnsName();

/// whole is a pattern for the whole of a text.
QString whole(const QString& pattern);

} // namespace model::io::patterns
