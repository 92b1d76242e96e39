#include "ui/cli/capture.h"

#include "model/io/path.h"
#include "sim/explain/explain.h"
#include "sim/wire/bytes.h"

#include <QDir>

#include <algorithm>

namespace ui::cli {

namespace {

using sim::devices::Network;
using sim::kernel::InterfaceId;
using sim::trace::CaptureInterface;
using sim::wire::LinkType;

std::vector<CaptureInterface> allInterfaces(const Network& network) {
    std::vector<CaptureInterface> ports;
    for (std::uint32_t i = 0; i < network.interfaceCount(); ++i) {
        const InterfaceId id{i};
        const bool loopback = network.isLoopback(id);
        ports.push_back({id, network.portName(id), loopback, sim::stack::linkType(network.interface(id).type)});
    }
    return ports;
}

bool isTcp(const sim::trace::FrameTrace& frame, const sim::trace::FrameBytes& bytes) {
    const auto b = bytes.first;
    return frame.link == LinkType::Ethernet && b.size() >= 24 && sim::wire::get16(&b[12]) == 0x0800 && b[23] == 6;
}

QString name(const CaptureInterface& port) { return QString::fromStdString(port.name); }

} // namespace

std::vector<CaptureInterface> Capture::oneEndOfEach(const Network& network,
                                                    const std::vector<sim::replay::Stimulus>& stimuli,
                                                    const Interfaces& all) {
    Interfaces chosen;
    for (const auto& port : all) {
        const auto channel = network.channelOf(port.id);
        if (port.loopback) chosen.push_back(port);
        if (port.link == LinkType::RawIp) mLeftOut.push_back(port);
        if (!channel.valid()) continue;
        // What comes and goes at a host says more than what does at a switch.
        const auto [a, b] = network.endsOf(channel);
        const auto isSwitch = [&](InterfaceId end) {
            return network.device(network.deviceOf(end)).system.bridge.has_value();
        };
        if (port.id == (isSwitch(a) && !isSwitch(b) ? b : a)) chosen.push_back(port);
    }
    const auto place = [](const Interfaces& ports, InterfaceId id) {
        return std::find_if(ports.begin(), ports.end(), [&](const auto& port) { return port.id == id; });
    };
    for (const auto& stimulus : stimuli)
        if (const auto* move = std::get_if<sim::config::MoveCable>(&stimulus.action);
            move && place(chosen, move->from) != chosen.end() && place(chosen, move->to) == chosen.end())
            if (const auto to = place(all, move->to); to != all.end()) chosen.push_back(*to);
    return chosen;
}

std::optional<std::vector<CaptureInterface>> Capture::named(const Network& network, const Interfaces& all) const {
    Interfaces chosen;
    for (const QString& wanted : mOptions.only) {
        const auto found = std::find_if(all.begin(), all.end(), [&](const auto& port) { return name(port) == wanted; });
        if (found == all.end()) {
            QStringList there;
            const QString node = wanted.section(u':', 0, 0);
            const auto device = network.findDevice(node.toStdString());
            for (const auto& port : all)
                if (device.valid() && network.deviceOf(port.id) == device) there.append(name(port));
            printProblem({Text::tr("The lab has no interface %1.").arg(wanted),
                          there.isEmpty() ? Text::tr("Name a node and its interface, such as %1.")
                                                .arg(all.empty() ? QStringLiteral("desktop:eth0") : name(all.back()))
                                          : Text::tr("%1 has %2.").arg(node, there.join(QStringLiteral(", "))),
                          QStringLiteral("--only"), 0, 0});
            return std::nullopt;
        }
        if (std::none_of(chosen.begin(), chosen.end(), [&](const auto& port) { return port.id == found->id; }))
            chosen.push_back(*found);
    }
    return chosen;
}

QString Capture::fileFor(const CaptureInterface& port) const {
    // Names come from a file that may be a stranger's: none leads out of the folder.
    return QDir(*mOptions.pcapDir)
        .filePath(name(port).replace(u':', u'.').replace(u'/', u'_') + QStringLiteral(".pcap"));
}

bool Capture::folderFits(const Outputs& outputs) const {
    if (!mOptions.pcapDir) return true;
    const auto refuse = [&](const QString& message, const QString& hint) {
        printProblem({message, hint, *mOptions.pcapDir, 0, 0});
        return false;
    };
    if (*mOptions.pcapDir == QLatin1String("-"))
        return refuse(Text::tr("Standard output is not a folder."),
                      Text::tr("Name a folder, or use --pcap - for all interfaces in one."));
    if (mOptions.pcapDir->isEmpty())
        return refuse(Text::tr("--pcap-dir names no folder."),
                      Text::tr("Give the name of a folder; it is made when it is not there."));
    if (!QDir().mkpath(*mOptions.pcapDir))
        return refuse(Text::tr("The folder cannot be made."), Text::tr("Give a place that you may write to."));
    // One stands for all: most systems let a program have a thousand files open, and a lab may have more interfaces.
    Outputs::Writer trial(QDir(*mOptions.pcapDir).filePath(QStringLiteral(".packetarium-trial")));
    if (!trial.open()) return refuse(Text::tr("The folder cannot be written: %1.").arg(trial.error()), trial.hint());
    return std::all_of(mPorts.begin(), mPorts.end(),
                       [&](const auto& port) { return outputs.fits(QStringLiteral("--pcap-dir"), fileFor(port)); });
}

bool Capture::open(const Network& network, const std::vector<sim::replay::Stimulus>& stimuli, Outputs& outputs) {
    const Interfaces all = allInterfaces(network);
    if (mOptions.only.isEmpty()) {
        mPorts = all;
        mCaptured = mOptions.bothEnds ? all : oneEndOfEach(network, stimuli, all);
    } else {
        const auto chosen = named(network, all);
        if (!chosen) return false;
        mPorts = mCaptured = *chosen;
    }
    if (mOptions.pcap) {
        mPcap = outputs.add(QStringLiteral("--pcap"), *mOptions.pcap);
        if (!mPcap) return false;
        sim::trace::CaptureStream::Comment comment;
        if (mOptions.comments) comment = [this](std::size_t record) { return this->comment(record); };
        mStream.emplace(mCaptured, writeTo(*mPcap), comment);
    }
    if (mOptions.wireguardKeylog) {
        mKeylog = outputs.add(QStringLiteral("--wireguard-keylog"), *mOptions.wireguardKeylog,
                              Outputs::Writer::Access::Secret);
        if (!mKeylog) return false;
    }
    return true;
}

std::string Capture::comment(std::size_t record) {
    const auto& log = mTimeline->log();
    const auto event = log.record(record).event;
    if (event == mCommented) return mComment;
    mCommented = event;
    mComment.clear();
    for (const auto& sentence : sim::explain::momentAt(mTimeline->latest(), log, record).sentences) {
        if (!mComment.empty()) mComment += ' ';
        mComment += sentence.toString();
    }
    return mComment;
}

void Capture::take(const sim::replay::Timeline& timeline) {
    mTimeline = &timeline;
    if (mStream) mStream->take(timeline.log());
}

bool Capture::finish(const sim::replay::Timeline& timeline, const Outputs& outputs) {
    if (mKeylog)
        timeline.log().secrets(
            [&](const std::string& line) { mKeylog->write(QByteArray::fromStdString(line) + '\n'); });
    if (mPcap && !outputs.failed()) {
        tellOfRepetitions(timeline);
        tellOfLinkTypes(timeline);
    }
    if (!mOptions.pcapDir) return true;
    for (const auto& port : mPorts) {
        Outputs::Writer file(fileFor(port));
        if (file.open()) sim::trace::writePcap(timeline.log(), port, writeTo(file));
        if (file.commit()) continue;
        printProblem({Text::tr("The file cannot be written: %1.").arg(file.error()), file.hint(), file.path(), 0, 0});
        return false;
    }
    return true;
}

void Capture::tellOfRepetitions(const sim::replay::Timeline& timeline) const {
    const auto& log = timeline.log();
    const auto captured = [&](InterfaceId id, const Interfaces& in) {
        return std::find_if(in.begin(), in.end(), [id](const auto& port) { return port.id == id; });
    };
    const CaptureInterface *first = nullptr, *leftOut = nullptr;
    bool repeated = false;
    for (std::uint32_t i = 0; i < log.frameCount(); ++i) {
        const auto frame = log.frame(i);
        if (!leftOut && !mLeftOut.empty())
            for (const InterfaceId end : {frame.from, frame.to})
                if (const auto port = captured(end, mLeftOut); port != mLeftOut.end()) leftOut = &*port;
        if (repeated && (leftOut || mLeftOut.empty())) break;
        if (repeated || !isTcp(frame, log.pieces(i))) continue;
        for (const InterfaceId end : {frame.from, frame.to}) {
            const auto port = captured(end, mCaptured);
            if (port == mCaptured.end()) continue;
            if (!first) first = &*port;
            repeated = repeated || port->id != first->id;
        }
    }
    if (repeated)
        printError(Text::tr("note: the capture holds several cables. Wireshark takes a TCP segment that it sees on the "
                            "next cable for a "
                            "retransmission; --only %1 captures at one place.\n")
                       .arg(name(*first)));
    if (leftOut)
        printError(Text::tr("note: what went through the tunnel is in the capture as it travelled, encrypted; --only "
                            "%1 captures what was inside.\n")
                       .arg(name(*leftOut)));
}

void Capture::tellOfLinkTypes(const sim::replay::Timeline& timeline) const {
    if (std::none_of(mCaptured.begin(), mCaptured.end(), [](const auto& port) { return port.link == LinkType::RawIp; }))
        return;
    const auto& log = timeline.log();
    std::vector<const CaptureInterface*> captured(timeline.latest().interfaceCount(), nullptr);
    for (const auto& port : mCaptured)
        captured[port.id.value] = &port;
    const CaptureInterface* tunnel = nullptr;
    bool ethernet = false;
    for (std::uint32_t i = 0; i < log.frameCount() && !(tunnel && ethernet); ++i) {
        const auto frame = log.frame(i);
        for (const InterfaceId end : {frame.from, frame.to}) {
            if (!end.valid() || !captured[end.value]) continue;
            if (captured[end.value]->link == LinkType::RawIp)
                tunnel = captured[end.value];
            else
                ethernet = true;
        }
    }
    if (tunnel && ethernet)
        printError(Text::tr("note: the capture holds two link types: frames, and the packets inside a tunnel. "
                            "Wireshark reads that, tcpdump does not; "
                            "--only %1 captures the tunnel alone.\n")
                       .arg(name(*tunnel)));
}

} // namespace ui::cli
