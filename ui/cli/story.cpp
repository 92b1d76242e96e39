#include "ui/cli/story.h"

#include "sim/devices/tables.h"
#include "sim/explain/explain.h"
#include "sim/explain/storm.h"
#include "ui/cli/output.h"

#include <algorithm>
#include <limits>

namespace ui::cli {

namespace {

using sim::replay::Timeline;

constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
constexpr std::size_t kSentencesOfAStorm = 500; // it tells the same ones again and again
constexpr std::uint64_t kSuspicious = 20;       // so often the same frame has come round

int widthOfNames(const sim::devices::Network& network) {
    int width = 6;
    for (std::uint32_t i = 0; i < network.deviceCount(); ++i)
        width = std::max(width, int(network.deviceName(sim::kernel::DeviceId{i}).size()));
    return std::min(width, 16);
}

} // namespace

bool Story::circling(const Timeline& timeline) {
    const std::size_t frames = timeline.log().frames().size();
    if (frames >= mLookAgain) {
        mLookAgain = frames + frames / 10 + 1000;
        mCircling = sim::explain::storm(timeline.log(), timeline.latest(), kSuspicious).has_value();
    }
    return mCircling;
}

void Story::tell(const Timeline& timeline) {
    if (circling(timeline)) return;
    tellUpTo(timeline, timeline.log().recordCount(), kAll);
    flushOut();
}

void Story::finish(const Timeline& timeline, bool storm) {
    tellUpTo(timeline, timeline.log().recordCount(), storm ? kSentencesOfAStorm : kAll);
    if (mNext < timeline.log().recordCount()) printOut(Text::tr("…\n"));
}

void Story::tellUpTo(const Timeline& timeline, std::size_t end, std::size_t most) {
    const auto& log = timeline.log();
    const auto& network = timeline.latest();
    if (!mWidth) mWidth = widthOfNames(network);
    for (std::size_t told = 0; mNext < end && told < most;) {
        const auto moment = sim::explain::momentAt(network, log, mNext);
        mNext = moment.lastRecord;
        if (moment.sentences.empty()) continue;
        ++told;
        QString line;
        for (const auto& sentence : moment.sentences)
            line += u' ' + QString::fromStdString(sentence.toString());
        const QString node = moment.device.valid() ? QString::fromStdString(network.deviceName(moment.device)) : QString();
        printOut(QStringLiteral("%1  %2 %3\n").arg(timeText(moment.time.count()), 15).arg(node, -mWidth).arg(line));
    }
}

void tellResults(const Timeline& timeline) {
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
}

} // namespace ui::cli
