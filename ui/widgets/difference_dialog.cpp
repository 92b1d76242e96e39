#include "ui/widgets/difference_dialog.h"

#include "model/document/line_diff.h"
#include "ui/shared/theme.h"
#include "ui/widgets/plain_label.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QTextBlock>
#include <QVBoxLayout>

namespace ui::widgets {

namespace {

constexpr std::size_t kAround = 3; ///< lines shown beside a difference

/// isNear tells which lines stand close to one that differs.
std::vector<bool> nearDifference(const std::vector<model::document::DiffLine>& lines) {
    std::vector<bool> near(lines.size(), false);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].kind == model::document::DiffLine::Kind::Same) continue;
        for (std::size_t k = i - std::min(i, kAround); k < std::min(lines.size(), i + kAround + 1); ++k)
            near[k] = true;
    }
    return near;
}

} // namespace

DifferenceDialog::DifferenceDialog(const QString& beforeName, const QString& before, const QString& afterName,
                                   const QString& after, QWidget* parent)
    : QDialog(parent) {
    using Kind = model::document::DiffLine::Kind;
    setObjectName(QStringLiteral("differenceDialog"));
    setWindowTitle(tr("Difference"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(760, 520);
    auto* layout = new QVBoxLayout(this);
    auto* legend = plainLabel(tr("− only %1     + only %2").arg(beforeName, afterName), this);
    legend->setObjectName(QStringLiteral("hint"));
    layout->addWidget(legend);
    auto* text = new QPlainTextEdit(this);
    text->setReadOnly(true);
    text->setAccessibleName(windowTitle());
    text->setFont(shared::Theme::monospaced());
    text->setLineWrapMode(QPlainTextEdit::NoWrap);
    layout->addWidget(text, 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(buttons);

    const auto lines = model::document::lineDiff(before, after);
    const auto near = nearDifference(lines);
    const auto& colors = shared::Theme::instance().colors();
    QTextCursor cursor(text->document());
    const auto put = [&](const QString& line, const QColor& ink, const QColor& ground) {
        if (!cursor.atStart()) cursor.insertBlock();
        QTextBlockFormat block;
        if (ground.isValid()) block.setBackground(ground);
        QTextCharFormat letters;
        letters.setForeground(ink);
        cursor.setBlockFormat(block);
        cursor.setBlockCharFormat(letters);
        cursor.insertText(line, letters);
    };
    int skipped = 0;
    const auto tellSkipped = [&] {
        if (skipped) put(tr("  … %n line(s) the same", nullptr, skipped), colors.dim, {});
        skipped = 0;
    };
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (!near[i]) {
            ++skipped;
            continue;
        }
        tellSkipped();
        switch (lines[i].kind) {
        case Kind::Same: put(QStringLiteral("  ") + lines[i].text, colors.ink, {}); break;
        case Kind::Removed: put(QStringLiteral("− ") + lines[i].text, colors.ink, colors.changedTint); break;
        case Kind::Added: put(QStringLiteral("+ ") + lines[i].text, colors.ink, colors.newTint); break;
        }
    }
    tellSkipped();
    if (before == after) put(tr("There is no difference."), colors.dim, {});
    text->moveCursor(QTextCursor::Start);
}

} // namespace ui::widgets
