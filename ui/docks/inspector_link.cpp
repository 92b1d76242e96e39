// The inspector's forms for a cable, for the lab as a whole, and for several things at once.
#include "model/check/check.h"
#include "model/commands/commands.h"
#include "model/io/quantities.h"
#include "ui/docks/inspector.h"
#include "ui/shared/icons.h"
#include "ui/shared/selection.h"
#include "ui/shared/theme.h"
#include "ui/widgets/field.h"
#include "ui/widgets/plain_label.h"

#include <QCheckBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace ui::docks {

using namespace model::lab;
using widgets::Field;

void Inspector::buildLink(const Link& link) {
    const auto end = [this](const LinkEnd& e) {
        const Node* node = mDocument.lab().node(e.node);
        return QStringLiteral("%1:%2").arg(node ? node->name : QString(), e.port);
    };
    addHeader(QStringLiteral("cable"), tr("Cable"), QStringLiteral("%1 — %2").arg(end(link.a), end(link.b)));
    addSection({});
    const auto change = [this](const QString& step, const std::function<QString(Link&)>& edit) {
        const Link* now = mDocument.lab().link(mLink);
        if (!now) return QString();
        Link changed = *now;
        QString problem = edit(changed);
        if (!problem.isEmpty() || changed == *now) return problem;
        return QString(model::commands::setLink(mDocument, changed, step));
    };
    const auto add = [&](const QString& name, const QString& label, const QString& placeholder, const QString& step,
                         const std::function<QString(const Link&)>& show,
                         const std::function<QString(Link&, const QString&)>& edit) {
        auto* field = new Field(name, label, 0, mForm);
        field->setCheck([edit](const QString& text) {
            Link scratch;
            return edit(scratch, text.trimmed());
        });
        field->setCommit([change, edit, step](const QString& text) {
            return change(step, [&](Link& l) { return edit(l, text.trimmed()); });
        });
        field->setPlaceholder(placeholder);
        field->setMonospaced();
        mUpdaters.emplace_back([this, field, show] {
            if (const Link* now = mDocument.lab().link(mLink)) field->setValue(show(*now));
        });
        mSection->addWidget(field);
    };
    add(
        QStringLiteral("link.delay"), tr("Delay, one way"), QStringLiteral("1ms"), tr("Change delay"),
        [](const Link& l) { return l.delay ? model::io::formatTime(*l.delay) : QString(); },
        [](Link& l, const QString& text) {
            l.delay = model::io::parseTime(text);
            return l.delay || text.isEmpty() ? QString() : tr("A delay is a number and ns, us, ms or s: 4ms");
        });
    add(
        QStringLiteral("link.rate"), tr("Rate"), QStringLiteral("1Gbit/s"), tr("Change rate"),
        [](const Link& l) { return l.rate ? model::io::formatRate(*l.rate) : QString(); },
        [](Link& l, const QString& text) {
            l.rate = model::io::parseRate(text);
            if (l.rate && *l.rate == 0) return tr("A cable that carries nothing is an unplugged one.");
            return l.rate || text.isEmpty() ? QString()
                                            : tr("A rate is a number and kbit/s, Mbit/s or Gbit/s: 100Mbit/s");
        });
    add(
        QStringLiteral("link.queue"), tr("Queue at each end"), QStringLiteral("1MB"), tr("Change queue"),
        [](const Link& l) { return l.queue ? model::io::formatBytes(*l.queue) : QString(); },
        [](Link& l, const QString& text) {
            const auto bytes = model::io::parseBytes(text);
            l.queue = bytes && *bytes <= 0xffffffff ? std::optional(static_cast<std::uint32_t>(*bytes)) : std::nullopt;
            return l.queue || text.isEmpty() ? QString() : tr("A queue is a number of bytes: 64kB");
        });
    auto* up = new QCheckBox(tr("Plugged in"), mForm);
    up->setObjectName(QStringLiteral("link.up"));
    mUpdaters.emplace_back([this, up] {
        const QSignalBlocker quiet(up);
        if (const Link* now = mDocument.lab().link(mLink)) up->setChecked(now->up);
    });
    connect(up, &QCheckBox::toggled, this, [change](bool on) {
        change(on ? tr("Plug in cable") : tr("Pull cable"), [on](Link& l) {
            l.up = on;
            return QString();
        });
    });
    mSection->addWidget(up);
}

void Inspector::buildSeveral() {
    const auto nodes = static_cast<int>(mSelection.nodes().size()), links = static_cast<int>(mSelection.links().size());
    QStringList parts;
    if (nodes) parts << tr("%n device(s)", nullptr, nodes);
    if (links) parts << tr("%n cable(s)", nullptr, links);
    addHeader(QStringLiteral("select"), tr("%1 selected").arg(parts.join(tr(" and "))),
              tr("Drag or use the arrow keys to move them, Del removes them. Select one to see its settings."));
}

void Inspector::buildLab() {
    addHeader(QStringLiteral("area"), tr("This lab"), tr("Select a device or a cable to see its settings."));
    auto* name = new Field(QStringLiteral("lab.name"), tr("Name"), 0, mForm);
    name->setCommit([this](const QString& text) {
        model::commands::setAbout(mDocument, text.trimmed(), mDocument.lab().about);
        return QString();
    });
    name->setPlaceholder(tr("untitled"));
    mUpdaters.emplace_back([this, name] { name->setValue(mDocument.lab().name); });
    mLayout->addWidget(name);
    auto* about = new Field(QStringLiteral("lab.about"), tr("What it shows"), 2, mForm);
    about->setCommit([this](const QString& text) {
        model::commands::setAbout(mDocument, mDocument.lab().name, text.trimmed());
        return QString();
    });
    mUpdaters.emplace_back([this, about] { about->setValue(mDocument.lab().about); });
    mLayout->addWidget(about);

    const auto findings = model::check::check(mDocument.lab());
    addSection(findings.empty() ? tr("Problems") : tr("Problems (%1)").arg(findings.size()));
    if (findings.empty()) {
        auto* none = widgets::plainLabel(
            mDocument.lab().nodes.empty() ? tr("What will not work as hoped is listed here.") : tr("None found."),
            mForm);
        none->setObjectName(QStringLiteral("hint"));
        none->setWordWrap(true);
        mSection->addWidget(none);
    }
    using Severity = model::check::Finding::Severity;
    for (const auto& finding : findings) {
        auto* row = new QHBoxLayout;
        row->setSpacing(6);
        auto* mark = widgets::plainLabel(mForm);
        const QString icon = finding.severity == Severity::Error     ? QStringLiteral("error")
                             : finding.severity == Severity::Warning ? QStringLiteral("warning")
                                                                     : QStringLiteral("info");
        const auto paint = [mark, icon, severity = finding.severity] {
            const auto& colors = shared::Theme::instance().colors();
            const QColor color = severity == Severity::Error     ? colors.error
                                 : severity == Severity::Warning ? colors.warning
                                                                 : colors.dim;
            mark->setPixmap(shared::iconPixmap(icon, color, 16, mark->devicePixelRatioF()));
        };
        paint();
        connect(&shared::Theme::instance(), &shared::Theme::changed, mark, paint);
        row->addWidget(mark, 0, Qt::AlignTop);
        auto* words = widgets::plainLabel(mForm);
        words->setWordWrap(true);
        words->setTextFormat(Qt::RichText);
        words->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
        QString text = finding.message.toHtmlEscaped();
        if (finding.node.value || finding.link.value)
            text = QStringLiteral("<a href='go' style='text-decoration:none'>%1</a>").arg(text);
        if (!finding.hint.isEmpty()) text += QStringLiteral("<br>%1").arg(finding.hint.toHtmlEscaped());
        words->setText(text);
        connect(
            words, &QLabel::linkActivated, this,
            [this, node = finding.node, link = finding.link] {
                if (node.value) {
                    mSelection.select(node);
                    emit revealRequested(node);
                } else {
                    mSelection.select(link);
                }
            },
            Qt::QueuedConnection);
        row->addWidget(words, 1);
        mSection->addLayout(row);
    }
}

} // namespace ui::docks
