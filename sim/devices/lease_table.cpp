// The table of DHCP leases: a server's first, then what this device's own clients have.
#include "sim/apps/dhcp_client.h"
#include "sim/apps/dhcp_server.h"
#include "sim/devices/device.h"
#include "sim/devices/tables.h"

#include <algorithm>

namespace sim::devices {

std::vector<LeaseRow> leaseTable(const Network& network, kernel::DeviceId id) {
    std::vector<LeaseRow> rows;
    for (const auto& app : network.device(id).apps) {
        if (const auto* server = app.as<apps::DhcpServer>()) {
            for (const auto& l : server->leases())
                if (l.expires > network.now())
                    rows.push_back({l.mac.toString(), wire::IpAddress::v4(l.address), l.mac.toString(), l.name,
                                    "leased", l.expires});
            for (const auto& pool : server->pools())
                for (const auto& r : pool.reservations)
                    if (std::none_of(rows.begin(), rows.end(),
                                     [&](const LeaseRow& row) { return row.address == r.address; }))
                        rows.push_back(
                            {r.mac.toString(), r.address, r.mac.toString(), r.name, "reserved", kernel::kNever});
            std::stable_sort(rows.begin(), rows.end(),
                             [](const LeaseRow& a, const LeaseRow& b) { return a.address < b.address; });
        }
        if (const auto* client = app.as<apps::DhcpClient>(); client && !app.finished()) {
            using State = apps::DhcpClient::State;
            const auto state = client->state();
            const bool has = state == State::Bound || state == State::Renewing || state == State::Rebinding;
            rows.push_back({client->interfaceName(), has ? wire::IpAddress::v4(client->address()) : wire::IpAddress(),
                            client->interfaceName(),
                            has ? wire::IpAddress::v4(client->server()).toString() : std::string(),
                            apps::DhcpClient::stateName(state), has ? client->expires() : kernel::kNever});
        }
    }
    return rows;
}

} // namespace sim::devices
