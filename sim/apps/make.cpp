#include "sim/apps/make.h"

namespace sim::apps {

Program makeProgram(const config::Action& action) {
    if (const auto* browse = std::get_if<config::Browse>(&action)) return Browser(*browse);
    if (const auto* ping = std::get_if<config::Ping>(&action)) return PingProgram(*ping);
    if (const auto* traceroute = std::get_if<config::Traceroute>(&action)) return TracerouteProgram(*traceroute);
    if (const auto* resolve = std::get_if<config::Resolve>(&action)) return ResolveProgram(*resolve);
    if (const auto* converse = std::get_if<config::Converse>(&action)) return ScriptClient(*converse);
    return UdpSink({.port = 0}); // SetLink, Cut: never started
}

} // namespace sim::apps
