#include "ui/cli/output.h"

#include <QSaveFile>

#include <cstdio>

namespace ui::cli {

namespace {

void print(const QString& text, std::FILE* where) {
    const QByteArray bytes = text.toUtf8();
    std::fwrite(bytes.constData(), 1, std::size_t(bytes.size()), where);
}

/// shown makes visible what would move a terminal's cursor or turn its words round: a lab may say anything.
QString shown(QString text) {
    for (QChar& c : text) {
        const char16_t u = c.unicode();
        if ((u < 0x20 && u != '\n' && u != '\t') || u == 0x7f)
            c = u == 0x7f ? QChar(0x2421) : QChar(char16_t(0x2400 + u)); // control pictures
        else if ((u >= 0x80 && u <= 0x9f) || (u >= 0x202a && u <= 0x202e) || (u >= 0x2066 && u <= 0x2069))
            c = QChar::ReplacementCharacter;
    }
    return text;
}

} // namespace

void printOut(const QString& text) { print(shown(text), stdout); }

void printError(const QString& text) { print(shown(text), stderr); }

void printData(const QByteArray& bytes) { std::fwrite(bytes.constData(), 1, std::size_t(bytes.size()), stdout); }

void printControl(const QString& text) { print(text, stderr); }

void printProblem(const model::io::Problem& problem) { printError(problem.toString() + u'\n'); }

std::optional<model::io::ReadLab> readLab(const QString& path) {
    model::io::Problem problem;
    QByteArray text;
    model::io::ReadLab read;
    if (!model::io::readBytes(path, &text, &problem) || !model::io::readLab(text, path, &read, &problem)) {
        printProblem(problem);
        return std::nullopt;
    }
    for (const auto& warning : read.warnings)
        printProblem(warning);
    return read;
}

bool writeFile(const QString& path, const std::function<void(const Sink&)>& write) {
    QSaveFile file(path);
    bool good = file.open(QIODevice::WriteOnly);
    if (good) {
        write([&](std::span<const std::uint8_t> piece) {
            if (good)
                good = file.write(reinterpret_cast<const char*>(piece.data()), qint64(piece.size())) ==
                       qint64(piece.size());
        });
        good = good && file.commit();
    }
    if (!good) {
        const QString why = file.errorString();
        file.cancelWriting();
        printProblem({Text::tr("The file cannot be written: %1.").arg(why),
                      Text::tr("Give a place in a folder that exists and that you may write to."), path, 0, 0});
    }
    return good;
}

bool writeFile(const QString& path, const QByteArray& bytes) {
    return writeFile(path, [&](const Sink& sink) {
        sink({reinterpret_cast<const std::uint8_t*>(bytes.constData()), std::size_t(bytes.size())});
    });
}

QString timeText(std::int64_t nanoseconds) {
    const QString fraction = QString::number(1'000'000'000 + nanoseconds % 1'000'000'000).mid(1);
    return QStringLiteral("%1.%2 %3 %4")
        .arg(nanoseconds / 1'000'000'000)
        .arg(fraction.left(3), fraction.mid(3, 3), fraction.mid(6));
}

} // namespace ui::cli
