// What the benchmarks share: options, clocks, and the one line of JSON that each prints.
#pragma once

#include "sim/apps/udp_load.h"
#include "sim/devices/device.h"
#include "sim/devices/network.h"
#include "sim/trace/tap.h"
#include "tests/bench/file_writer.h"
#include "ui/run/memory_ahead.h"

#include <sys/resource.h>
#include <sys/time.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace bench {

inline double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
inline double cpu() {
    rusage u{};
    getrusage(RUSAGE_SELF, &u);
    return double(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + double(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6;
}
inline double rssMib() {
    rusage u{};
    getrusage(RUSAGE_SELF, &u);
    return double(u.ru_maxrss) / 1024;
}

/// Options are --NAME=VALUE and --NAME; a name that is not known ends the program.
class Options {
public:
    Options(int argc, char** argv, std::map<std::string, std::string> defaults) : mValues(std::move(defaults)) {
        for (int i = 1; i < argc; ++i) {
            const std::string word = argv[i];
            const auto equals = word.find('=');
            const std::string name = word.substr(0, equals);
            if (!name.starts_with("--") || !mValues.contains(name.substr(2))) {
                std::fprintf(stderr, "unknown option %s; there are:", word.c_str());
                for (const auto& [known, value] : mValues)
                    std::fprintf(stderr, " --%s=%s", known.c_str(), value.c_str());
                std::fprintf(stderr, "\n");
                std::exit(2);
            }
            mValues[name.substr(2)] = equals == std::string::npos ? "1" : word.substr(equals + 1);
        }
    }
    std::uint64_t number(const std::string& name) const { return std::strtoull(mValues.at(name).c_str(), nullptr, 10); }
    const std::string& text(const std::string& name) const { return mValues.at(name); }
    bool flag(const std::string& name) const { return number(name) != 0; }

private:
    std::map<std::string, std::string> mValues;
};

inline sim::wire::IpAddress address(unsigned a, unsigned b, unsigned c, unsigned d) {
    return sim::wire::IpAddress::v4(a << 24 | b << 16 | c << 8 | d);
}
inline sim::config::InterfaceConfig card(std::string name, std::uint64_t mac, sim::wire::IpAddress address = {},
                                         std::uint8_t length = 24) {
    sim::config::InterfaceConfig config;
    config.name = std::move(name);
    config.mac = sim::wire::MacAddress::fromNumber(0x0200'0000'0000ULL | mac);
    if (!address.isNone()) config.addresses = {{address, length}};
    return config;
}

/// Totals are the datagrams sent and delivered by the sources and sinks of a network.
struct Totals {
    std::uint64_t sent = 0, delivered = 0;
};
inline Totals totals(const sim::devices::Network& network) {
    Totals t;
    for (std::uint32_t i = 0; i < network.deviceCount(); ++i)
        for (const auto& app : network.device(sim::kernel::DeviceId{i}).apps) {
            if (const auto* source = app.as<sim::apps::UdpSource>()) t.sent += source->sent();
            if (const auto* sink = app.as<sim::apps::UdpSink>()) t.delivered += sink->received;
        }
    return t;
}

/// Bench measures building and running, writes the captures, and reports.
class Bench {
public:
    explicit Bench(std::string name) : mName(std::move(name)), mStarted(now()) { ui::run::fetchMemoryAhead(); }

    /// run lets the network go on until a moment of virtual time, and reports; with record everything is kept in a log,
    /// and with a prefix one capture per interface is written, inside the measured time.
    void run(sim::devices::Network& network, sim::kernel::SimTime until, bool record, const std::string& pcapPrefix) {
        measure(network, until, record, pcapPrefix);
        report();
    }
    /// measure adds a run to what will be reported.
    void measure(sim::devices::Network& network, sim::kernel::SimTime until, bool record,
                 const std::string& pcapPrefix) {
        mBuild += now() - mStarted;
        std::optional<sim::trace::TraceLog> log;
        if (record) log.emplace();
        const double wall = now(), used = cpu();
        if (pcapPrefix.empty())
            network.runUntil(until, log ? &*log : nullptr);
        else
            capture(network, until, log ? &*log : nullptr, pcapPrefix);
        mRun += now() - wall;
        mCpu += cpu() - used;
        const auto t = totals(network);
        mTotals.sent += t.sent;
        mTotals.delivered += t.delivered;
        mFrameHops += network.counters().frameHops;
        mEvents += network.counters().events;
        mLogMib += log ? double(log->memoryBytes()) / 1048576 : 0;
        mStarted = now();
    }
    void report() const {
        std::printf("{\"name\": \"%s\", \"frame_hops\": %llu, \"events\": %llu, \"build_s\": %.4f, \"run_s\": %.4f, "
                    "\"cpu_s\": %.4f, \"ns_per_hop\": %.1f, \"rss_mib\": %.1f, \"log_mib\": %.1f, \"sent\": %llu, "
                    "\"delivered\": %llu}\n",
                    mName.c_str(), static_cast<unsigned long long>(mFrameHops),
                    static_cast<unsigned long long>(mEvents), mBuild, mRun, mCpu,
                    mFrameHops ? mRun * 1e9 / double(mFrameHops) : 0, rssMib(), mLogMib,
                    static_cast<unsigned long long>(mTotals.sent), static_cast<unsigned long long>(mTotals.delivered));
    }

private:
    static void capture(sim::devices::Network& network, sim::kernel::SimTime until, sim::trace::TraceLog* log,
                        const std::string& prefix) {
        std::vector<sim::trace::CaptureInterface> ports;
        for (std::uint32_t i = 0; i < network.interfaceCount(); ++i)
            if (const sim::kernel::InterfaceId id{i}; !network.isLoopback(id))
                ports.push_back({id, network.portName(id)});
        FileWriter files;
        sim::trace::Tap tap(ports, [&](const sim::trace::CaptureInterface& port) {
            std::string name = port.name;
            std::replace(name.begin(), name.end(), ':', '-');
            return files.open(prefix + "-" + name + ".pcap");
        });
        network.runUntil(until, log, &tap);
        tap.flush();
        if (const std::string failed = files.finish(); !failed.empty()) {
            std::fprintf(stderr, "%s cannot be written\n", failed.c_str());
            std::exit(1);
        }
    }

    std::string mName;
    double mStarted, mBuild = 0, mRun = 0, mCpu = 0, mLogMib = 0;
    std::uint64_t mFrameHops = 0, mEvents = 0;
    Totals mTotals;
};

} // namespace bench
