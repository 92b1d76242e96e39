// What the description of a decision consists of. A kind is a struct of typed members with `kAbout` (its name, when it
// is told, whether it is an event, which row decided it), `kSays` (every template of its sentence) and `tell`, which
// chooses one of them and fills it. A family is a file: its kinds are listed at its end, and that is all it takes.
#pragma once

#include "sim/trace/decision.h"
#include "sim/wire/address.h"

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sim::decisions {

using kernel::InterfaceId;
using kernel::SimTime;
using trace::TextId;
using wire::IpAddress;
using wire::MacAddress;
using wire::Prefix;

/// Rank orders the records of a moment: first what was done, then why, then what else came of it.
enum class Rank : std::uint8_t {
    Stimulus = 0,
    Outcome = 1, ///< of what somebody waited for
    Failure = 2,
    End = 3,
    Consequence = 4,
    Session = 8,
    BeforeFrame = 9, ///< the frame that follows says less
    Frame = 10,
    MoreFrames = 11,
    Heard = 15,
    Alias = 18,
    Reason = 20,
    Encapsulation = 25,
    Route = 30,
    Translation = 40,
    Address = 45,
    Learned = 50,
    Noise = 100, ///< from here on: told only when there is nothing better
    NoiseSocket,
    NoiseFrame,
    NoiseDelivered,
    NoiseReceived,
};

/// Event says whether a decision has a row in the event list: with the word of its column Protocol, or why it has none.
struct Event {
    const char* word = nullptr;
    const char* whyNot = nullptr;
};
/// isEvent gives it a row with that word.
constexpr Event isEvent(const char* word) { return {word, nullptr}; }
/// noEvent gives it none.
constexpr Event noEvent(const char* whyNot) { return {nullptr, whyNot}; }
inline constexpr Event kEveryPacket = noEvent("each packet makes it, and its frame has a row");
inline constexpr Event kFrameTells = noEvent("the frame that goes with it has a row and says the same");

/// Row says which table has the row that decided, by its id, or why none has. A kind with a table has `decidedBy`.
struct Row {
    const char* table = nullptr;
    const char* whyNone = nullptr;
};
/// byRow names the table whose row decided.
constexpr Row byRow(const char* table) { return {table, nullptr}; }
/// byNoRow tells why there is none.
constexpr Row byNoRow(const char* whyNone) { return {nullptr, whyNone}; }
inline constexpr Row kByPacket = byNoRow("the packet itself decides it");
inline constexpr Row kByState = byNoRow("what a program or protocol remembers decides it, and no table shows that");
inline constexpr Row kByUser = byNoRow("a person or a setting decides it");
inline constexpr Row kByLack = byNoRow("that there is no row decides it");
inline constexpr Row kMakesRow = byNoRow("it makes or changes a row, which the table marks by itself");

/// About is what there is to know of a kind before any decision of it is made. Nothing in it can be left out.
struct About {
    constexpr About(std::string_view kindName, Rank r, Event e, Row decider)
        : name(kindName), rank(r), event(e), row(decider) {}
    std::string_view name; ///< "route-chosen"
    Rank rank;
    Event event;
    Row row;
};

/// Text is a template in English with %1 … %9 for its arguments. Only the list of a kind makes one, so that nothing is
/// told that translators have not seen.
class Text {
public:
    constexpr const char* get() const { return mText; }

private:
    template <std::size_t N>
    friend struct Texts;
    constexpr explicit Text(const char* text) : mText(text) {}
    const char* mText;
};

/// Texts are all templates of a kind, in the order in which the member that chooses one counts.
template <std::size_t N>
struct Texts {
    template <class... T>
    constexpr explicit Texts(T... t) : texts{t...} {}
    constexpr Text operator[](auto i) const { return Text(texts[std::min(std::size_t(i), N - 1)]); }
    static constexpr std::size_t size() { return N; }
    const char* texts[N];
};
template <class... T>
Texts(T...) -> Texts<sizeof...(T)>;

/// Endpoint is one end of a flow.
struct Endpoint {
    IpAddress address;
    std::uint16_t port = 0;
    bool operator==(const Endpoint&) const = default;
};

/// Described is what a struct needs to be a kind of decision; `tell` is checked where it is told.
template <class D>
concept Described = std::is_trivially_copyable_v<D> && std::is_aggregate_v<D> &&
                    sizeof(D) <= trace::Decision::kRoom&& requires {
    { D::kAbout } -> std::convertible_to<const About&>;
    { D::kSays[0] } -> std::same_as<Text>;
};

/// Family is the kinds of one file. The number of a kind is that of its family times 16, and its place in it.
template <unsigned kFamily, class... D>
struct Family {
    static_assert(kFamily < 16 && sizeof...(D) <= 16, "the number of a kind is a byte: begin another family");
    static_assert((Described<D> && ...));
    static constexpr unsigned kNumber = kFamily;
    template <class K>
    static constexpr bool kHas = (std::is_same_v<K, D> || ...);
    template <class K>
    static constexpr trace::DecisionKind kindOf() {
        unsigned place = 0;
        (void)((std::is_same_v<K, D> || (++place, false)) || ...);
        return trace::DecisionKind(kFamily * 16 + place);
    }
    /// Kind is what trace::KindOf inherits for the kinds of this family.
    template <class K>
    struct Kind {
        static constexpr trace::DecisionKind value = kindOf<K>();
    };
    /// forEach calls f.operator()<D>(kind) for each kind.
    template <class F>
    static constexpr void forEach(F f) {
        (f.template operator()<D>(kindOf<D>()), ...);
    }
};

} // namespace sim::decisions
