#include "ui/cli/output.h"

#include "model/io/path.h"
#include "model/io/place_of.h"

#include <sys/stat.h>
#include <unistd.h>

namespace ui::cli {

namespace {

const QString kStandard = QStringLiteral("-");

/// isCharacterDevice: two outputs may well go to one /dev/null.
bool isCharacterDevice(const QString& path) {
    struct stat there {};
    return ::stat(model::io::pathBytes(path).constData(), &there) == 0 && S_ISCHR(there.st_mode);
}

/// isWhereWordsGo: the shell has redirected standard output to this very file.
bool isWhereWordsGo(const QString& path) {
    struct stat there = {}, words = {};
    return ::fstat(STDOUT_FILENO, &words) == 0 && S_ISREG(words.st_mode) &&
           ::stat(model::io::pathBytes(path).constData(), &there) == 0 && there.st_dev == words.st_dev &&
           there.st_ino == words.st_ino;
}

bool isStandardOutput(const Outputs::Writer& writer) { return Outputs::Writer::isStandardOutput(writer.path()); }

} // namespace

void printProblem(const model::io::Problem& problem) { printError(problem.toString() + u'\n'); }

QString shownInput(const QString& path) { return path == kStandard ? Text::tr("standard input") : path; }

std::optional<Opened> readLab(const QString& path) {
    model::io::Problem problem;
    Opened read;
    read.name = shownInput(path);
    if (!model::io::readBytes(path, &read.text, &problem, model::io::Streams::Allowed) ||
        !model::io::readLab(read.text, read.name, &read, &problem)) {
        if (!caughtSignal()) printProblem(problem); // an interrupted wait is no fault of the file
        return std::nullopt;
    }
    for (const auto& warning : read.warnings)
        printProblem(warning);
    return read;
}

model::io::Problem problemOf(const Opened& lab, const model::check::Finding& finding) {
    model::io::Problem problem;
    problem.message = finding.message;
    problem.hint = finding.hint;
    problem.file = lab.name;
    model::io::locate(lab.text, model::check::pathOf(lab.lab, finding), &problem);
    return problem;
}

bool Outputs::fits(const QString& option, const QString& path) const {
    const auto refuse = [&](const QString& message, const QString& hint) {
        printProblem({message, hint, QStringLiteral("%1 %2").arg(option, path), 0, 0});
        return false;
    };
    if (path.isEmpty())
        return refuse(Text::tr("No file is named."), Text::tr("Give the name of a file, or - for standard output."));
    if (Writer::isStandardOutput(path)) {
        for (const Output& o : mOutputs)
            if (isStandardOutput(*o.writer))
                return refuse(Text::tr("Standard output is already that of %1.").arg(o.option),
                              Text::tr("Let one of the two be a file."));
        return true;
    }
    if (isCharacterDevice(path)) return true;
    if (isWhereWordsGo(path))
        return refuse(Text::tr("Standard output leads to the same file."),
                      Text::tr("Give - to have this output there, and the words on standard error."));
    if (mInput != kStandard && Writer::sameFile(path, mInput))
        return refuse(Text::tr("This is the lab itself, which would be lost."), Text::tr("Choose another name."));
    for (const Output& o : mOutputs)
        if (!isStandardOutput(*o.writer) && Writer::sameFile(path, o.writer->path()))
            return refuse(Text::tr("%1 writes to the same file.").arg(o.option),
                          Text::tr("Give each output a file of its own."));
    return true;
}

Outputs::Writer* Outputs::add(const QString& option, const QString& path, Writer::Access access) {
    if (!fits(option, path)) return nullptr;
    auto writer = std::make_unique<Writer>(path, access);
    if (!writer->open()) {
        if (!caughtSignal()) report(*writer);
        return nullptr;
    }
    if (writer->kind() == Writer::Kind::StandardOutput) wordsToErrors();
    mOutputs.push_back({option, std::move(writer)});
    return mOutputs.back().writer.get();
}

bool Outputs::standardOutputTaken() const {
    for (const Output& o : mOutputs)
        if (isStandardOutput(*o.writer)) return true;
    return false;
}

bool Outputs::failed() const {
    for (const Output& o : mOutputs)
        if (o.writer->failed() && !o.writer->readerGone()) return true;
    return false;
}

bool Outputs::interrupted() const {
    for (const Output& o : mOutputs)
        if (o.writer->interrupted()) return true;
    return false;
}

bool Outputs::readersGone() const {
    for (const Output& o : mOutputs)
        if (!o.writer->readerGone()) return false;
    return !mOutputs.empty();
}

bool Outputs::commit() {
    bool good = true;
    for (const Output& o : mOutputs)
        if (!o.writer->commit() && !o.writer->readerGone()) good = report(*o.writer);
    return good;
}

bool Outputs::report(const Writer& writer) const {
    printProblem({Text::tr("The file cannot be written: %1.").arg(writer.error()), writer.hint(),
                  isStandardOutput(writer) ? Text::tr("standard output") : writer.path(), 0, 0});
    return false;
}

QString timeText(std::int64_t nanoseconds) {
    const QString fraction = QString::number(1'000'000'000 + nanoseconds % 1'000'000'000).mid(1);
    return QStringLiteral("%1.%2 %3 %4")
        .arg(nanoseconds / 1'000'000'000)
        .arg(fraction.left(3), fraction.mid(3, 3), fraction.mid(6));
}

} // namespace ui::cli
