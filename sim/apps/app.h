// The programs that run on devices, as values: a device holds a list of them and passes notices and timers on.
// A program has start(AppContext&), onNotice(AppContext&, const stack::Notice&) and onTimer(AppContext&, tag).
#pragma once

#include "sim/apps/app_context.h"
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

#include <variant>

namespace sim::apps {

using Program = std::variant<Browser, DhcpClient, DhcpRelay, DhcpServer, DnsServer, HttpServer, PingProgram,
                             ResolveProgram, Rip, ScriptClient, ScriptServer, TracerouteProgram, UdpSource, UdpSink>;

struct App {
    AppStatus status;
    Program program;
};

} // namespace sim::apps
