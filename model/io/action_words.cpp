#include "model/io/action_words.h"

#include "model/io/texts.h"

namespace model::io {

bool isTarget(const QString& word) {
    if (word.isEmpty() || word.size() > 253) return false;
    for (const QChar c : word)
        if (!c.isLetterOrNumber() && !QStringLiteral("-_.:").contains(c)) return false;
    return true;
}

const std::vector<ActionWord>& actionWords() {
    static const std::vector<ActionWord> kWords = [] {
        std::vector<ActionWord> words;
        for (const auto family : {probeActions(), cableActions(), controlActions()})
            words.insert(words.end(), family.begin(), family.end());
        return words;
    }();
    return kWords;
}

QStringList actionVerbs(Verbs which) {
    QStringList verbs;
    for (const ActionWord& word : actionWords()) {
        verbs << QLatin1String(word.verb);
        if (which == Verbs::Read && word.former) verbs << QLatin1String(word.former);
    }
    return verbs;
}

const ActionWord* actionWord(const QString& action) {
    const QString verb = action.section(u' ', 0, 0, QString::SectionSkipEmpty);
    for (const ActionWord& word : actionWords())
        if (verb == QLatin1String(word.verb) || (word.former && verb == QLatin1String(word.former))) return &word;
    return nullptr;
}

std::optional<sim::config::Action> readAction(const ActionText& text, QString* problem) {
    QString ignored;
    if (!problem) problem = &ignored;
    problem->clear();
    const ActionWord* word = actionWord(text.verb());
    if (!word || (word->who == ActionWord::Who::Cable && !text.cable)) {
        *problem = Texts::tr("\"%1\" is nothing a node can do; it can %2.")
                       .arg(text.verb().left(40), actionVerbs().join(QLatin1String(", ")));
        return std::nullopt;
    }
    return word->read(text, problem);
}

std::optional<sim::config::Action> parseAction(const QString& text, QString* problem) {
    return readAction({text.split(u' ', Qt::SkipEmptyParts), {}, {}, {}}, problem);
}

QString formatAction(const sim::config::Action& action) {
    for (const ActionWord& word : actionWords()) {
        if (!word.describe) continue;
        // Each writes actions of its verb alone.
        if (const QString text = word.describe(action); !text.isEmpty()) return text;
    }
    return {};
}

bool namesCable(const QString& action) {
    const ActionWord* word = actionWord(action);
    return word && word->who == ActionWord::Who::Cable;
}

QString renamePorts(const QString& action, const QString& before, const QString& after) {
    if (!namesCable(action)) return action;
    QStringList words = action.split(u' ');
    for (QString& w : words)
        if (w.startsWith(before + u':')) w = after + w.mid(before.size());
    return words.join(u' ');
}

} // namespace model::io
