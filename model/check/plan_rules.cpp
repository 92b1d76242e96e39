#include "model/check/plan_rules.h"

#include "model/check/texts.h"

namespace model::check {

std::vector<Finding> planRules(const lab::Lab& lab, const plan::Plan& plan) {
    using Why = plan::Unmet::Why;
    std::vector<Finding> findings;
    for (const auto& unmet : plan.unmet) {
        const lab::Node& node = lab.nodes[unmet.place.node];
        const QString& port = node.ports[unmet.place.port].name;
        const QString title = node.name + u':' + port;
        Finding finding;
        finding.node = node.id;
        finding.port = port;
        switch (unmet.why) {
        case Why::NetworkFull:
            finding.code = QStringLiteral("auto-network-full");
            finding.message =
                Texts::tr("%1 gets no automatic address: none of %2 is free.").arg(title, text(unmet.network));
            finding.hint = Texts::tr("Put a router between two halves of the segment, or type an address of a larger "
                                     "network on one of its ports.");
            break;
        case Why::SeveralNetworks:
            finding.code = QStringLiteral("auto-several-networks");
            finding.message = Texts::tr("%1 gets no automatic address: its segment has addresses of %2 and of %3.")
                                  .arg(title, text(unmet.network), text(unmet.other));
            finding.hint = Texts::tr("Type one in, or give all typed addresses of the segment one network.");
            break;
        case Why::NoNetworkLeft:
            finding.code = QStringLiteral("auto-no-network");
            finding.message =
                Texts::tr("%1 gets no automatic address: every private network of the lab is in use.").arg(title);
            finding.hint = Texts::tr("Type an address on one port of the segment: the others follow it.");
            break;
        case Why::TooManyRoutes:
            finding.code = QStringLiteral("auto-too-many-routes");
            finding.message = Texts::tr("The lab is too large for automatic routes: %1 and the other routers get none.")
                                  .arg(node.name);
            finding.hint = Texts::tr("Let the routers speak RIP: \"rip: true\".");
            finding.port.clear();
            break;
        }
        findings.push_back(std::move(finding));
    }
    return findings;
}

} // namespace model::check
