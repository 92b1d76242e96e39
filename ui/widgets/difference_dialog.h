// Two versions of a lab's text, line by line.
#pragma once

#include <QDialog>

namespace ui::widgets {

/// DifferenceDialog shows what differs; far from any difference, lines that are the same are left out.
class DifferenceDialog final : public QDialog {
    Q_OBJECT
public:
    /// before and after are the texts, beforeName and afterName what they are called.
    DifferenceDialog(const QString& beforeName, const QString& before, const QString& afterName, const QString& after,
                     QWidget* parent = nullptr);
};

} // namespace ui::widgets
