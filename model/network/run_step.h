// Run steps of a lab as what the simulated network does.
#pragma once

#include "model/lab/lab.h"
#include "sim/config/action.h"

#include <map>
#include <optional>

namespace model::network {

/// portOf reads "desktop:eth0" as a port of the lab; none when there is no such.
std::optional<lab::LinkEnd> portOf(const lab::Lab& lab, const QString& text);

/// stepAction is what a step does. It needs the channels because some verbs name a port, and a channel is what
/// is pulled or cut. Without an action, problem is a sentence.
std::optional<sim::config::Action> stepAction(const lab::Lab& lab, const lab::RunStep& step,
                                              const std::map<lab::LinkId, sim::kernel::ChannelId>& channels,
                                              QString* problem);

} // namespace model::network
