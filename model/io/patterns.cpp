#include "model/io/patterns.h"

namespace model::io::patterns {

// Plain groups and ASCII classes only: Python, JavaScript and C++ agree on these.

QString ipv4() {
    const QString octet = QStringLiteral("(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])");
    return QStringLiteral("(%1\\.){3}%1").arg(octet);
}

QString address() { return QStringLiteral("(%1|[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)").arg(ipv4()); }

QString prefixV4() { return ipv4() + QStringLiteral("/(3[0-2]|[12]?[0-9])"); }

QString prefix() {
    return QStringLiteral("(%1|[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))")
        .arg(prefixV4());
}

QString mac() {
    return QStringLiteral(
        "[0-9A-Fa-f][02468ACEace](:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}|"
        "-[0-9A-Fa-f]{2}-[0-9A-Fa-f]{2}-[0-9A-Fa-f]{2}-[0-9A-Fa-f]{2}-[0-9A-Fa-f]{2}|"
        "[0-9A-Fa-f]{2}\\.[0-9A-Fa-f]{4}\\.[0-9A-Fa-f]{4})");
}

QString port() {
    return QStringLiteral("(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})");
}

QString duration() { return QStringLiteral("(0|(0|[1-9][0-9]*)(\\.[0-9]{1,12})? *(ns|us|µs|μs|ms|s|min) *)"); }

QString name() {
    // Letters of any alphabet: everything but what ASCII has besides letters, digits, ".", "-" and "_".
    return QStringLiteral("[^\\x00-@\\[-`{-\\x7f][^\\x00-,/:-@\\[-^`{-\\x7f]*");
}

QString dnsName() { return QStringLiteral("[A-Za-z0-9_-]{1,63}(\\.[A-Za-z0-9_-]{1,63})*"); }

QString whole(const QString& pattern) { return u'^' + pattern + u'$'; }

} // namespace model::io::patterns
