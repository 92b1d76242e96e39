// Writes seeds for the fuzz targets: frames of all labs into DIR/wire, texts of all labs into DIR/lab, and short
// stories of frames for the stack into DIR/stack.
#include "tests/model/all_labs.h"

#include <cstdio>

namespace {

constexpr int kStories = 128;

void write(const QString& folder, int number, const QByteArray& bytes) {
    QDir().mkpath(folder);
    QFile file(folder + QStringLiteral("/seed-%1").arg(number, 4, 10, QLatin1Char('0')));
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("%s", qPrintable(file.errorString()));
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: fuzz_seeds DIR\n");
        return 2;
    }
    const QString folder = QString::fromLocal8Bit(argv[1]);
    int number = 0;
    for (const auto& s : tests::samples())
        write(folder + "/wire", number++,
              QByteArray(reinterpret_cast<const char*>(s.bytes.data()), qsizetype(s.bytes.size())));
    int labs = 0;
    for (const QString& path : tests::labFiles()) {
        QFile file(path);
        if (file.open(QIODevice::ReadOnly)) write(folder + "/lab", labs++, file.readAll());
    }
    // Frames that the network sends by itself, again and with a byte changed, at each of its moments.
    for (int i = 0; i < kStories; ++i) {
        QByteArray story;
        story.append(char(i)).append(char(i / 8));
        for (int k = 0; k < 6; ++k) {
            const int frame = i * 7 + k;
            story.append(char(0)).append(char(3)).append(char(7)); // recorded, mended, where it belongs
            story.append(char(frame >> 8)).append(char(frame)).append(char(k % 2));
            if (k % 2) story.append(char(0)).append(char(20 + k + i % 40)).append(char(i));
        }
        write(folder + "/stack", i, story);
    }
    std::printf("%d frames, %d labs, %d stories\n", number, labs, kStories);
    return 0;
}
