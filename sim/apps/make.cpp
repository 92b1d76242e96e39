#include "sim/apps/make.h"

#include "sim/apps/browser.h"
#include "sim/apps/dhcp_client.h"
#include "sim/apps/dhcp_relay.h"
#include "sim/apps/dhcp_server.h"
#include "sim/apps/dns_server.h"
#include "sim/apps/http_server.h"
#include "sim/apps/ping.h"
#include "sim/apps/resolve.h"
#include "sim/apps/rip.h"
#include "sim/apps/scripted.h"
#include "sim/apps/traceroute.h"
#include "sim/apps/udp_load.h"

#include <type_traits>

namespace sim::apps {

namespace {

/// ProgramOf names the program that carries an action out.
template <class Action>
struct ProgramOf;
template <>
struct ProgramOf<config::Browse> : std::type_identity<Browser> {};
template <>
struct ProgramOf<config::Ping> : std::type_identity<PingProgram> {};
template <>
struct ProgramOf<config::Traceroute> : std::type_identity<TracerouteProgram> {};
template <>
struct ProgramOf<config::Resolve> : std::type_identity<ResolveProgram> {};
template <>
struct ProgramOf<config::SocketScript> : std::type_identity<ScriptClient> {};

} // namespace

std::optional<App> makeTask(const config::Action& action) {
    return std::visit(
        [&action](const auto& asked) -> std::optional<App> {
            using Asked = std::decay_t<decltype(asked)>;
            if constexpr (requires { typename ProgramOf<Asked>::type; })
                return App::task(typename ProgramOf<Asked>::type(asked), config::describe(action));
            else
                return std::nullopt;
        },
        action);
}

App makeDhcpClient(const std::string& interface, const config::DhcpClientConfig& config) {
    return App::service(DhcpClient(interface, config), "DHCP client on " + interface);
}

std::vector<App> makeServices(const config::DeviceConfig& config, const std::vector<App>& before) {
    std::vector<App> services;
    const auto add = [&services](auto program, std::string what) {
        services.push_back(App::service(std::move(program), std::move(what)));
    };
    for (const auto& i : config.interfaces)
        if (i.dhcp) services.push_back(makeDhcpClient(i.name, *i.dhcp));
    if (!config.dhcpServer.empty()) {
        DhcpServer server(config.dhcpServer, config.dnsServer.has_value());
        for (const App& app : before)
            if (const auto* old = app.as<DhcpServer>()) server.readLeases(*old);
        add(std::move(server), "DHCP server");
    }
    if (!config.dhcpRelay.empty()) add(DhcpRelay(config.dhcpRelay), "DHCP relay");
    if (config.rip) add(Rip(*config.rip), "RIP");
    if (config.dnsServer) add(DnsServer(*config.dnsServer), "DNS server on port 53");
    if (config.httpServer)
        add(HttpServer(*config.httpServer), "web server on port " + std::to_string(config.httpServer->port));
    for (const auto& l : config.listeners)
        add(ScriptServer(l.tcp, l.port, l.script),
            std::string(l.tcp ? "TCP" : "UDP") + " script on port " + std::to_string(l.port));
    if (config.udpSink) add(UdpSink(*config.udpSink), "UDP sink on port " + std::to_string(config.udpSink->port));
    for (const auto& source : config.udpSources)
        add(UdpSource(source), "UDP source to " + source.destination.toString());
    return services;
}

} // namespace sim::apps
