// Options of actions ("count 3", "interval 500ms", "ipv4") as tables of members: read, written and listed by these.
#pragma once

#include "model/io/quantities.h"

#include <QCoreApplication>
#include <QStringList>

#include <array>
#include <span>
#include <string>
#include <variant>

namespace model::io {

/// OptionTexts are the sentences for options of an action that cannot be read.
struct OptionTexts {
    Q_DECLARE_TR_FUNCTIONS(model::io::ActionOptions)
};

/// Option is a word that can follow in an action, and the member of the action that it fills.
template <class Action>
struct Option {
    struct Flag {
        bool Action::*member;
    };
    struct Number {
        int Action::*member;
        std::uint64_t least, most;
    };
    struct Span {
        sim::kernel::SimTime Action::*member; ///< 1 ms to 1 h
    };
    struct Name {
        std::string Action::*member;
        const char* what; ///< what has to follow: "an interface or an address of the node"
    };
    /// Choice sets something to one of several values.
    struct Choice {
        void (*set)(Action&);
        bool (*is)(const Action&);
    };
    const char* word;
    std::variant<Flag, Number, Span, Name, Choice> value;
};

/// wordsOf lists the words of a table.
template <class Action, std::size_t N>
constexpr std::array<const char*, N> wordsOf(const std::array<Option<Action>, N>& options) {
    std::array<const char*, N> words{};
    for (std::size_t i = 0; i < N; ++i)
        words[i] = options[i].word;
    return words;
}

/// readOptions reads the words from a place to the end; false with a problem when one makes no sense.
template <class Action, std::size_t N>
bool readOptions(const QStringList& words, qsizetype from, const std::array<Option<Action>, N>& options, Action& action,
                 QString* problem) {
    using O = Option<Action>;
    const QString& verb = words[0];
    for (qsizetype i = from; i < words.size(); ++i) {
        const QString& word = words[i];
        const O* option = nullptr;
        for (const O& o : options)
            if (word == QLatin1String(o.word)) option = &o;
        if (!option) {
            QStringList known;
            for (const O& o : options)
                known << QLatin1String(o.word);
            const QString last = known.takeLast();
            *problem =
                OptionTexts::tr("%1 does not know \"%2\"; it knows %3.")
                    .arg(verb, word.left(40),
                         known.isEmpty() ? last
                                         : OptionTexts::tr("%1 and %2").arg(known.join(QLatin1String(", ")), last));
            return false;
        }
        if (const auto* flag = std::get_if<typename O::Flag>(&option->value)) {
            action.*flag->member = true;
            continue;
        }
        if (const auto* choice = std::get_if<typename O::Choice>(&option->value)) {
            choice->set(action);
            continue;
        }
        const QString argument = words.value(++i);
        if (const auto* span = std::get_if<typename O::Span>(&option->value)) {
            const auto time = parseTime(argument);
            if (!time || *time < std::chrono::milliseconds(1) || *time > std::chrono::hours(1)) {
                *problem =
                    OptionTexts::tr("%1: the %2 goes from 1ms to 3600s, and is not \"%3\".").arg(verb, word, argument);
                return false;
            }
            action.*span->member = *time;
        } else if (const auto* number = std::get_if<typename O::Number>(&option->value)) {
            const auto value = parseWhole(argument);
            if (!value || *value < number->least || *value > number->most) {
                *problem = OptionTexts::tr("%1: %2 goes from %3 to %4, and is not \"%5\".")
                               .arg(verb, word)
                               .arg(number->least)
                               .arg(number->most)
                               .arg(argument);
                return false;
            }
            action.*number->member = int(*value);
        } else {
            const auto& name = std::get<typename O::Name>(option->value);
            if (argument.isEmpty()) {
                *problem = OptionTexts::tr("%1: after \"%2\" comes %3.").arg(verb, word, OptionTexts::tr(name.what));
                return false;
            }
            action.*name.member = argument.toStdString();
        }
    }
    return true;
}

/// formatOptions writes what differs from a plain action, each with a blank before it.
template <class Action, std::size_t N>
QString formatOptions(const Action& action, const std::array<Option<Action>, N>& options, const Action& plain) {
    using O = Option<Action>;
    QString out;
    for (const O& o : options) {
        const QString word = u' ' + QLatin1String(o.word);
        if (const auto* flag = std::get_if<typename O::Flag>(&o.value)) {
            if (action.*flag->member != plain.*flag->member) out += word;
        } else if (const auto* choice = std::get_if<typename O::Choice>(&o.value)) {
            if (choice->is(action) && !choice->is(plain)) out += word;
        } else if (const auto* span = std::get_if<typename O::Span>(&o.value)) {
            if (action.*span->member != plain.*span->member) out += word + u' ' + formatTime(action.*span->member);
        } else if (const auto* number = std::get_if<typename O::Number>(&o.value)) {
            if (action.*number->member != plain.*number->member)
                out += word + u' ' + QString::number(action.*number->member);
        } else if (const auto& name = std::get<typename O::Name>(o.value); action.*name.member != plain.*name.member) {
            out += word + u' ' + QString::fromStdString(action.*name.member);
        }
    }
    return out;
}

} // namespace model::io
