// The captures of a run: which interfaces they hold, and writing them while it goes on.
#pragma once

#include "sim/replay/timeline.h"
#include "sim/trace/pcap.h"
#include "ui/cli/output.h"

#include <QStringList>

#include <optional>
#include <vector>

namespace ui::cli {

/// CaptureOptions are what the user asked for.
struct CaptureOptions {
    std::optional<QString> pcap;            ///< one pcapng
    std::optional<QString> pcapDir;         ///< a folder for one pcap per interface
    std::optional<QString> wireguardKeylog; ///< the tunnels' keys, for Wireshark
    QStringList only;                       ///< "NODE:IFACE"; empty: one end of each cable
    bool bothEnds = false;                  ///< every interface in the pcapng
    bool comments = false;                  ///< the story in the packets' comments
};

/// Capture writes them. A pcapng to a pipe can be read while the run goes on.
class Capture {
public:
    explicit Capture(CaptureOptions options) : mOptions(std::move(options)) {}

    /// open finds the interfaces and opens the files; false with the problem on standard error.
    bool open(const sim::devices::Network& network, const std::vector<sim::replay::Stimulus>& stimuli,
              Outputs& outputs);
    /// folderFits tells whether the folder can be written, and none of its files is another output; it comes after all
    /// of those.
    bool folderFits(const Outputs& outputs) const;
    /// take writes what the run has come to.
    void take(const sim::replay::Timeline& timeline);
    /// finish writes what can only be written at the end; false with the problem on standard error.
    bool finish(const sim::replay::Timeline& timeline, const Outputs& outputs);

private:
    using Interfaces = std::vector<sim::trace::CaptureInterface>;
    std::optional<Interfaces> named(const sim::devices::Network& network, const Interfaces& all) const;
    /// oneEndOfEach chooses one end of each cable, and the ports that it will be moved to.
    Interfaces oneEndOfEach(const sim::devices::Network& network, const std::vector<sim::replay::Stimulus>& stimuli,
                            const Interfaces& all);
    QString fileFor(const sim::trace::CaptureInterface& port) const;
    std::string comment(std::size_t record);
    void tellOfRepetitions(const sim::replay::Timeline& timeline) const;
    void tellOfLinkTypes(const sim::replay::Timeline& timeline) const;

    CaptureOptions mOptions;
    Interfaces mPorts;                                ///< of the folder
    Interfaces mCaptured;                             ///< of the pcapng
    Interfaces mLeftOut;                              ///< of another link type than the others, until they see a frame
    const sim::replay::Timeline* mTimeline = nullptr; ///< during take
    Outputs::Writer *mPcap = nullptr, *mKeylog = nullptr;
    std::optional<sim::trace::CaptureStream> mStream;
    std::uint64_t mCommented = 0; ///< event
    std::string mComment;
};

} // namespace ui::cli
