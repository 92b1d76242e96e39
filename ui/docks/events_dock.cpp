#include "ui/docks/events_dock.h"
#include "ui/shared/selection.h"

#include "model/document/document.h"
#include "ui/rows/event_model.h"
#include "ui/run/controller.h"
#include "ui/shared/theme.h"
#include "ui/widgets/plain_label.h"

#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QStyle>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

namespace ui::docks {

using rows::EventModel;

namespace {

constexpr int kEventHeight = 23;
constexpr int kInfoWidth = 140; // of the last column, at least

/// RowDelegate keeps the colour of a row when it is the current one, and draws the chip.
class RowDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const auto& colors = shared::Theme::instance().colors();
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, colors.accentTint);
        else if (option.state & QStyle::State_MouseOver)
            painter->fillRect(option.rect, colors.hover);
        const QColor ink = index.data(Qt::ForegroundRole).value<QColor>();
        if (index.column() == EventModel::Chip) {
            QRectF chip(0, 0, 9, 9);
            chip.moveCenter(QRectF(option.rect).center() + QPointF(2, 0));
            QColor fill = index.data(Qt::DecorationRole).value<QColor>();
            if (ink == colors.unplugged) fill.setAlpha(110);
            painter->save();
            painter->setRenderHint(QPainter::Antialiasing);
            painter->setPen(Qt::NoPen);
            painter->setBrush(fill);
            painter->drawRoundedRect(chip, 2.5, 2.5);
            painter->restore();
            return;
        }
        painter->setFont(index.data(Qt::FontRole).value<QFont>());
        painter->setPen(ink);
        const QRect words = option.rect.adjusted(6, 0, -4, 0);
        painter->drawText(words, index.data(Qt::TextAlignmentRole).toInt(),
                          painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, words.width()));
    }
};

} // namespace

EventsDock::EventsDock(const model::document::Document& document, shared::Selection& selection,
                       run::PlaybackController& controller)
    : mDocument(document), mSelection(selection), mController(controller) {
    mModel = new EventModel(controller, this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 4, 0, 0);
    layout->setSpacing(4);
    mFilter = new QLineEdit;
    mFilter->setAccessibleName(tr("Filter"));
    mFilter->setPlaceholderText(tr("Filter: arp, dns, ip.addr == 8.8.8.8, tcp.port == 80, words; && and ||"));
    mFilter->setClearButtonEnabled(true);
    mFilter->setFont(shared::Theme::monospaced(0.95));
    auto* line = new QVBoxLayout;
    line->setContentsMargins(10, 0, 10, 0);
    line->addWidget(mFilter);
    mWrong = widgets::plainLabel();
    mWrong->setObjectName(QStringLiteral("wrong"));
    mWrong->hide();
    line->addWidget(mWrong);
    layout->addLayout(line);
    mHint = widgets::plainLabel(tr("Press Space: every frame of the run is listed here, one line each."));
    mHint->setObjectName(QStringLiteral("hint"));
    mHint->setWordWrap(true);
    mHint->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    mHint->setContentsMargins(24, 20, 24, 16);
    layout->addWidget(mHint, 1);

    mView = new QTableView;
    mView->setAccessibleName(tr("Events"));
    mView->setModel(mModel);
    mView->setItemDelegate(new RowDelegate(mView));
    mView->setMouseTracking(true);
    mView->setSelectionBehavior(QAbstractItemView::SelectRows);
    mView->setSelectionMode(QAbstractItemView::SingleSelection);
    mView->setTabKeyNavigation(false);
    mView->setShowGrid(false);
    mView->setWordWrap(false);
    mView->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    mView->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    mView->verticalHeader()->hide();
    mView->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    mView->verticalHeader()->setDefaultSectionSize(kEventHeight);
    auto* header = mView->horizontalHeader();
    header->setHighlightSections(false);
    header->setMinimumSectionSize(20);
    header->setStretchLastSection(true);
    // Widths from what such words need at most: asking every row would make every row's words.
    const QFontMetrics metrics(shared::Theme::monospaced(0.9));
    const std::pair<int, const char*> widths[] = {{EventModel::No, "0000"},
                                                  {EventModel::Time, "0.000 000 000"},
                                                  {EventModel::Delta, "00.0 µs"},
                                                  {EventModel::From, "desktop:eth0"},
                                                  {EventModel::To, "home:wan0"},
                                                  {EventModel::Source, "192.168.0.5"},
                                                  {EventModel::Destination, "192.168.0.555"},
                                                  {EventModel::Protocol, "Protocols"},
                                                  {EventModel::Length, "00000"}};
    for (const auto& [column, sample] : widths)
        mView->setColumnWidth(column, metrics.horizontalAdvance(QString::fromUtf8(sample)) + 12);
    header->setFont(shared::Theme::heading(0.88));
    mView->setColumnWidth(EventModel::Chip, 20);
    for (int c = EventModel::Chip; c < EventModel::Info; ++c)
        mWidths.push_back(mView->columnWidth(c));
    layout->addWidget(mView, 1);

    connect(mFilter, &QLineEdit::textChanged, this, &EventsDock::applyFilter);
    connect(mView->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& now) {
        if (mFollowing || !now.isValid()) return;
        const qint64 record = mModel->recordOf(now.row());
        mFollowing = true;
        mController.pause();
        mController.seekRecord(record);
        mSelection.setCurrentRecord(record);
        mFollowing = false;
    });
    using run::PlaybackController;
    connect(&controller, &PlaybackController::rebuilt, this, [this] {
        mModel->restart();
        updateHint();
    });
    connect(&controller, &PlaybackController::cut, mModel, &EventModel::restart);
    connect(&controller, &PlaybackController::grown, this, [this] {
        mModel->grow();
        updateHint();
    });
    connect(&controller, &PlaybackController::momentChanged, this, [this] {
        // Only what can be seen is painted again.
        mView->viewport()->update();
    });
    connect(&mSelection, &shared::Selection::currentRecordChanged, this, &EventsDock::followCursor);
    connect(&shared::Theme::instance(), &shared::Theme::changed, mModel, &EventModel::restart);
    updateHint();
}

void EventsDock::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fitColumns();
}

void EventsDock::fitColumns() {
    // What Info and the chip say as well gives way in a narrow window.
    constexpr int kGivingWay[] = {EventModel::Length, EventModel::Delta, EventModel::Destination, EventModel::Source};
    int room = width() - kInfoWidth;
    for (int c = EventModel::Chip; c < EventModel::Info; ++c)
        room -= mWidths[static_cast<std::size_t>(c)];
    for (const int column : kGivingWay) {
        const bool hide = room < 0;
        if (hide) room += mWidths[static_cast<std::size_t>(column)];
        mView->setColumnHidden(column, hide);
    }
}

void EventsDock::widenNumbers() {
    const QString largest = QString::number(std::max(1000, mModel->totalRows()));
    const int wide = QFontMetrics(shared::Theme::monospaced(0.9)).horizontalAdvance(QString(largest.size(), u'0')) + 12;
    if (mWidths[EventModel::No] == wide) return;
    mWidths[EventModel::No] = wide;
    mView->setColumnWidth(EventModel::No, wide);
    fitColumns();
}

void EventsDock::updateHint() {
    widenNumbers();
    const bool any = mModel->totalRows() > 0;
    mHint->setText(mDocument.lab().run.empty()
                       ? tr("Nothing happens in this lab yet. Let a host ping or browse with the tools above: every "
                            "frame is listed here, one line each.")
                       : tr("Press Space: every frame of the run is listed here, one line each."));
    mHint->setVisible(!any);
    mView->setVisible(any);
}

void EventsDock::applyFilter() {
    QString problem;
    const bool right = mModel->setFilter(mFilter->text(), &problem);
    mWrong->setText(problem);
    mWrong->setVisible(!right);
    mFilter->setProperty("wrong", !right);
    mFilter->style()->unpolish(mFilter);
    mFilter->style()->polish(mFilter);
    if (right) followCursor();
}

void EventsDock::followCursor() {
    if (mFollowing) return;
    mFollowing = true;
    qint64 record = mSelection.currentRecord();
    int row = mModel->rowOf(record);
    const auto& log = mController.log();
    if (record >= 0 && static_cast<std::size_t>(record) < log.records().size() && mModel->recordOf(row) != record) {
        // What has no row of its own is shown at the frame that was being handled.
        const auto frame = log.records()[static_cast<std::size_t>(record)].frame;
        if (frame != sim::trace::kNoIndex) row = mModel->rowOf(log.frames()[frame].sentRecord);
    }
    if (row < 0) {
        mView->clearSelection();
        mView->setCurrentIndex({});
    } else {
        mView->selectRow(row);
        // What comes next stays in sight.
        const QRect place = mView->visualRect(mModel->index(row, EventModel::No));
        if (place.top() < kEventHeight || place.bottom() + 2 * kEventHeight > mView->viewport()->height())
            mView->scrollTo(mModel->index(row, EventModel::No), QAbstractItemView::PositionAtCenter);
    }
    mFollowing = false;
}

} // namespace ui::docks
