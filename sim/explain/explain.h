// Sentences: a record or decision told to people. A template with %1, %2 … and typed arguments, so that the ui can
// translate the template and turn the arguments into links.
#pragma once

#include "sim/devices/network.h"
#include "sim/trace/trace_log.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace sim::explain {

/// Argument is a part of a sentence that names something, so that it can be a link.
struct Argument {
    enum class Kind : std::uint8_t { Text, Device, Interface, Address, Mac, Route, Neighbour, Nat, Number };
    Kind kind = Kind::Text;
    std::string text;        ///< as it is shown
    kernel::DeviceId device; ///< whose row or name it is, where that means something
};

/// Sentence is a template in English with its arguments. An empty template stands for "nothing worth saying".
struct Sentence {
    const char* text = "";
    std::vector<Argument> arguments;

    bool empty() const { return !*text; }
    /// toString is the English sentence.
    std::string toString() const;
    /// appendTo writes it at the end of a text.
    void appendTo(std::string& out) const;
};

/// explain tells one record. Names come from network, which may be the state at any moment of the same run.
Sentence explain(const devices::Network& network, const trace::TraceLog& log, const trace::Record& record);

/// Moment is one step of the story: an event's records told together.
struct Moment {
    kernel::SimTime time{0};
    kernel::EventNo event = 0;
    kernel::DeviceId device;
    std::size_t firstRecord = 0;     ///< range of records in the log
    std::size_t lastRecord = 0;      ///< past the end
    std::vector<Sentence> sentences; ///< the most telling first
};

/// momentAt tells the event that the record at index belongs to; its sentences may be none.
Moment momentAt(const devices::Network& network, const trace::TraceLog& log, std::size_t record);

class Explainer;

/// Story tells a run moment by moment, each in microseconds, also while its log grows: what was told stays told, and
/// next goes on from there. Network and log must outlive it; the network may run on.
class Story {
public:
    Story(const devices::Network& network, const trace::TraceLog& log);
    ~Story();
    Story(const Story&) = delete;
    Story& operator=(const Story&) = delete;

    /// next gives the next moment that has a sentence; false when the log knows no more.
    bool next(Moment& moment);
    /// nextRecord is the first record that was not told yet.
    std::size_t nextRecord() const { return mNext; }

private:
    std::unique_ptr<Explainer> mExplainer;
    const trace::TraceLog& mLog;
    std::size_t mNext = 0; ///< record
};

/// allTemplates lists every template text, for translators.
std::vector<const char*> allTemplates();

} // namespace sim::explain
