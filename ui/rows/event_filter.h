// The filter line of the event list: a small part of Wireshark's display filters, and plain words.
#pragma once

#include "sim/dissect/dissect.h"

#include <QString>

#include <functional>
#include <vector>

namespace ui::rows {

/// FilterSubject is what a filter looks at. tree is asked for only when a term needs fields.
struct FilterSubject {
    QString line;     ///< all columns of the row, for plain words
    QString protocol; ///< what the row is about, as a word of the filter: "dns"
    bool frame = true;
    bool dropped = false;
    std::function<const sim::dissect::FieldNode&()> tree;
};

/// EventFilter is made of terms joined by && and || (&& binds tighter); a term is a protocol (arp), a field
/// (tcp.flags), a comparison (ip.addr == 8.8.8.8, tcp.port != 80), "drop", or any other words, which must occur in the
/// row. ! before a term turns it round. Protocols and fields are those of the dissectors (sim/dissect/protocols.h);
/// what is typed is compared with a field's value: a number in decimal or hexadecimal or its name (ip.proto == UDP), an
/// address, a MAC address, true or false, bytes in hexadecimal, a text.
class EventFilter {
public:
    /// parse keeps the old filter and returns false when text makes no sense; problem says why.
    bool parse(const QString& text, QString* problem = nullptr);
    bool isEmpty() const { return mAlternatives.empty(); }
    bool matches(const FilterSubject& subject) const;

private:
    struct Term {
        enum class Kind : std::uint8_t { Words, Protocol, Field, Equal, NotEqual, Drop };
        Kind kind = Kind::Words;
        bool negated = false;
        QString name, value;
    };
    static bool parseTerm(QString text, Term* term, QString* problem);
    static bool matches(const Term& term, const FilterSubject& subject);

    std::vector<std::vector<Term>> mAlternatives;
};

} // namespace ui::rows
