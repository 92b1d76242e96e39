#include "model/io/sysctl_codecs.h"

#include "model/io/plain_codecs.h"
#include "model/io/texts.h"

#include <algorithm>

namespace model::io {

namespace {

using sim::config::SysctlConfig;
using Of = sim::stack::SysctlInfo::Of;

/// namesOf are the settings of that kind.
QStringList namesOf(Of of) {
    QStringList names;
    for (const auto& info : sim::stack::kSysctls)
        if (info.of == of) names << QLatin1String(info.name.data(), qsizetype(info.name.size()));
    return names;
}

QString oneOf(const QStringList& names) { return u'(' + names.join(u'|') + u')'; }

} // namespace

QStringList sysctlNames() { return namesOf(Of::Device) + namesOf(Of::Interface) + namesOf(Of::Neighbours); }

std::pair<QString, QString> sysctlProblem(const QString& name) {
    const QString last = name.section(u'.', -1);
    if (!sysctlNames().contains(last)) {
        const QString guess = closest(last, sysctlNames());
        return {Texts::tr("There is no setting \"%1\" here.").arg(shown(name)),
                (guess.isEmpty() ? QString() : guess + u' ') +
                    Texts::tr("The settings are: %1.").arg(sysctlNames().join(QLatin1String(", ")))};
    }
    if (namesOf(Of::Device).contains(last))
        return {Texts::tr("\"%1\" is a setting of the whole node.").arg(last), Texts::tr("Write \"%1\".").arg(last)};
    return {Texts::tr("\"%1\" does not say whose setting it is.").arg(shown(name)),
            Texts::tr("Write \"eth0.%1\" for an interface, or \"%1\" for all.").arg(last)};
}

void Codec<lab::SysctlMap>::read(Reading& reading, const YamlNode& yaml, const lab::SysctlMap&, const QString&,
                                 std::vector<SysctlConfig>& settings) {
    settings.clear();
    asMap(yaml, Texts::tr("settings and their values"));
    for (std::size_t i = 0; i < yaml.keys.size(); ++i) {
        const YamlNode& key = yaml.keys[i];
        auto setting = sim::config::parseSysctl(key.text.toStdString());
        if (!setting) {
            const auto [message, hint] = sysctlProblem(key.text);
            fail(key, message, hint);
        }
        const QString scope = latin(setting->scope);
        const bool known = scope.isEmpty() || scope == QLatin1String("all") || scope == QLatin1String("default") ||
                           scope == QLatin1String("lo") || (reading.node && reading.node->port(scope));
        if (!known)
            fail(key, Texts::tr("The interface \"%1\" of this setting does not exist.").arg(shown(scope)),
                 Texts::tr("Name one of the node's interfaces, \"all\" or \"default\"."));
        const auto same = [&](const SysctlConfig& other) {
            return other.which == setting->which && other.scope == setting->scope;
        };
        if (std::any_of(settings.begin(), settings.end(), same))
            fail(key, Texts::tr("\"%1\" is set twice.").arg(latin(sim::config::shortName(*setting))),
                 Texts::tr("Leave one of them out."));
        const auto& info = sim::stack::sysctlInfo(setting->which);
        setting->value = std::uint32_t(
            asWhole(yaml.items[i], Texts::tr("The setting \"%1\"").arg(shown(key.text)), info.least, info.most));
        settings.push_back(std::move(*setting));
    }
}

Value Codec<lab::SysctlMap>::write(const lab::SysctlMap&, const std::vector<SysctlConfig>& settings) {
    Value map = Value::flowMap();
    for (const auto& setting : settings)
        map.add(latin(sim::config::shortName(setting)), Value::literal(QString::number(setting.value)));
    return map;
}

Value Codec<lab::SysctlMap>::schema(const lab::SysctlMap&) {
    Value value = json::typed("integer");
    value.add(QStringLiteral("minimum"), json::number(0));
    value.add(QStringLiteral("maximum"), json::number(0xffff'ffff));
    return json::mapOf(
        QStringLiteral("^(net\\.ipv4\\.)?(%1|(conf\\.)?(\\S+\\.)?%2|(neigh\\.)?(\\S+\\.)?%3)$")
            .arg(oneOf(namesOf(Of::Device)), oneOf(namesOf(Of::Interface)), oneOf(namesOf(Of::Neighbours))),
        std::move(value));
}

QString Codec<lab::SysctlMap>::word(const lab::SysctlMap&) { return QStringLiteral("map: setting to number"); }

} // namespace model::io
