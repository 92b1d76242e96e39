#include "ui/run/storm_watch.h"

#include <QCoreApplication>

namespace ui::run {

namespace {
struct Words {
    Q_DECLARE_TR_FUNCTIONS(ui::run)
};
} // namespace

std::optional<sim::explain::Storm> StormWatch::look(const sim::replay::Timeline& timeline) {
    const std::size_t frames = timeline.log().frames().size();
    if (frames < mNext) return std::nullopt;
    restart(frames);
    return sim::explain::storm(timeline.log(), timeline.latest());
}

QString senderText(const sim::explain::Storm& storm, const QLocale& locale) {
    const QString kind = storm.kind == "switch"   ? Words::tr("switch")
                         : storm.kind == "router" ? Words::tr("router")
                                                  : Words::tr("host");
    return Words::tr("%1 %2: %3 frames in %4 s")
        .arg(kind, QString::fromStdString(storm.name), locale.toString(qulonglong(storm.frames)))
        .arg(double(storm.span.count()) / 1e9, 0, 'g', 3);
}

QString stormText(const sim::explain::Storm& storm, const QLocale& locale) {
    return Words::tr("storm on %1").arg(senderText(storm, locale));
}

QString stormMeaning(const sim::explain::Storm& storm, const QLocale& locale) {
    const QString look = storm.kind == "switch"
                             ? Words::tr("Look for a ring of switches: it ends when one of its cables is unplugged.")
                             : Words::tr("Look for machines that reply to each other for ever.");
    return Words::tr("The same frame has left %1 %2 times, each because of the one before. %3")
        .arg(QString::fromStdString(storm.name), locale.toString(qulonglong(storm.rounds)), look);
}

} // namespace ui::run
