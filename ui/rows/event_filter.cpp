#include "ui/rows/event_filter.h"

#include "sim/dissect/protocols.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QStringList>

#include <algorithm>
#include <optional>
#include <variant>

namespace ui::rows {

using sim::dissect::FieldNode;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ui::rows)
};

/// numberOf reads a number as it is typed: decimal, or hexadecimal with 0x.
std::optional<quint64> numberOf(const QString& typed) {
    const bool hex = typed.startsWith(u"0x", Qt::CaseInsensitive);
    bool good = false;
    const quint64 number = hex ? typed.mid(2).toULongLong(&good, 16) : typed.toULongLong(&good, 10);
    return good ? std::optional(number) : std::nullopt;
}

std::optional<bool> flagOf(const QString& typed) {
    const auto is = [&](const char* word) { return typed.compare(QLatin1String(word), Qt::CaseInsensitive) == 0; };
    if (is("1") || is("true") || is("set")) return true;
    if (is("0") || is("false") || is("not set")) return false;
    return std::nullopt;
}

/// sameBytes compares bytes with hexadecimal digits, in pairs that may stand apart: 0a1b, 0a:1b.
bool sameBytes(const std::vector<std::uint8_t>& bytes, QString typed) {
    typed.remove(u':').remove(u'-').remove(u' ');
    const QByteArray wanted = QByteArray::fromHex(typed.toLatin1());
    return wanted.size() * 2 == typed.size() && std::equal(wanted.begin(), wanted.end(), bytes.begin(), bytes.end(),
                                                           [](char a, std::uint8_t b) { return std::uint8_t(a) == b; });
}

/// SameValue compares the value of a field with what was typed.
struct SameValue {
    const FieldNode& node;
    const QString& typed;

    bool operator()(std::monostate) const { return false; }
    bool operator()(bool value) const { return flagOf(typed) == value; }
    bool operator()(std::uint64_t value) const {
        if (const auto number = numberOf(typed)) return *number == value;
        return !node.valueName.empty() && isText(node.valueName);
    }
    bool operator()(const sim::wire::IpAddress& value) const {
        return sim::wire::IpAddress::parse(typed.toStdString()) == value;
    }
    bool operator()(const sim::wire::MacAddress& value) const {
        return sim::wire::MacAddress::parse(typed.toStdString()) == value;
    }
    bool operator()(const std::vector<std::uint8_t>& value) const { return sameBytes(value, typed); }
    bool operator()(const std::string& value) const { return isText(value); }

private:
    bool isText(const std::string& text) const {
        return QString::fromStdString(text).compare(typed, Qt::CaseInsensitive) == 0;
    }
};

/// anyField tells whether use is true of some field of that name, or of that shared one: ip.addr is either end.
template <class Use>
bool anyField(const FieldNode& node, std::string_view name, Use use) {
    if (node.field && (node.field->filter == name || node.field->also == name) && use(node)) return true;
    return std::any_of(node.children.begin(), node.children.end(),
                       [&](const FieldNode& child) { return anyField(child, name, use); });
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
    const auto knownField = [](const QString& name) { return sim::dissect::findField(name.toStdString()) != nullptr; };
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
    } else if (sim::dissect::findProtocol(lower.toStdString())) {
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
        break;
    case Term::Kind::Field:
    case Term::Kind::Equal:
    case Term::Kind::NotEqual: break;
    }
    if (!subject.frame) return false;
    const std::string name = term.name.toStdString();
    const auto any = [&](auto use) { return anyField(subject.tree(), name, use); };
    const auto there = [](const FieldNode&) { return true; };
    const auto same = [&](const FieldNode& node) { return std::visit(SameValue{node, term.value}, node.value); };
    switch (term.kind) {
    case Term::Kind::Equal: return any(same);
    case Term::Kind::NotEqual: return any(there) && !any(same); // "is not" needs the field to be there
    default: return any(there);
    }
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
