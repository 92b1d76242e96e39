// Writing to the terminal and to files, the same way for every subcommand.
#pragma once

#include "model/io/lab_file.h"
#include "model/io/problem.h"

#include <QByteArray>
#include <QCoreApplication>
#include <QString>

#include <functional>
#include <optional>
#include <span>

namespace ui::cli {

/// Exit codes, the same for every subcommand.
inline constexpr int kFine = 0, kFound = 1, kBad = 2;

/// Text gives the strings of the command line to translators.
struct Text {
    Q_DECLARE_TR_FUNCTIONS(ui::cli)
};

/// printOut and printError write words for people; control characters in them are shown and not sent.
void printOut(const QString& text);
void printError(const QString& text);
/// printData writes what other programs read, as it is, to standard output.
void printData(const QByteArray& bytes);
/// printControl writes a line that moves the terminal's cursor, to standard error.
void printControl(const QString& text);
/// printProblem writes "file:line:column: message" and the hint to standard error.
void printProblem(const model::io::Problem& problem);

/// readLab reads a lab file; on failure the problem is on standard error and nothing is returned. Warnings are printed.
std::optional<model::io::ReadLab> readLab(const QString& path);

using Sink = std::function<void(std::span<const std::uint8_t>)>;
/// writeFile writes a file whole or not at all; false when it could not, with the problem on standard error.
bool writeFile(const QString& path, const std::function<void(const Sink&)>& write);
bool writeFile(const QString& path, const QByteArray& bytes);

/// timeText is a moment in seconds with its nanoseconds in groups: "0.029 461 200".
QString timeText(std::int64_t nanoseconds);

} // namespace ui::cli
