// Standard output and the signals: what a program in a pipeline owes to those on both sides of it.
#pragma once

#include <QByteArray>
#include <QString>

namespace ui::cli {

/// prepareStreams comes before all else: a closed standard stream must not become the next file that is opened, and a
/// reader that goes away, or a limit on the size of files, must be an error and not the end.
void prepareStreams();

/// printOut and printError write words for people; control characters in them are shown and not sent.
void printOut(const QString& text);
void printError(const QString& text);
/// printData writes what other programs read, as it is, to standard output.
void printData(const QByteArray& bytes);
/// printControl writes a line that moves the terminal's cursor, to standard error.
void printControl(const QString& text);
/// wordsToErrors: standard output holds data from now on, so that printOut goes to standard error.
void wordsToErrors();
/// flushOut hands on what was printed; false when nobody receives it any more: the reader has gone, or the disk is
/// full.
bool flushOut();
/// outIsTerminal: people read along.
bool outIsTerminal();

/// kReaderLeft is the exit code of a program whose reader went away, as a shell shows SIGPIPE.
inline constexpr int kReaderLeft = 141;
/// finished ends a command: the exit code, or kBad with a message when standard output could not be written, or
/// kReaderLeft, silently, when its reader left before the end.
int finished(int code);

/// catchSignals lets INT, TERM and HUP end a run in order; a second one of a kind, 0.3 s later or more, ends it at
/// once. Ones that whoever started the program has switched off (nohup) stay so.
void catchSignals();
/// caughtSignal is the signal that came, or 0.
int caughtSignal();

} // namespace ui::cli
