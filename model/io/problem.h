// What is wrong with a file or a lab, where, and what may help.
#pragma once

#include <QString>

namespace model::io {

/// Problem is why a file cannot be read or written: a sentence, its place (from 1; 0: the whole file) and a hint.
struct Problem {
    QString message; ///< one sentence: what is wrong
    QString hint;    ///< one sentence: what to do about it; may be empty
    QString file;
    int line = 0;         ///< from 1; 0: the file as a whole
    int column = 0;       ///< from 1
    bool missing = false; ///< there is no such file

    /// toString is "file:line:column: message" and, on a second line, "hint: …".
    QString toString() const;
};

} // namespace model::io
