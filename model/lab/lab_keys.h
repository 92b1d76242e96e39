// The keys of a lab file itself, of its cables, areas, notes and steps.
#pragma once

#include "model/lab/key.h"
#include "model/lab/lab.h"

#include <QCoreApplication>

namespace model::lab {

// Types that only these keys have.
struct FormatVersion {};
struct NodeMap {};
struct LinkList {};
struct LinkEnds {};
struct FaultList {};
struct NodeName {};
struct ActionText {};

inline constexpr const char* kAddressingWords[] = {"manual", "dhcp", "automatic"};

template <>
struct Keys<Lab> {
    Q_DECLARE_TR_FUNCTIONS(model::lab::Keys)
public:
    static constexpr const char* kId = "lab";
    static constexpr const char* kWhat = QT_TR_NOOP("a lab");
    static constexpr const char* kAbout =
        QT_TR_NOOP("A lab: its nodes, the cables between them, and what happens in it.");
    static constexpr std::tuple kKeys{
        key("packetarium", &Lab::seed, FormatVersion{})
            .about(QT_TR_NOOP("Version of the file format; a larger one opens read-only."))
            .example("1")
            .required(QT_TR_NOOP("This is not a lab file: the key \"packetarium\" is missing."),
                      QT_TR_NOOP("A lab file begins with \"packetarium: 1\".")),
        key("name", &Lab::name, Text{1000})
            .what(QT_TR_NOOP("the lab's name"))
            .about(QT_TR_NOOP("Title of the lab."))
            .example("Home network"),
        key("about", &Lab::about, Text{})
            .what(QT_TR_NOOP("what the lab is about"))
            .about(QT_TR_NOOP("What the lab shows, in a few sentences."))
            .example("What a browser does before a page arrives."),
        key("seed", &Lab::seed, Whole{1, 0x7fff'ffff'ffff'ffff})
            .what(QT_TR_NOOP("The seed"))
            .about(QT_TR_NOOP("Seed of the run's random numbers: the same seed gives the same run."))
            .usual("1")
            .example("42"),
        key("addresses", &Lab::addressing,
            Choice{kAddressingWords, 3, QT_TR_NOOP("There is no way of giving addresses called \"%1\"."),
                   QT_TR_NOOP("There are: manual, dhcp, automatic.")})
            .what(QT_TR_NOOP("the way of giving addresses"))
            .about(QT_TR_NOOP("What the ports of new devices begin with in the window: \"automatic\" is \"auto\"; "
                              "\"dhcp\" is \"dhcp\" for hosts and \"auto\" for the rest; \"manual\" is nothing."))
            .usual("manual")
            .example("automatic"),
        key("nodes", &Lab::nodes, NodeMap{})
            .about(
                QT_TR_NOOP("The nodes by name. A name begins with a letter and holds letters, digits, \".\", \"-\" and "
                           "\"_\"."))
            .example("{desktop: {kind: host}, sw1: {kind: switch}}"),
        key("links", &Lab::links, LinkList{})
            .about(QT_TR_NOOP("The cables: both ends, or a map with more keys."))
            .example("[[desktop:eth0, sw1:p1]]"),
        key("areas", &Lab::areas, List<Group<Area>>{{}, QT_TR_NOOP("areas")})
            .about(QT_TR_NOOP("Tinted rectangles behind the nodes."))
            .example("[{caption: Home, at: [0, 0], size: [320, 240]}]"),
        key("notes", &Lab::notes, List<Group<Note>>{{}, QT_TR_NOOP("notes")})
            .about(QT_TR_NOOP("Texts on the canvas."))
            .example("[{at: [80, 40], text: Look here}]"),
        key("run", &Lab::run, List<Group<RunStep>>{{}, QT_TR_NOOP("steps")})
            .about(QT_TR_NOOP("What the nodes do during a run, and when."))
            .example("[{at: 0s, on: desktop, do: ping 192.168.0.1}]"),
        key("expect", &Lab::expect, List<Text>{{}, QT_TR_NOOP("expectations")})
            .what(QT_TR_NOOP("an expectation"))
            .about(QT_TR_NOOP("What should come of a run, in sentences; they are kept as written."))
            .example("[desktop resolves google.com to 8.8.8.8]")};
};

template <>
struct Keys<Link> {
    Q_DECLARE_TR_FUNCTIONS(model::lab::Keys)
public:
    static constexpr const char* kId = "link";
    static constexpr const char* kWhat = QT_TR_NOOP("a cable");
    static constexpr const char* kAbout = QT_TR_NOOP("A cable between two ports.");
    static constexpr std::tuple kKeys{
        key(
            "ends", [](auto& l) { return std::tie(l.a, l.b); }, LinkEnds{})
            .about(QT_TR_NOOP("The two ports that the cable joins, each as NODE:PORT."))
            .example("[desktop:eth0, sw1:p1]")
            .required(QT_TR_NOOP("The cable has no ends."), QT_TR_NOOP("Write {ends: [desktop:eth0, sw1:p1]}.")),
        key("delay", &Link::delay, Duration{.most = std::chrono::hours(1)})
            .what(QT_TR_NOOP("A delay"))
            .about(QT_TR_NOOP("Propagation delay, one way; at most an hour."))
            .usual("1ms")
            .example("4ms"),
        key("rate", &Link::rate, Rate{})
            .about(QT_TR_NOOP("Bits a second, each way; from 1bit/s to 1Tbit/s."))
            .usual("1Gbit/s")
            .example("100Mbit/s"),
        key("queue", &Link::queue,
            Bytes{1, 1'000'000'000, QT_TR_NOOP("\"%1\" is not a size."), QT_TR_NOOP("Write it like 64kB or 100000."),
                  QT_TR_NOOP("A queue cannot hold %1."), QT_TR_NOOP("Sizes go from 1B to 1GB.")})
            .about(QT_TR_NOOP("Bytes that may wait at each end; frames beyond them are dropped."))
            .usual("1MB")
            .example("64kB"),
        key("up", &Link::up, Bool{})
            .about(QT_TR_NOOP("False: the cable is unplugged when the run begins."))
            .usual("true")
            .example("false"),
        key(
            "loss", [](auto& l) -> auto& { return l.impairment.loss; }, Chance{})
            .about(QT_TR_NOOP("Chance of a frame to be lost."))
            .usual("0%")
            .example("1%"),
        key(
            "corrupt", [](auto& l) -> auto& { return l.impairment.corrupt; }, Chance{})
            .about(QT_TR_NOOP("Chance of a bit of a frame to be flipped."))
            .usual("0%")
            .example("0.05%"),
        key(
            "duplicate", [](auto& l) -> auto& { return l.impairment.duplicate; }, Chance{})
            .about(QT_TR_NOOP("Chance of a frame to arrive twice."))
            .usual("0%")
            .example("1%"),
        key(
            "reorder", [](auto& l) -> auto& { return l.impairment.reorder; }, Chance{})
            .about(QT_TR_NOOP("Chance of a frame to be held back until later ones overtake it."))
            .usual("0%")
            .example("2%"),
        key(
            "jitter", [](auto& l) -> auto& { return l.impairment.jitter; }, Duration{.most = std::chrono::hours(1)})
            .what(QT_TR_NOOP("A jitter"))
            .about(QT_TR_NOOP("Random part of the delay, from nothing to this; it does not reorder by itself."))
            .usual("0s")
            .example("2ms"),
        key(
            "coalesce", [](auto& l) -> auto& { return l.impairment.coalesce; },
            Duration{.most = std::chrono::seconds(1)})
            .what(QT_TR_NOOP("The time to wait for more"))
            .about(
                QT_TR_NOOP("How long the receiving interface waits for more frames before it interrupts, as ethtool -C "
                           "rx-usecs; at most a second."))
            .usual("0s")
            .example("50us"),
        key("faults", &Link::faults, FaultList{})
            .about(
                QT_TR_NOOP("What happens to counted frames of one end: drop, duplicate, corrupt, or hold … by a time; "
                           "any, arp, icmp, udp, tcp, syn, fin or data; which ones; from which node."))
            .example("drop data 4 from b")};
};

template <>
struct Keys<Area> {
    Q_DECLARE_TR_FUNCTIONS(model::lab::Keys)
public:
    static constexpr const char* kId = "area";
    static constexpr const char* kWhat = QT_TR_NOOP("an area");
    static constexpr const char* kAbout = QT_TR_NOOP("A tinted rectangle with a caption, behind the nodes.");
    static constexpr const char* kNone = QT_TR_NOOP("An area needs a place and a size.");
    static constexpr const char* kRemedy = QT_TR_NOOP("Write {caption: Home, at: [0, 0], size: [320, 240]}.");
    static constexpr std::tuple kKeys{key("caption", &Area::caption, Text{})
                                          .what(QT_TR_NOOP("a caption"))
                                          .about(QT_TR_NOOP("Title of the area."))
                                          .example("Home")
                                          .always(),
                                      key(
                                          "at", [](auto& a) { return std::tie(a.x, a.y); }, Point{})
                                          .what(QT_TR_NOOP("A place"))
                                          .about(QT_TR_NOOP("Its left upper corner on the canvas, [x, y]."))
                                          .example("[0, 0]")
                                          .required(kNone, kRemedy),
                                      key(
                                          "size", [](auto& a) { return std::tie(a.width, a.height); }, Point{})
                                          .what(QT_TR_NOOP("A size"))
                                          .about(QT_TR_NOOP("Its width and height, both above zero."))
                                          .example("[320, 240]")
                                          .required(kNone, kRemedy)};
};

template <>
struct Keys<Note> {
    Q_DECLARE_TR_FUNCTIONS(model::lab::Keys)
public:
    static constexpr const char* kId = "note";
    static constexpr const char* kWhat = QT_TR_NOOP("a note");
    static constexpr const char* kAbout = QT_TR_NOOP("A text on the canvas.");
    static constexpr const char* kNone = QT_TR_NOOP("A note needs a text and a place.");
    static constexpr const char* kRemedy = QT_TR_NOOP("Write {at: [80, 40], text: \"Look here\"}.");
    static constexpr std::tuple kKeys{key("at", &Note::at, Point{})
                                          .what(QT_TR_NOOP("A place"))
                                          .about(QT_TR_NOOP("Where it stands on the canvas, [x, y]."))
                                          .example("[80, 40]")
                                          .required(kNone, kRemedy),
                                      key("text", &Note::text, Text{})
                                          .what(QT_TR_NOOP("a text"))
                                          .about(QT_TR_NOOP("What it says."))
                                          .example("Look here")
                                          .required(kNone, kRemedy)};
};

template <>
struct Keys<RunStep> {
    Q_DECLARE_TR_FUNCTIONS(model::lab::Keys)
public:
    static constexpr const char* kId = "step";
    static constexpr const char* kWhat = QT_TR_NOOP("a step");
    static constexpr const char* kAbout = QT_TR_NOOP("One thing that happens during a run.");
    static constexpr std::tuple kKeys{
        key("at", &RunStep::at, Duration{.most = std::chrono::hours(24)})
            .what(QT_TR_NOOP("A moment"))
            .about(QT_TR_NOOP("When, counted from the beginning of the run; at most 24 hours."))
            .usual("0s")
            .example("1.5s")
            .always(),
        key("on", &RunStep::on, NodeName{})
            .what(QT_TR_NOOP("the name of a node"))
            .about(QT_TR_NOOP("The node that does it; actions on cables need none."))
            .example("desktop"),
        key("do", &RunStep::action, ActionText{})
            .what(QT_TR_NOOP("what to do"))
            .about(QT_TR_NOOP("The action: a verb and its arguments."))
            .example("ping 192.168.0.1")
            .required(QT_TR_NOOP("The step does not say what to do."),
                      QT_TR_NOOP("Write {at: 0s, on: desktop, do: ping 192.168.0.1}."))};
};

} // namespace model::lab
