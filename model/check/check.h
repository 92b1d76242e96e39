// Checks: what in a lab will not work as its maker hopes, said before it runs.
#pragma once

#include "model/lab/lab.h"

#include <QString>
#include <vector>

namespace model::check {

/// Finding is one thing that a check has to say: how bad it is, where, why, and what helps.
struct Finding {
    enum class Severity : std::uint8_t { Error, Warning, Hint };
    Severity severity = Severity::Warning;
    QString code;    ///< "duplicate-address", "gateway-not-on-link", "unplugged-port" …
    QString message; ///< one sentence
    QString hint;
    /// Effect is what comes of it when the lab is run.
    enum class Effect : std::uint8_t {
        Runs,      ///< it does what it says, though that may not be what was meant
        LeftOut,   ///< it is not simulated, and changes nothing
        Impossible ///< it cannot mean anything: such a lab is not run
    };
    Effect effect = Effect::Runs;
    QStringList path; ///< where it stands in the file: "run", "3", "do"; empty: at the node
    lab::NodeId node; ///< what to show; may be none
    lab::LinkId link;
    QString port;
};

std::vector<Finding> check(const lab::Lab& lab);

/// pathOf is where a finding stands in the file of the lab: its path, or that of its port or node.
QStringList pathOf(const lab::Lab& lab, const Finding& finding);

} // namespace model::check
