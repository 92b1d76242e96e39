// Checks: what in a lab will not work as its maker hopes, said before it runs.
#pragma once

#include "model/lab/lab.h"

#include <QString>
#include <vector>

namespace model::check {

struct Finding {
    enum class Severity : std::uint8_t { Error, Warning, Hint };
    Severity severity = Severity::Warning;
    QString code;    ///< "duplicate-address", "gateway-not-on-link", "unplugged-port" …
    QString message; ///< one sentence
    QString hint;
    lab::NodeId node; ///< what to show; may be none
    lab::LinkId link;
    QString port;
};

std::vector<Finding> check(const lab::Lab& lab);

} // namespace model::check
