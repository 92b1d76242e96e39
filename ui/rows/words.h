// How times, places and frames are written in lists and tables.
#pragma once

#include "sim/devices/network.h"
#include "sim/dissect/dissect.h"
#include "sim/explain/explain.h"
#include "sim/trace/trace_log.h"

#include <QString>

namespace ui::rows {

/// text makes a QString of the simulator's UTF-8.
inline QString text(const std::string& s) { return QString::fromStdString(s); }
inline QString text(const sim::wire::IpAddress& a) { return text(a.toString()); }

/// momentText is a moment in seconds with its nanoseconds in groups: "0.029 461 200".
QString momentText(sim::kernel::SimTime time);
/// spanText is a span with the unit that suits it: "8.02 ms".
QString spanText(sim::kernel::SimTime span);

/// treeOf is a frame's fields; of a tunnel's message also those of the packet that is encrypted in it.
sim::dissect::FieldNode treeOf(const sim::trace::TraceLog& log, std::uint32_t frame);
sim::dissect::Summary summaryOf(const sim::trace::TraceLog& log, std::uint32_t frame);
/// protocolOf is summaryOf's protocol, without its words.
sim::dissect::Protocol protocolOf(const sim::trace::TraceLog& log, std::uint32_t frame);

/// isNoise tells drops that are nobody's story: somebody else's frame, flooded by a switch.
bool isNoise(const sim::trace::Record& record);

/// dropText is a reason as people read it: "no route".
QString dropText(sim::trace::DropReason reason);

/// plain is a sentence in the user's language.
QString plain(const sim::explain::Sentence& sentence);
/// html is plain with links in the place of devices, interfaces and rows: "device:3", "route:3", "neighbour:3",
/// "nat:3".
QString html(const sim::explain::Sentence& sentence);

} // namespace ui::rows
