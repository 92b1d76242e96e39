// A large lab: written, read, opened in the canvas, built, edited, saved, undone.
#include "bench.h"
#include "grid_lab.h"

#include "model/commands/commands.h"
#include "model/document/document.h"
#include "model/io/lab_file.h"
#include "model/network/network_builder.h"
#include "ui/canvas/canvas_view.h"
#include "ui/shared/selection.h"
#include "ui/shared/theme.h"

#include <QApplication>
#include <QFile>
#include <QTemporaryDir>

#include <malloc.h>

namespace {

/// heapBytes is what the program holds on the heap now.
double heapBytes() {
    const auto info = mallinfo2();
    return double(info.uordblks) + double(info.hblkhd);
}

/// Watch tells the seconds since it was last asked.
struct Watch {
    double last = bench::now();
    double lap() {
        const double before = std::exchange(last, bench::now());
        return last - before;
    }
};

int idle(unsigned nodes) {
    const auto lab = bench::gridLab(nodes, 0);
    const double before = heapBytes();
    Watch watch;
    const auto built = model::network::build(lab);
    const double build = watch.lap(), bytes = heapBytes() - before;
    const double between = heapBytes();
    const sim::devices::Network copy = built.network;
    const double copied = heapBytes() - between;
    std::printf("{\"name\": \"lab_idle\", \"nodes\": %u, \"devices\": %zu, \"channels\": %zu, \"build_s\": %.3f, "
                "\"bytes_per_node\": %.0f, \"network_mib\": %.1f, \"copy_s\": %.3f, \"copy_mib\": %.1f, "
                "\"rss_mib\": %.1f}\n",
                nodes, std::size_t(built.network.deviceCount()), std::size_t(built.network.channelCount()), build,
                bytes / nodes, bytes / 1048576, watch.lap(), copied / 1048576, bench::rssMib());
    return copy.deviceCount() == built.network.deviceCount() ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    const bench::Options o(argc, argv, {{"nodes", "10000"}, {"idle", "0"}});
    const auto nodes = unsigned(o.number("nodes"));
    if (nodes < 2 || nodes > 100'000) {
        std::fprintf(stderr, "--nodes: 2 to 100000\n");
        return 2;
    }
    if (o.flag("idle")) return idle(nodes);

    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    ui::shared::Theme::instance().install();
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("grid.lab.yaml"));

    Watch watch;
    const auto lab = bench::gridLab(nodes, 0);
    const double make = watch.lap();
    const QByteArray text = model::io::writeLab(lab);
    const double write = watch.lap();
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) return 1;
    file.close();
    watch.lap();

    model::io::Problem problem;
    model::document::Document document;
    if (!document.open(path, &problem)) {
        std::fprintf(stderr, "%s\n", qPrintable(problem.toString()));
        return 1;
    }
    const double open = watch.lap(), openRss = bench::rssMib();
    ui::shared::Selection selection(document);
    ui::canvas::CanvasView view(document, selection);
    view.resize(1600, 900);
    view.show();
    view.fit();
    while (!view.viewport()->isVisible())
        application.processEvents();
    application.processEvents();
    const double canvas = watch.lap();
    const auto built = model::network::build(document.lab());
    const double build = watch.lap();

    const auto id = document.lab().nodes[nodes / 2].id;
    model::commands::rename(document, id, QStringLiteral("renamed"));
    application.processEvents();
    const double edit = watch.lap();
    if (!document.save(path, &problem)) return 1;
    const double save = watch.lap();
    document.undoStack().undo();
    application.processEvents();
    const double undo = watch.lap();
    document.undoStack().redo();
    application.processEvents();
    const double redo = watch.lap();
    std::printf("{\"name\": \"lab\", \"nodes\": %u, \"links\": %zu, \"text_kib\": %.0f, \"make_s\": %.3f, "
                "\"write_s\": %.3f, \"open_s\": %.3f, \"open_rss_mib\": %.1f, \"canvas_s\": %.3f, \"build_s\": %.3f, "
                "\"edit_s\": %.3f, "
                "\"save_s\": %.3f, \"undo_s\": %.3f, \"redo_s\": %.3f, \"problems\": %zu, \"rss_mib\": %.1f}\n",
                nodes, lab.links.size(), double(text.size()) / 1024, make, write, open, openRss, canvas, build, edit,
                save, undo, redo, built.problems.size(), bench::rssMib());
    return 0;
}
