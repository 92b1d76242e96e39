#include "model/network/run_step.h"

#include "model/io/action_words.h"
#include "model/network/texts.h"

#include <algorithm>
#include <numeric>

namespace model::network {

std::optional<lab::LinkEnd> portOf(const lab::Lab& lab, const QString& text) {
    const auto colon = text.indexOf(u':');
    const lab::Node* node = colon > 0 ? lab.node(text.left(colon)) : nullptr;
    if (!node || !node->port(text.mid(colon + 1))) return std::nullopt;
    return lab::LinkEnd{node->id, text.mid(colon + 1)};
}

Cabling::Cabling(const lab::Lab& lab, std::map<lab::LinkId, sim::kernel::ChannelId> channels,
                 std::function<sim::kernel::InterfaceId(const lab::LinkEnd&)> interface)
    : mChannels(std::move(channels)), mInterface(std::move(interface)) {
    for (const auto& link : lab.links)
        for (const auto& end : {link.a, link.b})
            mAt.emplace(std::pair(end.node, end.port), link.id);
}

std::optional<sim::kernel::ChannelId> Cabling::channelAt(const lab::LinkEnd& port) const {
    const auto link = mAt.find({port.node, port.port});
    const auto channel = link == mAt.end() ? mChannels.end() : mChannels.find(link->second);
    return channel == mChannels.end() ? std::nullopt : std::optional(channel->second);
}

void Cabling::move(const lab::LinkEnd& from, const lab::LinkEnd& to) {
    const auto link = mAt.find({from.node, from.port});
    if (link == mAt.end()) return;
    const lab::LinkId moved = link->second;
    mAt.erase(link);
    mAt[{to.node, to.port}] = moved;
}

std::vector<std::size_t> runOrder(const lab::Lab& lab) {
    std::vector<std::size_t> order(lab.run.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t x, std::size_t y) { return lab.run[x].at < lab.run[y].at; });
    return order;
}

std::optional<sim::config::Action> stepAction(const lab::Lab& lab, const lab::RunStep& step, Cabling& cabling,
                                              QString* problem) {
    const auto portOfStep = [&](const QString& port, QString* why) {
        const auto end = portOf(lab, port);
        if (!end) *why = Texts::tr("\"%1\" needs a port, such as desktop:eth0.").arg(step.action.left(60));
        return end;
    };
    const auto cable = [&](const QString& port, QString* why) -> std::optional<sim::kernel::ChannelId> {
        const auto end = portOfStep(port, why);
        if (!end) return std::nullopt;
        const auto channel = cabling.channelAt(*end);
        if (!channel) *why = Texts::tr("There is no cable in %1.").arg(port);
        return channel;
    };
    const auto freePort = [&](const QString& port, QString* why) -> std::optional<sim::kernel::InterfaceId> {
        const auto end = portOfStep(port, why);
        if (!end) return std::nullopt;
        if (lab.node(end->node)->port(end->port)->tunnel)
            *why = Texts::tr("%1 is a tunnel, which no cable goes into.").arg(port);
        else if (cabling.taken(*end))
            *why = Texts::tr("There is a cable in %1 already.").arg(port);
        else
            return cabling.interfaceOf(*end);
        return std::nullopt;
    };
    const auto interfaceAt = [&](const QString& port) {
        const auto end = portOf(lab, port);
        return end ? cabling.interfaceOf(*end) : sim::kernel::InterfaceId{};
    };
    const QStringList words = step.action.split(u' ', Qt::SkipEmptyParts);
    const auto action = io::readAction({words, cable, freePort, interfaceAt}, problem);
    if (action && std::holds_alternative<sim::config::MoveCable>(*action))
        cabling.move(*portOf(lab, words[1]), *portOf(lab, words[3]));
    return action;
}

} // namespace model::network
