#include "ui/docks/inspector.h"

#include "model/check/check.h"
#include "model/document/document.h"
#include "ui/shared/icons.h"
#include "ui/shared/selection.h"
#include "ui/shared/theme.h"
#include "ui/widgets/field.h"
#include "ui/widgets/plain_label.h"

#include <QApplication>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

namespace ui::docks {

using namespace model::lab;

Inspector::Inspector(model::document::Document& document, shared::Selection& selection, QWidget* parent)
    : QWidget(parent), mDocument(document), mSelection(selection) {
    setObjectName(QStringLiteral("inspector"));
    setAccessibleName(tr("Inspector"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    mScroll = new QScrollArea(this);
    mScroll->setWidgetResizable(true);
    mScroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    mScroll->setFrameShape(QFrame::NoFrame);
    mScroll->setFocusPolicy(Qt::NoFocus);
    layout->addWidget(mScroll);
    connect(&document, &model::document::Document::changed, this, [this](const model::document::Change& change) {
        if (change.flags == model::document::Change::Everything) forgetPending();
        refresh();
    });
    connect(&selection, &shared::Selection::changed, this, &Inspector::onSelectionChanged);
    refresh();
}

QString Inspector::signature() const {
    // What decides which fields there are. While it stays the same, the fields stay, and so does the focus.
    const Lab& lab = mDocument.lab();
    if (const Node* node = lab.node(mSelection.node())) {
        QString text = QStringLiteral("node %1 %2").arg(node->id.value).arg(static_cast<int>(node->kind));
        for (const Port& port : node->ports)
            text += QLatin1Char(' ') + port.name;
        text += QStringLiteral(" dns%1 web%2")
                    .arg(node->dnsServer.has_value())
                    .arg(node->webServer ? node->webServer->pages.size() : 0);
        return text;
    }
    if (const Link* link = lab.link(mSelection.link())) return QStringLiteral("link %1").arg(link->id.value);
    if (!mSelection.isEmpty())
        return QStringLiteral("several %1").arg(mSelection.nodes().size() + mSelection.links().size());
    QString text = lab.nodes.empty() ? QStringLiteral("empty") : QStringLiteral("lab");
    for (const auto& finding : model::check::check(lab))
        text += finding.message;
    return text;
}

void Inspector::refresh() {
    const QString now = signature();
    if (now != mSignature || !mForm) {
        rebuild(now);
        return;
    }
    updateForm();
}

void Inspector::updateForm() {
    const Lab& lab = mDocument.lab();
    mPlan.reset();
    if (model::plan::isAutomatic(lab)) mPlan.emplace(model::plan::planOf(lab));
    for (const auto& step : mUpdaters)
        step();
}

void Inspector::onSelectionChanged() {
    commitPending(); // of the form that is about to go
    refresh();
}

void Inspector::commitPending() {
    const QPointer<QWidget> form = mForm;
    if (!form) return;
    for (const QPointer<widgets::Field> field : form->findChildren<widgets::Field*>())
        if (field && form == mForm) field->commitPending();
    // What was applied may have made another form; what could not be read went along.
    keepDrafts();
}

void Inspector::keepDrafts() {
    const Lab& lab = mDocument.lab();
    std::erase_if(mDrafts, [&](const Draft& d) {
        return (d.node == mNode && d.link == mLink) || (d.node.value && !lab.node(d.node)) ||
               (d.link.value && !lab.link(d.link));
    });
    if (!mForm || (mNode.value && !lab.node(mNode)) || (mLink.value && !lab.link(mLink))) return;
    for (const auto* field : mForm->findChildren<widgets::Field*>())
        if (field->isPending() && field->isWrong())
            mDrafts.push_back({mNode, mLink, field->objectName(), field->label(), field->text(), field->message()});
}

void Inspector::restoreDrafts() {
    for (const Draft& d : mDrafts)
        if (d.node == mNode && d.link == mLink)
            if (auto* field = mForm->findChild<widgets::Field*>(d.field)) field->setPending(d.text);
}

QStringList Inspector::unreadable() const {
    QStringList list;
    const Lab& lab = mDocument.lab();
    for (const Draft& d : mDrafts) {
        const Node* node = lab.node(d.node);
        // Most reasons name what was typed.
        const QString why = d.why.contains(d.text) ? d.why : tr("\"%1\". %2").arg(d.text, d.why);
        list << (node ? tr("%1 of %2: %3").arg(d.label, node->name, why) : tr("%1: %2").arg(d.label, why));
    }
    return list;
}

void Inspector::showUnreadable() {
    if (mDrafts.empty()) return;
    const Draft first = mDrafts.front();
    if (first.node.value)
        mSelection.select(first.node);
    else if (first.link.value)
        mSelection.select(first.link);
    else
        mSelection.clear();
    if (auto* field = mForm->findChild<widgets::Field*>(first.field)) {
        mScroll->ensureWidgetVisible(field);
        field->input()->setFocus(Qt::OtherFocusReason);
    }
}

void Inspector::forgetPending() {
    mDrafts.clear();
    mSignature.clear(); // another form comes
    if (!mForm) return;
    for (auto* field : mForm->findChildren<widgets::Field*>())
        field->revert();
}

void Inspector::rebuild(const QString& now) {
    const QWidget* focused = QApplication::focusWidget();
    const QString focusedName = focused && mForm && mForm->isAncestorOf(focused) ? focused->objectName() : QString();
    const int scrolled = mScroll->verticalScrollBar()->value();
    const bool same = mNode == mSelection.node() && mLink == mSelection.link() && mForm;
    if (mForm) keepDrafts();
    mSignature = now;
    mUpdaters.clear();
    // The old form may be in the middle of telling us about an edit: it goes when it has finished.
    if (QWidget* old = mScroll->takeWidget()) {
        old->hide();
        old->deleteLater();
    }
    mForm = new QWidget;
    mForm->setObjectName(QStringLiteral("panel"));
    mForm->setAttribute(Qt::WA_StyledBackground);
    mLayout = new QVBoxLayout(mForm);
    mLayout->setContentsMargins(14, 10, 14, 14);
    mLayout->setSpacing(10);
    mNode = mSelection.node();
    mLink = mSelection.link();
    const Lab& lab = mDocument.lab();
    if (const Node* node = lab.node(mNode))
        buildNode(*node);
    else if (const Link* link = lab.link(mLink))
        buildLink(*link);
    else if (!mSelection.isEmpty())
        buildSeveral();
    else
        buildLab();
    mLayout->addStretch(1);
    mForm->setEnabled(!mDocument.isReadOnly());
    mScroll->setWidget(mForm);
    mForm->show();
    updateForm();
    restoreDrafts();
    if (same) mScroll->verticalScrollBar()->setValue(scrolled);
    if (!focusedName.isEmpty())
        if (auto* again = mForm->findChild<QWidget*>(focusedName)) again->setFocus();
}

void Inspector::focusFirst() {
    for (const char* name : {"port.0.addresses.input", "link.delay.input", "node.name.input", "lab.name.input"})
        if (auto* input = mForm->findChild<QWidget*>(QLatin1String(name))) {
            input->setFocus(Qt::TabFocusReason); // as Tab does: what is there is selected and can be typed over
            return;
        }
}

QVBoxLayout* Inspector::addSection(const QString& title) {
    if (mLayout->count() > 0) {
        auto* line = new QFrame(mForm);
        line->setObjectName(QStringLiteral("hairline"));
        mLayout->addWidget(line);
    }
    if (!title.isEmpty()) {
        auto* label = widgets::plainLabel(title, mForm);
        label->setObjectName(QStringLiteral("sectionTitle"));
        mLayout->addWidget(label);
    }
    auto* box = new QVBoxLayout;
    box->setSpacing(8);
    mLayout->addLayout(box);
    mSection = box;
    return box;
}

void Inspector::addHeader(const QString& icon, const QString& title, const QString& about) {
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    auto* picture = widgets::plainLabel(mForm);
    const auto paint = [picture, icon] {
        picture->setPixmap(
            shared::iconPixmap(icon, shared::Theme::instance().colors().ink, 24, picture->devicePixelRatioF()));
    };
    paint();
    connect(&shared::Theme::instance(), &shared::Theme::changed, picture, paint);
    row->addWidget(picture, 0, Qt::AlignTop);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    auto* name = widgets::plainLabel(title, mForm);
    name->setObjectName(QStringLiteral("sectionTitle"));
    words->addWidget(name);
    if (!about.isEmpty()) {
        auto* more = widgets::plainLabel(about, mForm);
        more->setObjectName(QStringLiteral("hint"));
        more->setWordWrap(true);
        words->addWidget(more);
    }
    row->addLayout(words, 1);
    mLayout->addLayout(row);
    mSection = mLayout;
}

QWidget* Inspector::linkButton(const QString& name, const QString& text, const std::function<void()>& run) {
    auto* button = new QPushButton(text, mForm);
    button->setObjectName(QStringLiteral("link"));
    button->setAccessibleName(text);
    button->setProperty("id", name);
    button->setCursor(Qt::PointingHandCursor);
    button->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    // Queued: the click may take the button's own form away.
    connect(button, &QPushButton::clicked, this, run, Qt::QueuedConnection);
    return button;
}

} // namespace ui::docks
