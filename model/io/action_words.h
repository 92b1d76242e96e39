// The language of run steps: "browse URL", "ping TARGET count 3", "unplug desktop:eth0" … Each action is described
// once, in the file of its family; parser, checks, renaming, completion, hints and help are made from that.
#pragma once

#include "model/lab/lab.h"
#include "sim/config/action.h"

#include <QString>
#include <QStringList>

#include <functional>
#include <optional>
#include <span>

namespace model::io {

/// ActionText is a step as it was written, cut into words, and how it finds cables.
struct ActionText {
    QStringList words;
    /// cable is the channel of the cable in NODE:PORT; none with a problem when there is no such. Null: no lab is at
    /// hand, and no action of a cable can be read.
    std::function<std::optional<sim::kernel::ChannelId>(const QString& port, QString* problem)> cable;
    /// freePort is the interface of a NODE:PORT that can take a cable; none with a problem when it cannot.
    std::function<std::optional<sim::kernel::InterfaceId>(const QString& port, QString* problem)> freePort;
    /// interfaceAt is the interface of a NODE:PORT in which there is a cable.
    std::function<sim::kernel::InterfaceId(const QString& port)> interfaceAt;

    QString verb() const { return words.value(0); }
    QString word(qsizetype i) const { return words.value(i); }
    /// quoted is the whole text, short enough for a message.
    QString quoted() const { return words.join(u' ').left(60); }
};

/// ActionWord describes what a step can say.
struct ActionWord {
    /// Who can do it: a node with an IP stack, a switch, any node, or a cable (which is named by its port, and needs no
    /// node).
    enum class Who : std::uint8_t { Host, Switch, Node, Cable };

    const char* verb;
    const char* form;    ///< "ping TARGET [count N] [interval T] …"
    const char* example; ///< "ping 8.8.8.8 count 3 interval 500ms"
    Who who;
    /// read gives the action; none with a problem, a sentence, when the words make no sense.
    std::optional<sim::config::Action> (*read)(const ActionText& text, QString* problem);
    /// describe writes an action so that read gives the same one; null: it names a cable, whose port an action does not
    /// know. Not for an action of another verb.
    QString (*describe)(const sim::config::Action& action) = nullptr;
    std::span<const char* const> options = {}; ///< words that can follow
    const char* former = nullptr;              ///< an older verb for it, which is read for ever
};

// The families, each in its file.
std::span<const ActionWord> probeActions();   ///< what a user starts: browse, ping, traceroute, resolve, tcp, udp
std::span<const ActionWord> cableActions();   ///< plug, unplug, cut, repair
std::span<const ActionWord> controlActions(); ///< what an administrator does: dhcp, neighbour, route …

/// actionWords are all of them, in the order in which they are told.
const std::vector<ActionWord>& actionWords();
/// actionVerbs are their verbs; `read`: those that are only read, too.
enum class Verbs : std::uint8_t { Written, Read };
QStringList actionVerbs(Verbs which = Verbs::Written);
/// actionWord is the one that a step begins with, or null.
const ActionWord* actionWord(const QString& action);

/// readAction reads any of them.
std::optional<sim::config::Action> readAction(const ActionText& text, QString* problem);
/// parseAction reads what a node does; none with a problem, a sentence, for anything else.
std::optional<sim::config::Action> parseAction(const QString& text, QString* problem = nullptr);
/// formatAction writes it as parseAction reads it; empty: it names a cable.
QString formatAction(const sim::config::Action& action);

/// namesCable: the action is of a cable, which it names by a port, and needs no node.
bool namesCable(const QString& action);
/// renamePorts replaces the node's name in the ports (NODE:PORT) that an action names.
QString renamePorts(const QString& action, const QString& before, const QString& after);
/// isTarget: the word can be a host name or an address.
bool isTarget(const QString& word);

} // namespace model::io
