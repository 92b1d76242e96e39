#include "sim/config/action.h"

#include "sim/wire/dns.h"

namespace sim::config {

std::string describe(const Order& order) {
    struct Describer {
        std::string operator()(const SetNeighbour& o) const {
            static constexpr const char* kTo[] = {"stale", "reachable", "failed", "", "gone"};
            const bool permanent = o.to == SetNeighbour::To::Permanent;
            return "neighbour " + o.address.toString() + ' ' + (permanent ? o.mac.toString() : kTo[std::size_t(o.to)]);
        }
        std::string operator()(const ForgetMac& o) const { return "forget " + o.mac.toString(); }
        std::string operator()(const ChangeRoute& o) const {
            return std::string(o.add ? "route add " : "route del ") + o.text;
        }
        std::string operator()(const ChangeAddress& o) const {
            return std::string(o.add ? "address add " : "address del ") + o.address.toString() + " dev " + o.interface;
        }
        std::string operator()(const FlushRoutes&) const { return "flush routes"; }
        std::string operator()(const SetInterface& o) const {
            return "interface " + o.interface + (o.up ? " up" : " down");
        }
        std::string operator()(const SetMac& o) const {
            return "mac " + o.mac.toString() + " dev " + o.interface + (o.notify ? " arp-notify" : "");
        }
        std::string operator()(const ChangeRule& o) const {
            return (o.add ? "rule add " : "rule del ") + ruleText(o.rule);
        }
        std::string operator()(const SetSysctl& o) const {
            return "sysctl " + shortName(o.setting) + '=' + std::to_string(o.setting.value);
        }
        std::string operator()(const RemoveFilter& o) const { return "firewall del " + o.rule.text; }
        std::string operator()(const AddFilter& o) const {
            if (const auto* rule = std::get_if<stack::FilterRule>(&o.line)) return "firewall " + rule->text;
            static constexpr const char* kChains[] = {"input", "forward", "output"};
            const auto& policy = std::get<stack::FilterPolicy>(o.line);
            return std::string("firewall policy ") + kChains[std::size_t(policy.chain)] +
                   (policy.accept ? " accept" : " drop");
        }
    };
    return std::visit(Describer{}, order);
}

std::string describe(const Action& action) {
    struct Describer {
        std::string operator()(const Browse& a) const { return "browse " + a.url + (a.ipv4Only ? " ipv4" : ""); }
        std::string operator()(const Ping& a) const { return "ping " + a.target; }
        std::string operator()(const Traceroute& a) const { return "traceroute " + a.target; }
        std::string operator()(const Resolve& a) const {
            std::string t = "resolve " + a.name;
            for (const auto type : a.types)
                t += ' ' + wire::dns::typeName(type);
            return a.server.isNone() ? t : t + " at " + a.server.toString();
        }
        std::string operator()(const SocketScript& a) const {
            std::string t = std::string(a.tcp ? "tcp " : "udp ") + a.host + ' ' + std::to_string(a.port);
            if (a.localPort) t += " from " + std::to_string(a.localPort);
            return t + ' ' + text(a.script);
        }
        std::string operator()(const SetPower& a) const {
            static constexpr const char* kTo[] = {"power off", "power on", "power restart"};
            return kTo[std::size_t(a.to)];
        }
        std::string operator()(const Administer& a) const { return describe(a.order); }
        std::string operator()(const DhcpCommand& a) const {
            using Word = DhcpCommand::Word;
            return std::string(a.word == Word::Renew     ? "dhcp renew"
                               : a.word == Word::Release ? "dhcp release"
                                                         : "dhcp request") +
                   (a.request.isNone() ? "" : " " + a.request.toString()) +
                   (a.interface.empty() ? "" : " " + a.interface);
        }
        std::string operator()(const SetLink& a) const { return a.up ? "plug the cable in" : "unplug the cable"; }
        std::string operator()(const MoveCable&) const { return "move the cable"; }
        std::string operator()(const ChangeLink& a) const { return "change the cable: " + a.text; }
        std::string operator()(const Cut& a) const {
            return a.cut ? "cut the cable's wires" : "repair the cable's wires";
        }
    };
    return std::visit(Describer{}, action);
}

} // namespace sim::config
