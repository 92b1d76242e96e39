// What happens to cables during a run.
#include "model/io/action_words.h"

#include <QCoreApplication>

namespace model::io {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(model::io::CableActions)
};

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

constexpr auto kCable = ActionWord::Who::Cable;
constexpr ActionWord kActions[] = {
    {"plug", "plug NODE:PORT", "plug desktop:eth0", kCable, readLink<true>},
    {"unplug", "unplug NODE:PORT", "unplug desktop:eth0", kCable, readLink<false>},
    {"cut", "cut NODE:PORT", "cut desktop:eth0", kCable, readCut<true>},
    {"mend", "mend NODE:PORT", "mend desktop:eth0", kCable, readCut<false>},
};

} // namespace

std::span<const ActionWord> cableActions() { return kActions; }

} // namespace model::io
