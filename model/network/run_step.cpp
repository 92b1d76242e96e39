#include "model/network/run_step.h"

#include "model/io/action_words.h"
#include "model/network/texts.h"

namespace model::network {

std::optional<lab::LinkEnd> portOf(const lab::Lab& lab, const QString& text) {
    const auto colon = text.indexOf(u':');
    const lab::Node* node = colon > 0 ? lab.node(text.left(colon)) : nullptr;
    if (!node || !node->port(text.mid(colon + 1))) return std::nullopt;
    return lab::LinkEnd{node->id, text.mid(colon + 1)};
}

std::optional<sim::config::Action> stepAction(const lab::Lab& lab, const lab::RunStep& step,
                                              const std::map<lab::LinkId, sim::kernel::ChannelId>& channels,
                                              QString* problem) {
    const auto cable = [&](const QString& port, QString* why) -> std::optional<sim::kernel::ChannelId> {
        const auto end = portOf(lab, port);
        if (!end) {
            *why = Texts::tr("\"%1\" needs a port, such as desktop:eth0.").arg(step.action.left(60));
            return std::nullopt;
        }
        const lab::Link* link = lab.linkAt(end->node, end->port);
        const auto channel = link ? channels.find(link->id) : channels.end();
        if (channel != channels.end()) return channel->second;
        *why = Texts::tr("There is no cable in %1.").arg(port);
        return std::nullopt;
    };
    return io::readAction({step.action.split(u' ', Qt::SkipEmptyParts), cable}, problem);
}

} // namespace model::network
