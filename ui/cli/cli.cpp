#include "ui/cli/cli.h"

#include "model/io/closest.h"
#include "model/io/path.h"
#include "model/io/quantities.h"
#include "ui/cli/export_command.h"
#include "ui/cli/manual.h"
#include "ui/cli/other_commands.h"
#include "ui/cli/output.h"
#include "ui/cli/run_command.h"
#include "ui/version.h"

// CLI11 is not ours to keep free of warnings.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#include <CLI/CLI.hpp>
#pragma GCC diagnostic pop

#include <QCoreApplication>

#include <cmath>
#include <sstream>
#include <string>
#include <vector>

namespace ui::cli {

namespace {

constexpr std::uint64_t kLeastMemory = 100'000'000; // bytes; with less, the program itself would break the bound

QString path(const std::string& bytes) { return model::io::pathFromBytes(QByteArray::fromStdString(bytes)); }

QStringList list(const std::vector<std::string>& words) {
    QStringList out;
    for (const auto& w : words)
        out.append(path(w));
    return out;
}

/// Arguments hold what CLI11 fills in; it knows standard strings only.
struct Arguments {
    std::string window, lab, until, seed, pcap, pcapDir, wireguardKeylog, state, out,
        mostMemory = "1GB", mostFrames = "20000000", scale = "2", format, helpFormat, topic;
    std::vector<std::string> labs, only;
    bool json = false, dark = false, throughStorms = false, bothEnds = false, comments = false;
};

/// Refused is an argument that makes no sense.
struct Refused {
    QString message, hint;
};

std::uint64_t wholeNumber(const CLI::Option* option, const std::string& text, std::uint64_t least) {
    bool good = false;
    const QString shown = QString::fromStdString(text);
    const qulonglong value = shown.toULongLong(&good);
    if (good && value >= least && !shown.startsWith(u'+')) return value;
    throw Refused{Text::tr("%1: \"%2\" is not a whole number from %3 on.")
                      .arg(QString::fromStdString(option->get_name()), shown)
                      .arg(least),
                  Text::tr("Write it in digits, such as %1.").arg(std::max<std::uint64_t>(least, 1000))};
}

/// given is an option's value, or none when the option was not used; an empty one is not the same as none.
std::optional<QString> given(const CLI::Option* option, const std::string& value) {
    if (option->count() == 0) return std::nullopt;
    return path(value);
}

/// CommandLine is what the program understands: its commands and their options, which help and man page are made from.
class CommandLine {
public:
    CommandLine();
    Outcome act(int& argc, char** argv);

private:
    void addRun();
    void addOthers();
    RunOptions runOptions() const;
    RenderOptions renderOptions() const;
    ExportOptions exportOptions() const;
    /// until is what an option --until says.
    sim::kernel::SimTime until() const;
    int help() const;
    Outcome window() const;
    QStringList commands() const;

    Arguments a;
    CLI::App mApp{"Packetarium: a desktop network lab that shows true bytes and the reason for every step.",
                  "packetarium"};
    CLI::App *mRun = nullptr, *mRender = nullptr, *mCheck = nullptr, *mLint = nullptr, *mExport = nullptr,
             *mHelp = nullptr;
    CLI::Option *mUntil = nullptr, *mSeed = nullptr, *mPcap = nullptr, *mPcapDir = nullptr, *mKeylog = nullptr,
                *mState = nullptr, *mMostFrames = nullptr, *mMostMemory = nullptr, *mScale = nullptr, *mOnly = nullptr,
                *mBothEnds = nullptr, *mComments = nullptr, *mWindow = nullptr, *mExportUntil = nullptr;
};

CommandLine::CommandLine() {
    mApp.set_version_flag("--version", std::string("packetarium ") + kVersion, "print the version");
    mApp.set_help_flag("-h,--help", "explain the program, or the command");
    mWindow =
        mApp.add_option("LAB", a.window, "the lab to open in the window; without it, the home network")->type_name("");
    addRun();
    addOthers();
    mApp.require_subcommand(0, 1);
    std::string footer = "A file named - is standard input or standard output.\n\nExit codes:";
    constexpr std::size_t kColumn = 28; // where CLI11 begins its descriptions
    for (const auto& [code, meaning] : exitCodes())
        footer += "\n  " + code + std::string(kColumn - code.size(), ' ') + meaning;
    mApp.footer(footer);
}

void CommandLine::addRun() {
    mRun = mApp.add_subcommand("run", "simulate a lab without a window and tell its story");
    mRun->add_option("LAB", a.lab, "the lab file")->required()->type_name("");
    mUntil = mRun->add_option("--until", a.until,
                              "run to this moment (200ms, 10s); without it, until nothing happens any more")
                 ->type_name("TIME");
    mSeed =
        mRun->add_option("--seed", a.seed, "the seed of all random choices; without it, the lab's own")->type_name("N");
    mPcap = mRun->add_option("--pcap", a.pcap, "write what was seen at one end of each cable as one pcapng")
                ->type_name("FILE");
    mBothEnds = mRun->add_flag("--both-ends", a.bothEnds, "with --pcap: at every interface");
    mOnly = mRun->add_option("--only", a.only,
                             "with --pcap or --pcap-dir: at this interface alone (may be given several times)")
                ->type_name("NODE:IFACE")
                ->expected(1)
                ->take_all();
    mComments = mRun->add_flag("--comments", a.comments, "with --pcap: tell the story in the packets' comments");
    mPcapDir = mRun->add_option("--pcap-dir", a.pcapDir, "write one pcap per interface, named NODE.IFACE.pcap")
                   ->type_name("DIR");
    mKeylog = mRun->add_option("--wireguard-keylog", a.wireguardKeylog,
                               "write the keys of WireGuard tunnels, for Wireshark's wg.keylog_file")
                  ->type_name("FILE");
    mState = mRun->add_option("--state", a.state,
                              "write the tables of every node at the end, in the words of ip, bridge, ss and conntrack")
                 ->type_name("FILE");
    mMostFrames = mRun->add_option("--most-frames", a.mostFrames, "stop the run after so many frames")
                      ->type_name("N")
                      ->capture_default_str();
    mMostMemory = mRun->add_option("--most-memory", a.mostMemory,
                                   "stop the run when its recording takes so much memory (500MB, 4GB)")
                      ->type_name("SIZE")
                      ->capture_default_str();
    mRun->add_flag("--through-storms", a.throughStorms, "go on when frames loop, up to the bounds above");
    mRun->add_flag("--json", a.json, "print one JSON object instead of the story");
}

void CommandLine::addOthers() {
    mRender = mApp.add_subcommand("render", "draw a lab into an SVG or PNG file");
    mRender->add_option("LAB", a.lab, "the lab file")->required()->type_name("");
    mRender->add_option("OUT", a.out, "the picture: NAME.svg or NAME.png")->required()->type_name("");
    mRender->add_option("--format", a.format, "the format, svg or png; without it, as the name of the picture ends")
        ->type_name("FORMAT");
    mScale = mRender->add_option("--scale", a.scale, "PNG: pixels for each canvas unit, 0.1 to 8")
                 ->type_name("X")
                 ->capture_default_str();
    mRender->add_flag("--dark", a.dark, "in the dark theme");

    mCheck = mApp.add_subcommand("check", "say whether labs can be read and will work (exit 0, 1 or 2)");
    mCheck->add_option("LAB", a.labs, "the lab files")->required()->type_name("");
    mLint = mApp.add_subcommand("lint", "like check, and complain about warnings and hints too");
    mLint->add_option("LAB", a.labs, "the lab files")->required()->type_name("");
    mExport = mApp.add_subcommand("export", "print a lab, or a moment of its run, for other programs");
    mExport->add_option("LAB", a.lab, "the lab file")->required()->type_name("");
    for (const auto* format : model::exports::formats()) {
        const std::string name = std::string("--") + format->id, about = std::string("as ") + format->about;
        mExport->add_flag(name, about);
    }
    mExportUntil = mExport->add_option("--until", a.until, "the moment (200ms, 10s); without it, before the run begins")
                       ->type_name("TIME");
    mHelp = mApp.add_subcommand("help", "explain the program, or one of its commands");
    mHelp->add_option("COMMAND", a.topic, "the command")->type_name("");
    // For the build alone, and so not in the help: the same description as a man page or a shell's completion.
    mHelp->add_option("--as", a.helpFormat)->check(CLI::IsMember({"man", "bash", "zsh"}))->group("");
}

QStringList CommandLine::commands() const {
    QStringList names;
    for (const CLI::App* command : mApp.get_subcommands([](const CLI::App*) { return true; }))
        names.append(QString::fromStdString(command->get_name()));
    return names;
}

RunOptions CommandLine::runOptions() const {
    RunOptions options;
    options.lab = path(a.lab);
    if (mSeed->count() > 0) options.seed = wholeNumber(mSeed, a.seed, 1);
    options.capture = {given(mPcap, a.pcap),
                       given(mPcapDir, a.pcapDir),
                       given(mKeylog, a.wireguardKeylog),
                       list(a.only),
                       a.bothEnds,
                       a.comments};
    options.state = given(mState, a.state);
    options.mostFrames = wholeNumber(mMostFrames, a.mostFrames, 2);
    options.throughStorms = a.throughStorms;
    options.json = a.json;
    if (mOnly->count() > 0 && mPcap->count() == 0 && mPcapDir->count() == 0)
        throw Refused{Text::tr("--only says where to capture, and nothing is captured."),
                      Text::tr("Add --pcap FILE or --pcap-dir DIR.")};
    if (mPcap->count() == 0 && (mBothEnds->count() > 0 || mComments->count() > 0))
        throw Refused{Text::tr("%1 belongs to --pcap, and there is none.")
                          .arg(QLatin1String(mBothEnds->count() > 0 ? "--both-ends" : "--comments")),
                      Text::tr("Add --pcap FILE.")};
    if (mOnly->count() > 0 && mBothEnds->count() > 0)
        throw Refused{Text::tr("--only and --both-ends contradict each other."),
                      Text::tr("Name both ends with --only, or leave --only out.")};
    const QString memory = QString::fromStdString(a.mostMemory);
    const auto bytes = model::io::parseBytes(memory);
    if (!bytes || *bytes < kLeastMemory)
        throw Refused{
            bytes && *bytes > 0
                ? Text::tr("--most-memory: %1 is less than 100MB, and the program alone takes a third of that.")
                      .arg(memory)
                : Text::tr("--most-memory: \"%1\" is not a size.").arg(memory),
            Text::tr("Write a number and a unit: 500MB, 4GB.")};
    options.mostMemory = *bytes;
    if (mUntil->count() > 0) options.until = until();
    return options;
}

sim::kernel::SimTime CommandLine::until() const {
    const QString text = QString::fromStdString(a.until);
    const auto time = model::io::parseTime(text);
    if (!time)
        throw Refused{Text::tr("--until: \"%1\" is not a time.").arg(text),
                      Text::tr("Write a number and a unit: 200ms, 10s, 2min.")};
    return *time;
}

ExportOptions CommandLine::exportOptions() const {
    ExportOptions options{.lab = path(a.lab)};
    QStringList all;
    for (const auto* format : model::exports::formats()) {
        all << QStringLiteral("--") + QLatin1String(format->id);
        if (mExport->get_option("--" + std::string(format->id))->count() == 0) continue;
        if (options.format)
            throw Refused{Text::tr("--%1 and --%2 contradict each other.")
                              .arg(QLatin1String(options.format->id), QLatin1String(format->id)),
                          Text::tr("Export one format at a time.")};
        options.format = format;
    }
    if (!options.format)
        throw Refused{Text::tr("No format is named."), Text::tr("Add one of %1.").arg(all.join(QLatin1String(", ")))};
    if (mExportUntil->count() > 0) {
        if (!options.format->ofMoment)
            throw Refused{Text::tr("--until names a moment, and --%1 is of the lab itself.")
                              .arg(QLatin1String(options.format->id)),
                          Text::tr("Leave --until out.")};
        options.until = until();
    }
    return options;
}

RenderOptions CommandLine::renderOptions() const {
    constexpr double kLeastScale = 0.1, kMostScale = 8;
    const QString scale = QString::fromStdString(a.scale);
    bool good = false;
    const double factor = scale.toDouble(&good);
    if (!good || !(factor >= kLeastScale && factor <= kMostScale))
        throw Refused{Text::tr("--scale: \"%1\" is not a number from 0.1 to 8.").arg(scale),
                      Text::tr("Write a number, such as 2.")};
    const QString format =
        a.format.empty() ? path(a.out).section(u'.', -1).toLower() : QString::fromStdString(a.format).toLower();
    if (format != QLatin1String("svg") && format != QLatin1String("png")) {
        if (a.format.empty() && a.out == "-")
            throw Refused{Text::tr("Standard output has no ending that tells the format of the picture."),
                          Text::tr("Add --format svg or --format png.")};
        throw Refused{a.format.empty() ? Text::tr("%1: A picture is written as .svg or .png.").arg(path(a.out))
                                       : Text::tr("--format: \"%1\" is not svg or png.").arg(format),
                      Text::tr("Let the name of the file end in .svg or .png.")};
    }
    if (mScale->count() > 0 && format == QLatin1String("svg"))
        throw Refused{Text::tr("--scale is for PNG: an SVG has no pixels."),
                      Text::tr("Leave it out, or let the name of the picture end in .png.")};
    return {path(a.lab), path(a.out), format == QLatin1String("svg"), factor, a.dark};
}

int CommandLine::help() const {
    const CommandLine unused; // CLI11 explains the command that was given, and that is "help"
    if (!a.helpFormat.empty()) {
        const Manual manual = describe(unused.mApp);
        printOut(QString::fromStdString(a.helpFormat == "man"    ? manPage(manual)
                                        : a.helpFormat == "bash" ? bashCompletion(manual)
                                                                 : zshCompletion(manual)));
        return kFine;
    }
    const CLI::App* about = &unused.mApp;
    if (!a.topic.empty()) {
        const QString topic = QString::fromStdString(a.topic);
        if (!commands().contains(topic)) {
            const QString guess = model::io::closest(topic, commands());
            throw Refused{Text::tr("There is no command \"%1\".").arg(topic),
                          guess.isEmpty() ? Text::tr("The commands are %1.").arg(commands().join(QStringLiteral(", ")))
                                          : guess};
        }
        about = unused.mApp.get_subcommand(a.topic);
    }
    printOut(QString::fromStdString(about->help(about == &unused.mApp ? "" : "packetarium")));
    return kFine;
}

/// window opens a lab, which must be there: a word that is neither a command nor a file is a mistake.
Outcome CommandLine::window() const {
    const QString lab = path(a.window);
    if (mWindow->count() == 0) return {std::nullopt, {}};
    QByteArray text;
    model::io::Problem problem;
    if (lab == QLatin1String("-")) return {std::nullopt, lab};
    if (model::io::readBytes(lab, &text, &problem)) return {std::nullopt, lab};
    const bool fileName = lab.contains(u'/') || lab.contains(u'.');
    if (!fileName && problem.missing) {
        const QString guess = model::io::closest(lab, commands());
        throw Refused{Text::tr("There is no command \"%1\", and no file of that name.").arg(lab),
                      guess.isEmpty()
                          ? Text::tr("\"packetarium help\" lists the commands; a lab is a file such as home.lab.yaml.")
                          : guess};
    }
    printProblem(problem);
    return {kBad, {}};
}

Outcome CommandLine::act(int& argc, char** argv) {
    try {
        mApp.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        // CLI11 prints help and version to one stream and complaints to the other, and gives 0 for the former.
        std::ostringstream words, complaints;
        const int code = mApp.exit(error, words, complaints);
        printOut(QString::fromStdString(words.str()));
        printError(QString::fromStdString(complaints.str()));
        if (code != 0)
            printError(Text::tr(
                "hint: \"packetarium help\" lists the commands, \"packetarium help run\" what one of them takes.\n"));
        return {code == 0 ? kFine : kBad, {}};
    }
    try {
        if (*mHelp) return {help(), {}};
        if (*mRender) return {render(argc, argv, renderOptions()), {}};
        if (mApp.get_subcommands().empty()) return window();
        const QCoreApplication application(argc, argv);
        if (*mRun) return {run(runOptions()), {}};
        if (*mExport) return {exportLab(exportOptions()), {}};
        return {*mCheck ? check(list(a.labs)) : lint(list(a.labs)), {}};
    } catch (const Refused& refused) {
        printError(QStringLiteral("%1\n%2\n").arg(refused.message, Text::tr("hint: %1").arg(refused.hint)));
        return {kBad, {}};
    }
}

} // namespace

Outcome main(int& argc, char** argv) {
    prepareStreams();
    Outcome outcome = CommandLine().act(argc, argv);
    if (outcome.exitCode) outcome.exitCode = finished(*outcome.exitCode);
    return outcome;
}

} // namespace ui::cli
