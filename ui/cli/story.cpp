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
    tellSome(timeline, kAll);
    flushOut();
}

void Story::finish(const Timeline& timeline, bool storm) {
    tellSome(timeline, storm ? kSentencesOfAStorm : kAll);
    if (mStory->nextRecord() < timeline.log().recordCount()) printOut(Text::tr("…\n"));
}

void Story::tellSome(const Timeline& timeline, std::size_t most) {
    if (!mStory) {
        mStory.emplace(timeline.latest(), timeline.log());
        takeNames(timeline.latest());
    }
    sim::explain::Moment moment;
    for (std::size_t told = 0; told < most && mStory->next(moment); ++told)
        printOut(QString::fromStdString(line(moment)));
}

void Story::takeNames(const sim::devices::Network& network) {
    constexpr int kNarrowest = 6, kWidest = 16;
    int width = kNarrowest;
    for (std::uint32_t i = 0; i < network.deviceCount(); ++i)
        width = std::max(width, int(network.deviceName(sim::kernel::DeviceId{i}).size()));
    width = std::min(width, kWidest);
    const auto padded = [&](const std::string& name) {
        return QStringLiteral("%1 ").arg(QString::fromStdString(name), -width).toStdString();
    };
    for (std::uint32_t i = 0; i < network.deviceCount(); ++i)
        mNames.push_back(padded(network.deviceName(sim::kernel::DeviceId{i})));
    mNobody = padded({});
}

const std::string& Story::line(const sim::explain::Moment& moment) {
    constexpr std::size_t kTimeWidth = 15;
    // As timeText writes it, without a string for each part: there are hundreds of thousands of lines.
    const auto ns = moment.time.count();
    mLine = std::to_string(ns / 1'000'000'000);
    const std::string fraction = std::to_string(1'000'000'000 + ns % 1'000'000'000);
    mLine.append(1, '.')
        .append(fraction, 1, 3)
        .append(1, ' ')
        .append(fraction, 4, 3)
        .append(1, ' ')
        .append(fraction, 7, 3);
    if (mLine.size() < kTimeWidth) mLine.insert(0, kTimeWidth - mLine.size(), ' ');
    mLine += "  ";
    mLine += moment.device.valid() ? mNames[moment.device.value] : mNobody;
    for (const auto& sentence : moment.sentences) {
        mLine += ' ';
        sentence.appendTo(mLine);
    }
    mLine += '\n';
    return mLine;
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
    const std::size_t frames = timeline.log().frames().size();
    printOut((frames == 1 ? Text::tr("%1 frame in %2 s of virtual time.\n")
                          : Text::tr("%1 frames in %2 s of virtual time.\n"))
                 .arg(frames)
                 .arg(timeText(timeline.recordedUntil().count())));
}

} // namespace ui::cli
