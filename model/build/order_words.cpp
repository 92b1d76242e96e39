#include "model/build/order_words.h"

#include "model/io/filter_words.h"

#include <QCoreApplication>

namespace model::build {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(model::build::OrderWords)
};

using sim::apps::Order;
using sim::wire::IpAddress;
using sim::wire::MacAddress;

std::optional<Order> readNeighbour(const QStringList& words, QString* problem) {
    using To = sim::apps::SetNeighbour::To;
    const auto address = IpAddress::parse(words.value(1).toStdString());
    const QString to = words.value(2);
    const auto mac = MacAddress::parse(to.toStdString());
    static const QStringList kStates{QStringLiteral("stale"), QStringLiteral("reachable"), QStringLiteral("failed"), QString(),
                                     QStringLiteral("gone")};
    const auto state = to.isEmpty() ? -1 : kStates.indexOf(to);
    if (!address || !address->isV4() || words.size() != 3 || (!mac && state < 0)) {
        *problem = Texts::tr("\"%1\" is no order about a neighbour; write \"neighbour 10.1.0.2 stale\", reachable, failed, gone, or "
                             "a MAC that stays.")
                       .arg(words.join(u' ').left(60));
        return std::nullopt;
    }
    if (mac) return sim::apps::SetNeighbour{*address, To::Permanent, *mac};
    return sim::apps::SetNeighbour{*address, To(state), {}};
}

} // namespace

bool isOrder(const QString& verb) {
    return verb == QLatin1String("neighbour") || verb == QLatin1String("forget") || verb == QLatin1String("firewall") || verb == QLatin1String("flush");
}

std::optional<Order> readOrder(const QStringList& words, QString* problem) {
    if (words[0] == QLatin1String("neighbour")) return readNeighbour(words, problem);
    if (words[0] == QLatin1String("forget")) {
        const auto mac = MacAddress::parse(words.value(1).toStdString());
        if (mac && words.size() == 2) return sim::apps::ForgetMac{*mac};
        *problem = Texts::tr("\"%1\" names no MAC address to forget; write \"forget 00:00:00:00:00:02\".").arg(words.join(u' ').left(60));
        return std::nullopt;
    }
    if (words[0] == QLatin1String("firewall")) {
        const auto line = io::parseFilter(words.mid(1).join(u' '), problem);
        return line ? std::optional<Order>(sim::apps::AddFilter{*line}) : std::nullopt;
    }
    if (words.size() == 2 && words[1] == QLatin1String("routes")) return sim::apps::FlushRoutes{};
    *problem = Texts::tr("Only routes can be flushed: \"flush routes\".");
    return std::nullopt;
}

} // namespace model::build
