#include "ui/rows/words.h"

#include "sim/dissect/protocol_of.h"
#include "ui/shared/theme.h"

#include <QCoreApplication>

namespace ui::rows {

using sim::explain::Argument;
using sim::explain::Sentence;

QString momentText(sim::kernel::SimTime time) {
    const auto ns = time.count();
    const auto group = [](std::int64_t n) { return QStringLiteral("%1").arg(n, 3, 10, QLatin1Char('0')); };
    return QStringLiteral("%1.%2 %3 %4")
        .arg(ns / 1'000'000'000)
        .arg(group(ns / 1'000'000 % 1000), group(ns / 1000 % 1000), group(ns % 1000));
}

QString spanText(sim::kernel::SimTime span) {
    const auto ns = span.count();
    const double value = static_cast<double>(ns);
    if (ns == 0) return QStringLiteral("0");
    if (ns < 1'000) return QStringLiteral("%1 ns").arg(ns);
    if (ns < 1'000'000) return QStringLiteral("%1 µs").arg(value / 1e3, 0, 'g', 3);
    if (ns < 1'000'000'000) return QStringLiteral("%1 ms").arg(value / 1e6, 0, 'g', 3);
    if (ns < 100'000'000'000) return QStringLiteral("%1 s").arg(value / 1e9, 0, 'g', 3);
    return QStringLiteral("%1 s").arg(ns / 1'000'000'000);
}

sim::dissect::FieldNode treeOf(const sim::trace::TraceLog& log, std::uint32_t frame) {
    const auto trace = log.frames()[frame];
    const std::uint32_t inside = log.wrapped(frame);
    return sim::dissect::dissect(log.bytes(trace), trace.link,
                                 inside == sim::trace::kNoIndex ? std::vector<std::uint8_t>()
                                                                : log.bytes(log.frames()[inside]));
}

sim::dissect::Summary summaryOf(const sim::trace::TraceLog& log, std::uint32_t frame) {
    if (frame >= log.frames().size()) return {};
    const auto trace = log.frames()[frame];
    return sim::dissect::summarize(log.bytes(trace), trace.link);
}

sim::dissect::Protocol protocolOf(const sim::trace::TraceLog& log, std::uint32_t frame) {
    if (frame >= log.frames().size()) return sim::dissect::Protocol::Other;
    const auto pieces = log.pieces(frame);
    const auto link = log.frames()[frame].link;
    if (pieces.second.empty()) return sim::dissect::protocolOf(pieces.first, link);
    thread_local std::vector<std::uint8_t> whole; // keeps its memory
    whole.assign(pieces.first.begin(), pieces.first.end());
    whole.insert(whole.end(), pieces.second.begin(), pieces.second.end());
    return sim::dissect::protocolOf(whole, link);
}

bool isNoise(const sim::trace::Record& record) {
    using sim::trace::DropReason;
    const auto why = record.dropReason();
    return why == DropReason::OtherHost || why == DropReason::ArpNotForUs || why == DropReason::BridgeSamePort;
}

QString dropText(sim::trace::DropReason reason) {
    const auto name = sim::trace::name(reason);
    return QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size())).replace(u'-', u' ');
}

namespace {

template <class Write>
QString fill(const Sentence& sentence, Write write) {
    const QString pattern = QCoreApplication::translate("sentences", sentence.text);
    QString out;
    for (qsizetype i = 0; i < pattern.size(); ++i) {
        const QChar c = pattern[i];
        if (c == u'%' && i + 1 < pattern.size() && pattern[i + 1] >= u'1' && pattern[i + 1] <= u'9') {
            const auto n = static_cast<std::size_t>(pattern[i + 1].unicode() - u'1');
            ++i;
            if (n >= sentence.arguments.size()) continue;
            const Argument& a = sentence.arguments[n];
            // What stands for a thing inside a sentence ("the SYN") is translated and begins it with a capital letter.
            QString word = text(a.text);
            if (a.kind == Argument::Kind::Text) word = QCoreApplication::translate("sentences", a.text.c_str());
            if (out.isEmpty() && a.kind == Argument::Kind::Text && !word.isEmpty()) word[0] = word[0].toUpper();
            out += write(a, word);
        } else {
            out += write(Argument{}, QString(c));
        }
    }
    return out;
}

} // namespace

QString plain(const Sentence& sentence) {
    return fill(sentence, [](const Argument&, const QString& word) { return word; });
}

QString html(const Sentence& sentence) {
    const QString accent = shared::Theme::instance().colors().accent.name();
    return fill(sentence, [&](const Argument& a, const QString& word) {
        const char* scheme = nullptr;
        switch (a.kind) {
        case Argument::Kind::Device:
        case Argument::Kind::Interface: scheme = "device"; break;
        case Argument::Kind::Route: scheme = "route"; break;
        case Argument::Kind::Neighbour: scheme = "neighbour"; break;
        case Argument::Kind::Nat: scheme = "nat"; break;
        case Argument::Kind::Address: scheme = a.device.valid() ? "device" : nullptr; break;
        default: break;
        }
        QString shown = word.toHtmlEscaped();
        if (scheme && a.device.valid())
            return QStringLiteral("<a href=\"%1:%2\" style=\"color:%3; text-decoration:none; font-weight:600\">%4</a>")
                .arg(QLatin1String(scheme))
                .arg(a.device.value)
                .arg(accent, shown);
        return shown;
    });
}

} // namespace ui::rows
