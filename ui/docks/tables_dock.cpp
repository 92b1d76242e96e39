#include "ui/docks/tables_dock.h"
#include "model/lab/kinds.h"
#include "ui/shared/selection.h"

#include "model/document/document.h"
#include "ui/rows/table_model.h"
#include "ui/run/controller.h"
#include "ui/shared/theme.h"
#include "ui/widgets/plain_label.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QScrollArea>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

namespace ui::docks {

using namespace rows;

namespace {

constexpr int kLeastColumn = 30; ///< of one that gives way
constexpr int kRowHeight = 24;
constexpr int kSidePadding = 8;

/// MarkDelegate paints cells with the marks of TableModel: bars, tints, the old value struck through.
class MarkDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const auto& colors = shared::Theme::instance().colors();
        const auto mark = static_cast<RowMark>(index.data(TableModel::MarkRole).toInt());
        const bool decided = index.data(TableModel::DecidedRole).toBool();
        const QRect r = option.rect;
        QColor bar;
        if (decided) {
            painter->fillRect(r, colors.accentTint);
            bar = colors.accent;
        }
        if (mark == RowMark::New) {
            painter->fillRect(r, colors.newTint);
            bar = colors.newBar;
        } else if (mark == RowMark::Changed) {
            painter->fillRect(r, colors.changedTint);
            bar = colors.changedBar;
        }
        if (index.column() == 0 && bar.isValid()) painter->fillRect(QRect(r.left(), r.top(), 3, r.height()), bar);

        QFont font = index.data(Qt::FontRole).value<QFont>();
        painter->save();
        painter->setClipRect(r);
        QRect words = r.adjusted(kSidePadding, 0, -3, 0);
        const QString old = index.data(TableModel::OldTextRole).toString();
        if (!old.isEmpty() || mark == RowMark::Gone) {
            font.setStrikeOut(true);
            painter->setFont(font);
            painter->setPen(colors.dim);
            const QString struck = mark == RowMark::Gone ? index.data().toString() : old;
            // The old value gives way when there is no room for both.
            const int width = painter->fontMetrics().horizontalAdvance(struck);
            const int need = painter->fontMetrics().horizontalAdvance(index.data().toString());
            if (mark == RowMark::Gone || width + need + 8 <= words.width()) {
                painter->drawText(words, Qt::AlignLeft | Qt::AlignVCenter, struck);
                words.setLeft(words.left() + width + 6);
            }
            font.setStrikeOut(false);
        }
        if (mark != RowMark::Gone) {
            if (!old.isEmpty()) font.setWeight(QFont::DemiBold);
            painter->setFont(font);
            painter->setPen(colors.ink);
            painter->drawText(
                words, Qt::AlignLeft | Qt::AlignVCenter,
                painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, words.width()));
        }
        painter->restore();
    }

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const override {
        const QFontMetrics metrics(index.data(Qt::FontRole).value<QFont>());
        int width = metrics.horizontalAdvance(index.data().toString());
        const QString old = index.data(TableModel::OldTextRole).toString();
        if (!old.isEmpty()) width += metrics.horizontalAdvance(old) + 8;
        return {width + kSidePadding + 5, kRowHeight};
    }
};

} // namespace

TablesDock::TablesDock(const model::document::Document& document, shared::Selection& selection,
                       run::PlaybackController& controller)
    : mDocument(document), mSelection(selection), mController(controller) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 8);
    layout->setSpacing(0);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(8, 8, 10, 4);
    mChooser = new QComboBox;
    mChooser->setAccessibleName(tr("Device whose tables are shown"));
    mChooser->setToolTip(tr("Device whose tables are shown; without a selected device it follows the run"));
    mChooser->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    head->addWidget(mChooser);
    layout->addLayout(head);
    mHint = widgets::plainLabel();
    mHint->setObjectName(QStringLiteral("hint"));
    mHint->setWordWrap(true);
    mHint->setAlignment(Qt::AlignHCenter);
    mHint->setContentsMargins(24, 20, 24, 16);
    layout->addWidget(mHint);
    for (const auto* table : shownTables())
        buildSection(*table);

    // Many things change together at one moment; the tables are made once for all of them.
    const auto later = [this] {
        if (mLater) return;
        mLater = true;
        QTimer::singleShot(0, this, [this] {
            mLater = false;
            refresh();
        });
    };
    connect(&controller, &run::PlaybackController::momentChanged, this, &TablesDock::refresh);
    connect(&controller, &run::PlaybackController::rebuilt, this, [this] { fillChooser(); });
    connect(&mSelection, &shared::Selection::changed, this, later);
    connect(&mDocument, &model::document::Document::changed, this, [this](const auto& change) {
        if (change.affectsRun()) fillChooser();
    });
    connect(&shared::Theme::instance(), &shared::Theme::changed, this, later);
    connect(mChooser, &QComboBox::activated, this, [this](int index) {
        const model::lab::NodeId id{mChooser->itemData(index).toUInt()};
        if (id.value)
            mSelection.select(id);
        else
            mSelection.clear();
    });
    fillChooser();
    refresh();
}

void TablesDock::buildSection(const Description& table) {
    Section& section = mSections.emplace_back();
    section.table = &table;
    section.whole = new QWidget(this);
    auto* layout = new QVBoxLayout(section.whole);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    if (mSections.size() > 1) {
        auto* line = new QFrame;
        line->setObjectName(QStringLiteral("hairline"));
        layout->addWidget(line);
    }
    auto* head = new QHBoxLayout;
    head->setContentsMargins(8, 8, 14, 2);
    auto* title = widgets::plainLabel(tableTitle(table));
    title->setObjectName(QStringLiteral("sectionTitle"));
    section.summary = widgets::plainLabel();
    section.summary->setFont(shared::Theme::heading());
    section.summary->setAccessibleName(tr("What this moment changed: new, changed and gone rows"));
    head->addWidget(title);
    head->addStretch(1);
    head->addWidget(section.summary);
    layout->addLayout(head);

    section.model = new TableModel(table, this);
    section.view = new QTableView;
    section.view->setAccessibleName(tableTitle(table));
    section.view->setModel(section.model);
    section.view->setItemDelegate(new MarkDelegate(section.view));
    section.view->verticalHeader()->hide();
    section.view->verticalHeader()->setDefaultSectionSize(kRowHeight);
    section.view->verticalHeader()->setMinimumSectionSize(kRowHeight);
    section.view->setShowGrid(false);
    section.view->setSelectionMode(QAbstractItemView::NoSelection);
    section.view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    section.view->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    section.view->setWordWrap(false);
    section.view->setFocusPolicy(Qt::TabFocus);
    section.view->setTabKeyNavigation(false);
    auto* header = section.view->horizontalHeader();
    header->setFont(shared::Theme::heading(0.88));
    header->setHighlightSections(false);
    header->setSectionsClickable(false);
    header->setMinimumSectionSize(24);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    layout->addWidget(section.view);
    section.empty = widgets::plainLabel(emptyText(table));
    section.empty->setObjectName(QStringLiteral("hint"));
    section.empty->setWordWrap(true);
    section.empty->setContentsMargins(8, 2, 12, 10);
    layout->addWidget(section.empty);
    this->layout()->addWidget(section.whole);
    section.whole->hide();
}

namespace {

/// isWanted tells whether an empty table is shown for a node; routes: whether it has a routing table.
bool isWanted(const Description& table, const model::lab::Node& node, bool routes) {
    using sim::tables::Wanted;
    switch (table.about.wanted) {
    case Wanted::Never: return false;
    case Wanted::WithIp: return routes;
    case Wanted::WithNat: return node.nat.has_value();
    case Wanted::WithDhcpServer: return !node.dhcpServer.empty();
    case Wanted::OnSwitch: return model::lab::learns(node.kind);
    case Wanted::WithDnsServer: return node.dnsServer.has_value();
    }
    return false;
}

} // namespace

void TablesDock::fillChooser() {
    const QSignalBlocker block(mChooser);
    mChooser->clear();
    mChooser->addItem(tr("The device of the moment"), 0u);
    for (const auto& node : mDocument.lab().nodes)
        mChooser->addItem(node.name, node.id.value);
    refresh();
}

const TablesDock::Section& TablesDock::sectionOf(std::string_view table) const {
    for (const auto& section : mSections)
        if (section.table->about.id == table) return section;
    return mSections.front();
}

const TableModel& TablesDock::model(std::string_view table) const { return *sectionOf(table).model; }

void TablesDock::refresh() {
    const auto& selected = mSelection;
    const bool follows = !selected.node().value;
    mNode = follows ? mController.nodeOf(mController.moment().device) : selected.node();
    const auto& lab = mDocument.lab();
    // Before the first moment there is nobody to follow: the first device of the run of the lab is where it will
    // begin.
    if (!mNode.value && !lab.run.empty()) mNode = lab.run.front().on;
    if (!mNode.value && !lab.nodes.empty()) mNode = lab.nodes.front().id;
    const auto* node = lab.node(mNode);
    {
        const QSignalBlocker block(mChooser);
        mChooser->setItemText(0, follows && node ? tr("%1 (follows the run)").arg(node->name)
                                                 : tr("The device of the moment"));
        mChooser->setCurrentIndex(follows ? 0 : std::max(0, mChooser->findData(mNode.value)));
    }
    mChooser->setVisible(!lab.nodes.empty());
    const auto device = mController.deviceOf(mNode);
    const bool known = device.valid() && device.value < mController.timeline().start().deviceCount();
    const bool off = node && known && !mController.stateNow().device(device).on;
    mHint->setVisible(!node || off);
    mHint->setText(off ? tr("%1 is switched off.").arg(node->name)
                       : tr("The routing table, ARP table, NAT mappings and more of a device are shown here: place one "
                            "on the canvas."));
    bool routes = false;
    if (known && node)
        routes = !tableRows(mController.stateNow(), device, *shownTables().front(), mController.time()).empty() ||
                 !model::lab::bridges(node->kind);
    const QString accent = shared::Theme::instance().colors().accent.name();
    for (Section& section : mSections) {
        const auto& table = *section.table;
        std::vector<TableRow> now, before;
        std::vector<std::string> decided;
        if (known) {
            now = tableRows(mController.stateNow(), device, table, mController.time());
            before = tableRows(mController.stateBefore(), device, table, mController.time());
            decided = decidingRows(mController.stateNow(), mController.log(), mController.moment(), device, table);
        }
        section.model->setRows(before, std::move(now), decided);
        const int rows = section.model->rowCount();
        bool wanted = rows > 0;
        if (node && known && !off) wanted = wanted || isWanted(table, *node, routes);
        section.whole->setVisible(wanted);
        section.empty->setVisible(rows == 0);
        section.view->setVisible(rows > 0);
        section.summary->setText(section.model->summary());
        section.summary->setStyleSheet(QStringLiteral("color:%1").arg(accent));
        if (rows > 0) layoutColumns(section);
    }
}

void TablesDock::layoutColumns(Section& section) {
    auto* header = section.view->horizontalHeader();
    header->setSectionResizeMode(QHeaderView::Fixed);
    const int columns = section.model->columnCount(), stretch = stretchColumn(*section.table);
    std::vector<int> widths;
    int room = width();
    for (int c = 0; c < columns; ++c) {
        widths.push_back(std::max(static_cast<const QAbstractItemView*>(section.view)->sizeHintForColumn(c),
                                  header->sectionSizeHint(c)));
        room -= widths.back();
    }
    // Where there is not room for all, the last columns give way: people come for the first ones.
    for (int c = columns - 1; c > 0 && room < 0; --c) {
        const int given = std::min(-room, std::max(0, widths[std::size_t(c)] - kLeastColumn));
        widths[std::size_t(c)] -= given;
        room += given;
    }
    if (room > 0) widths[std::size_t(stretch)] += room;
    for (int c = 0; c < columns; ++c)
        header->resizeSection(c, widths[std::size_t(c)]);
    section.view->setFixedHeight(header->sizeHint().height() + kRowHeight * section.model->rowCount() + 2);
}

void TablesDock::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    for (Section& section : mSections)
        if (section.view->isVisibleTo(this)) layoutColumns(section);
}

void TablesDock::reveal(std::string_view table) {
    auto* whole = sectionOf(table).whole;
    for (QWidget* up = parentWidget(); up; up = up->parentWidget())
        if (auto* scroll = qobject_cast<QScrollArea*>(up)) {
            scroll->ensureWidgetVisible(whole);
            return;
        }
}

} // namespace ui::docks
