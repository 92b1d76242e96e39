#include "model/network/order_words.h"

#include "model/io/filter_words.h"
#include "model/io/route_codecs.h"
#include "model/network/network_builder.h"

#include <QCoreApplication>

namespace model::network {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(model::network::OrderWords)
};

using sim::config::Order;
using sim::wire::IpAddress;
using sim::wire::MacAddress;

std::optional<Order> readNeighbour(const QStringList& words, QString* problem) {
    using To = sim::config::SetNeighbour::To;
    const auto address = IpAddress::parse(words.value(1).toStdString());
    const QString to = words.value(2);
    const auto mac = MacAddress::parse(to.toStdString());
    static const QStringList kStates{QStringLiteral("stale"), QStringLiteral("reachable"), QStringLiteral("failed"),
                                     QString(), QStringLiteral("gone")};
    const auto state = to.isEmpty() ? -1 : kStates.indexOf(to);
    if (!address || !address->isV4() || words.size() != 3 || (!mac && state < 0)) {
        *problem =
            Texts::tr(
                "\"%1\" is no order about a neighbour; write \"neighbour 10.1.0.2 stale\", reachable, failed, gone, or "
                "a MAC that stays.")
                .arg(words.join(u' ').left(60));
        return std::nullopt;
    }
    if (mac) return sim::config::SetNeighbour{*address, To::Permanent, *mac};
    return sim::config::SetNeighbour{*address, To(state), {}};
}

std::optional<Order> readRouteChange(const QStringList& words, bool add, QString* problem) {
    sim::config::ChangeRoute change{add, {}, words.mid(2).join(u' ').toStdString()};
    lab::Route route;
    if (!io::parseRoute(words.mid(2).join(u' '), &route, problem)) return std::nullopt;
    if (add && route.kind == lab::Route::Kind::Unicast && route.via.isNone() && route.dev.isEmpty()) {
        *problem =
            Texts::tr("The route does not say where to. Add \"via\" and a gateway, or \"dev\" and an interface.");
        return std::nullopt;
    }
    change.route = routeConfig(route);
    return change;
}

std::optional<Order> readAddressChange(const QStringList& words, bool add, QString* problem) {
    const auto prefix = sim::wire::Prefix::parse(words.value(2).toStdString());
    if (prefix && prefix->address.isV4() && words.size() == 5 && words[3] == QLatin1String("dev"))
        return sim::config::ChangeAddress{add, *prefix, words[4].toStdString()};
    *problem = Texts::tr("\"%1\" is no change of an address; write \"address add 10.0.0.5/24 dev eth0\".")
                   .arg(words.join(u' ').left(60));
    return std::nullopt;
}

} // namespace

bool isOrder(const QString& verb) {
    return verb == QLatin1String("neighbour") || verb == QLatin1String("forget") || verb == QLatin1String("route") ||
           verb == QLatin1String("address") || verb == QLatin1String("firewall") || verb == QLatin1String("flush");
}

std::optional<Order> readOrder(const QStringList& words, QString* problem) {
    if (words[0] == QLatin1String("neighbour")) return readNeighbour(words, problem);
    if (words[0] == QLatin1String("forget")) {
        const auto mac = MacAddress::parse(words.value(1).toStdString());
        if (mac && words.size() == 2) return sim::config::ForgetMac{*mac};
        *problem = Texts::tr("\"%1\" names no MAC address to forget; write \"forget 00:00:00:00:00:02\".")
                       .arg(words.join(u' ').left(60));
        return std::nullopt;
    }
    const bool add = words.value(1) == QLatin1String("add");
    if (words[0] == QLatin1String("route") || words[0] == QLatin1String("address")) {
        if (!add && words.value(1) != QLatin1String("del")) {
            *problem = Texts::tr("After \"%1\" comes \"add\" or \"del\".").arg(words[0]);
            return std::nullopt;
        }
        return words[0] == QLatin1String("route") ? readRouteChange(words, add, problem)
                                                  : readAddressChange(words, add, problem);
    }
    if (words[0] == QLatin1String("firewall")) {
        const auto line = io::parseFilter(words.mid(1).join(u' '), problem);
        return line ? std::optional<Order>(sim::config::AddFilter{*line}) : std::nullopt;
    }
    if (words.size() == 2 && words[1] == QLatin1String("routes")) return sim::config::FlushRoutes{};
    *problem = Texts::tr("Only routes can be flushed: \"flush routes\".");
    return std::nullopt;
}

} // namespace model::network
