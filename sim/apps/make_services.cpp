#include "sim/apps/make_services.h"

namespace sim::apps {

std::vector<std::pair<Program, std::string>> makeServices(const config::DeviceConfig& config) {
    std::vector<std::pair<Program, std::string>> services;
    for (const auto& i : config.interfaces)
        if (i.dhcp) services.emplace_back(DhcpClient(i.name, *i.dhcp), "DHCP client on " + i.name);
    if (!config.dhcpServer.empty())
        services.emplace_back(DhcpServer(config.dhcpServer, config.dnsServer.has_value()), "DHCP server");
    if (!config.dhcpRelay.empty()) services.emplace_back(DhcpRelay(config.dhcpRelay), "DHCP relay");
    if (config.rip) services.emplace_back(Rip(*config.rip), "RIP");
    if (config.dnsServer) services.emplace_back(DnsServer(*config.dnsServer), "DNS server on port 53");
    if (config.httpServer)
        services.emplace_back(HttpServer(*config.httpServer),
                              "web server on port " + std::to_string(config.httpServer->port));
    for (const auto& l : config.listeners)
        services.emplace_back(ScriptServer(l.tcp, l.port, l.script),
                              std::string(l.tcp ? "TCP" : "UDP") + " script on port " + std::to_string(l.port));
    if (config.udpSink)
        services.emplace_back(UdpSink(*config.udpSink), "UDP sink on port " + std::to_string(config.udpSink->port));
    for (const auto& source : config.udpSources)
        services.emplace_back(UdpSource(source), "UDP source to " + source.destination.toString());
    return services;
}

} // namespace sim::apps
