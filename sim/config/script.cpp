// Scripts as people write them.
#include "sim/config/script.h"

#include "sim/wire/address.h"

#include <charconv>

namespace sim::config {

using Op = ScriptStep::Op;

namespace {

constexpr std::uint64_t kMostBacklog = 4096; ///< net.core.somaxconn

std::string_view trimmed(std::string_view t) {
    while (!t.empty() && t.front() == ' ')
        t.remove_prefix(1);
    while (!t.empty() && t.back() == ' ')
        t.remove_suffix(1);
    return t;
}

bool readNumber(std::string_view t, std::uint64_t most, std::uint64_t* n) {
    const auto [end, error] = std::from_chars(t.data(), t.data() + t.size(), *n);
    return error == std::errc() && end == t.data() + t.size() && *n <= most;
}

/// readTime reads "0.2" (seconds), "200ms" or "3.5s"; at most a day.
bool readTime(std::string_view t, kernel::SimTime* time) {
    std::int64_t unit = 1'000'000'000;
    if (t.ends_with("ms")) {
        unit = 1'000'000;
        t.remove_suffix(2);
    } else if (t.ends_with("us")) {
        unit = 1'000;
        t.remove_suffix(2);
    } else if (t.ends_with("s")) {
        t.remove_suffix(1);
    }
    const auto dot = t.find('.');
    std::uint64_t whole = 0, part = 0;
    if (!readNumber(t.substr(0, dot), 86'400'000'000, &whole)) return false;
    std::int64_t fraction = 0;
    if (dot != std::string_view::npos) {
        const auto digits = t.substr(dot + 1);
        if (digits.empty() || digits.size() > 9 || !readNumber(digits, 999'999'999, &part)) return false;
        std::int64_t scale = 1;
        for (std::size_t i = 0; i < digits.size(); ++i)
            scale *= 10;
        fraction = std::int64_t(part) * unit / scale;
    }
    if (whole > std::uint64_t(86'400'000'000'000 / unit)) return false;
    *time = kernel::SimTime(std::int64_t(whole) * unit + fraction);
    return true;
}

std::string timeText(kernel::SimTime time) {
    const auto ns = time.count();
    if (ns % 1'000'000'000 == 0) return std::to_string(ns / 1'000'000'000) + "s";
    if (ns % 1'000'000 == 0) return std::to_string(ns / 1'000'000) + "ms";
    return std::to_string(ns / 1'000) + "us";
}

struct Word {
    std::string_view word;
    Op op;
};
constexpr Word kWords[] = {
    {"send", Op::Send},       {"recv", Op::Receive},        {"drain", Op::Drain},
    {"echo", Op::Echo},       {"sleep", Op::Sleep},         {"shut", Op::Shutdown},
    {"close", Op::Close},     {"rst", Op::Reset},           {"rcvbuf", Op::ReceiveBuffer},
    {"nodelay", Op::NoDelay}, {"keepalive", Op::KeepAlive}, {"join", Op::Join},
    {"backlog", Op::Backlog},
};

bool readStep(std::string_view text, ScriptStep* step) {
    const auto space = text.find(' ');
    const auto verb = text.substr(0, space);
    const auto argument = space == std::string_view::npos ? std::string_view() : trimmed(text.substr(space));
    const Word* word = nullptr;
    for (const Word& w : kWords)
        if (w.word == verb) word = &w;
    if (!word) return false;
    step->op = word->op;
    switch (word->op) {
    case Op::Send: {
        const auto x = argument.find('x');
        std::uint64_t times = 1;
        if (x != std::string_view::npos && (!readNumber(argument.substr(x + 1), 1'000'000, &times) || times == 0))
            return false;
        step->times = std::uint32_t(times);
        return readNumber(argument.substr(0, x), 10'000'000'000, &step->amount);
    }
    case Op::Receive: return argument.empty() || readNumber(argument, 10'000'000'000, &step->amount);
    case Op::ReceiveBuffer: return readNumber(argument, 100'000'000, &step->amount);
    case Op::Backlog: return readNumber(argument, kMostBacklog, &step->amount) && step->amount > 0;
    case Op::Join: {
        const auto group = wire::IpAddress::parse(argument);
        step->amount = group ? group->toV4() : 0;
        return group && group->isV4() && step->amount >> 28 == 14;
    }
    case Op::Sleep: return readTime(argument, &step->time);
    case Op::KeepAlive: return readTime(argument, &step->time) && step->time > kernel::SimTime::zero();
    default: return argument.empty();
    }
}

} // namespace

std::optional<Script> parseScript(std::string_view whole, std::string* wrong) {
    Script script;
    while (true) {
        const auto comma = whole.find(',');
        const auto part = trimmed(whole.substr(0, comma));
        ScriptStep step;
        if (!readStep(part, &step) || script.size() >= 1000) {
            *wrong = part;
            return std::nullopt;
        }
        script.push_back(step);
        if (comma == std::string_view::npos) return script;
        whole.remove_prefix(comma + 1);
    }
}

std::string text(const ScriptStep& step) {
    std::string t;
    for (const Word& w : kWords)
        if (w.op == step.op) t = w.word;
    switch (step.op) {
    case Op::Send:
        t += ' ' + std::to_string(step.amount);
        if (step.times > 1) t += 'x' + std::to_string(step.times);
        break;
    case Op::Receive:
        if (step.amount) t += ' ' + std::to_string(step.amount);
        break;
    case Op::ReceiveBuffer:
    case Op::Backlog: t += ' ' + std::to_string(step.amount); break;
    case Op::Join: t += ' ' + wire::IpAddress::v4(std::uint32_t(step.amount)).toString(); break;
    case Op::Sleep:
    case Op::KeepAlive: t += ' ' + timeText(step.time); break;
    default: break;
    }
    return t;
}

std::string text(const Script& script) {
    std::string t;
    for (const auto& step : script) {
        if (!t.empty()) t += ", ";
        t += text(step);
    }
    return t;
}

} // namespace sim::config
