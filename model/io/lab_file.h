// Lab files: YAML text to Lab and back. model/README.md lists the keys; README.md here tells how saving changes little.
#pragma once

#include "model/io/problem.h"
#include "model/lab/lab.h"

#include <QByteArray>

#include <cstdint>
#include <vector>

namespace model::io {

/// kFormatVersion is the newest "packetarium:" that this program writes and understands whole.
inline constexpr int kFormatVersion = 1;

/// ReadLab is what a text held.
struct ReadLab {
    lab::Lab lab;                  ///< ids count from 1 in the order of the file
    std::vector<Problem> warnings; ///< unknown keys and the like: nothing that keeps the lab from opening
    bool newer = false;            ///< made by a newer version: what it means may be understood in part only
};

/// Streams says whether a pipe is read to its end as well, and "-" as standard input: on the command line. A window
/// would hang in one that nobody writes to.
enum class Streams : std::uint8_t { Refused, Allowed };
/// readBytes reads a file of at most 16 MB; on failure problem says why and false is returned.
bool readBytes(const QString& path, QByteArray* text, Problem* problem, Streams streams = Streams::Refused);
/// readLab reads a text; file is only for messages. On failure problem says why and where, and false is returned.
bool readLab(const QByteArray& text, const QString& file, ReadLab* result, Problem* problem);

/// writeLab is the whole lab in its plain form.
QByteArray writeLab(const lab::Lab& lab);
/// patchLab changes in text, from which before was read, only the lines that now is different in. Nodes and links of
/// the two labs belong together by their ids.
QByteArray patchLab(const QByteArray& text, const lab::Lab& before, const lab::Lab& now);

} // namespace model::io
