// Files of a test: written and read whole.
#pragma once

#include <QByteArray>
#include <QFile>
#include <QTest>

namespace tests {

/// put writes a file; the test fails when it cannot.
inline void put(const QString& path, const QByteArray& text) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

/// get reads a file; empty when it cannot.
inline QByteArray get(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace tests
