// Any text as a lab file: read, checked, written and read again, built, and run for a while.
#include "model/check/check.h"
#include "model/io/lab_file.h"
#include "model/network/network_builder.h"
#include "sim/replay/timeline.h"

#include <cstdio>
#include <cstdlib>

namespace {

void need(bool held, const char* what) {
    if (held) return;
    std::fprintf(stderr, "%s\n", what);
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const QByteArray text(reinterpret_cast<const char*>(data), qsizetype(size));
    const QString file = QStringLiteral("fuzz.lab.yaml");
    model::io::ReadLab read;
    model::io::Problem problem;
    if (!model::io::readLab(text, file, &read, &problem)) {
        need(!problem.message.isEmpty(), "refused without a word");
        return 0;
    }
    need(model::io::patchLab(text, read.lab, read.lab) == text, "saving an unchanged lab changes its file");
    const QByteArray written = model::io::writeLab(read.lab);
    model::io::ReadLab again;
    if (!model::io::readLab(written, file, &again, &problem)) {
        std::fprintf(stderr, "%s\n%s\n", qPrintable(problem.toString()), written.constData());
        need(false, "what was written cannot be read");
    }
    need(model::io::writeLab(again.lab) == written, "writing twice gives two texts");
    (void)model::check::check(read.lab);
    auto built = model::network::build(read.lab);
    sim::replay::Timeline timeline(std::move(built.network), std::move(built.stimuli));
    timeline.extend(std::chrono::seconds(20), 2000);
    return 0;
}
