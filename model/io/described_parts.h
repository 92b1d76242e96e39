// The parts of GroupIo and GroupInfo, made from Keys<T>. Only the files that instantiate them include this.
#pragma once

#include "model/io/described.h"

#include <array>
#include <utility>

namespace model::io {

template <class T, std::size_t I>
inline constexpr const auto& kKey = std::get<I>(lab::Keys<T>::kKeys);

template <class T>
const T& GroupIo<T>::usual() {
    static const T kUsual = Rules<T>::usual();
    return kUsual;
}

template <class T, std::size_t I>
void setKey(Reading& reading, const YamlNode& yaml, T& owner) {
    constexpr const auto& key = kKey<T, I>;
    auto&& member = std::invoke(key.member, owner);
    readAs(reading, yaml, key.type, whatOf(key), member, owner);
}

template <class T, std::size_t I>
void clearKey(T& owner) {
    [[maybe_unused]] constexpr const auto& key = kKey<T, I>;
    using C = Codec<std::decay_t<decltype(key.type)>>;
    if constexpr (requires { C::clear(owner); })
        C::clear(owner);
    else
        std::invoke(key.member, owner) = std::invoke(key.member, GroupIo<T>::usual());
}

template <class T, std::size_t I>
std::optional<Value> getKey(const T& owner, const Writing& writing) {
    constexpr const auto& key = kKey<T, I>;
    auto&& member = std::invoke(key.member, owner);
    if (!key.written && member == std::invoke(key.member, GroupIo<T>::usual())) return std::nullopt;
    return writeAs(key.type, member, owner, writing);
}

template <class T, std::size_t I>
KeyInfo keyInfo() {
    constexpr const auto& key = kKey<T, I>;
    const lab::KeyWords& words = key;
    using C = Codec<std::decay_t<decltype(key.type)>>;
    return {QLatin1String(words.name), spoken(words.about),   spoken(words.usual), QString::fromUtf8(words.example),
            C::word(key.type),         words.none != nullptr, C::schema(key.type)};
}

template <class T>
std::span<const KeyAccess<T>> GroupIo<T>::keys() {
    static constexpr auto kAccess = []<std::size_t... I>(std::index_sequence<I...>) {
        return std::array<KeyAccess<T>, sizeof...(I)>{
            KeyAccess<T>{&kKey<T, I>, &setKey<T, I>, &clearKey<T, I>, &getKey<T, I>, &keyInfo<T, I>}...};
    }
    (std::make_index_sequence<std::tuple_size_v<std::decay_t<decltype(lab::Keys<T>::kKeys)>>>{});
    return kAccess;
}

template <class T>
void GroupIo<T>::read(Reading& reading, const YamlNode& yaml, T& out) {
    asMap(yaml, spoken(lab::Keys<T>::kWhat));
    static const QStringList kNames = [] {
        QStringList names;
        for (const auto& key : GroupIo<T>::keys())
            names << QLatin1String(key.words->name);
        return names;
    }();
    reading.knowKeys(yaml, kNames, spoken(lab::Keys<T>::kWhat));
    Rules<T>::begin(reading, yaml, out);
    for (const auto& key : GroupIo<T>::keys())
        if (key.words->none && !value(yaml, key.words->name))
            fail(yaml, spoken(key.words->none), spoken(key.words->remedy));
    for (const auto& key : GroupIo<T>::keys())
        if (const auto* v = value(yaml, key.words->name)) key.set(reading, *v, out);
    Rules<T>::finish(reading, yaml, out);
}

template <class T>
Value GroupIo<T>::write(const T& value, const Writing& writing) {
    Value map;
    for (const auto& key : GroupIo<T>::keys())
        if (auto v = key.get(value, writing)) map.add(QLatin1String(key.words->name), std::move(*v));
    Rules<T>::shape(map, value);
    return map;
}

template <class T>
GroupInfo groupInfo() {
    using K = lab::Keys<T>;
    GroupInfo info{QLatin1String(K::kId), spoken(K::kWhat),       spoken(K::kAbout), {},
                   Rules<T>::shorthand(), Rules<T>::constraints()};
    for (const auto& key : GroupIo<T>::keys())
        info.keys.push_back(key.info());
    return info;
}

} // namespace model::io
