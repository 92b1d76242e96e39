// Steps of a lab that change a running node: "neighbour 10.1.0.2 stale", "forget 00:00:00:00:00:02", "flush routes".
#pragma once

#include "sim/config/order.h"

#include <QStringList>

#include <optional>

namespace model::network {

/// isOrder tells whether a step that begins with that word is an order.
bool isOrder(const QString& verb);
/// readOrder reads the words of a step; none with a problem when they make no sense.
std::optional<sim::config::Order> readOrder(const QStringList& words, QString* problem);

} // namespace model::network
