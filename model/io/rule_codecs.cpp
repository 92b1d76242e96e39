// Rules of policy routing, as "ip rule add" takes them.
#include "model/io/rule_codecs.h"

#include "model/io/plain_codecs.h"
#include "model/io/route_codecs.h"
#include "model/io/texts.h"

namespace model::io {

namespace {

using sim::config::RuleConfig;
using RuleAction = RuleConfig::Action;

/// asSelector reads the network of "from" or "to"; "all" is none.
sim::wire::Prefix asSelector(const YamlNode& yaml) {
    if (yaml.text == QLatin1String("all")) return {};
    if (const auto host = sim::wire::IpAddress::parse(yaml.text.toStdString()))
        return {*host, std::uint8_t(host->isV4() ? 32 : 128)};
    return asNetwork(yaml, Texts::tr("The network of a rule"), lab::Family::Any);
}

/// refusalOf is what a word says that refuses, or none.
std::optional<RuleAction> refusalOf(const QString& word) {
    if (word == QLatin1String("unreachable")) return RuleAction::Unreachable;
    if (word == QLatin1String("prohibit")) return RuleAction::Prohibit;
    if (word == QLatin1String("blackhole")) return RuleAction::Blackhole;
    return std::nullopt;
}

/// readRuleText reads [from NETWORK] [to NETWORK] [iif IFACE] [lookup TABLE | prohibit | unreachable | blackhole]
/// [priority N].
RuleConfig readRuleText(const YamlNode& yaml, bool toDelete) {
    constexpr std::uint64_t kMostPriority = 65535;
    const QString hint = Texts::tr("Write it like \"from 10.0.0.0/8 lookup 100\" or \"to 10.9.0.0/16 prohibit\".");
    RuleConfig rule;
    rule.action = RuleAction::Any;
    const auto words = wordsOf(yaml);
    for (std::size_t i = 0; i < words.size(); ++i) {
        const QString& word = words[i].text;
        const auto refusal = refusalOf(word);
        const bool lookup = word == QLatin1String("lookup") || word == QLatin1String("table");
        if ((refusal || lookup) && rule.action != RuleAction::Any)
            fail(words[i], Texts::tr("A rule says one thing: a table to look up, or how it refuses."), hint);
        if (refusal) {
            rule.action = *refusal;
            continue;
        }
        static const QStringList kWords{QStringLiteral("from"),   QStringLiteral("to"),    QStringLiteral("iif"),
                                        QStringLiteral("lookup"), QStringLiteral("table"), QStringLiteral("priority"),
                                        QStringLiteral("pref")};
        if (!kWords.contains(word)) fail(words[i], Texts::tr("A routing rule has no \"%1\".").arg(shown(word)), hint);
        if (++i == words.size())
            fail(words[i - 1], Texts::tr("After \"%1\" something is missing.").arg(shown(word)), hint);
        const YamlNode& argument = words[i];
        if (word == QLatin1String("from"))
            rule.from = asSelector(argument);
        else if (word == QLatin1String("to"))
            rule.to = asSelector(argument);
        else if (word == QLatin1String("iif"))
            rule.in = argument.text.toStdString();
        else if (lookup)
            rule.action = RuleAction::Lookup, rule.table = asTable(argument);
        else
            rule.priority = std::uint32_t(asWhole(argument, Texts::tr("A priority"), 1, kMostPriority));
    }
    if (words.empty() || (!toDelete && rule.action == RuleAction::Any))
        fail(yaml, Texts::tr("A routing rule needs \"lookup\" and a table, or says how it refuses."), hint);
    return rule;
}

} // namespace

void Codec<lab::RuleLine>::read(Reading& reading, const YamlNode& yaml, const lab::RuleLine&, const QString&,
                                RuleConfig& rule) {
    YamlNode line = yaml;
    line.text = asText(yaml, Texts::tr("a routing rule"));
    rule = readRuleText(line, false);
    const QString in = latin(rule.in);
    if (!in.isEmpty() && in != QLatin1String("lo") && !reading.node->port(in))
        fail(yaml, Texts::tr("The rule's interface \"%1\" does not exist.").arg(shown(in)),
             Texts::tr("Name one of the node's interfaces after \"iif\", or lo for what is made here."));
}

Value Codec<lab::RuleLine>::write(const lab::RuleLine&, const RuleConfig& rule) {
    return Value::word(latin(sim::config::ruleText(rule)));
}

Value Codec<lab::RuleLine>::schema(const lab::RuleLine&) {
    const QString network = QStringLiteral("(all|%1|%2)").arg(patterns::prefix(), patterns::address());
    return json::matching(
        QStringLiteral("^ *((from|to) +%1|iif +\\S+|(lookup|table) +([1-9][0-9]{0,9}|main|default)|"
                       "prohibit|unreachable|blackhole|(priority|pref) +[1-9][0-9]{0,4})( +((from|to) "
                       "+%1|iif +\\S+|(lookup|table) +([1-9][0-9]{0,9}|main|default)|prohibit|"
                       "unreachable|blackhole|(priority|pref) +[1-9][0-9]{0,4}))* *$")
            .arg(network));
}

std::optional<RuleConfig> parseRule(const QString& text, bool toDelete, QString* problem) {
    YamlNode yaml;
    yaml.type = YamlNode::Type::Scalar;
    yaml.plain = true;
    yaml.text = text;
    try {
        return readRuleText(yaml, toDelete);
    } catch (const ReadError& error) {
        *problem = error.hint.isEmpty() ? error.message : error.message + u' ' + error.hint;
        return std::nullopt;
    }
}

} // namespace model::io
