// How a key of a lab file is described: once, beside the struct that holds it. The reader, the writer, the JSON Schema,
// model/KEYS.md and forms are made from these descriptions (model/io/described.h).
#pragma once

#include "sim/kernel/time.h"

#include <cstdint>
#include <tuple>

namespace model::lab {

/// KeyWords are what a key says about itself. Texts are marked for translation where they are written.
struct KeyWords {
    const char* name;
    const char* about = "";       ///< one sentence, for people
    const char* usual = "";       ///< the default as it would be written, or in words between parentheses
    const char* example = "";     ///< a value as it would be written
    const char* what = nullptr;   ///< what messages call the value: "A delay"; none: the key in quotes
    const char* none = nullptr;   ///< the message when the key is not there; null: it need not be
    const char* remedy = nullptr; ///< the hint of that message
};

/// Key is a key of a map: its words, the member that holds the value, and the type of the value. Member is a pointer to
/// a member, or a function from the owner to a reference (or a tuple of references).
template <class Member, class Type>
struct Key : KeyWords {
    Member member;
    Type type;
    bool written = false; ///< stands in a saved file even when it says the default

    constexpr Key about(const char* sentence) const { return with(&KeyWords::about, sentence); }
    constexpr Key usual(const char* value) const { return with(&KeyWords::usual, value); }
    constexpr Key example(const char* value) const { return with(&KeyWords::example, value); }
    constexpr Key what(const char* noun) const { return with(&KeyWords::what, noun); }
    constexpr Key required(const char* message, const char* hint) const {
        return with(&KeyWords::none, message).with(&KeyWords::remedy, hint).always();
    }
    constexpr Key always() const {
        Key k = *this;
        k.written = true;
        return k;
    }

private:
    constexpr Key with(const char* KeyWords::*word, const char* text) const {
        Key k = *this;
        k.*word = text;
        return k;
    }
};

/// key begins a description; the functions of Key add to it.
template <class Member, class Type>
constexpr Key<Member, Type> key(const char* name, Member member, Type type) {
    Key<Member, Type> k{};
    static_cast<KeyWords&>(k) = KeyWords{name};
    k.member = member;
    k.type = type;
    return k;
}

/// Keys<T> describes the keys of the map that holds a T: kId (its name in the schema), kWhat (what messages call it),
/// kAbout (a sentence) and kKeys, a tuple of Key in the order in which they are read and written.
template <class T>
struct Keys;

// The types of values. Each has a Codec in model/io that reads, writes and describes it.

/// Text is a text that no reader of YAML takes for something else.
struct Text {
    int most = 10'000; ///< characters
};
/// Word is a text that cannot be mistaken: an address, a URL.
struct Word {};
struct Bool {};
/// Whole is a whole number in a range.
struct Whole {
    std::uint64_t least = 0, most = 0;
};
/// Point is [x, y].
struct Point {};
/// Duration is a number with ns, us, ms, s or min.
struct Duration {
    sim::kernel::SimTime least{0}, most{0};
    bool wholeSeconds = false;
    const char* tooShort = nullptr; ///< message
    const char* broken = nullptr;   ///< message when it is not whole seconds
    const char* hint = nullptr;     ///< of both
};
struct Rate {};
/// Bytes is a size: a number, alone or with a unit.
struct Bytes {
    std::uint64_t least, most;
    const char *bad, *badHint;     ///< %1: the text
    const char *range, *rangeHint; ///< %1: the text
};
/// Chance is a percentage, kept in parts per million.
struct Chance {};
/// Family says which addresses a key takes.
enum class Family : std::uint8_t { Any, V4 };
/// Address is an IP address.
struct Address {
    Family family = Family::Any;
};
/// Prefix is an address with the length of its network; Network has no bits beyond that length.
struct Prefix {};
/// Network is a prefix without host bits.
struct Network {
    Family family = Family::Any;
};
struct Mac {};
/// CryptoKey is 32 bytes in base64.
struct CryptoKey {};
/// HostName is letters, digits, dots and dashes; DnsName also holds underscores, and a wildcard where that is allowed.
struct HostName {};
/// DnsName is a name as DNS can hold it.
struct DnsName {
    bool wildcard = false;
};
/// HeaderText stands in a line of HTTP's head: plain ASCII without blanks.
struct HeaderText {};
/// Choice is one of a few words, whose numbers are those of an enum (or of a bool).
struct Choice {
    const char* const* words;
    std::size_t count;
    const char *bad, *hint; ///< %1: the text
};
/// List is a list; Many also takes a single item without brackets, and writes it so.
template <class Item>
struct List {
    Item item;
    const char* of;        ///< what messages call the items: "routes"
    bool mayBeNull = true; ///< "links:" with nothing under it is no mistake
    std::size_t most = 0;  ///< 0: as many as there are
    const char *tooMany = nullptr, *hint = nullptr;
};
/// Many is a list of items that may be written as one item.
template <class Item>
struct Many {
    Item item;
    bool brackets = false; ///< written with brackets even when it is one
    std::size_t most = 0;
    const char *tooMany = nullptr, *hint = nullptr;
};
/// MapOf is a map whose keys and values are the two members of the items of a list; with many, a key may have a list of
/// values. word stands for the one item that is empty.
template <class KeyType, class ValueType>
struct MapOf {
    KeyType key;
    ValueType value;
    const char* of;      ///< what messages call the map: "neighbours"
    const char* keyWhat; ///< what messages call a key
    bool many = false;
    const char* word = nullptr;
};
/// Group is a map that Keys<T> describes.
template <class T>
struct Group {};

} // namespace model::lab
