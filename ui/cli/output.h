// The files that a subcommand reads and writes, the same way for all of them.
#pragma once

#include "model/check/check.h"
#include "model/io/file_writer.h"
#include "model/io/lab_file.h"
#include "model/io/problem.h"
#include "ui/cli/streams.h"

#include <QByteArray>
#include <QCoreApplication>
#include <QString>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace ui::cli {

/// Exit codes, the same for every subcommand.
inline constexpr int kFine = 0, kFound = 1, kBad = 2;

/// Text gives the strings of the command line to translators.
struct Text {
    Q_DECLARE_TR_FUNCTIONS(ui::cli)
};

/// printProblem writes "file:line:column: message" and the hint to standard error.
void printProblem(const model::io::Problem& problem);

/// Opened is a lab with the text that it was read from.
struct Opened : model::io::ReadLab {
    QString name; ///< of the file, as messages say it
    QByteArray text;
};
/// readLab reads a lab file, or standard input for "-"; on failure the problem is on standard error and nothing is
/// returned. Warnings are printed.
std::optional<Opened> readLab(const QString& path);
/// problemOf is what a check found, with its place in the file.
model::io::Problem problemOf(const Opened& lab, const model::check::Finding& finding);
/// shownPath is how messages name an input or output: "-" is "standard input" or "standard output".
QString shownInput(const QString& path);

using Sink = std::function<void(std::span<const std::uint8_t>)>;

/// Outputs are the files that a command writes. All are opened before the work begins, so that one that cannot be
/// written is found first; none is the input, and no two are the same.
class Outputs {
public:
    using Writer = model::io::FileWriter;
    /// An input of "-" is standard input.
    explicit Outputs(QString input) : mInput(std::move(input)) {}

    /// add opens an output; null when that cannot be, with the problem on standard error. option is how the user named
    /// it:
    /// "--pcap". Standard output becomes data's, and words go to standard error.
    Writer* add(const QString& option, const QString& path, Writer::Access access = Writer::Access::Ordinary);
    /// fits tells whether path may be written besides what was added; if not, the problem is on standard error.
    bool fits(const QString& option, const QString& path) const;
    /// standardOutputTaken: an output is "-".
    bool standardOutputTaken() const;
    bool none() const { return mOutputs.empty(); }
    /// failed tells whether an output can no longer be written; one whose reader left is finished, and no error.
    bool failed() const;
    /// interrupted: an output was given up because the program was told to end and its reader took nothing.
    bool interrupted() const;
    /// readersGone: there are outputs, and nobody reads any of them any more.
    bool readersGone() const;
    /// commit puts all that was written in its place; false when one could not be, with the problem on standard error.
    bool commit();

private:
    struct Output {
        QString option;
        std::unique_ptr<Writer> writer;
    };
    bool report(const Writer& writer) const;

    QString mInput;
    std::vector<Output> mOutputs;
};

/// writeTo gives a sink that writes to an output; what fails is remembered there.
inline Sink writeTo(Outputs::Writer& writer) {
    return [&writer](std::span<const std::uint8_t> piece) { writer.write(piece); };
}

/// timeText is a moment in seconds with its nanoseconds in groups: "0.029 461 200".
QString timeText(std::int64_t nanoseconds);

} // namespace ui::cli
