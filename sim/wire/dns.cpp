#include "sim/wire/dns.h"

#include "sim/wire/ascii.h"
#include "sim/wire/bytes.h"

#include <algorithm>

namespace sim::wire {

namespace {

constexpr std::size_t kHeader = 12, kLongestLabel = 63, kLongestName = 255, kPointerReach = 0x4000;

/// labels takes a written name apart; none when a label is empty or anything is too long.
std::optional<std::vector<std::string>> labels(std::string_view name) {
    std::vector<std::string> out;
    if (name.empty()) return out;
    std::size_t total = 1;
    std::string label;
    const auto push = [&] {
        if (label.empty() || label.size() > kLongestLabel) return false;
        total += label.size() + 1;
        out.push_back(std::move(label));
        label.clear();
        return total <= kLongestName;
    };
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] == '.') {
            if (!push()) return std::nullopt;
        } else {
            if (name[i] == '\\' && ++i == name.size()) return std::nullopt;
            label.push_back(name[i]);
        }
    }
    if (!push()) return std::nullopt;
    return out;
}

/// plain tells the records whose data this file understands from those it only carries.
bool plain(std::uint16_t type, std::uint16_t klass) {
    if (klass != dns::kInternet) return false;
    switch (type) {
    case dns::kA:
    case dns::kNs:
    case dns::kCname:
    case dns::kSoa:
    case dns::kPtr:
    case dns::kMx:
    case dns::kTxt:
    case dns::kAaaa:
    case dns::kSrv: return true;
    default: return false;
    }
}

class Parser {
public:
    explicit Parser(std::span<const std::uint8_t> bytes) : mBytes(bytes) {}

    bool ok() const { return mOk; }
    std::size_t position() const { return mAt; }
    bool atEnd() const { return mAt == mBytes.size(); }

    std::uint8_t u8() { return need(1) ? mBytes[mAt++] : std::uint8_t(0); }
    std::uint16_t u16() {
        if (!need(2)) return 0;
        mAt += 2;
        return get16(&mBytes[mAt - 2]);
    }
    std::uint32_t u32() {
        if (!need(4)) return 0;
        mAt += 4;
        return get32(&mBytes[mAt - 4]);
    }
    std::span<const std::uint8_t> take(std::size_t length) {
        if (!need(length)) return {};
        mAt += length;
        return mBytes.subspan(mAt - length, length);
    }
    std::string name() {
        std::string out;
        std::size_t at = mAt, limit = mAt, total = 1;
        bool jumped = false;
        for (;;) {
            if (at >= mBytes.size()) return fail();
            const std::uint8_t length = mBytes[at];
            if (length >= 0xc0) {
                if (at + 2 > mBytes.size()) return fail();
                const std::size_t to = std::size_t(get16(&mBytes[at])) & (kPointerReach - 1);
                if (!jumped) mAt = at + 2;
                jumped = true;
                // Only ever backwards, so that every chain of pointers ends.
                if (to < kHeader || to >= limit) return fail();
                at = limit = to;
                continue;
            }
            if (length > kLongestLabel || at + 1 + length > mBytes.size()) return fail();
            ++at;
            if (length == 0) break;
            total += length + 1u;
            if (total > kLongestName) return fail();
            if (!out.empty()) out.push_back('.');
            for (std::size_t i = 0; i < length; ++i) {
                const char c = char(mBytes[at + i]);
                if (c == '.' || c == '\\') out.push_back('\\');
                out.push_back(c);
            }
            at += length;
        }
        if (!jumped) mAt = at;
        return out;
    }
    DnsRecord record() {
        DnsRecord r;
        r.name = name();
        r.type = u16();
        r.klass = u16();
        r.ttl = u32();
        const std::size_t length = u16();
        if (!need(length)) return r;
        const std::size_t end = mAt + length;
        if (plain(r.type, r.klass))
            data(r, end);
        else {
            const auto raw = take(length);
            r.data.assign(raw.begin(), raw.end());
        }
        if (mAt != end) mOk = false;
        return r;
    }

private:
    bool need(std::size_t count) {
        if (!mOk || mBytes.size() - mAt < count) mOk = false;
        return mOk;
    }
    std::string fail() {
        mOk = false;
        return {};
    }
    void data(DnsRecord& r, std::size_t end) {
        switch (r.type) {
        case dns::kA: r.address = IpAddress::v4(u32()); break;
        case dns::kAaaa:
            if (const auto raw = take(16); raw.size() == 16) {
                std::array<std::uint8_t, 16> bytes{};
                std::copy(raw.begin(), raw.end(), bytes.begin());
                r.address = IpAddress::v6(bytes);
            }
            break;
        case dns::kSoa:
            r.target = name();
            r.mailbox = name();
            for (auto& n : r.soa)
                n = u32();
            break;
        case dns::kMx:
            r.priority = u16();
            r.target = name();
            break;
        case dns::kSrv:
            r.priority = u16();
            r.weight = u16();
            r.port = u16();
            r.target = name();
            break;
        case dns::kTxt:
            if (mAt == end) mOk = false; // one string at least
            while (mOk && mAt < end) {
                const auto text = take(u8());
                r.texts.emplace_back(text.begin(), text.end());
            }
            break;
        default: r.target = name(); break;
        }
    }

    std::span<const std::uint8_t> mBytes;
    std::size_t mAt = 0;
    bool mOk = true;
};

class Emitter {
public:
    explicit Emitter(std::vector<std::uint8_t>& out) : mWriter(out), mOut(out) {}

    void name(std::string_view written, bool compress) {
        const auto parts = labels(written).value_or(std::vector<std::string>{});
        std::string_view rest = written;
        for (const auto& label : parts) {
            if (compress) {
                // The latest place where a name ends like this one.
                const auto known =
                    std::find_if(mKnown.rbegin(), mKnown.rend(), [&](const auto& k) { return k.first == rest; });
                if (known != mKnown.rend()) {
                    mWriter.u16(std::uint16_t(0xc000 | known->second));
                    return;
                }
            }
            if (mOut.size() < kPointerReach) mKnown.emplace_back(rest, std::uint16_t(mOut.size()));
            mWriter.u8(std::uint8_t(label.size()));
            mWriter.text(label);
            std::size_t skip = 0; // over this label as it is written, and its dot
            while (skip < rest.size() && rest[skip] != '.')
                skip += rest[skip] == '\\' ? 2 : 1;
            rest.remove_prefix(std::min(skip + 1, rest.size()));
        }
        mWriter.u8(0);
    }
    void record(const DnsRecord& r) {
        name(r.name, true);
        mWriter.u16(r.type);
        mWriter.u16(r.klass);
        mWriter.u32(r.ttl);
        const std::size_t lengthAt = mOut.size();
        mWriter.u16(0);
        if (plain(r.type, r.klass))
            data(r);
        else
            mWriter.bytes(r.data);
        put16(&mOut[lengthAt], std::uint16_t(mOut.size() - lengthAt - 2));
    }
    Writer& writer() { return mWriter; }

private:
    void data(const DnsRecord& r) {
        switch (r.type) {
        case dns::kA: mWriter.u32(r.address.toV4()); break;
        case dns::kAaaa: mWriter.bytes(r.address.bytes()); break;
        case dns::kSoa:
            name(r.target, false);
            name(r.mailbox, false);
            for (auto n : r.soa)
                mWriter.u32(n);
            break;
        case dns::kMx:
            mWriter.u16(r.priority);
            name(r.target, false);
            break;
        case dns::kSrv:
            mWriter.u16(r.priority);
            mWriter.u16(r.weight);
            mWriter.u16(r.port);
            name(r.target, false);
            break;
        case dns::kTxt:
            for (const auto& text : r.texts) {
                const auto part = std::string_view(text).substr(0, 255);
                mWriter.u8(std::uint8_t(part.size()));
                mWriter.text(part);
            }
            if (r.texts.empty()) mWriter.u8(0);
            break;
        default: name(r.target, false); break;
        }
    }

    Writer mWriter;
    std::vector<std::uint8_t>& mOut;
    std::vector<std::pair<std::string, std::uint16_t>> mKnown;
};

} // namespace

namespace dns {

std::string typeName(std::uint16_t type) {
    switch (type) {
    case kA: return "A";
    case kNs: return "NS";
    case kCname: return "CNAME";
    case kSoa: return "SOA";
    case kPtr: return "PTR";
    case kMx: return "MX";
    case kTxt: return "TXT";
    case kAaaa: return "AAAA";
    case kSrv: return "SRV";
    case kOpt: return "OPT";
    case kAny: return "ANY";
    default: return "TYPE" + std::to_string(type);
    }
}

bool sameName(std::string_view a, std::string_view b) { return sameWord(a, b); }

bool sameQuestion(const DnsQuestion& a, const DnsQuestion& b) {
    return a.type == b.type && a.klass == b.klass && sameName(a.name, b.name);
}

bool validName(std::string_view name) { return labels(name).has_value(); }

} // namespace dns

std::optional<DnsMessage> DnsMessage::parse(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < kHeader) return std::nullopt;
    Parser p(bytes);
    DnsMessage m;
    m.id = p.u16();
    const std::uint16_t flags = p.u16();
    m.response = flags & 0x8000;
    m.opcode = std::uint8_t(flags >> 11 & 15);
    m.authoritative = flags & 0x0400;
    m.truncated = flags & 0x0200;
    m.recursionDesired = flags & 0x0100;
    m.recursionAvailable = flags & 0x0080;
    m.authenticData = flags & 0x0020;
    m.checkingDisabled = flags & 0x0010;
    m.rcode = std::uint8_t(flags & 15);
    const std::size_t questions = p.u16();
    std::size_t counts[3];
    for (auto& count : counts)
        count = p.u16();
    for (std::size_t i = 0; i < questions && p.ok(); ++i) {
        DnsQuestion q;
        q.name = p.name();
        q.type = p.u16();
        q.klass = p.u16();
        m.questions.push_back(std::move(q));
    }
    std::vector<DnsRecord>* const sections[3] = {&m.answers, &m.authorities, &m.additionals};
    for (std::size_t s = 0; s < 3; ++s)
        for (std::size_t i = 0; i < counts[s] && p.ok(); ++i)
            sections[s]->push_back(p.record());
    if (!p.ok() || !p.atEnd()) return std::nullopt;
    return m;
}

const DnsRecord* DnsMessage::edns() const {
    const auto found =
        std::find_if(additionals.begin(), additionals.end(), [](const auto& r) { return r.type == dns::kOpt; });
    return found == additionals.end() ? nullptr : &*found;
}

void DnsMessage::addEdns(std::uint16_t size, std::vector<std::uint8_t> options) {
    additionals.push_back({.name = "", .type = dns::kOpt, .klass = size, .ttl = 0, .data = std::move(options)});
}

std::vector<std::uint8_t> DnsMessage::write() const {
    std::vector<std::uint8_t> out;
    out.reserve(512);
    Emitter e(out);
    Writer& w = e.writer();
    w.u16(id);
    w.u16(std::uint16_t(response << 15 | (opcode & 15) << 11 | authoritative << 10 | truncated << 9 |
                        recursionDesired << 8 | recursionAvailable << 7 | authenticData << 5 | checkingDisabled << 4 |
                        (rcode & 15)));
    w.u16(std::uint16_t(questions.size()));
    w.u16(std::uint16_t(answers.size()));
    w.u16(std::uint16_t(authorities.size()));
    w.u16(std::uint16_t(additionals.size()));
    for (const auto& q : questions) {
        e.name(q.name, true);
        w.u16(q.type);
        w.u16(q.klass);
    }
    for (const auto* section : {&answers, &authorities, &additionals})
        for (const auto& r : *section)
            e.record(r);
    return out;
}

} // namespace sim::wire
