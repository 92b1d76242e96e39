// What services and programs know: leases, names, and what the programs themselves came to.
#include "sim/tables/table.h"

namespace sim::tables {

using devices::ApplicationRow;
using devices::DnsCacheRow;
using devices::LeaseRow;

std::vector<Description> serviceTables() {
    return {
        describe<LeaseRow>(
            {"leases", "DHCP leases", "Who was given which address: empty until a client asks.", 40,
             Wanted::WithDhcpServer},
            devices::leaseTable,
            {
                {{"address", "Address", Kind::Address, true}, [](const LeaseRow& r) -> Value { return r.address; }},
                {{"", "Who"},
                 [](const LeaseRow& r) -> Value { return r.name.empty() ? r.who : r.who + " (" + r.name + ')'; }},
                {{"state", "State"}, [](const LeaseRow& r) -> Value { return r.state; }},
                {{"expires", "Left", Kind::Left}, [](const LeaseRow& r) -> Value { return r.expires; }},
                {{"who"}, [](const LeaseRow& r) -> Value { return r.who; }},
                {{"name"}, [](const LeaseRow& r) -> Value { return r.name; }},
            }),
        describe<DnsCacheRow>(
            {"dns_cache", "DNS cache", "Names and their addresses: empty until a client asks.", 70,
             Wanted::WithDnsServer},
            devices::dnsCacheTable,
            {
                {{"name", "Name", Kind::Text, true}, [](const DnsCacheRow& r) -> Value { return r.name; }},
                {{"type", "Type"}, [](const DnsCacheRow& r) -> Value { return r.type; }},
                {{"data", "Data"}, [](const DnsCacheRow& r) -> Value { return r.data; }},
                {{"", "Left", Kind::Left},
                 [](const DnsCacheRow& r) -> Value {
                     if (r.authoritative) return "own";
                     return r.expires;
                 }},
                {{"authoritative", "", Kind::Boolean}, [](const DnsCacheRow& r) -> Value { return r.authoritative; }},
                {{"expires", "", Kind::Left}, [](const DnsCacheRow& r) -> Value { return r.expires; }},
            }),
        describe<ApplicationRow>(
            {"applications", "Applications", "", 90}, devices::applicationTable,
            {
                {{"what", "What"}, [](const ApplicationRow& r) -> Value { return r.what; }},
                {{"", "Result", Kind::Text, true},
                 [](const ApplicationRow& r) -> Value { return r.result.empty() ? r.state : r.result; }},
                {{"state"}, [](const ApplicationRow& r) -> Value { return r.state; }},
                {{"result"}, [](const ApplicationRow& r) -> Value { return r.result; }},
                {{"ok", "", Kind::Boolean}, [](const ApplicationRow& r) -> Value { return r.ok; }},
            }),
    };
}

} // namespace sim::tables
