// What an administrator does to a running node: one command of ip(8), bridge(8), nft(8) or dhclient(8), done at once.
#include "model/io/action_words.h"
#include "model/io/filter_words.h"
#include "model/io/route_codecs.h"
#include "model/io/rule_codecs.h"
#include "model/io/sysctl_codecs.h"
#include "model/io/texts.h"

namespace model::io {

namespace {

using sim::config::Action;
using sim::config::Administer;
using sim::wire::IpAddress;
using sim::wire::MacAddress;

std::optional<Action> administer(sim::config::Order order) { return Administer{std::move(order)}; }

/// describeOrder writes orders of one kind.
template <class Order>
QString describeOrder(const Action& action) {
    const auto* a = std::get_if<Administer>(&action);
    return a && std::holds_alternative<Order>(a->order) ? QString::fromStdString(sim::config::describe(a->order))
                                                        : QString();
}

// --- dhcp ---

std::optional<Action> readDhcp(const ActionText& text, QString* problem) {
    using Word = sim::config::DhcpCommand::Word;
    sim::config::DhcpCommand command;
    const QString verb = text.word(1);
    if (verb == QLatin1String("renew"))
        command.word = Word::Renew;
    else if (verb == QLatin1String("release"))
        command.word = Word::Release;
    else if (verb == QLatin1String("request"))
        command.word = Word::Request;
    else {
        *problem = Texts::tr("dhcp knows renew, release and request, and not \"%1\".").arg(verb.left(40));
        return std::nullopt;
    }
    for (const QString& word : text.words.mid(2)) {
        const auto address = IpAddress::parse(word.toStdString());
        if (command.word == Word::Request && address && address->isV4() && command.request.isNone()) {
            command.request = *address;
        } else if (!address && command.interface.empty() && isTarget(word)) {
            command.interface = word.toStdString();
        } else {
            *problem = Texts::tr("dhcp %1 does not know what \"%2\" is for.").arg(verb, word.left(40));
            return std::nullopt;
        }
    }
    return command;
}

QString describeDhcp(const Action& action) {
    return std::holds_alternative<sim::config::DhcpCommand>(action)
               ? QString::fromStdString(sim::config::describe(action))
               : QString();
}

constexpr const char* kDhcpWords[] = {"renew", "release", "request"};

// --- neighbour, forget, flush ---

std::optional<Action> readNeighbour(const ActionText& text, QString* problem) {
    using To = sim::config::SetNeighbour::To;
    const auto address = IpAddress::parse(text.word(1).toStdString());
    const QString to = text.word(2);
    const auto mac = MacAddress::parse(to.toStdString());
    static const QStringList kStates{QStringLiteral("stale"), QStringLiteral("reachable"), QStringLiteral("failed"),
                                     QString(), QStringLiteral("gone")};
    const auto state = to.isEmpty() ? -1 : kStates.indexOf(to);
    if (!address || !address->isV4() || text.words.size() != 3 || (!mac && state < 0)) {
        *problem = Texts::tr("\"%1\" is not an action about a neighbour; write \"neighbour 10.1.0.2 stale\", "
                             "reachable, failed, gone, or "
                             "a MAC that stays.")
                       .arg(text.quoted());
        return std::nullopt;
    }
    if (mac) return administer(sim::config::SetNeighbour{*address, To::Permanent, *mac});
    return administer(sim::config::SetNeighbour{*address, To(state), {}});
}

std::optional<Action> readForget(const ActionText& text, QString* problem) {
    const auto mac = MacAddress::parse(text.word(1).toStdString());
    if (mac && text.words.size() == 2) return administer(sim::config::ForgetMac{*mac});
    *problem =
        Texts::tr("\"%1\" names no MAC address to forget; write \"forget 00:00:00:00:00:02\".").arg(text.quoted());
    return std::nullopt;
}

std::optional<Action> readFlush(const ActionText& text, QString* problem) {
    if (text.words.size() == 2 && text.word(1) == QLatin1String("routes"))
        return administer(sim::config::FlushRoutes{});
    *problem = Texts::tr("Only routes can be flushed: \"flush routes\".");
    return std::nullopt;
}

// --- firewall, route, address ---

std::optional<Action> readFirewall(const ActionText& text, QString* problem) {
    if (text.word(1) == QLatin1String("del")) {
        const auto gone = parseFilter(text.words.mid(2).join(u' '), problem);
        if (!gone) return std::nullopt;
        if (const auto* rule = std::get_if<sim::stack::FilterRule>(&*gone))
            return administer(sim::config::RemoveFilter{*rule});
        *problem = Texts::tr("A policy is changed and not deleted: \"firewall policy input accept\".");
        return std::nullopt;
    }
    const auto line = parseFilter(text.words.mid(1).join(u' '), problem);
    return line ? administer(sim::config::AddFilter{*line}) : std::nullopt;
}

/// readAdd reads whether something is added ("add") or taken away ("del"); none with a problem.
std::optional<bool> readAdd(const ActionText& text, QString* problem) {
    if (text.word(1) == QLatin1String("add")) return true;
    if (text.word(1) == QLatin1String("del")) return false;
    *problem = Texts::tr("After \"%1\" comes \"add\" or \"del\".").arg(text.verb());
    return std::nullopt;
}

std::optional<Action> readRoute(const ActionText& text, QString* problem) {
    const auto add = readAdd(text, problem);
    if (!add) return std::nullopt;
    const QString written = text.words.mid(2).join(u' ');
    sim::config::ChangeRoute change{*add, {}, written.toStdString()};
    lab::Route route;
    if (!parseRoute(written, &route, problem)) return std::nullopt;
    if (*add && route.kind == lab::Route::Kind::Unicast && route.via.isNone() && route.dev.isEmpty() &&
        route.hops.empty()) {
        *problem =
            Texts::tr("The route does not say where to. Add \"via\" and a gateway, or \"dev\" and an interface.");
        return std::nullopt;
    }
    change.route = routeConfig(route);
    return administer(std::move(change));
}

std::optional<Action> readAddress(const ActionText& text, QString* problem) {
    const auto add = readAdd(text, problem);
    if (!add) return std::nullopt;
    const auto prefix = sim::wire::Prefix::parse(text.word(2).toStdString());
    if (prefix && prefix->address.isV4() && text.words.size() == 5 && text.word(3) == QLatin1String("dev"))
        return administer(sim::config::ChangeAddress{*add, *prefix, text.word(4).toStdString()});
    *problem = Texts::tr("\"%1\" is not a change of an address; write \"address add 10.0.0.5/24 dev eth0\".")
                   .arg(text.quoted());
    return std::nullopt;
}

// --- interface, mac ---

std::optional<Action> readInterface(const ActionText& text, QString* problem) {
    const QString to = text.word(2);
    if (text.words.size() == 3 && (to == QLatin1String("up") || to == QLatin1String("down")))
        return administer(sim::config::SetInterface{text.word(1).toStdString(), to == QLatin1String("up")});
    *problem = Texts::tr("\"%1\" does not say which interface goes up or down; write \"interface eth0 down\".")
                   .arg(text.quoted());
    return std::nullopt;
}

std::optional<Action> readMac(const ActionText& text, QString* problem) {
    const auto mac = MacAddress::parse(text.word(1).toStdString());
    const bool notify = text.word(4) == QLatin1String("arp-notify");
    if (mac && !mac->isGroup() && mac->number() != 0 && text.word(2) == QLatin1String("dev") &&
        !text.word(3).isEmpty() && text.words.size() == (notify ? 5 : 4))
        return administer(sim::config::SetMac{*mac, text.word(3).toStdString(), notify});
    *problem = Texts::tr("\"%1\" gives no interface another MAC; write \"mac 02:00:00:00:00:09 dev eth0\".")
                   .arg(text.quoted());
    return std::nullopt;
}

// --- power ---

std::optional<Action> readPower(const ActionText& text, QString* problem) {
    using To = sim::config::SetPower::To;
    const QString to = text.word(1);
    if (text.words.size() == 2) {
        if (to == QLatin1String("off")) return sim::config::SetPower{To::Off};
        if (to == QLatin1String("on")) return sim::config::SetPower{To::On};
        if (to == QLatin1String("restart")) return sim::config::SetPower{To::Restart};
    }
    *problem = Texts::tr("A machine can be switched \"power off\", \"power on\" or \"power restart\".");
    return std::nullopt;
}

QString describePower(const Action& action) {
    return std::holds_alternative<sim::config::SetPower>(action) ? QString::fromStdString(sim::config::describe(action))
                                                                 : QString();
}

// --- rule, sysctl ---

std::optional<Action> readRule(const ActionText& text, QString* problem) {
    const auto add = readAdd(text, problem);
    if (!add) return std::nullopt;
    auto rule = parseRule(text.words.mid(2).join(u' '), !*add, problem);
    if (!rule) return std::nullopt;
    return administer(sim::config::ChangeRule{*add, std::move(*rule)});
}

std::optional<Action> readSysctl(const ActionText& text, QString* problem) {
    const QString name = text.word(1).section(u'=', 0, 0), value = text.word(1).section(u'=', 1);
    if (text.words.size() != 2 || name.isEmpty() || value.isEmpty()) {
        *problem =
            Texts::tr("\"%1\" sets nothing; write \"sysctl eth0.proxy_arp=1\", without spaces.").arg(text.quoted());
        return std::nullopt;
    }
    auto setting = sim::config::parseSysctl(name.toStdString());
    if (!setting) {
        const auto [message, hint] = sysctlProblem(name);
        *problem = message + u' ' + hint;
        return std::nullopt;
    }
    const auto& info = sim::stack::sysctlInfo(setting->which);
    bool good = false;
    setting->value = value.toUInt(&good);
    if (!good || value != QString::number(setting->value) || setting->value < info.least ||
        setting->value > info.most) {
        *problem = Texts::tr("%1 is a number from %2 to %3, not \"%4\".")
                       .arg(name.left(40))
                       .arg(info.least)
                       .arg(info.most)
                       .arg(value.left(40));
        return std::nullopt;
    }
    return administer(sim::config::SetSysctl{std::move(*setting)});
}

QString describeFirewall(const Action& action) {
    const QString rule = describeOrder<sim::config::AddFilter>(action);
    return rule.isEmpty() ? describeOrder<sim::config::RemoveFilter>(action) : rule;
}

constexpr const char* kPowerWords[] = {"off", "on", "restart"};
constexpr const char* kUpWords[] = {"up", "down"};
constexpr const char* kMacWords[] = {"dev", "arp-notify"};
constexpr const char* kAddWords[] = {"add", "del"};
constexpr const char* kStateWords[] = {"stale", "reachable", "failed", "gone"};
constexpr const char* kFlushWords[] = {"routes"};

constexpr auto kByHost = ActionWord::Who::Host;
constexpr ActionWord kControlActions[] = {
    {"dhcp", "dhcp renew [IFACE], dhcp release [IFACE], dhcp request [ADDRESS] [IFACE]", "dhcp renew eth0", kByHost,
     readDhcp, describeDhcp, kDhcpWords},
    {"neighbour", "neighbour ADDRESS stale | reachable | failed | gone | MAC", "neighbour 10.0.0.2 stale", kByHost,
     readNeighbour, describeOrder<sim::config::SetNeighbour>, kStateWords},
    {"forget", "forget MAC", "forget 00:00:00:00:00:02", ActionWord::Who::Switch, readForget,
     describeOrder<sim::config::ForgetMac>},
    {"flush", "flush routes", "flush routes", kByHost, readFlush, describeOrder<sim::config::FlushRoutes>, kFlushWords},
    {"firewall", "firewall [del] RULE", "firewall drop tcp to port 80", kByHost, readFirewall, describeFirewall},
    {"route", "route add | del ROUTE", "route add 10.0.0.0/8 via 192.168.0.1", kByHost, readRoute,
     describeOrder<sim::config::ChangeRoute>, kAddWords},
    {"address", "address add | del ADDRESS/N dev IFACE", "address add 10.0.0.5/24 dev eth0", kByHost, readAddress,
     describeOrder<sim::config::ChangeAddress>, kAddWords},
    {"interface", "interface IFACE up | down", "interface eth0 down", kByHost, readInterface,
     describeOrder<sim::config::SetInterface>, kUpWords},
    {"mac", "mac MAC dev IFACE [arp-notify]", "mac 02:00:00:00:00:09 dev eth0", kByHost, readMac,
     describeOrder<sim::config::SetMac>, kMacWords},
    {"power", "power off | on | restart", "power restart", ActionWord::Who::Node, readPower, describePower,
     kPowerWords},
    {"rule", "rule add | del RULE", "rule add from 10.0.0.0/8 lookup 100", kByHost, readRule,
     describeOrder<sim::config::ChangeRule>, kAddWords},
    {"sysctl", "sysctl NAME=VALUE", "sysctl rp_filter=1", kByHost, readSysctl, describeOrder<sim::config::SetSysctl>},
};

} // namespace

std::span<const ActionWord> controlActions() { return kControlActions; }

} // namespace model::io
