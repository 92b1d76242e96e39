// What happens to cables during a run.
#include "model/io/action_words.h"
#include "model/io/quantities.h"
#include "model/io/script.h"
#include "model/io/texts.h"

namespace model::io {

namespace {

/// readCable reads "VERB NODE:PORT".
std::optional<sim::kernel::ChannelId> readCable(const ActionText& text, QString* problem) {
    if (text.words.size() == 2) return text.cable(text.word(1), problem);
    *problem = Texts::tr("\"%1\" needs a port, such as desktop:eth0.").arg(text.quoted());
    return std::nullopt;
}

template <bool kUp>
std::optional<sim::config::Action> readLink(const ActionText& text, QString* problem) {
    const auto channel = readCable(text, problem);
    return channel ? std::optional<sim::config::Action>(sim::config::SetLink{*channel, kUp}) : std::nullopt;
}

template <bool kCut>
std::optional<sim::config::Action> readCut(const ActionText& text, QString* problem) {
    const auto channel = readCable(text, problem);
    return channel ? std::optional<sim::config::Action>(sim::config::Cut{*channel, kCut}) : std::nullopt;
}

/// readMove reads "move NODE:PORT to NODE:PORT".
std::optional<sim::config::Action> readMove(const ActionText& text, QString* problem) {
    if (text.words.size() != 4 || text.word(2) != QLatin1String("to")) {
        *problem =
            Texts::tr("\"%1\" does not say from where to where; write \"move a:eth0 to a:eth1\".").arg(text.quoted());
        return std::nullopt;
    }
    const auto channel = text.cable(text.word(1), problem);
    if (!channel) return std::nullopt;
    const auto to = text.freePort(text.word(3), problem);
    if (!to) return std::nullopt;
    return sim::config::MoveCable{*channel, text.interfaceAt(text.word(1)), *to};
}

/// readChange reads "link NODE:PORT loss 5% delay 20ms …".
std::optional<sim::config::Action> readChange(const ActionText& text, QString* problem) {
    using Change = sim::config::ChangeLink;
    if (text.words.size() < 4 || text.words.size() % 2 != 0) {
        *problem = Texts::tr("\"%1\" does not say what to change; write \"link a:eth0 loss 5% delay 20ms\".")
                       .arg(text.quoted());
        return std::nullopt;
    }
    const auto channel = text.cable(text.word(1), problem);
    if (!channel) return std::nullopt;
    Change change;
    change.channel = *channel;
    change.text = text.words.mid(2).join(u' ').toStdString();
    static constexpr std::pair<const char*, std::optional<std::uint32_t> Change::*> kChances[] = {
        {"loss", &Change::loss},
        {"corrupt", &Change::corrupt},
        {"duplicate", &Change::duplicate},
        {"reorder", &Change::reorder}};
    static constexpr std::pair<const char*, std::optional<sim::kernel::SimTime> Change::*> kTimes[] = {
        {"delay", &Change::delay}, {"jitter", &Change::jitter}};
    for (qsizetype i = 2; i < text.words.size(); i += 2) {
        const QString &word = text.words[i], &value = text.words[i + 1];
        bool known = false, read = false;
        for (const auto& [name, member] : kChances)
            if (word == QLatin1String(name)) known = true, read = (change.*member = parseChance(value)).has_value();
        for (const auto& [name, member] : kTimes)
            if (word == QLatin1String(name)) {
                known = true;
                change.*member = parseTime(value);
                read = change.*member && *(change.*member) <= std::chrono::hours(1);
            }
        if (word == QLatin1String("rate")) {
            known = true;
            change.rate = parseRate(value);
            read = change.rate && *change.rate >= 1 && *change.rate <= 1'000'000'000'000;
        }
        if (read) continue;
        *problem = known ? Texts::tr("\"%1\" is not a %2 of a cable; write them as in links.").arg(value.left(40), word)
                         : Texts::tr("A cable has no \"%1\" to change; it has loss, corrupt, duplicate, reorder, "
                                     "delay, jitter and rate.")
                               .arg(word.left(40));
        return std::nullopt;
    }
    return change;
}

constexpr const char* kChangeWords[] = {"loss", "corrupt", "duplicate", "reorder", "delay", "jitter", "rate"};
constexpr const char* kMoveWords[] = {"to"};
constexpr auto kCable = ActionWord::Who::Cable;
constexpr ActionWord kCableActions[] = {
    {"plug", "plug NODE:PORT", "plug desktop:eth0", kCable, readLink<true>},
    {"unplug", "unplug NODE:PORT", "unplug desktop:eth0", kCable, readLink<false>},
    {"move", "move NODE:PORT to NODE:PORT", "move desktop:eth0 to desktop:eth1", kCable, readMove, nullptr, kMoveWords},
    {"cut", "cut NODE:PORT", "cut desktop:eth0", kCable, readCut<true>},
    {"repair", "repair NODE:PORT", "repair desktop:eth0", kCable, readCut<false>, nullptr, {}, "mend"},
    {"link", "link NODE:PORT [loss 5%] [corrupt P] [duplicate P] [reorder P] [delay T] [jitter T] [rate R]",
     "link desktop:eth0 loss 5% delay 20ms", kCable, readChange, nullptr, kChangeWords},
};

} // namespace

std::span<const ActionWord> cableActions() { return kCableActions; }

} // namespace model::io
