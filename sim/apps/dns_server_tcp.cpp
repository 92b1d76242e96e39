// Clients of a DNS server that speak TCP (RFC 7766), as dnsmasq serves them.
#include "sim/apps/dns_server.h"
#include "sim/decisions/dns.h"
#include "sim/stack/tcp.h"

#include <algorithm>

namespace sim::apps {

using stack::NoticeKind;
using wire::DnsMessage;
using wire::DnsQuestion;
namespace dns = wire::dns;

void DnsServer::onStream(AppContext& c, const stack::Notice& n) {
    for (std::size_t i = 0; i < mClients.size(); ++i)
        if (mClients[i].upstream.used() && mClients[i].upstream.socket == n.socket) return onUpstream(c, i, n);
    const auto find = [&] {
        return std::find_if(mClients.begin(), mClients.end(),
                            [&](const auto& k) { return k.stream.socket == n.socket; });
    };
    if (find() == mClients.end()) return;
    if (n.kind == NoticeKind::Writable) return find()->stream.flush(c);
    if (n.kind != NoticeKind::Closed) find()->stream.read(c);
    serve(c, n.socket);
    if (const auto client = find(); n.kind == NoticeKind::Closed || stack::tcp::ended(c.stack, n.socket)) {
        if (client == mClients.end()) return;
        client->upstream.close(c);
        client->stream.close(c);
        mClients.erase(client);
    }
}

/// serve answers what has arrived from a client, one question after the other.
void DnsServer::serve(AppContext& c, kernel::SocketId stream) {
    for (;;) {
        const auto client =
            std::find_if(mClients.begin(), mClients.end(), [&](const auto& k) { return k.stream.socket == stream; });
        if (client == mClients.end() || client->waits) return;
        const auto bytes = client->stream.next();
        if (!bytes) return;
        const auto query = DnsMessage::parse(*bytes);
        if (query && !query->response) asked(c, {.id = query->id, .stream = stream}, *query);
    }
}

void DnsServer::onUpstream(AppContext& c, std::size_t index, const stack::Notice& n) {
    Client& client = mClients[index];
    const kernel::SocketId stream = client.stream.socket;
    if (n.kind == NoticeKind::Connected) client.upstream.connected = true;
    if (n.kind == NoticeKind::Connected || n.kind == NoticeKind::Writable) return client.upstream.flush(c);
    if (n.kind != NoticeKind::Closed) client.upstream.read(c);
    const Asker asker{.id = client.id, .edns = true, .stream = stream};
    while (const auto bytes = client.upstream.next()) {
        auto message = DnsMessage::parse(*bytes);
        if (!message || !message->response || !client.waits || message->id != client.id ||
            message->questions.size() != 1 || !dns::sameQuestion(message->questions[0], client.question))
            continue;
        client.waits = false;
        store(c, *message, true);
        message->recursionAvailable = true;
        reply(c, asker, std::move(*message), false);
    }
    if (n.kind == NoticeKind::Closed || stack::tcp::ended(c.stack, client.upstream.socket)) {
        client.upstream.close(c);
        if (client.waits) tryUpstream(c, stream);
    }
    serve(c, stream);
}

void DnsServer::forwardByTcp(AppContext& c, const Asker& asker, const DnsMessage& query) {
    const auto client =
        std::find_if(mClients.begin(), mClients.end(), [&](const auto& k) { return k.stream.socket == asker.stream; });
    if (client == mClients.end()) return;
    client->waits = true;
    client->question = query.questions[0];
    client->id = asker.id;
    client->query = upstreamQuery(query, asker.id).write();
    client->tried = 0;
    tryUpstream(c, asker.stream);
}

/// tryUpstream asks by the connection there is, or by one to the next upstream server; when none can be connected to,
/// the client is hung up on without an answer, as dnsmasq does it.
void DnsServer::tryUpstream(AppContext& c, kernel::SocketId stream) {
    const auto client =
        std::find_if(mClients.begin(), mClients.end(), [&](const auto& k) { return k.stream.socket == stream; });
    const auto& servers = mConfig.forward;
    const auto favourite = mFavourite ? std::find(servers.begin(), servers.end(), *mFavourite) : servers.end();
    const std::size_t first = favourite == servers.end() ? 0 : std::size_t(favourite - servers.begin());
    while (!client->upstream.used() && client->tried < servers.size()) {
        const auto server = servers[(first + client->tried++) % servers.size()];
        if (!server.isV4() || !client->upstream.open(c, server.toV4(), true)) continue;
        if (c.stack.tracing())
            c.stack.decide(decisions::NameForwarded{.name = c.stack.text(client->question.name), .server = server});
    }
    if (client->upstream.used()) return client->upstream.send(c, client->query);
    client->stream.close(c);
    mClients.erase(client);
}

} // namespace sim::apps
