#include "ui/cli/run_command.h"

#include "model/build/network_builder.h"
#include "model/io/quantities.h"
#include "sim/devices/tables.h"
#include "sim/explain/explain.h"
#include "sim/replay/timeline.h"
#include "sim/trace/pcap.h"
#include "ui/cli/json_report.h"
#include "ui/cli/output.h"
#include "ui/cli/state_report.h"
#include "ui/playback/storm_watch.h"

#include <QDir>
#include <QElapsedTimer>
#include <QLocale>

#include <cstdio>
#include <unistd.h>

namespace ui::cli {

namespace {

using sim::replay::Timeline;

// A run without --until that never comes to rest ends here, so that no lab runs for ever.
constexpr sim::kernel::SimTime kLongest = std::chrono::hours(1);
constexpr std::uint64_t kSlice = 10'000; // events between two looks at the clock, and at what has been recorded

/// Progress writes a line to a terminal when a run takes longer than a second.
class Progress {
public:
    Progress() : mTerminal(isatty(STDERR_FILENO)) { mClock.start(); }
    ~Progress() {
        if (mShown) printControl(QStringLiteral("\r\033[K"));
    }
    void show(const Timeline& timeline) {
        if (!mTerminal || mClock.elapsed() < 1000 || mClock.elapsed() - mLast < 200) return;
        mLast = mClock.elapsed();
        mShown = true;
        printControl(Text::tr("\r%1 s simulated, %2 events")
                       .arg(timeText(timeline.recordedUntil().count()))
                       .arg(timeline.latest().eventNo()));
    }

private:
    QElapsedTimer mClock;
    qint64 mLast = 0;
    bool mTerminal = false, mShown = false;
};

std::vector<sim::trace::CaptureInterface> captureInterfaces(const sim::devices::Network& network) {
    std::vector<sim::trace::CaptureInterface> ports;
    for (std::uint32_t i = 0; i < network.interfaceCount(); ++i) {
        const sim::kernel::InterfaceId id{i};
        sim::trace::CaptureInterface port{id, network.portName(id), network.isLoopback(id), false};
        if (!port.loopback)
            for (const auto& row : sim::devices::interfaceTable(network, network.deviceOf(id)))
                if (row.name == network.interfaceName(id)) port.rawIp = row.mac.isZero();
        ports.push_back(std::move(port));
    }
    return ports;
}

bool writeCaptures(const Timeline& timeline, const RunOptions& options) {
    const auto ports = captureInterfaces(timeline.start());
    if (!options.pcap.isEmpty() &&
        !writeFile(options.pcap, [&](const Sink& sink) { sim::trace::writePcapng(timeline.log(), ports, sink); }))
        return false;
    if (!options.wireguardKeylog.isEmpty()) {
        QByteArray lines;
        timeline.log().secrets([&](const std::string& line) { lines += QByteArray::fromStdString(line) + '\n'; });
        if (!writeFile(options.wireguardKeylog, lines)) return false;
    }
    if (options.pcapDir.isEmpty()) return true;
    if (!QDir().mkpath(options.pcapDir)) {
        printProblem({Text::tr("The folder cannot be made."), Text::tr("Give a place that you may write to."),
                      options.pcapDir, 0, 0});
        return false;
    }
    for (const auto& port : ports) {
        QString name = QString::fromStdString(port.name);
        // Names come from a file that may be a stranger's: none leads out of the folder.
        name.replace(u':', u'.').replace(u'/', u'_');
        const QString path = QDir(options.pcapDir).filePath(name + QStringLiteral(".pcap"));
        if (!writeFile(path, [&](const Sink& sink) { sim::trace::writePcap(timeline.log(), port, sink); }))
            return false;
    }
    return true;
}

/// Ending is why a run is not simulated further.
enum class Ending : std::uint8_t { Due, Storm, Frames, Memory };

/// How many sentences are told of a run that was stopped: a storm tells the same ones again and again.
constexpr std::size_t kSentencesOfAStopped = 500;

void tellStory(const Timeline& timeline, bool stopped) {
    std::size_t told = 0;
    const auto& log = timeline.log();
    const auto& network = timeline.latest();
    int width = 6;
    for (std::uint32_t i = 0; i < network.deviceCount(); ++i)
        width = std::max(width, int(network.deviceName(sim::kernel::DeviceId{i}).size()));
    width = std::min(width, 16);
    for (std::size_t i = 0; i < log.records().size();) {
        const auto moment = sim::explain::momentAt(network, log, i);
        i = moment.lastRecord;
        if (moment.sentences.empty()) continue;
        if (stopped && ++told > kSentencesOfAStopped) {
            printOut(Text::tr("…\n"));
            break;
        }
        QString line;
        for (const auto& sentence : moment.sentences)
            line += u' ' + QString::fromStdString(sentence.toString());
        const QString node =
            moment.device.valid() ? QString::fromStdString(network.deviceName(moment.device)) : QString();
        printOut(QStringLiteral("%1  %2 %3\n").arg(timeText(moment.time.count()), 15).arg(node, -width).arg(line));
    }
}

void tellResults(const Timeline& timeline, bool cut) {
    const auto& network = timeline.latest();
    for (std::uint32_t i = 0; i < network.deviceCount(); ++i) {
        const sim::kernel::DeviceId id{i};
        for (const auto& row : sim::devices::applicationTable(network, id)) {
            const QString result = QString::fromStdString(row.result.empty() ? row.state : row.result);
            printOut(QStringLiteral("%1 %2: %3: %4\n")
                         .arg(row.ok                   ? QStringLiteral("✓")
                              : row.state == "running" ? QStringLiteral("…")
                                                       : QStringLiteral("✗"),
                              QString::fromStdString(network.deviceName(id)), QString::fromStdString(row.what),
                              result));
        }
    }
    printOut(Text::tr("%1 frames in %2 s of virtual time.\n")
                 .arg(timeline.log().frames().size())
                 .arg(timeText(timeline.recordedUntil().count())));
    if (cut)
        printError(Text::tr(
            "The network did not come to rest within an hour of virtual time. Use --until to say how long to run.\n"));
}

/// tellEnding says in a sentence why the run was stopped, and what to do about it.
void tellEnding(const Timeline& timeline, const RunOptions& options, Ending ending, const std::optional<sim::explain::Storm>& storm) {
    const QLocale c = QLocale(QLocale::English);
    const auto& log = timeline.log();
    QString what, hint;
    switch (ending) {
    case Ending::Due: return;
    case Ending::Storm:
        what = playback::stormText(*storm, c) + u';';
        hint = playback::stormMeaning(*storm, c) + Text::tr(" --through-storms lets the run go on.");
        break;
    case Ending::Frames:
        what = Text::tr("The run has come to %1 frames;").arg(c.toString(qulonglong(log.frames().size())));
        hint = Text::tr("--most-frames %1 lets it go on for longer, --until TIME says when it is long enough.").arg(options.mostFrames * 10);
        break;
    case Ending::Memory:
        what = Text::tr("The recording has come to %1 MB (%2 frames);").arg(options.mostMemory / 1'000'000).arg(c.toString(qulonglong(log.frames().size())));
        hint = Text::tr("--most-memory %1 records more, --until TIME says when it is long enough.").arg(model::io::formatBytes(options.mostMemory * 4));
        break;
    }
    if (ending != Ending::Storm)
        if (const auto most = sim::explain::busiest(log, timeline.latest())) hint = Text::tr("Most came from %1. ").arg(playback::senderText(*most, c)) + hint;
    printError(Text::tr("%1 the run was stopped at %2 s of virtual time, and what was recorded is kept.\nhint: %3\n")
                   .arg(what, timeText(timeline.recordedUntil().count()), hint));
}

} // namespace

int run(const RunOptions& options) {
    const auto read = readLab(options.lab);
    if (!read) return kBad;
    auto built = model::build::build(read->lab, options.seed);
    for (auto problem : built.problems) {
        if (problem.file.isEmpty()) problem.file = options.lab;
        printProblem(problem);
    }
    Timeline timeline(std::move(built.network), std::move(built.stimuli));
    Ending ending = Ending::Due;
    std::optional<sim::explain::Storm> storm;
    {
        Progress progress;
        playback::StormWatch watch;
        const auto stop = options.until ? Timeline::Stop::AtTime : Timeline::Stop::WhenQuiet;
        while (ending == Ending::Due && !timeline.extend(options.until.value_or(kLongest), kSlice, stop)) {
            progress.show(timeline);
            if (!options.throughStorms) storm = watch.look(timeline);
            if (storm)
                ending = Ending::Storm;
            else if (timeline.log().frames().size() >= options.mostFrames)
                ending = Ending::Frames;
            else if (timeline.memoryBytes() >= options.mostMemory)
                ending = Ending::Memory;
        }
    }
    const bool stopped = ending != Ending::Due;
    const bool cut = !options.until && !timeline.quiet() && !stopped;
    if (!writeCaptures(timeline, options)) return kBad;
    if (!options.state.isEmpty() && !writeFile(options.state, stateReport(timeline.latest()))) return kBad;
    if (options.json) {
        printData(jsonReport(read->lab, timeline, built.problems));
    } else {
        tellStory(timeline, stopped);
        tellResults(timeline, cut);
    }
    tellEnding(timeline, options, ending, storm);
    std::fflush(stdout);
    return stopped ? kFound : kFine;
}

} // namespace ui::cli
