#include "model/check/steps.h"

#include "model/check/texts.h"
#include "model/io/action_words.h"
#include "model/io/closest.h"
#include "model/lab/kinds.h"
#include "model/network/ipv4_part.h"
#include "model/network/run_step.h"

#include <algorithm>
#include <map>
#include <utility>

namespace model::check {

namespace {

using Severity = Finding::Severity;
using Effect = Finding::Effect;

constexpr std::uint64_t kLargestDatagram = 65'507; // what fits into an IPv4 packet behind its headers

class StepChecker {
public:
    explicit StepChecker(const lab::Lab& lab)
        : mLab(lab), mCabling(lab, anyChannels(lab), [](const lab::LinkEnd&) { return sim::kernel::InterfaceId{0}; }) {
        for (const auto place : network::runOrder(lab))
            if (const auto& step = lab.run[place]; verbOf(step) == QLatin1String("power"))
                mPower[step.on].push_back({step.at, step.action.trimmed().endsWith(QLatin1String("off"))});
    }

    std::vector<Finding> run() {
        for (const auto place : network::runOrder(mLab)) {
            mAt = place;
            step(mLab.run[mAt]);
        }
        for (qsizetype i = 0; i < mLab.expect.size(); ++i)
            expectation(mLab.expect[i], i);
        return std::move(mFindings);
    }

private:
    /// anyChannels gives each cable a channel: only whether there is one matters.
    static std::map<lab::LinkId, sim::kernel::ChannelId> anyChannels(const lab::Lab& lab) {
        std::map<lab::LinkId, sim::kernel::ChannelId> channels;
        for (const auto& link : lab.links)
            channels[link.id] = sim::kernel::ChannelId{0};
        return channels;
    }
    static QString verbOf(const lab::RunStep& step) {
        return step.action.section(u' ', 0, 0, QString::SectionSkipEmpty);
    }
    /// isOff tells whether the node of a step was switched off before.
    bool isOff(const lab::RunStep& step) const {
        const auto found = mPower.find(step.on);
        if (found == mPower.end()) return false;
        const auto& steps = found->second;
        const auto after = std::lower_bound(steps.begin(), steps.end(), step.at,
                                            [](const auto& power, const auto& time) { return power.first < time; });
        return after != steps.begin() && std::prev(after)->second;
    }

    void find(Severity severity, Effect effect, const char* code, const lab::RunStep& step, const QString& message,
              const QString& hint) {
        Finding f;
        f.severity = severity;
        f.effect = effect;
        f.code = QLatin1String(code);
        f.message = message;
        f.hint = hint;
        f.node = mLab.node(step.on) ? step.on : lab::NodeId{};
        f.path = {QStringLiteral("run"), QString::number(mAt), QStringLiteral("do")};
        mFindings.push_back(std::move(f));
    }
    void impossible(const lab::RunStep& step, const QString& message, const QString& hint) {
        find(Severity::Error, Effect::Impossible, "run-step-invalid", step, message, hint);
    }

    void step(const lab::RunStep& step) {
        const lab::Node* on = mLab.node(step.on);
        const io::ActionWord* word = io::actionWord(step.action);
        const QString verb = word ? QLatin1String(word->verb) : QString();
        if (network::namesIpv6(step.action)) {
            find(Severity::Warning, Effect::LeftOut, "ipv6-step", step,
                 Texts::tr("IPv6 is not simulated yet: the step \"%1\" is left out.").arg(step.action.left(60)),
                 Texts::tr("Use an IPv4 address."));
            return;
        }
        QString problem;
        const auto action = network::stepAction(mLab, step, mCabling, &problem);
        if (!action || !problem.isEmpty()) {
            impossible(step, problem, hintFor(step, word));
            return;
        }
        if (!sim::config::onDevice(*action)) return;
        if (const auto* script = std::get_if<sim::config::SocketScript>(&*action); script && !script->tcp)
            for (const auto& s : script->script)
                if (s.op == sim::config::ScriptStep::Op::Send && s.amount > kLargestDatagram) {
                    impossible(step,
                               Texts::tr("A UDP datagram holds at most %1 bytes, and not %2.")
                                   .arg(kLargestDatagram)
                                   .arg(s.amount),
                               Texts::tr("Send several: \"send 10000x7\"."));
                    return;
                }
        if (!on) {
            impossible(step, Texts::tr("The step \"%1\" has no node to run on.").arg(step.action),
                       Texts::tr("Add \"on:\" and the name of a node."));
            return;
        }
        if (word->who == io::ActionWord::Who::Node) return;
        if (isOff(step))
            find(Severity::Warning, Effect::Runs, "step-without-power", step,
                 Texts::tr("%1 is switched off then: nothing comes of \"%2\".").arg(on->name, step.action.left(60)),
                 Texts::tr("Switch it on before: \"power on\"."));
        const bool forSwitch = word->who == io::ActionWord::Who::Switch;
        if (lab::bridges(on->kind) && !forSwitch)
            impossible(step,
                       Texts::tr("%1 is a switch, which has no IP stack here, and cannot %2.").arg(on->name, verb),
                       Texts::tr("Let a host or a router do it."));
        else if (!lab::learns(on->kind) && forSwitch)
            impossible(step, Texts::tr("%1 is not a switch, and has no MAC table to forget from.").arg(on->name),
                       Texts::tr("\"neighbour ADDRESS gone\" forgets a row of its ARP table."));
        else if (verb == QLatin1String("dhcp"))
            dhcp(step, *on);
        else
            source(step, *on);
    }

    /// hintFor helps with a step that cannot be read.
    QString hintFor(const lab::RunStep& step, const io::ActionWord* word) const {
        const QStringList words = step.action.split(u' ', Qt::SkipEmptyParts);
        if (!word) {
            const QString guess = io::closest(words.value(0), io::actionVerbs());
            return guess.isEmpty() ? Texts::tr("A node can: %1.").arg(io::actionVerbs().join(QLatin1String(", ")))
                                   : guess;
        }
        if (word->who == io::ActionWord::Who::Cable) return portHint(words.value(1));
        // The words of ping and of traceroute stand among names and numbers; a script or a rule says by itself what is
        // wrong.
        if (word->options.size() > 2) {
            QStringList known;
            for (const char* option : word->options)
                known << QLatin1String(option);
            for (const QString& given : words.mid(2))
                if (!known.contains(given) && !given.at(0).isDigit())
                    if (const QString guess = io::closest(given, known); !guess.isEmpty()) return guess;
        }
        return Texts::tr("Write it like \"%1\".").arg(QLatin1String(word->example));
    }

    QString portHint(const QString& port) const {
        const lab::Node* node = mLab.node(port.section(u':', 0, 0));
        QStringList names;
        if (!node) {
            for (const auto& n : mLab.nodes)
                names << n.name;
            const QString guess = io::closest(port.section(u':', 0, 0), names);
            return guess.isEmpty() ? Texts::tr("Name a port as NODE:PORT, such as desktop:eth0.") : guess;
        }
        for (const auto& p : node->ports)
            names << node->name + u':' + p.name;
        return Texts::tr("Its ports are %1.").arg(names.mid(0, 12).join(QLatin1String(", ")));
    }

    void dhcp(const lab::RunStep& step, const lab::Node& on) {
        const QStringList words = step.action.split(u' ', Qt::SkipEmptyParts);
        QStringList clients;
        for (const auto& port : on.ports)
            if (port.dhcp) clients << port.name;
        if (clients.isEmpty()) {
            impossible(step, Texts::tr("%1 has no DHCP client that could %2.").arg(on.name, words.value(1)),
                       Texts::tr("Give an interface of it \"address: dhcp\"."));
            return;
        }
        const QString named = words.size() > 2 && on.port(words.back()) ? words.back() : QString();
        if (!named.isEmpty() && !clients.contains(named))
            impossible(step, Texts::tr("%1:%2 has no DHCP client.").arg(on.name, named),
                       Texts::tr("Its clients are %1.").arg(clients.join(QLatin1String(", "))));
        else if (named.isEmpty() && words.size() > (words.value(1) == QLatin1String("request") ? 3 : 2))
            impossible(step, Texts::tr("%1 has no interface %2.").arg(on.name, words.back()),
                       Texts::tr("Its DHCP clients are %1.").arg(clients.join(QLatin1String(", "))));
    }

    /// source looks at "from IFACE" of a ping: Linux would refuse, so the lab runs and says so.
    void source(const lab::RunStep& step, const lab::Node& on) {
        const QStringList words = step.action.split(u' ', Qt::SkipEmptyParts);
        const auto from = words.indexOf(QStringLiteral("from"));
        if (words[0] != QLatin1String("ping") || from < 0) return;
        const QString name = words.value(from + 1);
        if (sim::wire::IpAddress::parse(name.toStdString()) || on.port(name) || name == QLatin1String("lo")) return;
        QStringList names;
        for (const auto& port : on.ports)
            names << port.name;
        find(Severity::Warning, Effect::Runs, "step-refused", step,
             Texts::tr("%1 has no interface %2: ping(8) will refuse it.").arg(on.name, name),
             Texts::tr("Its interfaces are %1.").arg(names.join(QLatin1String(", "))));
    }

    /// expectation looks for the node that a sentence begins with.
    void expectation(const QString& sentence, qsizetype at) {
        static const QStringList kVerbs{
            QStringLiteral("pings"),     QStringLiteral("opens"), QStringLiteral("resolves"), QStringLiteral("reaches"),
            QStringLiteral("gets"),      QStringLiteral("knows"), QStringLiteral("has"),      QStringLiteral("sends"),
            QStringLiteral("receives"),  QStringLiteral("drops"), QStringLiteral("listens"),  QStringLiteral("learns"),
            QStringLiteral("translates")};
        const QString who = sentence.section(u' ', 0, 0, QString::SectionSkipEmpty),
                      verb = sentence.section(u' ', 1, 1, QString::SectionSkipEmpty);
        if (!kVerbs.contains(verb) || mLab.node(who) || mLab.node(who.section(u':', 0, 0))) return;
        QStringList names;
        for (const auto& n : mLab.nodes)
            names << n.name;
        if (who == QLatin1String("nobody") || who == QLatin1String("nothing") || who == QLatin1String("everyone"))
            return;
        Finding f;
        f.severity = Severity::Warning;
        f.code = QStringLiteral("expect-no-such-node");
        f.message = Texts::tr("What is expected of \"%1\" can never come: no node is called that.").arg(who.left(60));
        const QString guess = io::closest(who, names);
        f.hint =
            guess.isEmpty() ? Texts::tr("The nodes are %1.").arg(names.mid(0, 12).join(QLatin1String(", "))) : guess;
        f.path = {QStringLiteral("expect"), QString::number(at)};
        mFindings.push_back(std::move(f));
    }

    const lab::Lab& mLab;
    network::Cabling mCabling;
    std::map<lab::NodeId, std::vector<std::pair<sim::kernel::SimTime, bool>>>
        mPower; ///< when it is switched; true: off
    std::size_t mAt = 0;
    std::vector<Finding> mFindings;
};

} // namespace

std::vector<Finding> checkSteps(const lab::Lab& lab) { return StepChecker(lab).run(); }

} // namespace model::check
