// Small labs as texts, and short ways to read them, for the tests of the model.
#pragma once

#include "model/io/lab_file.h"

#include "tests/support/places.h"

#include <QByteArray>
#include <QFile>
#include <QList>

namespace tests {

inline model::io::ReadLab readOk(const QByteArray& text) {
    model::io::ReadLab read;
    model::io::Problem problem;
    if (!model::io::readLab(text, QStringLiteral("t.yaml"), &read, &problem))
        qFatal("%s", qPrintable(problem.toString()));
    return read;
}

inline QByteArray fileText(const QString& path) {
    QFile file(support::source(path));
    if (!file.open(QIODevice::ReadOnly)) qFatal("%s", qPrintable(path));
    return file.readAll();
}

/// changedLines lists "-old" and "+new" lines, found by the longest common subsequence.
inline QList<QByteArray> changedLines(const QByteArray& before, const QByteArray& after) {
    const auto a = before.split('\n'), b = after.split('\n');
    const auto n = std::size_t(a.size()), m = std::size_t(b.size());
    std::vector<std::vector<int>> length(n + 1, std::vector<int>(m + 1, 0));
    for (std::size_t i = n; i-- > 0;)
        for (std::size_t j = m; j-- > 0;)
            length[i][j] = a[qsizetype(i)] == b[qsizetype(j)] ? length[i + 1][j + 1] + 1
                                                              : std::max(length[i + 1][j], length[i][j + 1]);
    QList<QByteArray> out;
    for (std::size_t i = 0, j = 0; i < n || j < m;) {
        if (i < n && j < m && a[qsizetype(i)] == b[qsizetype(j)])
            ++i, ++j;
        else if (i < n && (j == m || length[i + 1][j] >= length[i][j + 1]))
            out << '-' + a[qsizetype(i++)];
        else
            out << '+' + b[qsizetype(j++)];
    }
    return out;
}

inline const char* kSmall = R"(# A lab made by hand.
packetarium: 1
name: Small   # short

nodes:
  # the first
  anna:
    kind: host
    at: [80, 80]          # left
    colour: red           # not known to this version
    interfaces:
      eth0: {address: 192.168.0.1/24, mac: "02:00:00:00:00:0a"}
    gateway: 192.168.0.254

  # the second
  ben:
    kind: host
    at: [320, 80]
    interfaces:
      eth0:
        address: [192.168.0.2/24]
    dns: [192.168.0.254, 1.1.1.1]
  sw1:
    kind: switch
    at: [200, 80]
links:
  - [anna:eth0, sw1:p1] # the first cable
  - ends: [ben:eth0, sw1:p2]
    delay: 2ms
    label: blue
run:
- {at: 0s, on: anna, do: ping 192.168.0.2}
)";

} // namespace tests
