#include "ui/cli/other_commands.h"

#include "model/check/check.h"
#include "model/network/network_builder.h"
#include "model/plan/plan.h"
#include "ui/canvas/render_lab.h"
#include "ui/cli/output.h"

#include <QBuffer>
#include <QGuiApplication>
#include <QImage>
#include <QPainter>
#include <QSvgGenerator>

#include <cmath>

namespace ui::cli {

namespace {

constexpr double kLargestPicture = 16'000; // pixels a side: a picture beyond that opens nowhere

/// validXml replaces what XML 1.0 (2.2) cannot hold, which a lab may say all the same.
QByteArray validXml(const QByteArray& bytes) {
    QString text = QString::fromUtf8(bytes);
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        if (c.isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate()) {
            ++i;
            continue;
        }
        const char16_t u = c.unicode();
        if ((u < 0x20 && u != '\t' && u != '\n' && u != '\r') || c.isSurrogate() || u >= 0xfffe)
            text[i] = QChar::ReplacementCharacter;
    }
    return text.toUtf8();
}

QByteArray svg(const model::lab::Lab& lab, const QRectF& bounds, bool dark) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    // Qt writes these two as they are: markup in a lab's name would be markup in the picture.
    generator.setTitle(lab.name.toHtmlEscaped());
    generator.setDescription(lab.about.toHtmlEscaped());
    generator.setSize(bounds.size().toSize());
    generator.setViewBox(QRectF(QPointF(0, 0), bounds.size()));
    QPainter painter(&generator);
    canvas::renderLab(painter, lab, QRectF(QPointF(0, 0), bounds.size()), dark);
    painter.end();
    return validXml(bytes);
}

QByteArray png(const model::lab::Lab& lab, const QRectF& bounds, double scale, bool dark) {
    QByteArray bytes;
    QImage image((bounds.size() * scale).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing | QPainter::SmoothPixmapTransform);
    painter.scale(scale, scale);
    canvas::renderLab(painter, lab, QRectF(QPointF(0, 0), bounds.size()), dark);
    painter.end();
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

QString severityName(model::check::Finding::Severity severity) {
    switch (severity) {
    case model::check::Finding::Severity::Error: return Text::tr("error");
    case model::check::Finding::Severity::Warning: return Text::tr("warning");
    case model::check::Finding::Severity::Hint: return Text::tr("hint");
    }
    return {};
}

int look(const QStringList& labs, bool everything) {
    int worst = kFine;
    for (const QString& path : labs) {
        const auto read = readLab(path);
        if (!read) {
            worst = kBad;
            continue;
        }
        bool found = everything && !read->warnings.empty();
        QStringList said;
        for (const auto& f : model::check::check(read->lab)) {
            const bool error = f.severity == model::check::Finding::Severity::Error;
            found = found || error || everything;
            auto problem = problemOf(*read, f);
            problem.message = QStringLiteral("%1: %2 [%3]").arg(severityName(f.severity), f.message, f.code);
            printOut(problem.toString() + u'\n');
            said << f.message;
        }
        for (auto problem : model::network::build(read->lab).problems) {
            if (said.contains(problem.message)) continue;
            if (problem.file.isEmpty()) problem.file = read->name;
            printOut(problem.toString() + u'\n');
            found = true;
        }
        if (found)
            worst = std::max(worst, kFound);
        else
            printOut(Text::tr("%1: fine\n").arg(shownInput(path)));
    }
    return worst;
}

} // namespace

int render(int& argc, char** argv, const RenderOptions& options) {
    const auto read = readLab(options.lab);
    if (!read) return kBad;
    Outputs outputs(options.lab);
    auto* const out = outputs.add(QStringLiteral("OUT"), options.out);
    if (!out) return kBad;
    // A picture needs fonts but no display.
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    // Qt says on standard error where it keeps its sockets when the session has no place for them; nobody asked.
    if (!qEnvironmentVariableIsSet("XDG_RUNTIME_DIR"))
        qInstallMessageHandler([](QtMsgType type, const QMessageLogContext& context, const QString& message) {
            if (!message.startsWith(QLatin1String("QStandardPaths:")))
                printError(qFormatLogMessage(type, context, message) + u'\n');
        });
    const QGuiApplication application(argc, argv);
    const model::lab::Lab lab = model::plan::settled(read->lab); // automatic addresses are drawn, too
    const QRectF bounds = canvas::labBounds(lab);
    const double largest = std::max(bounds.width(), bounds.height()) * (options.svg ? 1 : options.scale);
    if (!(largest <= kLargestPicture)) {
        printProblem({Text::tr("The picture would be %1 pixels wide or high.").arg(std::ceil(largest), 0, 'f', 0),
                      Text::tr("Use a smaller --scale, or move nodes that lie far away."), shownInput(options.lab), 0,
                      0});
        return kBad;
    }
    const QByteArray bytes =
        options.svg ? svg(lab, bounds, options.dark) : png(lab, bounds, options.scale, options.dark);
    out->write(bytes);
    return outputs.commit() ? kFine : kBad;
}

int check(const QStringList& labs) { return look(labs, false); }
int lint(const QStringList& labs) { return look(labs, true); }

} // namespace ui::cli
