// What each kind of node is called, how it looks in files and palettes, and what a new one begins with.
#pragma once

#include "model/lab/lab.h"

#include <optional>
#include <span>

namespace model::lab {

/// allKinds lists every kind in the order in which a palette shows them.
std::span<const Kind> allKinds();
/// available tells whether a palette may offer the kind: one that cannot run yet may still be read from files.
bool available(Kind kind);

/// kindWord is the word of a lab file: "home-router".
QString kindWord(Kind kind);
/// kindFromWord is the kind that a word of a lab file names, or none.
std::optional<Kind> kindFromWord(const QString& word);
/// kindTitle is the kind's name for people, translated: "Home router".
QString kindTitle(Kind kind);
/// kindAbout says in one translated sentence what the kind is good for.
QString kindAbout(Kind kind);
/// baseName begins the names of new nodes: "home" of home1, home2.
QString baseName(Kind kind);
/// iconName is the name of the kind's icon, without folder and ending: "home-router".
QString iconName(Kind kind);

/// forwards tells whether the kind passes on packets that are for others, unless the node says otherwise.
bool forwards(Kind kind);
/// forwards tells the same of a node, which may have a mind of its own.
bool forwards(const Node& node);
/// bridges tells whether the kind carries frames from port to port and has no IP stack; learns, whether it then learns
/// which MAC is behind which port.
bool bridges(Kind kind);
bool learns(Kind kind);
/// defaultPorts are what a node of the kind has when its file lists none.
std::vector<Port> defaultPorts(Kind kind);
/// defaultNat, defaultDnsServer and defaultWebServer are what a node of the kind runs when its file says nothing.
std::optional<Nat> defaultNat(Kind kind);
std::optional<DnsServer> defaultDnsServer(Kind kind);
std::optional<WebServer> defaultWebServer(Kind kind);
/// plainWebServer is a server on port 80 with a page of welcome.
WebServer plainWebServer();

/// growsPorts tells whether a node of the kind gets one more port when a cable finds none free.
bool growsPorts(Kind kind);
/// nextPortName is the name that the node's next port would get: "p9", "eth4".
QString nextPortName(const Node& node);
/// addressPort lets a port of the node that has no address get one as the lab says; not those of switches and tunnels.
void addressPort(const Node& node, Port& port, Addressing addressing);
/// makeNode is a new node of the kind, with its ports and services but without id.
Node makeNode(Kind kind, const QString& name, QPointF at);

/// freeName is base followed by the smallest number that no node of the lab has: "host3".
QString freeName(const Lab& lab, const QString& base);
/// nameProblem says in a sentence why a text cannot be a node's name; empty when it can.
QString nameProblem(const QString& name);
/// looks is a name as it looks to people: Cyrillic and Greek letters as the Latin ones that they are taken for.
QString looks(const QString& name);
/// portNameProblem says the same of a port's name.
QString portNameProblem(const QString& name);

} // namespace model::lab
