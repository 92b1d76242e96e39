// Completion for bash and zsh.
#include "ui/cli/manual.h"

#include <algorithm>
#include <map>

namespace ui::cli {

namespace {

/// Kind is what may be completed at the place of a value.
enum class Kind { Nothing, Lab, File, Folder, Format, Command };

/// kindOf goes by the placeholder, as a reader of the help does.
Kind kindOf(const std::string& value) {
    if (value == "LAB") return Kind::Lab;
    if (value == "FILE" || value == "OUT") return Kind::File;
    if (value == "DIR") return Kind::Folder;
    if (value == "FORMAT") return Kind::Format;
    if (value == "COMMAND") return Kind::Command;
    return Kind::Nothing;
}

std::string joined(const std::vector<std::string>& words, const char* between) {
    std::string out;
    for (const auto& word : words)
        out += (out.empty() ? "" : between) + word;
    return out;
}

std::vector<std::string> commandNames(const Manual& manual) {
    std::vector<std::string> names;
    for (const auto& command : manual.commands)
        names.push_back(command.name);
    return names;
}

std::string bashKind(Kind kind) {
    switch (kind) {
    case Kind::Nothing: return ":";
    case Kind::Lab: return "_packetarium_files '!*.yaml'";
    case Kind::File: return "_packetarium_files ''";
    case Kind::Folder: return "_packetarium_files '*'";
    case Kind::Format: return "_packetarium_words svg png";
    case Kind::Command: return "_packetarium_words $commands";
    }
    return ":";
}

std::string bashCase(const Command& command, const std::string& pattern) {
    std::vector<std::string> options, places; // places are distinct: the script does not count positional arguments
    std::map<Kind, std::vector<std::string>> byKind;
    for (const auto& o : command.options) {
        options.insert(options.end(), o.names.begin(), o.names.end());
        if (o.value.empty()) continue;
        auto& names = byKind[kindOf(o.value)];
        names.insert(names.end(), o.names.begin(), o.names.end());
    }
    if (command.name.empty()) places.push_back(bashKind(Kind::Command));
    for (const auto& p : command.positionals)
        if (const auto place = bashKind(kindOf(p.value));
            std::find(places.begin(), places.end(), place) == places.end())
            places.push_back(place);

    std::string out = "    " + pattern + ")\n        case $option in\n";
    for (const auto& [kind, names] : byKind)
        out += "        " + joined(names, " | ") + ") " + bashKind(kind) + " ;;\n";
    out += "        *)\n            if [[ $cur == -* ]]; then\n                _packetarium_words " +
           joined(options, " ") + "\n            else\n";
    for (const auto& place : places)
        out += "                " + place + "\n";
    return out + "            fi\n            ;;\n        esac\n        ;;\n";
}

/// zshText escapes a description for _arguments, inside single quotes.
std::string zshText(const std::string& words) {
    std::string out;
    for (const char c : words) {
        if (c == '\'')
            out += "'\\''";
        else if (c == '[' || c == ']' || c == ':' || c == '\\')
            out += std::string("\\") + c;
        else
            out += c;
    }
    return out;
}

std::string zshKind(Kind kind, const std::string& commands) {
    switch (kind) {
    case Kind::Nothing: return " ";
    case Kind::Lab: return "_files -g \"*.yaml\"";
    case Kind::File: return "_files";
    case Kind::Folder: return "_files -/";
    case Kind::Format: return "(svg png)";
    case Kind::Command: return "(" + commands + ")";
    }
    return " ";
}

void zshArguments(std::string& out, const Command& command, const std::string& commands, const char* indent) {
    for (const auto& o : command.options) {
        const std::string value =
            o.value.empty() ? "" : ":" + zshText(o.value) + ":" + zshKind(kindOf(o.value), commands);
        for (const auto& name : o.names) {
            // Given once, none of its names is offered again.
            const std::string before = o.repeatable ? "*" : "(" + joined(o.names, " ") + ")";
            out += std::string(" \\\n") + indent + "'" + before + name + "[" + zshText(o.about) + "]" + value + "'";
        }
    }
    for (const auto& p : command.positionals)
        out += std::string(" \\\n") + indent + "'" + (p.repeatable ? "*" : "") + ":" + zshText(p.value) + ":" +
               zshKind(kindOf(p.value), commands) + "'";
}

} // namespace

std::string bashCompletion(const Manual& manual) {
    std::string out = R"(# bash completion for packetarium. Made from the description of its command line.
_packetarium_words() {
    local found
    mapfile -t found < <(compgen -W "$*" -- "$cur")
    COMPREPLY+=("${found[@]}")
}

# _packetarium_files EXCEPT: files whose names do not fit the pattern, and folders
_packetarium_files() {
    local found
    compopt -o filenames 2>/dev/null
    mapfile -t found < <(compgen -f -X "$1" -- "$cur"; compgen -d -- "$cur")
    COMPREPLY+=("${found[@]}")
}

_packetarium() {
    local cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} command=
    local commands=')" +
                      joined(commandNames(manual), " ") + R"('
    # bash takes --option=value apart
    if [[ $cur == = ]]; then
        cur=
    elif [[ $option == = ]] && ((COMP_CWORD >= 2)); then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    ((COMP_CWORD > 1)) && command=${COMP_WORDS[1]}
    COMPREPLY=()
    case $command in
)";
    for (const auto& command : manual.commands)
        out += bashCase(command, command.name);
    return out + bashCase(manual.program, "''") + "    esac\n}\n\ncomplete -F _packetarium packetarium\n";
}

std::string zshCompletion(const Manual& manual) {
    std::string out = R"(#compdef packetarium
# Made from the description of the command line.

_packetarium() {
  local curcontext="$curcontext" state
  local -a described line
  described=(
)";
    for (const auto& command : manual.commands)
        out += "    '" + command.name + ":" + zshText(command.about) + "'\n";
    out += "  )\n  _arguments -C";
    const std::string commands = joined(commandNames(manual), " ");
    Command program = manual.program;
    program.positionals.clear(); // its lab shares the first place with the commands
    zshArguments(out, program, commands, "    ");
    out += R"( \
    '1: :->first' '*:: :->rest'
  case $state in
    first)
      _describe -t commands command described
      _files -g "*.yaml"
      ;;
    rest)
      case $line[1] in
)";
    for (const auto& command : manual.commands) {
        out += "        " + command.name + ")\n          _arguments";
        zshArguments(out, command, commands, "            ");
        out += "\n          ;;\n";
    }
    return out + "      esac\n      ;;\n  esac\n}\n\n_packetarium \"$@\"\n";
}

} // namespace ui::cli
