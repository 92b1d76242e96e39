#include "ui/cli/cli.h"

#include "model/io/quantities.h"
#include "ui/cli/export_command.h"
#include "ui/cli/other_commands.h"
#include "ui/cli/output.h"
#include "ui/cli/run_command.h"

// CLI11 is not ours to keep free of warnings.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#include <CLI/CLI.hpp>
#pragma GCC diagnostic pop

#include <QCoreApplication>

#include <string>
#include <vector>

namespace ui::cli {

namespace {

constexpr const char* kVersion = "packetarium 0.1.0";

QStringList list(const std::vector<std::string>& paths) {
    QStringList out;
    for (const auto& p : paths)
        out.append(QString::fromStdString(p));
    return out;
}

/// Arguments hold what CLI11 fills in; it knows standard strings only.
struct Arguments {
    std::string window, lab, until, pcap, pcapDir, wireguardKeylog, state, out, mostMemory = "1GB";
    std::vector<std::string> labs;
    std::uint64_t seed = 0, mostFrames = 20'000'000;
    double scale = 2;
    bool json = false, dark = false, throughStorms = false;
};

int runWith(const Arguments& a) {
    RunOptions options;
    options.lab = QString::fromStdString(a.lab);
    options.seed = a.seed;
    options.pcap = QString::fromStdString(a.pcap);
    options.pcapDir = QString::fromStdString(a.pcapDir);
    options.wireguardKeylog = QString::fromStdString(a.wireguardKeylog);
    options.state = QString::fromStdString(a.state);
    options.mostFrames = a.mostFrames;
    options.throughStorms = a.throughStorms;
    options.json = a.json;
    const auto memory = model::io::parseBytes(QString::fromStdString(a.mostMemory));
    if (!memory || *memory == 0) {
        printError(Text::tr("--most-memory: \"%1\" is no size.\nhint: %2\n")
                       .arg(QString::fromStdString(a.mostMemory), Text::tr("Write a number and a unit: 500MB, 4GB.")));
        return kBad;
    }
    options.mostMemory = *memory;
    if (!a.until.empty()) {
        options.until = model::io::parseTime(QString::fromStdString(a.until));
        if (!options.until) {
            printError(
                Text::tr("--until: \"%1\" is no time.\nhint: %2\n")
                    .arg(QString::fromStdString(a.until), Text::tr("Write a number and a unit: 200ms, 10s, 2min.")));
            return kBad;
        }
    }
    return run(options);
}

} // namespace

Outcome main(int& argc, char** argv) {
    Arguments a;
    CLI::App app("Packetarium: a desktop network lab that shows true bytes and the reason for every step.",
                 "packetarium");
    app.set_version_flag("--version", kVersion);
    app.add_option("LAB", a.window, "the lab to open in the window; without it, the home network")->type_name("");

    auto* run = app.add_subcommand("run", "simulate a lab without a window and tell its story");
    run->add_option("LAB", a.lab, "the lab file")->required()->type_name("");
    run->add_option("--until", a.until, "run to this moment (200ms, 10s); without it, until nothing happens any more")
        ->type_name("TIME");
    run->add_option("--seed", a.seed, "the seed of all random choices; without it, the lab's own")->type_name("N");
    run->add_option("--pcap", a.pcap, "write what every interface saw as one pcapng")->type_name("FILE");
    run->add_option("--pcap-dir", a.pcapDir, "write one pcap per interface, named NODE.IFACE.pcap")->type_name("DIR");
    run->add_option("--wireguard-keylog", a.wireguardKeylog, "write the keys of WireGuard tunnels, for Wireshark's wg.keylog_file")
        ->type_name("FILE");
    run->add_option("--state", a.state,
                    "write the tables of every node at the end, in the words of ip, bridge, ss and conntrack")
        ->type_name("FILE");
    run->add_option("--most-frames", a.mostFrames, "stop the run after so many frames")
        ->check(CLI::PositiveNumber)
        ->type_name("N")
        ->capture_default_str();
    run->add_option("--most-memory", a.mostMemory, "stop the run when its recording takes so much memory (500MB, 4GB)")
        ->type_name("SIZE")
        ->capture_default_str();
    run->add_flag("--through-storms", a.throughStorms, "go on when frames go round and round, to the bounds above");
    run->add_flag("--json", a.json, "print one JSON object instead of the story");

    auto* render = app.add_subcommand("render", "draw a lab into an SVG or PNG file");
    render->add_option("LAB", a.lab, "the lab file")->required()->type_name("");
    render->add_option("OUT", a.out, "the picture: NAME.svg or NAME.png")->required()->type_name("");
    render->add_option("--scale", a.scale, "PNG: pixels for each canvas unit")
        ->check(CLI::Range(0.1, 8.0))
        ->type_name("X")
        ->capture_default_str();
    render->add_flag("--dark", a.dark, "in the dark theme");

    auto* check = app.add_subcommand("check", "say whether labs can be read and will work (exit 0, 1 or 2)");
    check->add_option("LAB", a.labs, "the lab files")->required()->type_name("");
    auto* lint = app.add_subcommand("lint", "like check, and complain about warnings and hints too");
    lint->add_option("LAB", a.labs, "the lab files")->required()->type_name("");
    auto* exported = app.add_subcommand("export", "print a lab for other programs");
    exported->add_option("LAB", a.lab, "the lab file")->required()->type_name("");
    exported->add_flag("--json", a.json, "as one JSON object: the keys of the file, and what it leaves to the defaults")->required();
    app.require_subcommand(0, 1);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        // CLI11 prints help and version to standard output and gives 0 for them; all else is bad usage.
        return {app.exit(error) == 0 ? kFine : kBad, {}};
    }
    if (*render)
        return {ui::cli::render(argc, argv,
                                {QString::fromStdString(a.lab), QString::fromStdString(a.out), a.scale, a.dark}),
                {}};
    if (*run || *check || *lint) {
        const QCoreApplication application(argc, argv);
        return {*run ? runWith(a) : *check ? ui::cli::check(list(a.labs)) : ui::cli::lint(list(a.labs)), {}};
    }
    if (*exported) {
        const QCoreApplication application(argc, argv);
        return {exportJson(QString::fromStdString(a.lab)), {}};
    }
    return {std::nullopt, QString::fromStdString(a.window)};
}

} // namespace ui::cli
