// Formats in which a lab, or a moment of its run, is given to other programs. A format is one file beside this one and
// a line in formats.cpp; command line and window offer what is listed there.
#pragma once

#include "model/lab/lab.h"
#include "sim/devices/network.h"

#include <QByteArray>
#include <QString>

#include <functional>
#include <span>

namespace model::exports { // "export" is a word of C++

/// Subject is what is exported: a lab, and its network at the moment that is wanted.
struct Subject {
    const lab::Lab& lab;
    const sim::devices::Network& network;
};

using Sink = std::function<void(const QByteArray&)>;

/// Format is one of them.
struct Format {
    const char* id;     ///< "json": the option of the command line
    const char* ending; ///< of a file, without the dot
    const char* title;  ///< in the menu, translated in the context "export"
    const char* about;  ///< what it writes, in a sentence without a full stop, translated likewise
    bool ofMoment;      ///< it writes what is so at a moment of a run; otherwise the lab alone
    void (*write)(const Subject& subject, const Sink& sink);
};

/// formats are all there are, in the order of the menu.
std::span<const Format* const> formats();
/// find is the format with an id; null when there is none.
const Format* find(const QString& id);

extern const Format kLabAsJson;
extern const Format kTablesAsCsv;

} // namespace model::exports
