// Web servers: what their descriptions need besides the plain types.
#include "model/io/described_parts.h"
#include "model/io/plain_codecs.h"
#include "model/io/texts.h"
#include "model/lab/kinds.h"
#include "model/lab/service_keys.h"

namespace model::io {

namespace {

/// anyScalar is the schema of a text that may look like a number or a truth value.
Value anyScalar() { return json::typed("string number boolean"); }

lab::Page readPage(Reading& reading, const YamlNode& path, const YamlNode& yaml) {
    if (!path.text.startsWith(u'/') || path.text.contains(u' '))
        fail(path, Texts::tr("\"%1\" is not the path of a page.").arg(shown(path.text)),
             Texts::tr("A path begins with \"/\" and has no spaces."));
    lab::Page page;
    page.path = path.text;
    if (yaml.type == YamlNode::Type::Null) return page;
    if (yaml.type != YamlNode::Type::Map)
        page.body = asWord(yaml, Texts::tr("the text of a page"));
    else
        GroupIo<lab::Page>::read(reading, yaml, page);
    return page;
}

} // namespace

template <>
struct Codec<lab::PageText> {
    static void read(Reading&, const YamlNode& yaml, const lab::PageText&, const QString& what, QString& text) {
        text = asWord(yaml, what);
    }
    static Value write(const lab::PageText&, const QString& text) { return Value::word(text); }
    static Value schema(const lab::PageText&) { return anyScalar(); }
    static QString word(const lab::PageText&) { return QStringLiteral("text"); }
};

template <>
struct Rules<lab::Page> : AnyRules<lab::Page> {
    static void finish(Reading&, const YamlNode& yaml, lab::Page& page) {
        if (page.size && !page.body.isEmpty())
            fail(*value(yaml, "size"), Texts::tr("A page has a text or a size, not both."),
                 Texts::tr("Leave one of them out."));
        const auto* status = value(yaml, "status");
        if (!status) return;
        const bool redirect =
            page.status == 301 || page.status == 302 || page.status == 303 || page.status == 307 || page.status == 308;
        if (redirect != !page.redirect.isEmpty())
            fail(*status,
                 redirect ? Texts::tr("A redirect needs to know where to.")
                          : Texts::tr("%1 is not a status of a redirect.").arg(page.status),
                 redirect ? Texts::tr("Write {redirect: /new, status: 302}.")
                          : Texts::tr("Those are 301, 302, 303, 307 and 308."));
    }
    static void shape(Value& map, const lab::Page& page) { map.flow = !page.body.contains(u'\n'); }
    static std::vector<Value> shorthand() { return {anyScalar(), json::typed("null")}; }
};

template <>
struct Codec<lab::PageMap> {
    static void read(Reading& reading, const YamlNode& yaml, const lab::PageMap&, const QString&,
                     std::vector<lab::Page>& pages) {
        pages.clear();
        if (yaml.type == YamlNode::Type::Null) return;
        asMap(yaml, Texts::tr("pages"));
        for (std::size_t i = 0; i < yaml.keys.size(); ++i)
            pages.push_back(readPage(reading, yaml.keys[i], yaml.items[i]));
    }
    template <class Owner>
    static Value write(const lab::PageMap&, const std::vector<lab::Page>& pages, const Owner&, const Writing& writing) {
        Value map;
        map.flow = pages.empty();
        for (const auto& page : pages)
            map.add(page.path, page == lab::Page{page.path, page.body} ? Value::word(page.body)
                                                                       : GroupIo<lab::Page>::write(page, writing));
        return map;
    }
    static Value schema(const lab::PageMap&) {
        return json::orNull(json::mapOf(QStringLiteral("^/[^ ]*$"), json::reference(QStringLiteral("page"))));
    }
    static QString word(const lab::PageMap&) {
        return QStringLiteral("map: path to text or %1").arg(json::link(QStringLiteral("page")));
    }
};

template <>
struct Codec<lab::WebHostMap> {
    static void read(Reading& reading, const YamlNode& yaml, const lab::WebHostMap&, const QString&,
                     std::vector<lab::WebHost>& hosts) {
        hosts.clear();
        if (yaml.type == YamlNode::Type::Null) return;
        asMap(yaml, Texts::tr("hosts"));
        for (std::size_t i = 0; i < yaml.keys.size(); ++i) {
            lab::WebHost host{asDnsName(yaml.keys[i], Texts::tr("the name of a host")), {}};
            GroupIo<lab::WebHost>::read(reading, yaml.items[i], host);
            hosts.push_back(std::move(host));
        }
    }
    static Value write(const lab::WebHostMap&, const std::vector<lab::WebHost>& hosts, const lab::WebServer&,
                       const Writing& writing) {
        Value map;
        for (const auto& host : hosts)
            map.add(host.name, GroupIo<lab::WebHost>::write(host, writing));
        return map;
    }
    static Value schema(const lab::WebHostMap&) {
        return json::orNull(
            json::mapOf(patterns::whole(patterns::dnsName()), json::reference(QStringLiteral("webHost"))));
    }
    static QString word(const lab::WebHostMap&) {
        return QStringLiteral("map: name to %1").arg(json::link(QStringLiteral("webHost")));
    }
};

template <>
struct Rules<lab::WebHost> : AnyRules<lab::WebHost> {
    static void shape(Value&, const lab::WebHost&) {}
};

template <>
struct Rules<lab::WebServer> : AnyRules<lab::WebServer> {
    static void shape(Value&, const lab::WebServer&) {}
    static lab::WebServer usual() { return lab::plainWebServer(); }
};

template struct GroupIo<lab::Page>;
template struct GroupIo<lab::WebHost>;
template struct GroupIo<lab::WebServer>;

void addWebGroups(std::vector<GroupInfo>& groups) {
    groups.push_back(groupInfo<lab::WebServer>());
    groups.push_back(groupInfo<lab::WebHost>());
    groups.push_back(groupInfo<lab::Page>());
}

} // namespace model::io
