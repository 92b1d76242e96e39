#include "ui/rows/event_model.h"

#include "sim/decisions/all.h"
#include "sim/dissect/protocols.h"
#include "ui/rows/run_view.h"
#include "ui/rows/words.h"
#include "ui/shared/theme.h"
#include "ui/widgets/plain_label.h"

#include <algorithm>
#include <optional>

namespace ui::rows {

using sim::trace::kNoIndex;
using sim::trace::Record;
using sim::trace::RecordKind;

namespace {

/// decisionWord is the Protocol column of a decision that is worth a row; null for the others.
const char* decisionWord(sim::trace::DecisionKind kind) {
    const auto* about = sim::decisions::about(kind);
    return about ? about->event.word : nullptr;
}

constexpr std::size_t kSiftedAtOnce = 2000; // rows; some ten milliseconds

/// shortAddress keeps of a MAC what tells it from others in a small lab; the packet panel has it whole.
QString shortAddress(const QString& address) {
    if (address.size() != 17 || address[2] != u':') return address;
    if (address == u"ff:ff:ff:ff:ff:ff") return EventModel::tr("broadcast");
    return address.left(2) + QStringLiteral(":…:") + address.right(2);
}

bool hasRow(const Record& record) {
    switch (record.kind) {
    case RecordKind::FrameSent: return true;
    case RecordKind::FrameReceived: return false;
    case RecordKind::Dropped: return !isNoise(record);
    case RecordKind::Decision: return decisionWord(record.decision()) != nullptr;
    }
    return false;
}

} // namespace

EventModel::EventModel(const RunView& run, QObject* parent) : QAbstractTableModel(parent), mRun(run) {
    mMore.setInterval(0);
    mMore.setSingleShot(true);
    connect(&mMore, &QTimer::timeout, this, &EventModel::sift);
}

void EventModel::restart() {
    beginResetModel();
    mRead = mSifted = 0;
    mAll.clear();
    mShown.clear();
    mLines.clear();
    endResetModel();
    grow();
}

void EventModel::grow() {
    const auto& records = mRun.timeline().log().records();
    if (records.size() < mRead) {
        restart();
        return;
    }
    for (; mRead < records.size(); ++mRead)
        if (hasRow(records[mRead])) mAll.push_back(static_cast<std::uint32_t>(mRead));
    sift();
}

void EventModel::sift() {
    // Words for a million rows take seconds: the window must not wait for them.
    const std::size_t end = mFilter.isEmpty() ? mAll.size() : std::min(mAll.size(), mSifted + kSiftedAtOnce);
    std::vector<std::uint32_t> fresh;
    for (; mSifted < end; ++mSifted)
        if (accepts(static_cast<std::uint32_t>(mSifted))) fresh.push_back(static_cast<std::uint32_t>(mSifted));
    if (mSifted < mAll.size()) mMore.start();
    if (fresh.empty()) return;
    beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(fresh.size()) - 1);
    mShown.insert(mShown.end(), fresh.begin(), fresh.end());
    endInsertRows();
}

bool EventModel::setFilter(const QString& text, QString* problem) {
    if (!mFilter.parse(text, problem)) return false;
    beginResetModel();
    mShown.clear();
    mSifted = 0;
    endResetModel();
    sift();
    return true;
}

bool EventModel::accepts(std::uint32_t row) const {
    if (mFilter.isEmpty()) return true;
    const Line& shown = line(row);
    const auto& log = mRun.timeline().log();
    const Record& record = log.records()[mAll[row]];
    const std::uint32_t frame = record.kind == RecordKind::Decision ? kNoIndex : record.index;
    std::optional<sim::dissect::FieldNode> tree;
    FilterSubject subject;
    for (int c = No; c < ColumnCount; ++c)
        subject.line += shown.cells[c] + u' ';
    subject.protocol = shown.protocol;
    subject.dropped = shown.dropped;
    subject.frame = frame != kNoIndex;
    subject.tree = [&]() -> const sim::dissect::FieldNode& {
        if (!tree) {
            tree = treeOf(log, frame);
        }
        return *tree;
    };
    return mFilter.matches(subject);
}

EventModel::Line EventModel::makeLine(std::uint32_t row) const {
    const auto& log = mRun.timeline().log();
    const auto& network = mRun.timeline().start();
    const Record& record = log.records()[mAll[row]];
    Line made;
    made.cells[No] = QString::number(row + 1);
    made.cells[Time] = momentText(record.time);
    const auto last = row ? log.records()[mAll[row - 1]].time : sim::kernel::SimTime{0};
    made.cells[Delta] = spanText(record.time - last);
    const auto name = [&](sim::kernel::DeviceId id) { return id.valid() ? text(network.deviceName(id)) : QString(); };
    const std::uint32_t frame = record.kind == RecordKind::Decision ? kNoIndex : record.index;
    if (frame != kNoIndex) {
        const auto& trace = log.frames()[frame];
        const auto s = summaryOf(log, frame);
        made.frame = true;
        made.chip = shared::Theme::protocolColor(s.protocol);
        if (s.top) made.protocol = text(std::string(s.top->filter));
        if (trace.from.valid()) made.cells[From] = text(network.portName(trace.from));
        if (trace.to.valid()) made.cells[To] = text(network.portName(trace.to));
        made.cells[Source] = shortAddress(text(s.source));
        made.cells[Destination] = shortAddress(text(s.destination));
        made.cells[Protocol] = text(s.protocolName);
        made.cells[Length] = QString::number(s.length ? s.length : trace.length);
        made.cells[Info] = text(s.info);
    } else {
        made.chip = shared::Theme::protocolColor(sim::dissect::Protocol::Other);
        made.cells[From] = name(record.device);
    }
    if (record.kind == RecordKind::Dropped) {
        made.dropped = true;
        made.cells[From] = name(record.device);
        made.cells[Info] = tr("✕ dropped: %1").arg(dropText(record.dropReason())) +
                           (made.cells[Info].isEmpty() ? QString() : QStringLiteral(" · ") + made.cells[Info]);
    } else if (record.kind == RecordKind::Decision) {
        made.protocol = made.cells[Protocol] = QLatin1String(decisionWord(record.decision()));
        made.cells[Info] = plain(sim::explain::explain(network, log, record));
    }
    return made;
}

const EventModel::Line& EventModel::line(std::uint32_t row) const {
    if (const Line* cached = mLines.object(row)) return *cached;
    auto* made = new Line(makeLine(row));
    mLines.insert(row, made);
    return *made; // NOLINT(clang-analyzer-cplusplus.NewDelete): the cache keeps what costs less than all its room
}

qint64 EventModel::recordOf(int row) const {
    if (row < 0 || row >= rowCount()) return -1;
    return mAll[mShown[static_cast<std::size_t>(row)]];
}

int EventModel::rowOf(qint64 record) const {
    if (record < 0) return -1;
    const auto it = std::upper_bound(mShown.begin(), mShown.end(), static_cast<std::uint32_t>(record),
                                     [this](std::uint32_t r, std::uint32_t row) { return r < mAll[row]; });
    return static_cast<int>(it - mShown.begin()) - 1;
}

void EventModel::refreshPast() {
    if (rowCount()) emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1), {Qt::ForegroundRole});
}

QVariant EventModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const std::uint32_t row = mShown[static_cast<std::size_t>(index.row())];
    const auto& colors = shared::Theme::instance().colors();
    switch (role) {
    case Qt::DisplayRole: return line(row).cells[index.column()];
    case Qt::DecorationRole: return index.column() == Chip ? QVariant(line(row).chip) : QVariant();
    case Qt::FontRole: return shared::Theme::monospaced(0.9);
    case Qt::ToolTipRole: return index.column() == Info ? widgets::plainTip(line(row).cells[Info]) : QVariant();
    case Qt::TextAlignmentRole:
        return int((index.column() == Length ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::ForegroundRole: {
        const bool future = mRun.timeline().log().records()[mAll[row]].event > mRun.eventNo();
        if (future) return colors.unplugged;
        return line(row).dropped ? colors.error : colors.ink;
    }
    default: return {};
    }
}

QVariant EventModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == Length ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    switch (section) {
    case No: return tr("No.");
    case Time: return tr("Time");
    case Delta: return tr("Δ");
    case From: return tr("From");
    case To: return tr("To");
    case Source: return tr("Source");
    case Destination: return tr("Destination");
    case Protocol: return tr("Protocol");
    case Length: return tr("Len");
    case Info: return tr("Info");
    default: return QString();
    }
}

} // namespace ui::rows
