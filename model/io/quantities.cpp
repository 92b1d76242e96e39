#include "model/io/quantities.h"

#include <array>
#include <limits>
#include <span>

namespace model::io {

namespace {

struct Unit {
    const char16_t* name;
    std::uint64_t factor;
};

constexpr std::array kTimes{
    Unit{u"min", 60'000'000'000}, Unit{u"s", 1'000'000'000}, Unit{u"ms", 1'000'000}, Unit{u"us", 1'000}, Unit{u"ns", 1},
    Unit{u"µs", 1'000},           Unit{u"μs", 1'000}};
constexpr std::array kRates{Unit{u"Tbit/s", 1'000'000'000'000},
                            Unit{u"Gbit/s", 1'000'000'000},
                            Unit{u"Mbit/s", 1'000'000},
                            Unit{u"kbit/s", 1'000},
                            Unit{u"bit/s", 1},
                            Unit{u"Tbit", 1'000'000'000'000},
                            Unit{u"Gbit", 1'000'000'000},
                            Unit{u"Mbit", 1'000'000},
                            Unit{u"kbit", 1'000},
                            Unit{u"bit", 1}};
constexpr std::array kBytes{Unit{u"GB", 1'000'000'000}, Unit{u"MB", 1'000'000}, Unit{u"kB", 1'000},    Unit{u"B", 1},
                            Unit{u"GiB", 1ULL << 30},   Unit{u"MiB", 1 << 20},  Unit{u"KiB", 1 << 10}, Unit{u"", 1}};

/// parse reads DIGITS[.DIGITS]UNIT exactly: no rounding, no overflow.
std::optional<std::uint64_t> parse(const QString& text, std::span<const Unit> units) {
    qsizetype i = 0;
    std::uint64_t whole = 0, fraction = 0, scale = 1;
    while (i < text.size() && text[i] >= u'0' && text[i] <= u'9') {
        if (whole > std::numeric_limits<std::uint64_t>::max() / 10 - 1) return std::nullopt;
        whole = whole * 10 + std::uint64_t(text[i++].unicode() - u'0');
    }
    if (i == 0 || (i > 1 && text[0] == u'0')) return std::nullopt;
    if (i < text.size() && text[i] == u'.') {
        const qsizetype dot = i++;
        while (i < text.size() && text[i] >= u'0' && text[i] <= u'9') {
            if (i - dot > 12) return std::nullopt;
            fraction = fraction * 10 + std::uint64_t(text[i++].unicode() - u'0');
            scale *= 10;
        }
        if (i == dot + 1) return std::nullopt;
    }
    const QString unit = text.mid(i).trimmed();
    for (const auto& u : units) {
        if (unit != QStringView(u.name)) continue;
        if (whole > 0 && u.factor > std::numeric_limits<std::uint64_t>::max() / 2 / whole) return std::nullopt;
        // fraction < scale <= 1e12 and factor <= 1e12: the product may pass 64 bits, so divide first where it divides.
        std::uint64_t f = u.factor, s = scale;
        while (s > 1 && f % 10 == 0)
            f /= 10, s /= 10;
        if (fraction % s != 0) return std::nullopt;
        return whole * u.factor + fraction / s * f;
    }
    return std::nullopt;
}

QString format(std::uint64_t value, std::span<const Unit> units, const QString& zero) {
    if (value == 0) return zero;
    for (const auto& u : units)
        if (value % u.factor == 0) return QString::number(value / u.factor) + QString::fromUtf16(u.name);
    return QString::number(value);
}

} // namespace

std::optional<sim::kernel::SimTime> parseTime(const QString& text) {
    if (text == QLatin1String("0")) return sim::kernel::SimTime{0};
    const auto ns = parse(text, kTimes);
    if (!ns || *ns > std::uint64_t(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
    return sim::kernel::SimTime{std::int64_t(*ns)};
}

QString formatTime(sim::kernel::SimTime time) {
    // Seconds stay seconds: 120s is plainer than 2min.
    return format(std::uint64_t(time.count()), std::span(kTimes).subspan(1), QStringLiteral("0s"));
}

std::optional<std::uint64_t> parseRate(const QString& text) { return parse(text, kRates); }
QString formatRate(std::uint64_t bitsPerSecond) { return format(bitsPerSecond, kRates, QStringLiteral("0bit/s")); }

std::optional<std::uint64_t> parseBytes(const QString& text) { return parse(text, kBytes); }
QString formatBytes(std::uint64_t bytes) { return format(bytes, std::span(kBytes).first(4), QStringLiteral("0B")); }

std::optional<std::uint64_t> parseWhole(const QString& text) {
    static constexpr Unit kNone[] = {{u"", 1}};
    if (text.contains(u'.') || text != text.trimmed()) return std::nullopt;
    return parse(text, kNone);
}

} // namespace model::io
