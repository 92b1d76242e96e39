#include "sim/wire/dns_text.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace sim::wire::dns {

namespace {

constexpr std::pair<std::string_view, std::uint16_t> kTypes[] = {
    {"A", kA},   {"NS", kNs},   {"CNAME", kCname}, {"SOA", kSoa}, {"PTR", kPtr},
    {"MX", kMx}, {"TXT", kTxt}, {"AAAA", kAaaa},   {"SRV", kSrv}, {"ANY", kAny},
};

/// words splits at blanks; what stands between quotes is one word.
std::optional<std::vector<std::string>> words(std::string_view text) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] == ' ' || text[i] == '\t') {
            ++i;
            continue;
        }
        std::string word;
        if (text[i] == '"') {
            for (++i; i < text.size() && text[i] != '"'; ++i) {
                if (text[i] == '\\' && i + 1 < text.size()) ++i;
                word.push_back(text[i]);
            }
            if (i++ >= text.size()) return std::nullopt;
        } else {
            while (i < text.size() && text[i] != ' ' && text[i] != '\t')
                word.push_back(text[i++]);
        }
        out.push_back(std::move(word));
    }
    return out;
}

template <class T>
bool readNumber(const std::string& word, T& value) {
    const auto [at, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    return !word.empty() && error == std::errc{} && at == word.data() + word.size();
}

bool readName(std::string word, std::string& name) {
    if (!word.empty() && word.back() == '.') word.pop_back(); // names are whole here; the last dot may be written
    if (!validName(word)) return false;
    name = std::move(word);
    return true;
}

} // namespace

std::optional<std::uint16_t> typeFromName(std::string_view name) {
    for (const auto& [word, type] : kTypes)
        if (sameName(word, name)) return type;
    std::uint16_t number = 0;
    if (name.size() > 4 && sameName(name.substr(0, 4), "TYPE") && readNumber(std::string(name.substr(4)), number))
        return number;
    return std::nullopt;
}

std::optional<DnsRecord> parseData(std::string_view text, std::string& why) {
    const auto split = words(text);
    if (!split || split->empty()) {
        why = split ? "a record needs data, such as 8.8.8.8 or CNAME google.com" : "a quote is not closed";
        return std::nullopt;
    }
    auto parts = *split;
    DnsRecord r;
    if (parts.size() == 1) {
        const auto address = IpAddress::parse(parts[0]);
        if (!address) {
            why = "\"" + parts[0] + "\" is not an address";
            return std::nullopt;
        }
        r.type = address->isV6() ? kAaaa : kA;
        r.address = *address;
        return r;
    }
    const auto type = typeFromName(parts[0]);
    if (!type) {
        why = "there is no record type \"" + parts[0] + "\"";
        return std::nullopt;
    }
    r.type = *type;
    parts.erase(parts.begin());
    bool good = false;
    const char* form = "";
    switch (r.type) {
    case kA:
    case kAaaa: {
        const auto address = IpAddress::parse(parts[0]);
        good = parts.size() == 1 && address && address->isV6() == (r.type == kAaaa);
        if (address) r.address = *address;
        form = "A 8.8.8.8";
        break;
    }
    case kNs:
    case kCname:
    case kPtr:
        good = parts.size() == 1 && readName(parts[0], r.target);
        form = "CNAME google.com";
        break;
    case kMx:
        good = parts.size() == 2 && readNumber(parts[0], r.priority) && readName(parts[1], r.target);
        form = "MX 10 mail.example.com";
        break;
    case kSrv:
        good = parts.size() == 4 && readNumber(parts[0], r.priority) && readNumber(parts[1], r.weight) &&
               readNumber(parts[2], r.port) && readName(parts[3], r.target);
        form = "SRV 0 5 80 web.example.com";
        break;
    case kTxt:
        good = std::all_of(parts.begin(), parts.end(), [](const auto& t) { return t.size() <= 255; });
        r.texts = std::move(parts);
        form = "TXT \"a text of at most 255 characters\"";
        break;
    case kSoa:
        good = parts.size() == 7 && readName(parts[0], r.target) && readName(parts[1], r.mailbox);
        for (std::size_t i = 0; good && i < 5; ++i)
            good = readNumber(parts[i + 2], r.soa[i]);
        form = "SOA ns.example.com root.example.com 1 7200 900 1209600 300";
        break;
    default: form = "A, AAAA, CNAME, MX, NS, PTR, SOA, SRV or TXT"; break;
    }
    if (good) return r;
    why = "\"" + std::string(text.substr(0, 80)) + "\" is not a record; write one like " + form;
    return std::nullopt;
}

std::string dataText(const DnsRecord& r) {
    switch (r.type) {
    case kA:
    case kAaaa: return r.klass == kInternet ? r.address.toString() : "";
    case kNs:
    case kCname:
    case kPtr: return r.target.empty() ? "." : r.target;
    case kMx: return std::to_string(r.priority) + ' ' + (r.target.empty() ? "." : r.target);
    case kSrv:
        return std::to_string(r.priority) + ' ' + std::to_string(r.weight) + ' ' + std::to_string(r.port) + ' ' +
               (r.target.empty() ? "." : r.target);
    case kSoa: {
        std::string text = r.target + ' ' + r.mailbox;
        for (const auto n : r.soa)
            text += ' ' + std::to_string(n);
        return text;
    }
    case kTxt: {
        std::string text;
        for (const auto& t : r.texts) {
            if (!text.empty()) text += ' ';
            text += '"';
            for (const char c : t) {
                if (c == '"' || c == '\\') text += '\\';
                text += c;
            }
            text += '"';
        }
        return text;
    }
    default: return std::to_string(r.data.size()) + " bytes";
    }
}

std::string recordText(const DnsRecord& r) {
    if (r.type == kA || r.type == kAaaa) return r.address.toString();
    return typeName(r.type) + ' ' + dataText(r);
}

std::string reverseName(const IpAddress& address) {
    std::string name;
    if (address.isV4()) {
        for (int shift = 0; shift < 32; shift += 8)
            name += std::to_string(address.toV4() >> shift & 255) + '.';
        return name + "in-addr.arpa";
    }
    const auto bytes = address.bytes();
    for (std::size_t i = bytes.size(); i-- > 0;) {
        name += "0123456789abcdef"[bytes[i] & 15];
        name += '.';
        name += "0123456789abcdef"[bytes[i] >> 4];
        name += '.';
    }
    return name + "ip6.arpa";
}

bool inDomain(std::string_view name, std::string_view domain) {
    if (name.size() < domain.size() || !sameName(name.substr(name.size() - domain.size()), domain)) return false;
    return domain.empty() || name.size() == domain.size() || name[name.size() - domain.size() - 1] == '.';
}

std::string_view parentOf(std::string_view name) {
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] == '\\')
            ++i;
        else if (name[i] == '.')
            return name.substr(i + 1);
    }
    return {};
}

} // namespace sim::wire::dns
