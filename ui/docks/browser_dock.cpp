#include "ui/docks/browser_dock.h"
#include "ui/shared/selection.h"

#include "model/document/document.h"
#include "sim/devices/tables.h"
#include "ui/rows/words.h"
#include "ui/run/controller.h"
#include "ui/shared/theme.h"
#include "ui/widgets/closed_text.h"
#include "ui/widgets/plain_label.h"

#include <QLabel>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace ui::docks {

namespace {

/// browsingDevice is the device whose browser is shown: the selected one, or the first that has a page.
sim::kernel::DeviceId browsingDevice(const sim::devices::Network& network, sim::kernel::DeviceId chosen) {
    const auto has = [&](sim::kernel::DeviceId id) {
        const auto page = sim::devices::pageOf(network, id);
        return !page.url.empty() || !page.error.empty();
    };
    if (chosen.valid() && has(chosen)) return chosen;
    for (std::uint32_t i = 0; i < network.deviceCount(); ++i)
        if (has(sim::kernel::DeviceId{i})) return sim::kernel::DeviceId{i};
    return {};
}

} // namespace

BrowserDock::BrowserDock(shared::Selection& selection, run::PlaybackController& controller)
    : mSelection(selection), mController(controller) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 8, 14, 0);
    mAddress = widgets::plainLabel();
    mAddress->setFont(shared::Theme::monospaced());
    mAddress->setObjectName(QStringLiteral("hint"));
    mAddress->setWordWrap(true);
    layout->addWidget(mAddress);
    mPage = new widgets::ClosedText;
    mPage->setAccessibleName(tr("Page"));
    layout->addWidget(mPage, 1);
    connect(&controller, &run::PlaybackController::momentChanged, this, &BrowserDock::refresh);
    connect(&controller, &run::PlaybackController::rebuilt, this, &BrowserDock::refresh);
    connect(&mSelection, &shared::Selection::changed, this, &BrowserDock::refresh);
    refresh();
}

void BrowserDock::refresh() {
    const auto& network = mController.stateNow();
    const auto device = browsingDevice(network, mController.deviceOf(mSelection.node()));
    if (!device.valid()) {
        mAddress->setText(tr("A page is shown here when it has arrived: play, or use the Browse tool on a host."));
        mPage->clear();
        mShown.clear();
        return;
    }
    const auto page = sim::devices::pageOf(network, device);
    const QString key = rows::text(page.url) + u'\n' + rows::text(page.body) + rows::text(page.error);
    QString head = tr("%1 · %2").arg(rows::text(network.deviceName(device)), rows::text(page.url));
    if (page.status) head += QStringLiteral(" · %1").arg(page.status);
    mAddress->setText(head);
    if (key == mShown) return;
    const bool appeared = mShown.isEmpty() && !page.body.empty();
    mShown = key;
    if (!page.error.empty())
        mPage->setPlainText(rows::text(page.error));
    else if (page.body.find('<') != std::string::npos)
        mPage->setHtml(rows::text(page.body));
    else
        mPage->setPlainText(rows::text(page.body));
    if (appeared) emit pageArrived();
}

} // namespace ui::docks
