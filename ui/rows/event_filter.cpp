#include "ui/rows/event_filter.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QStringList>

namespace ui::rows {

using sim::dissect::FieldNode;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ui::rows)
};

const QStringList kProtocols{QStringLiteral("eth"),  QStringLiteral("arp"),  QStringLiteral("ip"),
                             QStringLiteral("icmp"), QStringLiteral("udp"),  QStringLiteral("tcp"),
                             QStringLiteral("dns"),  QStringLiteral("http"), QStringLiteral("dhcp"),
                             QStringLiteral("rip")};

/// fieldNames are the fields a name stands for: ip.addr is either end.
QStringList fieldNames(const QString& name) {
    if (name == u"ip.addr") return {QStringLiteral("ip.src"), QStringLiteral("ip.dst")};
    if (name == u"eth.addr") return {QStringLiteral("eth.src"), QStringLiteral("eth.dst")};
    if (name == u"tcp.port") return {QStringLiteral("tcp.srcport"), QStringLiteral("tcp.dstport")};
    if (name == u"udp.port") return {QStringLiteral("udp.srcport"), QStringLiteral("udp.dstport")};
    return {name};
}

/// sameValue compares what was typed with a field as it is shown, which may say more: "80 (http)".
bool sameValue(const QString& shown, const QString& typed) {
    if (shown.compare(typed, Qt::CaseInsensitive) == 0) return true;
    return shown.startsWith(typed, Qt::CaseInsensitive) && shown.size() > typed.size() &&
           !shown[typed.size()].isLetterOrNumber() && shown[typed.size()] != u'.' && shown[typed.size()] != u':';
}

template <class Use>
bool anyField(const FieldNode& node, const QString& name, Use use) {
    if (!node.filter.empty() && QString::fromStdString(node.filter) == name && use(node)) return true;
    for (const auto& child : node.children)
        if (anyField(child, name, use)) return true;
    return false;
}

} // namespace

bool EventFilter::parseTerm(QString text, Term* term, QString* problem) {
    const auto fail = [&](const QString& why) {
        if (problem) *problem = why;
        return false;
    };
    text = text.trimmed();
    while (text.startsWith(u'!') && !text.startsWith(QLatin1String("!="))) {
        term->negated = !term->negated;
        text = text.mid(1).trimmed();
    }
    if (text.startsWith(u'(') && text.endsWith(u')')) text = text.mid(1, text.size() - 2).trimmed();
    if (text.isEmpty()) return fail(Words::tr("A term is missing beside && or ||."));
    static const QRegularExpression comparison(QStringLiteral("^([A-Za-z0-9_.]+)\\s*(==|!=)\\s*(.*)$"));
    static const QRegularExpression dotted(QStringLiteral("^[a-z][a-z0-9_]*(\\.[a-z0-9_]+)+$"));
    const auto knownField = [](const QString& name) { return kProtocols.contains(name.section(u'.', 0, 0)); };
    if (const auto match = comparison.match(text); match.hasMatch()) {
        term->kind = match.captured(2) == u"==" ? Term::Kind::Equal : Term::Kind::NotEqual;
        term->name = match.captured(1).toLower();
        term->value = match.captured(3).trimmed();
        if (term->value.size() > 1 && term->value.startsWith(u'"') && term->value.endsWith(u'"'))
            term->value = term->value.mid(1, term->value.size() - 2);
        if (term->value.isEmpty()) return fail(Words::tr("Say what %1 should be.").arg(term->name));
        if (!term->name.contains(u'.') || !knownField(term->name))
            return fail(Words::tr("There is no field %1. Try ip.addr, tcp.port or eth.src.").arg(term->name));
        return true;
    }
    if (text.contains(QLatin1String("==")) || text.contains(QLatin1String("!=")) || text.contains(u'='))
        return fail(Words::tr("Compare like this: ip.addr == 8.8.8.8"));
    if (text.contains(u'|') || text.contains(u'&')) return fail(Words::tr("Join terms with && or ||."));
    const QString lower = text.toLower();
    if (lower == u"drop" || lower == u"dropped") {
        term->kind = Term::Kind::Drop;
    } else if (kProtocols.contains(lower)) {
        term->kind = Term::Kind::Protocol;
        term->name = lower;
    } else if (dotted.match(text).hasMatch() && knownField(text)) {
        term->kind = Term::Kind::Field;
        term->name = text;
    } else {
        term->kind = Term::Kind::Words;
        term->value = text;
    }
    return true;
}

bool EventFilter::parse(const QString& text, QString* problem) {
    std::vector<std::vector<Term>> alternatives;
    if (!text.trimmed().isEmpty()) {
        for (const QString& alternative : text.split(QStringLiteral("||"))) {
            std::vector<Term> terms;
            for (const QString& part : alternative.split(QStringLiteral("&&"))) {
                Term term;
                if (!parseTerm(part, &term, problem)) return false;
                terms.push_back(std::move(term));
            }
            alternatives.push_back(std::move(terms));
        }
    }
    mAlternatives = std::move(alternatives);
    return true;
}

bool EventFilter::matches(const Term& term, const FilterSubject& subject) {
    switch (term.kind) {
    case Term::Kind::Drop: return subject.dropped;
    case Term::Kind::Words: return subject.line.contains(term.value, Qt::CaseInsensitive);
    case Term::Kind::Protocol:
        if (subject.protocol.compare(term.name, Qt::CaseInsensitive) == 0) return true;
        return subject.frame && anyField(subject.tree(), term.name, [](const FieldNode&) { return true; });
    case Term::Kind::Field:
    case Term::Kind::Equal:
    case Term::Kind::NotEqual: break;
    }
    if (!subject.frame) return false;
    for (const QString& name : fieldNames(term.name)) {
        const bool found = anyField(subject.tree(), name, [&](const FieldNode& node) {
            return term.kind == Term::Kind::Field || sameValue(QString::fromStdString(node.value), term.value);
        });
        if (found) return term.kind != Term::Kind::NotEqual;
    }
    if (term.kind != Term::Kind::NotEqual) return false;
    // "is not" needs the field to be there.
    for (const QString& name : fieldNames(term.name))
        if (anyField(subject.tree(), name, [](const FieldNode&) { return true; })) return true;
    return false;
}

bool EventFilter::matches(const FilterSubject& subject) const {
    if (mAlternatives.empty()) return true;
    for (const auto& terms : mAlternatives) {
        bool all = true;
        for (const Term& term : terms)
            all = all && matches(term, subject) != term.negated;
        if (all) return true;
    }
    return false;
}

} // namespace ui::rows
