// Sentences: a record or decision told to people. A template with %1, %2 … and typed arguments, so that the ui can
// translate the template and turn the arguments into links.
#pragma once

#include "sim/devices/network.h"
#include "sim/trace/trace_log.h"

#include <string>
#include <vector>

namespace sim::explain {

struct Argument {
    enum class Kind : std::uint8_t { Text, Device, Interface, Address, Mac, Route, Neighbour, Nat, Number };
    Kind kind = Kind::Text;
    std::string text;            ///< as it is shown
    kernel::DeviceId device;     ///< whose row or name it is, where that means something
};

/// Sentence is a template in English with its arguments. An empty template stands for "nothing worth saying".
struct Sentence {
    const char* text = "";
    std::vector<Argument> arguments;

    bool empty() const { return !*text; }
    /// toString is the English sentence.
    std::string toString() const;
};

/// explain tells one record. Names come from network, which may be the state at any moment of the same run.
Sentence explain(const devices::Network& network, const trace::TraceLog& log, const trace::Record& record);

/// Moment is one step of the story: an event's records told together.
struct Moment {
    kernel::SimTime time{0};
    kernel::EventNo event = 0;
    kernel::DeviceId device;
    std::size_t firstRecord = 0; ///< range of records in the log
    std::size_t lastRecord = 0;  ///< past the end
    std::vector<Sentence> sentences; ///< the most telling first
};

/// momentAt tells the event that the record at index belongs to; its sentences may be none.
Moment momentAt(const devices::Network& network, const trace::TraceLog& log, std::size_t record);

/// allTemplates lists every template text, for translators.
std::vector<const char*> allTemplates();

} // namespace sim::explain
