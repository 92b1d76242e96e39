// The man page: man(7), the subset that man-db and mandoc both know.
#include "ui/cli/manual.h"
#include "ui/version.h"

#include <cctype>
#include <string_view>

namespace ui::cli {

namespace {

/// kLab is the smallest lab that does something; the tests run it.
constexpr std::string_view kLab = "packetarium: 1\n"
                                  "nodes:\n"
                                  "  anna: {kind: host, at: [80, 80], interfaces: {eth0: 10.0.0.1/24}}\n"
                                  "  ben: {kind: host, at: [240, 80], interfaces: {eth0: 10.0.0.2/24}}\n"
                                  "links:\n"
                                  "  - [anna:eth0, ben:eth0]\n"
                                  "run:\n"
                                  "  - {at: 0s, on: anna, do: ping 10.0.0.2 count 3}\n";

const std::vector<Row>& examples() {
    static const std::vector<Row> rows = {
        {"packetarium", "opens the home network in the window; the space bar plays it"},
        {"packetarium run home.lab.yaml", "tells the story of a lab in the terminal"},
        {"packetarium run home.lab.yaml --pcap home.pcapng", "also writes a capture of it, one end of each cable"},
        {"packetarium run home.lab.yaml --pcap - | wireshark -k -i -",
         "shows the frames in Wireshark while the run goes on; the story goes to standard error"},
        {"packetarium run home.lab.yaml --until 2s --state tables.txt",
         "writes every table as it stands after two seconds"},
        {"packetarium lint *.lab.yaml", "looks for what will not work"},
        {"packetarium render home.lab.yaml home.svg", "draws a picture of the lab"},
    };
    return rows;
}

const std::vector<Row>& files() {
    static const std::vector<Row> rows = {
        {"*.lab.yaml", "labs"},
        {"PREFIX/share/packetarium/labs/",
         "the samples that come with the program; the window never changes them: saving one asks where"},
        {"PREFIX/share/packetarium/lab.schema.json", "the JSON Schema of labs, for editors"},
        {"$XDG_CONFIG_HOME/Packetarium/Packetarium.conf", "settings of the window [~/.config/...]"},
        {"$XDG_STATE_HOME/packetarium/recovery/",
         "copies of labs with unsaved changes, offered after a crash [~/.local/state/...]"},
    };
    return rows;
}

/// text escapes what roff would read as its own.
std::string escaped(std::string_view words) {
    std::string out;
    for (const char c : words) {
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-"; // a plain one may become a hyphen, which nobody can paste
        else if (c == '~')
            out += "\\(ti";
        else if (c == '\'' || c == '.')
            out += (out.empty() || out.back() == '\n' ? "\\&" : "") + std::string(1, c);
        else
            out += c;
    }
    return out;
}

/// inQuotes makes one argument of a macro.
std::string inQuotes(std::string_view words) {
    std::string out = "\"";
    for (const char c : escaped(words))
        out += c == '"' ? std::string("\\(dq") : std::string(1, c);
    return out + '"';
}

std::string bold(std::string_view words) { return "\\fB" + escaped(words) + "\\fR"; }
std::string italic(std::string_view words) { return "\\fI" + escaped(words) + "\\fR"; }

/// sentence gives a description a capital letter and a full stop.
std::string sentence(std::string words) {
    if (words.empty()) return words;
    words[0] = char(std::toupper(static_cast<unsigned char>(words[0])));
    if (words.back() != '.') words += '.';
    return escaped(words);
}

std::string positional(const Argument& a) {
    const std::string name = italic(a.value) + (a.repeatable ? "..." : "");
    return a.required ? name : "[" + name + "]";
}

/// usage is "packetarium run [OPTION]... LAB".
std::string usage(const Command& command) {
    std::string out = bold(command.name.empty() ? "packetarium" : "packetarium " + command.name);
    bool free = command.name.empty();
    for (const auto& o : command.options) {
        const bool help = o.names.front() == "-h" || o.names.front() == "--help";
        if (o.required) out += " " + bold(o.names.back()) + (o.value.empty() ? "" : " " + italic(o.value));
        free = free || (!help && !o.required);
    }
    if (free) out += " [" + italic("OPTION") + "]...";
    for (const auto& p : command.positionals)
        out += " " + positional(p);
    return out;
}

void addArgument(std::string& out, const Argument& a) {
    out += ".TP\n";
    if (a.names.empty()) {
        out += italic(a.value);
    } else {
        for (std::size_t i = 0; i < a.names.size(); ++i)
            out += (i ? ", " : "") + bold(a.names[i]);
        if (!a.value.empty()) out += " " + italic(a.value);
    }
    out += "\n" + sentence(a.about) + (a.byDefault.empty() ? "" : " Default: " + escaped(a.byDefault) + ".") + "\n";
}

bool isHelp(const Argument& a) { return !a.names.empty() && a.names.back() == "--help"; }

void addRows(std::string& out, const std::vector<Row>& rows) {
    for (const auto& [first, second] : rows)
        out += ".TP\n" + bold(first) + "\n" + sentence(second) + "\n";
}

} // namespace

std::string manPage(const Manual& manual) {
    std::string out = ".\\\" Made from the description of the command line: change that, not this.\n";
    out += ".TH PACKETARIUM 1 " + inQuotes(kReleaseDate) + " " + inQuotes(std::string("Packetarium ") + kVersion) +
           " \"User Commands\"\n";
    out += ".SH NAME\npacketarium \\- desktop network lab that shows true bytes and the reason for every step\n";

    out += ".SH SYNOPSIS\n.nf\n" + usage(manual.program) + "\n";
    for (const auto& command : manual.commands)
        out += usage(command) + "\n";
    out += ".fi\n";

    out += ".SH DESCRIPTION\n"
           "Packetarium simulates a network as Linux would behave in it, and shows every frame hop by hop, with the "
           "tables that each hop\n"
           "read or changed. Without a command it opens its window. The commands below need no display.\n"
           ".PP\n"
           "A file named \\- is standard input or standard output. A device, FIFO or socket is written to; a file is "
           "replaced when all is\n"
           "written. All outputs are opened before the work begins.\n";

    out += ".SH OPTIONS\n";
    for (const auto& p : manual.program.positionals)
        addArgument(out, p);
    for (const auto& o : manual.program.options)
        addArgument(out, o);

    out += ".SH COMMANDS\n";
    for (const auto& command : manual.commands) {
        out += ".SS " + command.name + "\n" + usage(command) + "\n.PP\n" + sentence(command.about) + "\n";
        for (const auto& p : command.positionals)
            addArgument(out, p);
        for (const auto& o : command.options)
            if (!isHelp(o)) addArgument(out, o);
    }

    out +=
        ".SH LABS\nA lab is a YAML file. This one has two hosts and a cable, and sends three pings:\n.PP\n.RS 4\n.EX\n";
    out += escaped(kLab);
    out += ".EE\n.RE\n.PP\nThe samples show most of what can stand in one, and the JSON Schema describes all of it.\n";

    out += ".SH EXIT STATUS\n";
    addRows(out, exitCodes());
    out += ".SH FILES\n";
    addRows(out, files());
    out += ".PP\n" + italic("PREFIX") +
           " is where the program is installed: /usr by a Debian package, /usr/local by default.\n";
    out += ".SH EXAMPLES\n";
    addRows(out, examples());
    out += ".SH SEE ALSO\n" + bold("wireshark") + "(1), " + bold("tcpdump") + "(8), " + bold("ip") + "(8), " +
           bold("ss") + "(8)\n";
    return out;
}

} // namespace ui::cli
