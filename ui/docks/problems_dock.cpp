#include "ui/docks/problems_dock.h"
#include "ui/shared/selection.h"

#include "model/check/check.h"
#include "model/document/document.h"
#include "ui/canvas/canvas_view.h"
#include "ui/run/controller.h"
#include "ui/shared/icons.h"
#include "ui/widgets/plain_label.h"

#include <QLabel>
#include <QListWidget>
#include <QTimer>
#include <QVBoxLayout>

namespace ui::docks {

using model::check::Finding;

namespace {
enum ProblemRole { NodeRole = Qt::UserRole, LinkRole };
// Checking a very large lab takes a while; it waits until no edit has come for that long.
constexpr int kWaitMs = 250;
} // namespace

ProblemsDock::ProblemsDock(const model::document::Document& document, shared::Selection& selection,
                           run::PlaybackController& controller)
    : mDocument(document), mSelection(selection), mController(controller) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 6, 10, 0);
    mHint = widgets::plainLabel(tr("Nothing to complain about: what will not work in the lab is listed here."));
    mHint->setObjectName(QStringLiteral("hint"));
    mHint->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    mHint->setWordWrap(true);
    mHint->setContentsMargins(24, 22, 24, 16);
    layout->addWidget(mHint, 1);
    mList = new QListWidget;
    mList->setAccessibleName(tr("Problems"));
    mList->setWordWrap(true);
    layout->addWidget(mList, 1);
    connect(mList, &QListWidget::itemClicked, this, [this](QListWidgetItem* item) {
        const model::lab::NodeId node{item->data(NodeRole).toUInt()};
        const model::lab::LinkId link{item->data(LinkRole).toUInt()};
        if (node.value)
            mSelection.select(node);
        else if (link.value)
            mSelection.select(link);
        if (node.value || link.value) emit placeClicked(node);
    });
    auto* wait = new QTimer(this);
    wait->setSingleShot(true);
    wait->setInterval(kWaitMs);
    connect(wait, &QTimer::timeout, this, &ProblemsDock::refresh);
    connect(&mDocument, &model::document::Document::changed, wait, [wait] { wait->start(); });
    connect(&controller, &run::PlaybackController::rebuilt, this, &ProblemsDock::refresh);
    refresh();
}

void ProblemsDock::refresh() {
    mList->clear();
    const auto add = [this](const QString& icon, const QString& message, const QString& hint) {
        auto* item = new QListWidgetItem(shared::icon(icon), hint.isEmpty() ? message : message + u'\n' + hint, mList);
        item->setData(NodeRole, 0u);
        item->setData(LinkRole, 0u);
        return item;
    };
    for (const Finding& finding : model::check::check(mDocument.lab())) {
        const QString icon = finding.severity == Finding::Severity::Error     ? QStringLiteral("error")
                             : finding.severity == Finding::Severity::Warning ? QStringLiteral("warning")
                                                                              : QStringLiteral("info");
        auto* item = add(icon, finding.message, finding.hint);
        item->setData(NodeRole, finding.node.value);
        item->setData(LinkRole, finding.link.value);
    }
    for (const auto& problem : mController.problems())
        add(QStringLiteral("warning"), problem.message, problem.hint);
    mHint->setVisible(mList->count() == 0);
    mList->setVisible(mList->count() > 0);
    emit countChanged(mList->count());
}

} // namespace ui::docks
