#include "sim/apps/dns_recursor.h"

#include "sim/decisions/dns.h"
#include "sim/stack/tcp.h"
#include "sim/stack/udp.h"
#include "sim/wire/dns_text.h"

#include <algorithm>

namespace sim::apps {

using stack::NoticeKind;
using wire::DnsMessage;
using wire::DnsQuestion;
using wire::DnsRecord;
namespace dns = wire::dns;

namespace {

/// setsOf takes records of a zone apart into sets of one name and type each.
std::vector<std::vector<DnsRecord>> setsOf(const std::vector<DnsRecord>& records, std::string_view zone) {
    std::vector<std::vector<DnsRecord>> sets;
    for (const auto& r : records) {
        // What a server says about names outside its zone is not believed.
        if (r.klass != dns::kInternet || r.type == dns::kOpt || !dns::inDomain(r.name, zone)) continue;
        const auto same = std::find_if(sets.begin(), sets.end(), [&](const auto& s) {
            return s[0].type == r.type && dns::sameName(s[0].name, r.name);
        });
        if (same == sets.end())
            sets.push_back({r});
        else
            same->push_back(r);
    }
    return sets;
}

bool wanted(const DnsRecord& r, const DnsQuestion& q) { return r.type == q.type || q.type == dns::kAny; }

} // namespace

std::size_t DnsRecursor::indexOf(std::uint32_t id) const {
    return std::size_t(std::find_if(mTasks.begin(), mTasks.end(), [&](const Task& t) { return t.id == id; }) -
                       mTasks.begin());
}

std::optional<DnsRecursor::Outcome> DnsRecursor::take() {
    if (mOutcomes.empty()) return std::nullopt;
    Outcome outcome = std::move(mOutcomes.front());
    mOutcomes.erase(mOutcomes.begin());
    return outcome;
}

std::uint32_t DnsRecursor::ask(AppContext& c, DnsCache& cache, const DnsQuestion& question) {
    Task& task = mTasks.emplace_back();
    task.id = ++mLastId;
    task.question = question;
    task.name = question.name;
    const auto id = task.id;
    advance(c, cache, id);
    return id;
}

void DnsRecursor::advance(AppContext& c, DnsCache& cache, std::uint32_t id) {
    for (;;) {
        Task& task = mTasks[indexOf(id)];
        const auto append = [&](const DnsCacheEntry& entry) {
            const auto records = DnsCache::aged(entry.records, entry.stored, c.now());
            task.answers.insert(task.answers.end(), records.begin(), records.end());
        };
        if (const auto* entry = cache.find(c.now(), task.name, task.question.type)) {
            append(*entry);
            return finish(c, cache, id, entry->rcode, DnsCache::aged(entry->authorities, entry->stored, c.now()));
        }
        const auto* alias = cache.find(c.now(), task.name, dns::kCname);
        if (!alias || alias->records.empty()) break;
        const DnsRecord record = DnsCache::aged(alias->records, alias->stored, c.now()).front();
        if (!follow(c, task, record)) return finish(c, cache, id, dns::kServerFailure);
    }
    Task& task = mTasks[indexOf(id)];
    if (task.servers.empty()) chooseServers(c, cache, task);
    askNext(c, cache, id);
}

/// follow goes on with the name that an alias stands for; false when that leads in circles.
bool DnsRecursor::follow(AppContext& c, Task& task, const DnsRecord& alias) {
    const bool seen = std::any_of(task.answers.begin(), task.answers.end(),
                                  [&](const auto& r) { return dns::sameName(r.name, alias.target); });
    if (c.stack.tracing())
        c.stack.decide(decisions::NameAlias{.path = c.stack.text(alias.name + " → " + alias.target), .loop = seen});
    task.answers.push_back(alias);
    if (seen || dns::sameName(alias.name, alias.target) || ++task.aliases > kMostAliases) return false;
    task.name = alias.target;
    task.servers.clear();
    return true;
}

void DnsRecursor::useRoots(Task& task) const {
    task.zone.clear();
    task.servers.clear();
    for (const auto& root : mRoots)
        if (root.isV4()) task.servers.push_back({.name = {}, .address = root});
}

void DnsRecursor::chooseServers(AppContext& c, DnsCache& cache, Task& task) {
    if (!task.fromRoot)
        for (std::string_view zone = task.name;; zone = dns::parentOf(zone)) {
            const auto* entry = cache.find(c.now(), zone, dns::kNs);
            if (entry && !entry->records.empty()) {
                task.zone = zone;
                const auto servers = entry->records;
                for (const auto& r : servers) {
                    Server server{.name = r.target, .address = {}};
                    if (const auto* a = cache.find(c.now(), r.target, dns::kA); a && !a->records.empty())
                        server.address = a->records[0].address;
                    task.servers.push_back(server);
                }
                return;
            }
            if (zone.empty()) break;
        }
    useRoots(task);
}

void DnsRecursor::askNext(AppContext& c, DnsCache& cache, std::uint32_t id) {
    for (;;) {
        Task& task = mTasks[indexOf(id)];
        if (task.queries >= kMostQueries) return finish(c, cache, id, dns::kServerFailure);
        const Server* best = nullptr;
        for (const auto& s : task.servers)
            if (s.address.isV4() && !s.address.isNone() && !s.useless && s.tries < kMostTries &&
                (!best || s.tries < best->tries))
                best = &s;
        if (best && best->tries == 0) {
            task.server = std::size_t(best - task.servers.data());
            return send(c, task);
        }
        // Servers whose addresses nobody told come before those that were silent.
        if (lookForServer(c, cache, id)) return;
        if (best) {
            task.server = std::size_t(best - task.servers.data());
            return send(c, task);
        }
        if (task.fromRoot || task.zone.empty()) return finish(c, cache, id, dns::kServerFailure);
        task.fromRoot = true; // what the cache had leads nowhere: down from the root once more
        useRoots(task);
    }
}

/// lookForServer begins to look up the address of a server that is known by name only; false when there is none to look
/// for.
bool DnsRecursor::lookForServer(AppContext& c, DnsCache& cache, std::uint32_t id) {
    const std::size_t index = indexOf(id);
    if (mTasks[index].depth >= kDeepest) return false;
    for (std::size_t s = 0; s < mTasks[index].servers.size(); ++s) {
        Server& server = mTasks[index].servers[s];
        if (!server.address.isNone() || server.looked || server.name.empty()) continue;
        server.looked = true;
        bool circle = false; // whoever waits for this task must not be what it would wait for
        for (auto at = id; at != 0; at = mTasks[indexOf(at)].parent)
            circle = circle || (mTasks[indexOf(at)].question.type == dns::kA &&
                                dns::sameName(mTasks[indexOf(at)].name, server.name));
        if (circle) continue;
        Task child;
        child.id = ++mLastId;
        child.parent = id;
        child.depth = mTasks[index].depth + 1;
        child.question = {.name = server.name, .type = dns::kA};
        child.name = server.name;
        child.queries = mTasks[index].queries; // all of a walk share one allowance
        mTasks.push_back(std::move(child));
        advance(c, cache, mTasks.back().id);
        return true;
    }
    return false;
}

std::vector<std::uint8_t> DnsRecursor::query(const Task& task) const {
    DnsMessage query;
    query.id = task.queryId;
    query.questions.push_back({.name = task.name, .type = task.question.type});
    query.addEdns();
    return query.write();
}

void DnsRecursor::send(AppContext& c, Task& task) {
    hangUp(c, task);
    Server& server = task.servers[task.server];
    const auto wait = kFirstWait * (1 << server.tries);
    ++server.tries;
    ++task.queries;
    task.queryId = c.stack.system().rng.next16();
    if (c.stack.tracing())
        c.stack.decide(decisions::NameForwarded{.name = c.stack.text(task.name), .server = server.address});
    if (const auto socket = stack::udp::open(c.stack, c.self(), 0, 0)) {
        task.socket = *socket;
        if (stack::udp::connect(c.stack, *socket, server.address.toV4(), dns::kPort) == stack::Errno::None)
            stack::udp::send(c.stack, *socket, query(task));
    }
    if (++mLastTag < kFirstTag) mLastTag = kFirstTag;
    task.tag = mLastTag;
    c.setTimer(wait, task.tag);
}

void DnsRecursor::hangUp(AppContext& c, Task& task) {
    if (task.socket.valid()) stack::udp::close(c.stack, task.socket);
    task.socket = {};
    task.stream.close(c);
    task.tag = 0;
}

void DnsRecursor::useless(AppContext& c, DnsCache& cache, std::uint32_t id) {
    Task& task = mTasks[indexOf(id)];
    task.servers[task.server].useless = true;
    if (c.stack.tracing())
        c.stack.decide(
            decisions::NameServerLame{.name = c.stack.text(task.name), .server = task.servers[task.server].address});
    hangUp(c, task);
    askNext(c, cache, id);
}

void DnsRecursor::onTimer(AppContext& c, DnsCache& cache, std::uint16_t tag) {
    for (auto& task : mTasks) {
        if (task.tag != tag) continue;
        const auto id = task.id;
        if (c.stack.tracing())
            c.stack.decide(decisions::NameServerLame{.name = c.stack.text(task.name),
                                                     .server = task.servers[task.server].address,
                                                     .why = decisions::NameServerLame::Why::Silent});
        hangUp(c, task);
        return askNext(c, cache, id);
    }
}

void DnsRecursor::onNotice(AppContext& c, DnsCache& cache, const stack::Notice& n) {
    for (std::size_t i = 0; i < mTasks.size(); ++i) {
        const auto id = mTasks[i].id;
        if (mTasks[i].stream.used() && mTasks[i].stream.socket == n.socket && n.kind != NoticeKind::IcmpError) {
            DnsStream& stream = mTasks[i].stream;
            if (n.kind == NoticeKind::Connected) stream.connected = true;
            if (n.kind == NoticeKind::Connected || n.kind == NoticeKind::Writable) return stream.flush(c);
            if (n.kind == NoticeKind::Closed && n.error != stack::Errno::None) return useless(c, cache, id);
            stream.read(c);
            if (const auto message = stream.next()) return took(c, cache, id, *message, true);
            if (n.kind == NoticeKind::Closed || stack::tcp::ended(c.stack, stream.socket)) return useless(c, cache, id);
        }
        if (!mTasks[i].socket.valid() || mTasks[i].socket != n.socket) continue;
        if (n.kind == NoticeKind::IcmpError && n.error != stack::Errno::None) return useless(c, cache, id);
        if (n.kind != NoticeKind::Readable) continue;
        const auto datagram = stack::udp::receive(c.stack, n.socket);
        if (!datagram) continue;
        const auto bytes = c.stack.frames().bytes(datagram->frame).subspan(datagram->offset, datagram->length);
        const std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
        c.stack.frames().release(datagram->frame);
        return took(c, cache, id, copy, false);
    }
}

void DnsRecursor::took(AppContext& c, DnsCache& cache, std::uint32_t id, std::span<const std::uint8_t> bytes,
                       bool byTcp) {
    Task& task = mTasks[indexOf(id)];
    const auto message = DnsMessage::parse(bytes);
    if (!message || !message->response || message->id != task.queryId || message->questions.size() != 1 ||
        message->questions[0].type != task.question.type || !dns::sameName(message->questions[0].name, task.name))
        return; // not what was asked: the timer goes on
    if (message->truncated && !byTcp) {
        const auto server = task.servers[task.server].address;
        if (c.stack.tracing())
            c.stack.decide(decisions::NameTruncated{.name = c.stack.text(task.name), .server = server});
        if (!task.stream.open(c, server.toV4())) return useless(c, cache, id);
        return task.stream.send(c, query(task));
    }
    hangUp(c, task);
    answered(c, cache, id, *message);
}

void DnsRecursor::answered(AppContext& c, DnsCache& cache, std::uint32_t id, const DnsMessage& message) {
    Task& task = mTasks[indexOf(id)];
    if (message.rcode != dns::kNoError && message.rcode != dns::kNoSuchName) return useless(c, cache, id);
    const auto sets = setsOf(message.answers, task.zone);
    for (const auto& set : sets)
        cache.store(c.now(), set);
    bool moved = false;
    for (std::size_t step = 0; step <= sets.size(); ++step) {
        const std::vector<DnsRecord>* alias = nullptr;
        bool found = false;
        for (const auto& set : sets) {
            if (!dns::sameName(set[0].name, task.name)) continue;
            if (wanted(set[0], task.question)) {
                task.answers.insert(task.answers.end(), set.begin(), set.end());
                found = true;
            } else if (set[0].type == dns::kCname) {
                alias = &set;
            }
        }
        if (found) return finish(c, cache, id, dns::kNoError);
        if (!alias) break;
        if (!follow(c, task, alias->front())) return finish(c, cache, id, dns::kServerFailure);
        moved = true;
    }
    const bool none = message.rcode == dns::kNoSuchName || DnsCache::negativeTtl(message) > 0 || message.authoritative;
    if (!moved && referred(c, cache, task, message)) return askNext(c, cache, id);
    // An answer about the alias's target is believed when it comes from the target's own zone.
    if (none && (!moved || dns::inDomain(task.name, task.zone))) {
        std::vector<DnsRecord> soa;
        for (const auto& r : message.authorities)
            if (r.type == dns::kSoa && dns::inDomain(task.name, r.name)) soa.push_back(r);
        if (!moved || !soa.empty() || message.rcode == dns::kNoSuchName) {
            const auto ttl = soa.empty() ? 0 : DnsCache::negativeTtl(message);
            cache.storeNone(c.now(), task.name, task.question.type, message.rcode, ttl, soa);
            if (ttl && c.stack.tracing())
                c.stack.decide(
                    decisions::NameNegativeKept{.name = c.stack.text(task.name), .ttl = ttl, .rcode = message.rcode});
            return finish(c, cache, id, message.rcode, std::move(soa));
        }
    }
    if (moved) return advance(c, cache, id);
    useless(c, cache, id);
}

/// referred takes the servers of a zone below this one that the answer names; false when it names none.
bool DnsRecursor::referred(AppContext& c, DnsCache& cache, Task& task, const DnsMessage& message) {
    if (message.rcode != dns::kNoError || message.authoritative) return false;
    for (const auto& set : setsOf(message.authorities, task.zone)) {
        const std::string below = set[0].name;
        // Only downwards, so that every walk ends.
        if (set[0].type != dns::kNs || below.size() <= task.zone.size() || !dns::inDomain(task.name, below)) continue;
        cache.store(c.now(), set);
        const auto glue = setsOf(message.additionals, task.zone);
        for (const auto& g : glue)
            if ((g[0].type == dns::kA || g[0].type == dns::kAaaa) && !cache.find(c.now(), g[0].name, g[0].type))
                cache.store(c.now(), g);
        if (c.stack.tracing())
            c.stack.decide(decisions::NameReferred{.zone = c.stack.text(below),
                                                   .from = task.servers[task.server].address,
                                                   .servers = std::uint32_t(set.size())});
        task.zone = below;
        task.servers.clear();
        for (const auto& ns : set) {
            Server server{.name = ns.target, .address = {}};
            for (const auto& g : glue)
                if (g[0].type == dns::kA && dns::sameName(g[0].name, ns.target)) server.address = g[0].address;
            if (server.address.isNone())
                if (const auto* a = cache.find(c.now(), ns.target, dns::kA); a && !a->records.empty())
                    server.address = a->records[0].address;
            task.servers.push_back(server);
        }
        return true;
    }
    return false;
}

void DnsRecursor::finish(AppContext& c, DnsCache& cache, std::uint32_t id, std::uint8_t rcode,
                         std::vector<DnsRecord> authorities) {
    const std::size_t index = indexOf(id);
    hangUp(c, mTasks[index]);
    Task task = std::move(mTasks[index]);
    mTasks.erase(mTasks.begin() + std::ptrdiff_t(index));
    if (task.parent == 0) {
        if (rcode == dns::kServerFailure) task.answers.clear();
        mOutcomes.push_back({id, rcode, std::move(task.answers), std::move(authorities)});
        return;
    }
    Task& parent = mTasks[indexOf(task.parent)];
    parent.queries = std::max(parent.queries, task.queries);
    for (const auto& r : task.answers)
        if (r.type == dns::kA)
            for (auto& server : parent.servers)
                if (server.address.isNone() && dns::sameName(server.name, task.question.name))
                    server.address = r.address;
    askNext(c, cache, task.parent);
}

} // namespace sim::apps
