// Run steps of a lab as what the simulated network does.
#pragma once

#include "model/lab/lab.h"
#include "sim/config/action.h"

#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace model::network {

/// portOf reads "desktop:eth0" as a port of the lab; none when there is no such.
std::optional<lab::LinkEnd> portOf(const lab::Lab& lab, const QString& text);

/// Cabling is which cable is in which port while the steps of a run are read, in the order of their times.
class Cabling {
public:
    /// Cabling begins as the lab has it. channels are those of its cables; interface gives that of a port.
    Cabling(const lab::Lab& lab, std::map<lab::LinkId, sim::kernel::ChannelId> channels,
            std::function<sim::kernel::InterfaceId(const lab::LinkEnd&)> interface);

    /// channelAt is the cable in a port; none when there is none, or it was left out.
    std::optional<sim::kernel::ChannelId> channelAt(const lab::LinkEnd& port) const;
    sim::kernel::InterfaceId interfaceOf(const lab::LinkEnd& port) const { return mInterface(port); }
    /// taken tells whether a cable is in a port.
    bool taken(const lab::LinkEnd& port) const { return mAt.contains({port.node, port.port}); }
    void move(const lab::LinkEnd& from, const lab::LinkEnd& to);

private:
    std::map<std::pair<lab::NodeId, QString>, lab::LinkId> mAt;
    std::map<lab::LinkId, sim::kernel::ChannelId> mChannels;
    std::function<sim::kernel::InterfaceId(const lab::LinkEnd&)> mInterface;
};

/// runOrder gives the places of a lab's run steps in the order in which they happen.
std::vector<std::size_t> runOrder(const lab::Lab& lab);

/// stepAction is what a step does. It needs the cabling because some verbs name a port, and a channel is what is pulled
/// or cut; a cable that is moved changes it. Without an action, problem is a sentence.
std::optional<sim::config::Action> stepAction(const lab::Lab& lab, const lab::RunStep& step, Cabling& cabling,
                                              QString* problem);

} // namespace model::network
