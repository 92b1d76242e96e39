// Everything that can be done to an open lab, as undoable steps. Each function pushes one step on the undo stack.
#pragma once

#include "model/document/document.h"

namespace model::commands {

/// ErrorText says why something cannot be done, for the place where the hand is; empty: it was done.
using ErrorText = QString;

/// addNode puts a new node, named after its kind (host1, sw2 …) with the ports its kind begins with.
lab::NodeId addNode(document::Document&, lab::Kind kind, QPointF at);
/// addLink puts a cable between two ports. An empty port name takes the node's first free port, and a switch or
/// router without one gets one more.
ErrorText addLink(document::Document&, lab::LinkEnd a, lab::LinkEnd b, lab::LinkId* made = nullptr);
/// remove takes nodes away, with their cables and run steps, and cables.
void remove(document::Document&, const std::vector<lab::NodeId>& nodes, const std::vector<lab::LinkId>& links);
/// moveNodes moves by delta; consecutive moves of the same nodes become one step (mergeId tells drags apart; 0 never
/// merges).
void moveNodes(document::Document&, const std::vector<lab::NodeId>& nodes, QPointF delta, int mergeId = 0);
ErrorText rename(document::Document&, lab::NodeId node, const QString& name);
/// setNode replaces a node's settings (same id); text names the step in the undo menu.
ErrorText setNode(document::Document&, const lab::Node& node, const QString& text);
ErrorText setLink(document::Document&, const lab::Link& link, const QString& text);
void setRun(document::Document&, const std::vector<lab::RunStep>& run);
/// setAddressing says what new ports get, and lets those that have no address yet get it, too.
void setAddressing(document::Document&, lab::Addressing addressing);
/// renumber moves the segment of a port, and all that names its addresses, to another network.
ErrorText renumber(document::Document&, const lab::LinkEnd& port, const sim::wire::Prefix& network);
void setAbout(document::Document&, const QString& name, const QString& about);
/// setVpnClient gives a node a virtual card whose other end is the lab's first VPN endpoint, which gets it as a peer;
/// or takes both away.
ErrorText setVpnClient(document::Document&, lab::NodeId node, bool on);
bool isVpnClient(const lab::Lab&, lab::NodeId node);
/// duplicate copies nodes with the cables between them; paste does the same with what copy made (YAML text).
std::vector<lab::NodeId> duplicate(document::Document&, const std::vector<lab::NodeId>& nodes, QPointF offset);
QByteArray copy(const lab::Lab&, const std::vector<lab::NodeId>& nodes);
std::vector<lab::NodeId> paste(document::Document&, const QByteArray& text, QPointF offset);

} // namespace model::commands
