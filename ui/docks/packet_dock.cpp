#include "ui/docks/packet_dock.h"
#include "ui/shared/selection.h"

#include "ui/docks/hex_view.h"
#include "ui/rows/words.h"
#include "ui/run/controller.h"
#include "ui/shared/theme.h"
#include "ui/widgets/closed_text.h"
#include "ui/widgets/plain_label.h"

#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QSplitter>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QTabBar>
#include <QTextBrowser>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::docks {

using namespace rows;
using sim::dissect::FieldNode;
using sim::trace::kNoIndex;

namespace {

enum Role { ValueRole = Qt::UserRole, OffsetRole, LengthRole, MalformedRole, FilterRole };

/// FieldDelegate writes a field's name in the interface font and its value in fixed digits.
class FieldDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const auto& colors = shared::Theme::instance().colors();
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, colors.accentTint);
        else if (option.state & QStyle::State_MouseOver)
            painter->fillRect(option.rect, colors.hover);
        const bool top = !index.parent().isValid();
        const bool wrong = index.data(MalformedRole).toBool();
        QRect words = option.rect.adjusted(4, 0, -4, 0);
        painter->setFont(top ? shared::Theme::heading() : option.font);
        painter->setPen(wrong ? colors.error : colors.ink);
        const QString name = index.data().toString();
        painter->drawText(words, Qt::AlignVCenter, name);
        words.setLeft(words.left() + painter->fontMetrics().horizontalAdvance(name) + 10);
        painter->setFont(shared::Theme::monospaced(0.95));
        painter->setPen(wrong ? colors.error : top ? colors.dim : colors.ink);
        painter->drawText(
            words, Qt::AlignVCenter,
            painter->fontMetrics().elidedText(index.data(ValueRole).toString(), Qt::ElideRight, words.width()));
    }
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
        return {100, option.fontMetrics.height() + 6};
    }
};

/// innermost is the deepest field that holds a byte.
QTreeWidgetItem* innermost(QTreeWidgetItem* item, std::uint32_t offset) {
    QTreeWidgetItem* best = nullptr;
    const auto from = item->data(0, OffsetRole).toUInt(), length = item->data(0, LengthRole).toUInt();
    if (offset >= from && offset - from < length) best = item;
    for (int i = 0; i < item->childCount(); ++i)
        if (auto* found = innermost(item->child(i), offset))
            if (!best || best == item || found->data(0, LengthRole).toUInt() <= best->data(0, LengthRole).toUInt())
                best = found;
    return best;
}

} // namespace

PacketDock::PacketDock(shared::Selection& selection, run::PlaybackController& controller)
    : mSelection(selection), mController(controller) {
    setDocumentMode(true);
    setAccessibleName(tr("Packet"));
    tabBar()->setExpanding(false);
    tabBar()->setDrawBase(false);

    mTree = new QTreeWidget;
    mTree->setAccessibleName(tr("Fields"));
    mTree->setHeaderHidden(true);
    mTree->setItemDelegate(new FieldDelegate(mTree));
    mTree->setMouseTracking(true);
    mTree->setIndentation(16);
    mTree->setUniformRowHeights(true);
    mHex = new HexView;
    auto* split = new QSplitter(Qt::Vertical);
    split->setHandleWidth(1);
    split->setChildrenCollapsible(false);
    split->addWidget(mTree);
    split->addWidget(mHex);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setSizes({170, 110});
    auto* hint =
        widgets::plainLabel(tr("Select an event, or an envelope on a cable: its fields and bytes are shown here."));
    hint->setObjectName(QStringLiteral("hint"));
    hint->setWordWrap(true);
    hint->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    hint->setContentsMargins(24, 28, 24, 16);
    mPages = new QStackedWidget;
    mPages->addWidget(hint);
    mPages->addWidget(split);
    addTab(mPages, tr("Packet"));
    mWhy = new widgets::ClosedText;
    mWhy->setAccessibleName(tr("Why"));
    mWhy->document()->setDocumentMargin(14);
    addTab(mWhy, tr("Why"));

    connect(mTree, &QTreeWidget::currentItemChanged, this, [this](QTreeWidgetItem* item) {
        if (!item || mFilling) return;
        mHex->mark({item->data(0, OffsetRole).toUInt(), item->data(0, LengthRole).toUInt()});
    });
    connect(mHex, &HexView::byteClicked, this, [this](std::uint32_t offset) {
        for (int i = mTree->topLevelItemCount() - 1; i >= 0; --i)
            if (auto* found = innermost(mTree->topLevelItem(i), offset)) {
                mTree->setCurrentItem(found);
                mTree->scrollToItem(found);
                return;
            }
    });
    connect(mTree, &QTreeWidget::itemExpanded, this, [this](QTreeWidgetItem* item) {
        if (!mFilling) mOpen.push_back(item->text(0));
    });
    connect(mTree, &QTreeWidget::itemCollapsed, this, [this](QTreeWidgetItem* item) {
        if (!mFilling) mOpen.erase(std::remove(mOpen.begin(), mOpen.end(), item->text(0)), mOpen.end());
    });
    connect(mWhy, &QTextBrowser::anchorClicked, this, [this](const QUrl& url) {
        const QString link = url.toString();
        if (link.startsWith(QLatin1String("record:"))) {
            mController.pause();
            mController.seekRecord(link.section(u':', 1).toLongLong());
        } else {
            emit linkClicked(link);
        }
    });
    connect(&mSelection, &shared::Selection::currentRecordChanged, this, &PacketDock::refresh);
    connect(&controller, &run::PlaybackController::rebuilt, this, [this] {
        mFrame = kNoIndex;
        refresh();
    });
    connect(&controller, &run::PlaybackController::cut, this, [this] { mFrame = kNoIndex; });
    connect(&shared::Theme::instance(), &shared::Theme::changed, this, &PacketDock::refresh);
    connect(this, &QTabWidget::currentChanged, this, &PacketDock::refresh);
    refresh();
}

void PacketDock::refresh() {
    const qint64 current = mSelection.currentRecord();
    const auto& records = mController.log().records();
    std::uint32_t frame = kNoIndex;
    if (current >= 0 && static_cast<std::size_t>(current) < records.size()) {
        const auto& record = records[static_cast<std::size_t>(current)];
        frame = record.kind == sim::trace::RecordKind::Decision ? record.frame : record.index;
    }
    if (frame != mFrame || frame == kNoIndex) showFrame(frame);
    // Sentences are made only when somebody reads them.
    if (currentWidget() == mWhy) tellWhy(current);
}

void PacketDock::addField(QTreeWidgetItem* parent, const FieldNode& node, int depth) {
    auto* item = new QTreeWidgetItem(QStringList{text(node.name)});
    item->setData(0, ValueRole, text(node.display));
    item->setData(0, OffsetRole, node.range.offset);
    item->setData(0, LengthRole, node.range.length);
    item->setData(0, MalformedRole, node.malformed);
    item->setToolTip(0, widgets::plainTip(text(std::string(node.filter()))));
    parent->addChild(item);
    for (const auto& child : node.children)
        addField(item, child, depth + 1);
}

void PacketDock::showFrame(std::uint32_t frame) {
    mFrame = frame;
    const auto& log = mController.log();
    if (frame >= log.frames().size()) {
        mPages->setCurrentIndex(0);
        setTabText(0, tr("Packet"));
        return;
    }
    mFilling = true;
    const auto bytes = log.bytes(log.frames()[frame]);
    const FieldNode root = rows::treeOf(log, frame);
    mTree->clear();
    auto* top = mTree->invisibleRootItem();
    for (const auto& node : root.children)
        addField(top, node, 0);
    if (root.children.empty()) addField(top, root, 0);
    for (int i = 0; i < mTree->topLevelItemCount(); ++i) {
        auto* item = mTree->topLevelItem(i);
        if (std::find(mOpen.begin(), mOpen.end(), item->text(0)) != mOpen.end() ||
            (mOpen.empty() && i == mTree->topLevelItemCount() - 1))
            item->setExpanded(true);
    }
    mFilling = false;
    mHex->setBytes({bytes.begin(), bytes.end()});
    mPages->setCurrentIndex(1);
    setTabText(0, tr("Packet %1").arg(frame + 1));
}

void PacketDock::tellWhy(qint64 record) {
    const auto& log = mController.log();
    const auto& network = mController.timeline().start();
    const auto& colors = shared::Theme::instance().colors();
    if (record < 0 || static_cast<std::size_t>(record) >= log.records().size()) {
        mWhy->setHtml(QStringLiteral("<p style='color:%1'>%2</p>")
                          .arg(colors.dim.name(), tr("Select an event: what happened, and why, is shown here.")));
        return;
    }
    const auto moment = sim::explain::momentAt(network, log, static_cast<std::size_t>(record));
    QString page =
        QStringLiteral("<p style='color:%1'>%2 s%3</p>")
            .arg(colors.dim.name(), momentText(moment.time),
                 moment.device.valid() ? QStringLiteral(" · ") + text(network.deviceName(moment.device)).toHtmlEscaped()
                                       : QString());
    for (const auto& sentence : moment.sentences)
        page += QStringLiteral("<p>%1</p>").arg(html(sentence));
    // The chain of causes, back to what somebody did.
    QString chain;
    auto cause = log.records()[moment.firstRecord].cause;
    for (int steps = 0; cause && steps < 12; ++steps) {
        const std::size_t first = log.firstOfEvent(cause);
        if (first >= log.records().size() || log.records()[first].event != cause) break;
        const auto before = sim::explain::momentAt(network, log, first);
        if (!before.sentences.empty())
            chain += QStringLiteral("<p style='margin-left:10px'><a style='color:%1;text-decoration:none' "
                                    "href='record:%2'>%3</a> &nbsp;%4</p>")
                         .arg(colors.accent.name())
                         .arg(first)
                         .arg(momentText(before.time), plain(before.sentences.front()).toHtmlEscaped());
        const auto next = log.records()[first].cause;
        if (next >= cause) break;
        cause = next;
    }
    if (!chain.isEmpty())
        page += QStringLiteral("<p style='color:%1'><b>%2</b></p>").arg(colors.dim.name(), tr("Because before that")) +
                chain;
    mWhy->setHtml(page);
}

} // namespace ui::docks
