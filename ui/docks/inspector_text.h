// The inspector's fields as text: how values are written and read, and what is wrong with them, in a sentence.
#pragma once

#include "model/lab/lab.h"

#include <QString>

#include <optional>
#include <vector>

namespace ui::docks::fields {

/// Each read function gives nothing and fills problem (when not null) for a text that is none.

QString addresses(const std::vector<sim::wire::Prefix>& list);
/// readAddresses takes addresses with their lengths, separated by commas or spaces: "192.168.0.1/24, 5.5.5.5/24".
std::optional<std::vector<sim::wire::Prefix>> readAddresses(const QString& text, QString* problem);

QString servers(const std::vector<sim::wire::IpAddress>& list);
std::optional<std::vector<sim::wire::IpAddress>> readServers(const QString& text, QString* problem);

std::optional<sim::wire::IpAddress> readAddress(const QString& text, QString* problem);
std::optional<sim::wire::MacAddress> readMac(const QString& text, QString* problem);
std::optional<int> readMtu(const QString& text, QString* problem);

/// records are the lines of a DNS server's own names: "google.com 8.8.8.8", with a TTL in seconds when it is not 300.
QString records(const std::vector<model::lab::DnsRecord>& list);
std::optional<std::vector<model::lab::DnsRecord>> readRecords(const QString& text, QString* problem);

/// routes are lines as "ip route" takes them: "10.0.0.0/8 via 5.5.5.1 dev wan0 metric 10", "unreachable 10.1.0.0/16".
QString routes(const std::vector<model::lab::Route>& list);
std::optional<std::vector<model::lab::Route>> readRoutes(const QString& text, QString* problem);

/// runOf is what one node does when the lab starts, a line a step, with its time when that is not the start:
/// "browse http://google.com/", "2s ping 8.8.8.8".
QString runOf(const std::vector<model::lab::RunStep>& run, model::lab::NodeId node);
std::optional<std::vector<model::lab::RunStep>> readRun(const QString& text, model::lab::NodeId node, QString* problem);

} // namespace ui::docks::fields
