// The command line described as values. The man page and the completions are made from them, and the help's last lines.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace ui::cli {

/// Argument is an option, a flag or a positional argument of a command.
struct Argument {
    std::vector<std::string> names; ///< "-h", "--help"; empty when it is positional
    std::string value;              ///< "FILE": the placeholder of its value, or a positional's name; empty for a flag
    std::string about;              ///< a sentence without its full stop
    std::string byDefault;
    bool required = false, repeatable = false;
};

/// Command is one subcommand; the program itself is one without a name.
struct Command {
    std::string name, about;
    std::vector<Argument> positionals, options;
};

/// Manual is what the program understands.
struct Manual {
    Command program;
    std::vector<Command> commands;
};

/// describe reads the description that the parser works by; what it hides from the help is left out.
Manual describe(const CLI::App& app);

/// Row is a line of a list: the exit code and what it says, the command and what it does.
struct Row {
    std::string first, second;
};
/// exitCodes are all that the program ends with.
const std::vector<Row>& exitCodes();

/// manPage gives the man page, section 1, in the macros of man(7).
std::string manPage(const Manual& manual);
/// bashCompletion and zshCompletion give the scripts that those shells load for the program.
std::string bashCompletion(const Manual& manual);
std::string zshCompletion(const Manual& manual);

} // namespace ui::cli
