// The inspector's form for a node.
#include "model/commands/commands.h"
#include "model/lab/kinds.h"
#include "model/network/network_builder.h"
#include "ui/docks/inspector.h"
#include "ui/docks/inspector_text.h"
#include "ui/shared/icons.h"
#include "ui/shared/selection.h"
#include "ui/widgets/field.h"
#include "ui/widgets/plain_label.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::docks {

using namespace model::lab;
using widgets::Field;

QString Inspector::changeNode(const QString& step, const std::function<QString(Node&)>& edit) {
    const Node* now = mDocument.lab().node(mNode);
    if (!now) return {};
    Node changed = *now;
    QString problem = edit(changed);
    if (!problem.isEmpty() || changed == *now) return problem;
    return model::commands::setNode(mDocument, changed, step);
}

std::size_t Inspector::place() const {
    const auto& nodes = mDocument.lab().nodes;
    return std::size_t(std::find_if(nodes.begin(), nodes.end(), [this](const Node& n) { return n.id == mNode; }) -
                       nodes.begin());
}

const model::plan::Given* Inspector::given(const QString& key, const QString& port) const {
    return mPlan ? mPlan->find(place(), key, port) : nullptr;
}

const model::plan::NodePlan* Inspector::planned() const {
    if (!mPlan) return nullptr;
    const auto found = mPlan->nodes.find(place());
    return found == mPlan->nodes.end() ? nullptr : &found->second;
}

void Inspector::explain(Field* field, const model::plan::Given* given) const {
    field->input()->setToolTip(given ? widgets::plainTip(model::plan::sentenceOf(mDocument.lab(), *mPlan, *given))
                                     : QString());
}

Field* Inspector::nodeField(const QString& name, const QString& label, const Show& show, const Edit& edit,
                            const QString& step, int lines) {
    auto* field = new Field(name, label, lines, mForm);
    field->setCheck([this, edit](const QString& text) {
        const Node* now = mDocument.lab().node(mNode);
        if (!now) return QString();
        Node copy = *now;
        return edit(copy, text);
    });
    field->setCommit([this, edit, step](const QString& text) {
        return changeNode(step, [&](Node& node) { return edit(node, text); });
    });
    mUpdaters.emplace_back([this, field, show] {
        if (const Node* now = mDocument.lab().node(mNode)) field->setValue(show(*now));
    });
    mSection->addWidget(field);
    return field;
}

void Inspector::buildNode(const Node& node) {
    addHeader(iconName(node.kind), kindTitle(node.kind), kindAbout(node.kind));
    auto* name = new Field(QStringLiteral("node.name"), tr("Name"), 0, mForm);
    name->setCheck([this](const QString& text) {
        QString problem = nameProblem(text.trimmed());
        if (!problem.isEmpty()) return problem;
        const Node* other = mDocument.lab().node(text.trimmed());
        return other && other->id != mNode ? tr("Another node has this name.") : QString();
    });
    name->setCommit([this](const QString& text) { return model::commands::rename(mDocument, mNode, text.trimmed()); });
    mUpdaters.emplace_back([this, name] {
        if (const Node* now = mDocument.lab().node(mNode)) name->setValue(now->name);
    });
    mLayout->addWidget(name);
    buildPorts(node);
    if (!bridges(node.kind)) {
        buildRouting(node);
        buildRun(node);
        buildServices(node);
    }
}

void Inspector::buildPorts(const Node& node) {
    addSection(bridges(node.kind) ? tr("Ports") : tr("Interfaces"));
    if (bridges(node.kind)) {
        auto* list = widgets::plainLabel(mForm);
        list->setTextInteractionFlags(Qt::TextSelectableByMouse);
        list->setWordWrap(true);
        mUpdaters.emplace_back([this, list] {
            const Lab& lab = mDocument.lab();
            const Node* now = lab.node(mNode);
            if (!now) return;
            QStringList lines, unused;
            for (const Port& port : now->ports) {
                const Link* link = lab.linkAt(mNode, port.name);
                const LinkEnd* far = !link                                                ? nullptr
                                     : link->a.node == mNode && link->a.port == port.name ? &link->b
                                                                                          : &link->a;
                const Node* other = far ? lab.node(far->node) : nullptr;
                if (other)
                    lines << QStringLiteral("%1 → %2:%3").arg(port.name, other->name, far->port);
                else
                    unused << port.name;
            }
            if (!unused.isEmpty()) lines << tr("free: %1").arg(unused.join(QStringLiteral(", ")));
            list->setText(lines.join(QLatin1Char('\n')));
        });
        mSection->addWidget(list);
    } else {
        for (int i = 0; i < static_cast<int>(node.ports.size()); ++i)
            buildPort(node, i);
    }
    mSection->addWidget(linkButton(QStringLiteral("port.add"), tr("+ Add port"), [this] {
        changeNode(tr("Add port"), [](Node& changed) {
            Port port;
            port.name = nextPortName(changed);
            changed.ports.push_back(port);
            return QString();
        });
    }));
}

void Inspector::buildPort(const Node& node, int index) {
    const std::size_t at = static_cast<std::size_t>(index);
    const QString prefix = QStringLiteral("port.%1.").arg(index);
    const Port& port = node.ports[at];
    auto* head = new QHBoxLayout;
    auto* title = widgets::plainLabel(port.name, mForm);
    title->setObjectName(QStringLiteral("sectionTitle"));
    auto* cable = widgets::plainLabel(mForm);
    cable->setObjectName(QStringLiteral("hint"));
    mUpdaters.emplace_back([this, cable, name = port.name, tunnel = port.tunnel] {
        const Lab& lab = mDocument.lab();
        const Link* link = lab.linkAt(mNode, name);
        const LinkEnd* far = !link ? nullptr : link->a.node == mNode && link->a.port == name ? &link->b : &link->a;
        const Node* other = far ? lab.node(far->node) : nullptr;
        cable->setText(tunnel  ? tr("virtual")
                       : other ? QStringLiteral("→ %1:%2").arg(other->name, far->port)
                               : tr("no cable"));
    });
    auto* drop = new QToolButton(mForm);
    drop->setObjectName(QStringLiteral("small"));
    drop->setIcon(shared::icon(QStringLiteral("close")));
    drop->setIconSize(QSize(14, 14));
    drop->setToolTip(widgets::plainTip(tr("Remove %1").arg(port.name)));
    drop->setAccessibleName(tr("Remove %1").arg(port.name));
    drop->setFocusPolicy(Qt::ClickFocus); // Tab goes from address to address
    mUpdaters.emplace_back([this, drop, name = port.name] {
        const bool used = mDocument.lab().linkAt(mNode, name) != nullptr;
        drop->setEnabled(!used);
        drop->setToolTip(used ? tr("Remove the cable first.") : widgets::plainTip(tr("Remove %1").arg(name)));
    });
    connect(
        drop, &QToolButton::clicked, this,
        [this, at] {
            changeNode(tr("Remove port"), [at](Node& changed) {
                if (at < changed.ports.size())
                    changed.ports.erase(changed.ports.begin() + static_cast<std::ptrdiff_t>(at));
                return QString();
            });
        },
        Qt::QueuedConnection);
    head->addWidget(title);
    head->addWidget(cable, 1);
    head->addWidget(drop);
    mSection->addLayout(head);

    const auto portOf = [at](const Node& n) -> const Port& {
        static const Port none;
        return at < n.ports.size() ? n.ports[at] : none;
    };
    auto* addresses = nodeField(
        prefix + QStringLiteral("addresses"), tr("Address"),
        [portOf](const Node& n) {
            const Port& p = portOf(n);
            // What the plan gives is greyed: nobody typed it, and whoever types replaces it.
            return p.dhcp ? QStringLiteral("dhcp") : p.automatic ? QString() : fields::addresses(p.addresses);
        },
        [this, at](Node& n, const QString& given) {
            QString problem;
            if (at < n.ports.size()) {
                Port& p = n.ports[at];
                const QString word = given.trimmed();
                // Emptied, an address is the plan's again where the lab's are.
                const bool planned = mDocument.lab().addressing != Addressing::Manual && !p.tunnel;
                if (word == QLatin1String("auto") || (word.isEmpty() && (p.automatic || planned))) {
                    if (!p.automatic) p.addresses.clear();
                    p.automatic = true;
                    p.dhcp.reset();
                    return problem;
                }
                const bool wanted = word == QLatin1String("dhcp");
                if (!wanted) n.ports[at].dhcp.reset();
                if (wanted && !n.ports[at].dhcp) n.ports[at].dhcp.emplace();
                if (wanted) n.ports[at].addresses.clear();
                if (wanted) n.ports[at].automatic = false;
                if (wanted) return problem;
            }
            const auto list = fields::readAddresses(given, &problem);
            if (list && at < n.ports.size() && *list != n.ports[at].addresses) {
                n.ports[at].automatic = n.ports[at].automatic && list->empty(); // what was typed stays
                n.ports[at].addresses = *list;
            }
            return problem;
        },
        tr("Change address"));
    mUpdaters.emplace_back([this, addresses, portOf] {
        const Node* now = mDocument.lab().node(mNode);
        if (!now) return;
        const Port& p = portOf(*now);
        if (!p.automatic) return addresses->setPlaceholder(tr("none, for example 192.168.0.5/24 or dhcp"));
        const auto* gift = given(QStringLiteral("address"), p.name);
        addresses->setPlaceholder(gift && gift->cause == model::plan::Cause::Dhcp ? tr("automatic, by DHCP")
                                  : p.addresses.empty() ? tr("automatic: none yet, as nothing is connected")
                                                        : tr("%1  automatic").arg(fields::addresses(p.addresses)));
        explain(addresses, gift);
    });
    addresses->setMonospaced();
    QVBoxLayout* section = mSection;
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    section->addLayout(row);
    const auto column = [&](int stretch) {
        mSection = new QVBoxLayout;
        row->addLayout(mSection, stretch);
    };
    column(3);
    auto* name = nodeField(
        prefix + QStringLiteral("name"), tr("Port"), [portOf](const Node& n) { return portOf(n).name; },
        [at](Node& n, const QString& given) {
            const QString wanted = given.trimmed();
            QString problem = portNameProblem(wanted);
            if (!problem.isEmpty()) return problem;
            for (std::size_t i = 0; i < n.ports.size(); ++i)
                if (i != at && n.ports[i].name == wanted) return tr("Another port has this name.");
            if (at < n.ports.size()) n.ports[at].name = wanted;
            return QString();
        },
        tr("Rename port"));
    name->setMonospaced();
    column(6);
    auto* mac = nodeField(
        prefix + QStringLiteral("mac"), tr("MAC"),
        [portOf](const Node& n) {
            return portOf(n).mac ? QString::fromStdString(portOf(n).mac->toString()) : QString();
        },
        [at](Node& n, const QString& given) {
            QString problem;
            if (at >= n.ports.size()) return problem;
            n.ports[at].mac = given.trimmed().isEmpty() ? std::nullopt : fields::readMac(given, &problem);
            return problem;
        },
        tr("Change MAC address"));
    mac->setMonospaced();
    mUpdaters.emplace_back([this, mac, portOf] {
        if (const Node* now = mDocument.lab().node(mNode))
            mac->setPlaceholder(QString::fromStdString(
                model::network::defaultMac(mDocument.lab(), mNode, portOf(*now).name).toString()));
    });
    column(2);
    auto* mtu = nodeField(
        prefix + QStringLiteral("mtu"), tr("MTU"),
        [portOf](const Node& n) { return portOf(n).mtu ? QString::number(*portOf(n).mtu) : QString(); },
        [at](Node& n, const QString& given) {
            QString problem;
            if (at >= n.ports.size()) return problem;
            n.ports[at].mtu = given.trimmed().isEmpty() ? std::nullopt : fields::readMtu(given, &problem);
            return problem;
        },
        tr("Change MTU"));
    mtu->setPlaceholder(QStringLiteral("1500"));
    mtu->setMonospaced();
    mtu->input()->setMinimumWidth(62);
    mSection = section;
}

void Inspector::buildRouting(const Node&) {
    addSection(tr("Network"));
    auto* gateway = nodeField(
        QStringLiteral("node.gateway"), tr("Gateway"),
        [](const Node& n) { return n.gateway ? QString::fromStdString(n.gateway->toString()) : QString(); },
        [](Node& n, const QString& given) {
            QString problem;
            n.gateway = given.trimmed().isEmpty() ? std::nullopt : fields::readAddress(given, &problem);
            return problem;
        },
        tr("Change gateway"));
    mUpdaters.emplace_back([this, gateway] {
        const auto* plan = planned();
        const bool has = plan && plan->gateway;
        gateway->setPlaceholder(has ? tr("%1  automatic").arg(QString::fromStdString(plan->gateway->toString()))
                                    : tr("none: only its own networks"));
        explain(gateway, given(QStringLiteral("gateway")));
    });
    gateway->setMonospaced();
    auto* dns = nodeField(
        QStringLiteral("node.dns"), tr("DNS servers"), [](const Node& n) { return fields::servers(n.dns); },
        [](Node& n, const QString& given) {
            QString problem;
            if (const auto list = fields::readServers(given, &problem)) n.dns = *list;
            return problem;
        },
        tr("Change DNS servers"));
    mUpdaters.emplace_back([this, dns] {
        const auto* plan = planned();
        dns->setPlaceholder(plan && !plan->dns.empty() ? tr("%1  automatic").arg(fields::servers(plan->dns))
                            : plan && plan->hosts      ? tr("none: it knows the names of all nodes")
                                                       : tr("none: names cannot be resolved"));
        explain(dns, given(QStringLiteral("dns")));
    });
    dns->setMonospaced();
    auto* routes = nodeField(
        QStringLiteral("node.routes"), tr("Static routes, one a line"),
        [](const Node& n) { return fields::routes(n.routes); },
        [](Node& n, const QString& given) {
            QString problem;
            if (const auto list = fields::readRoutes(given, &problem)) n.routes = *list;
            return problem;
        },
        tr("Change routes"), 1);
    mUpdaters.emplace_back([this, routes] {
        const auto* plan = planned();
        const bool has = plan && !plan->routes.empty();
        routes->setPlaceholder(has ? fields::routes(plan->routes) + tr("  automatic")
                                   : tr("none, for example 10.0.0.0/8 via 5.5.5.1"));
        explain(routes, given(QStringLiteral("routes")));
    });
    routes->setMonospaced();

    auto* forward = new QCheckBox(tr("Forwards packets between its networks"), mForm);
    forward->setObjectName(QStringLiteral("node.forwarding"));
    mUpdaters.emplace_back([this, forward] {
        const QSignalBlocker quiet(forward);
        if (const Node* now = mDocument.lab().node(mNode)) forward->setChecked(forwards(*now));
    });
    connect(forward, &QCheckBox::toggled, this, [this](bool on) {
        changeNode(tr("Change forwarding"), [on](Node& n) {
            n.forwarding = on == forwards(n.kind) ? std::nullopt : std::optional(on);
            return QString();
        });
    });
    mSection->addWidget(forward);

    auto* label = widgets::plainLabel(tr("Translate addresses (NAT) going out of"), mForm);
    label->setObjectName(QStringLiteral("fieldLabel"));
    auto* nat = new QComboBox(mForm);
    nat->setObjectName(QStringLiteral("node.nat"));
    nat->setAccessibleName(label->text());
    mUpdaters.emplace_back([this, nat] {
        const Node* now = mDocument.lab().node(mNode);
        if (!now) return;
        const QSignalBlocker quiet(nat);
        nat->clear();
        nat->addItem(tr("no port"), QString());
        for (const Port& port : now->ports)
            nat->addItem(port.name, port.name);
        nat->setCurrentIndex(now->nat ? std::max(0, nat->findData(now->nat->outside)) : 0);
    });
    connect(nat, &QComboBox::activated, this, [this, nat](int row) {
        const QString port = nat->itemData(row).toString();
        changeNode(tr("Change NAT"), [&](Node& n) {
            if (port.isEmpty()) {
                n.nat.reset();
            } else {
                if (!n.nat) n.nat.emplace();
                n.nat->outside = port;
            }
            return QString();
        });
    });
    auto* natBox = new QVBoxLayout;
    natBox->setSpacing(3);
    natBox->addWidget(label);
    natBox->addWidget(nat);
    mSection->addLayout(natBox);
}

void Inspector::buildRun(const Node&) {
    addSection(tr("When the lab starts"));
    auto* field = new Field(QStringLiteral("node.run"), tr("What it does, one a line"), 1, mForm);
    field->setCheck([this](const QString& given) {
        QString problem;
        fields::readRun(given, mNode, &problem);
        return problem;
    });
    field->setCommit([this](const QString& given) {
        QString problem;
        const auto mine = fields::readRun(given, mNode, &problem);
        if (!mine) return problem;
        // The steps of others keep their places; this node's go where its first one was.
        std::vector<RunStep> run;
        bool placed = false;
        for (const RunStep& step : mDocument.lab().run) {
            if (step.on != mNode) {
                run.push_back(step);
            } else if (!placed) {
                run.insert(run.end(), mine->begin(), mine->end());
                placed = true;
            }
        }
        if (!placed) run.insert(run.end(), mine->begin(), mine->end());
        if (run != mDocument.lab().run) model::commands::setRun(mDocument, run);
        return QString();
    });
    field->setPlaceholder(tr("nothing, for example browse http://google.com/"));
    field->setMonospaced();
    mUpdaters.emplace_back([this, field] { field->setValue(fields::runOf(mDocument.lab().run, mNode)); });
    mSection->addWidget(field);
}

void Inspector::buildServices(const Node& node) {
    addSection(tr("Services"));
    auto* dns = new QCheckBox(tr("DNS server"), mForm);
    dns->setObjectName(QStringLiteral("node.dnsServer"));
    dns->setChecked(node.dnsServer.has_value());
    connect(
        dns, &QCheckBox::toggled, this,
        [this](bool on) {
            changeNode(on ? tr("Add DNS server") : tr("Remove DNS server"), [on](Node& n) {
                n.dnsServer = on ? std::optional(DnsServer{}) : std::nullopt;
                return QString();
            });
        },
        Qt::QueuedConnection);
    mSection->addWidget(dns);
    if (node.dnsServer) {
        auto* records = nodeField(
            QStringLiteral("dns.records"), tr("Its own names, one a line"),
            [](const Node& n) { return n.dnsServer ? fields::records(n.dnsServer->records) : QString(); },
            [](Node& n, const QString& given) {
                QString problem;
                const auto list = fields::readRecords(given, &problem);
                if (list && n.dnsServer) n.dnsServer->records = *list;
                return problem;
            },
            tr("Change DNS records"), 2);
        records->setPlaceholder(tr("none, for example google.com 8.8.8.8"));
        records->setMonospaced();
        auto* forward = nodeField(
            QStringLiteral("dns.forward"), tr("Asks, for all other names"),
            [](const Node& n) { return n.dnsServer ? fields::servers(n.dnsServer->forward) : QString(); },
            [](Node& n, const QString& given) {
                QString problem;
                const auto list = fields::readServers(given, &problem);
                if (list && n.dnsServer) n.dnsServer->forward = *list;
                return problem;
            },
            tr("Change upstream DNS server"));
        forward->setPlaceholder(tr("nobody: other names are refused"));
        forward->setMonospaced();
    }
    if (!bridges(node.kind) && node.kind != Kind::VpnEndpoint) {
        auto* vpn = new QCheckBox(tr("VPN client"), mForm);
        vpn->setObjectName(QStringLiteral("node.vpnClient"));
        vpn->setToolTip(tr("A virtual interface whose packets travel encrypted to the VPN endpoint of the lab"));
        vpn->setChecked(model::commands::isVpnClient(mDocument.lab(), mNode));
        connect(
            vpn, &QCheckBox::toggled, this,
            [this, vpn](bool on) {
                const QString problem = model::commands::setVpnClient(mDocument, mNode, on);
                if (problem.isEmpty()) return;
                const QSignalBlocker quiet(vpn);
                vpn->setChecked(!on);
                vpn->setText(tr("VPN client") + QLatin1String(" – ") + problem);
            },
            Qt::QueuedConnection);
        mSection->addWidget(vpn);
    }
    auto* web = new QCheckBox(tr("Web server on port 80"), mForm);
    web->setObjectName(QStringLiteral("node.webServer"));
    web->setChecked(node.webServer.has_value());
    if (node.webServer) web->setText(tr("Web server on port %1").arg(node.webServer->port));
    connect(
        web, &QCheckBox::toggled, this,
        [this](bool on) {
            changeNode(on ? tr("Add web server") : tr("Remove web server"), [on](Node& n) {
                n.webServer = on ? std::optional(plainWebServer()) : std::nullopt;
                return QString();
            });
        },
        Qt::QueuedConnection);
    mSection->addWidget(web);
    if (!node.webServer) return;
    for (std::size_t at = 0; at < node.webServer->pages.size(); ++at) {
        const QString prefix = QStringLiteral("web.%1.").arg(at);
        const auto page = [at](const Node& n) {
            return n.webServer && at < n.webServer->pages.size() ? n.webServer->pages[at] : Page{};
        };
        auto* path = nodeField(
            prefix + QStringLiteral("path"), tr("Page"), [page](const Node& n) { return page(n).path; },
            [at](Node& n, const QString& given) {
                const QString wanted = given.trimmed();
                if (!wanted.startsWith(QLatin1Char('/')) || wanted.contains(QLatin1Char(' ')))
                    return tr("A path begins with / and has no blanks.");
                if (!n.webServer) return QString();
                for (std::size_t i = 0; i < n.webServer->pages.size(); ++i)
                    if (i != at && n.webServer->pages[i].path == wanted) return tr("Another page has this path.");
                if (at < n.webServer->pages.size()) n.webServer->pages[at].path = wanted;
                return QString();
            },
            tr("Change page"));
        path->setMonospaced();
        auto* body = nodeField(
            prefix + QStringLiteral("body"), tr("What it says"), [page](const Node& n) { return page(n).body; },
            [at](Node& n, const QString& given) {
                if (n.webServer && at < n.webServer->pages.size()) {
                    n.webServer->pages[at].body = given;
                    if (!given.isEmpty()) n.webServer->pages[at].size = 0; // it has a text now
                }
                return QString();
            },
            tr("Change page"), 2);
        body->setMonospaced();
    }
    mSection->addWidget(linkButton(QStringLiteral("web.add"), tr("+ Add page"), [this] {
        changeNode(tr("Add page"), [](Node& n) {
            if (n.webServer)
                n.webServer->pages.push_back({QStringLiteral("/page%1").arg(n.webServer->pages.size() + 1),
                                              QStringLiteral("<h1>New page</h1>\n")});
            return QString();
        });
    }));
}

} // namespace ui::docks
