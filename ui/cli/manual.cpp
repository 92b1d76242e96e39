#include "ui/cli/manual.h"

// CLI11 is not ours to keep free of warnings.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#include <CLI/CLI.hpp>
#pragma GCC diagnostic pop

namespace ui::cli {

namespace {

Argument describeOption(const CLI::Option& option) {
    Argument out;
    out.about = option.get_description();
    out.byDefault = option.get_default_str();
    out.required = option.get_required();
    if (option.nonpositional()) {
        for (const auto& name : option.get_snames())
            out.names.push_back("-" + name);
        for (const auto& name : option.get_lnames())
            out.names.push_back("--" + name);
        if (option.get_items_expected_max() > 0) out.value = option.get_type_name();
    } else {
        out.value = option.get_name(true);
    }
    // A list ends at the next option; so does one that takes a value each time it is given.
    out.repeatable =
        option.get_expected_max() > 1 || option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
    return out;
}

Command describeCommand(const CLI::App& app) {
    Command out{app.get_name(), app.get_description(), {}, {}};
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_group().empty()) continue; // hidden from the help
        (option->nonpositional() ? out.options : out.positionals).push_back(describeOption(*option));
    }
    return out;
}

} // namespace

Manual describe(const CLI::App& app) {
    Manual manual{describeCommand(app), {}};
    manual.program.name.clear();
    for (const CLI::App* command : app.get_subcommands([](const CLI::App* a) { return !a->get_group().empty(); }))
        manual.commands.push_back(describeCommand(*command));
    return manual;
}

const std::vector<Row>& exitCodes() {
    static const std::vector<Row> codes = {
        {"0", "done"},
        {"1", "check found an error, lint anything at all; or a run was stopped by a storm or a bound"},
        {"2", "the arguments make no sense, or a file or standard output cannot be read or written"},
        {"129, 130, 143", "HUP, INT or TERM ended a run; what was simulated until then was told and written"},
        {"141", "whoever read the output has left"},
    };
    return codes;
}

} // namespace ui::cli
