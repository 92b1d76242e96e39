#include "ui/docks/palette.h"

#include "model/lab/kinds.h"
#include "ui/canvas/canvas_view.h"
#include "ui/shared/icons.h"
#include "ui/shared/theme.h"

#include <QDrag>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QVBoxLayout>

namespace ui::docks {

using namespace model::lab;

namespace {
constexpr int kKindRole = Qt::UserRole + 1;
constexpr int kWordsRole = Qt::UserRole + 2;

bool isDevice(Kind kind) { return kind == Kind::Host || kind == Kind::WebServer || kind == Kind::DnsServer; }
} // namespace

PaletteList::PaletteList(QWidget* parent) : QListWidget(parent) {
    setObjectName(QStringLiteral("paletteList"));
    setAccessibleName(tr("Devices"));
    setIconSize(QSize(20, 20));
    setDragEnabled(true);
    setDragDropMode(QAbstractItemView::DragOnly);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(QFrame::NoFrame);
    connect(this, &QListWidget::itemDoubleClicked, this, [this](QListWidgetItem* item) {
        if (const auto kind = kindOf(item)) emit chosen(*kind);
    });
    connect(&shared::Theme::instance(), &shared::Theme::changed, this, &PaletteList::restyle);
}

void PaletteList::addHeading(const QString& text) {
    auto* item = new QListWidgetItem(text, this);
    item->setFlags(Qt::NoItemFlags);
    item->setFont(shared::Theme::heading(0.9));
    item->setSizeHint(QSize(0, count() == 1 ? 24 : 36));
    item->setTextAlignment(Qt::AlignLeft | Qt::AlignBottom);
    restyle();
}

void PaletteList::addKind(Kind kind) {
    auto* item = new QListWidgetItem(shared::icon(iconName(kind)), QStringLiteral(" ") + kindTitle(kind), this);
    item->setData(kKindRole, static_cast<int>(kind));
    item->setData(kWordsRole, kindTitle(kind) + QLatin1Char(' ') + kindAbout(kind) + QLatin1Char(' ') + kindWord(kind));
    item->setToolTip(
        tr("%1\nDrag to place, Shift-drag for several; double-click puts one in the middle.").arg(kindAbout(kind)));
    item->setSizeHint(QSize(0, 32));
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsDragEnabled);
}

void PaletteList::restyle() {
    for (int i = 0; i < count(); ++i)
        if (!kindOf(item(i))) item(i)->setForeground(shared::Theme::instance().colors().dim);
}

std::optional<Kind> PaletteList::kindOf(const QListWidgetItem* item) {
    const QVariant kind = item ? item->data(kKindRole) : QVariant();
    return kind.isValid() ? std::optional(static_cast<Kind>(kind.toInt())) : std::nullopt;
}

void PaletteList::filter(const QString& text) {
    const QStringList words = text.toCaseFolded().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    QListWidgetItem* heading = nullptr;
    QListWidgetItem* first = nullptr;
    for (int i = 0; i < count(); ++i) {
        QListWidgetItem* entry = item(i);
        if (!kindOf(entry)) {
            heading = entry;
            heading->setHidden(true);
            continue;
        }
        const QString hay = entry->data(kWordsRole).toString().toCaseFolded();
        bool match = true;
        for (const QString& word : words)
            match = match && hay.contains(word);
        entry->setHidden(!match);
        if (match && heading) heading->setHidden(false);
        if (match && !first) first = entry;
    }
    if (!words.isEmpty()) setCurrentItem(first);
}

void PaletteList::startDrag(Qt::DropActions) {
    const auto kind = kindOf(currentItem());
    if (!kind) return;
    // The icon alone: over the canvas the tile is drawn round it, at the place where it will lie.
    constexpr int size = 32;
    const QPixmap picture =
        shared::iconPixmap(iconName(*kind), shared::Theme::instance().colors().ink, size, devicePixelRatioF());
    auto* mime = new QMimeData;
    mime->setData(QLatin1String(canvas::kKindMime), QByteArray::number(static_cast<int>(*kind)));
    auto* drag = new QDrag(this);
    drag->setMimeData(mime);
    drag->setPixmap(picture);
    drag->setHotSpot(QPoint(size / 2, size / 2));
    drag->exec(Qt::CopyAction);
}

void PaletteList::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        if (const auto kind = kindOf(currentItem())) emit chosen(*kind);
        return;
    }
    QListWidget::keyPressEvent(event);
}

Palette::Palette(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    setAccessibleName(tr("Palette"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 10, 4, 6);
    layout->setSpacing(6);
    mSearch = new QLineEdit(this);
    mSearch->setObjectName(QStringLiteral("paletteSearch"));
    mSearch->setPlaceholderText(tr("Search devices"));
    mSearch->setAccessibleName(tr("Search devices"));
    mSearch->setClearButtonEnabled(false);
    auto* padded = new QHBoxLayout;
    padded->setContentsMargins(0, 0, 6, 0);
    padded->addWidget(mSearch);
    layout->addLayout(padded);
    mList = new PaletteList(this);
    layout->addWidget(mList, 1);

    for (const bool devices : {true, false}) {
        mList->addHeading(devices ? tr("Devices") : tr("Network"));
        for (const Kind kind : allKinds())
            if (available(kind) && isDevice(kind) == devices) mList->addKind(kind);
    }
    connect(mSearch, &QLineEdit::textChanged, mList, &PaletteList::filter);
    connect(mSearch, &QLineEdit::returnPressed, this, [this] {
        if (const auto kind = PaletteList::kindOf(mList->currentItem())) emit chosen(*kind);
    });
    connect(mList, &PaletteList::chosen, this, &Palette::chosen);
}

} // namespace ui::docks
