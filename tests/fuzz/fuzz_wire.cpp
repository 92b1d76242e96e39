// Any bytes, as a frame and as what lies deeper in one.
#include "tests/fuzz/parse_everything.h"

#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span bytes(data, size);
    std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
    for (const auto& why : {fuzz::parseEverything(bytes), fuzz::parseTransport(copy), fuzz::parseApplication(copy)})
        if (!why.empty()) {
            std::fprintf(stderr, "%s\n", why.c_str());
            std::abort();
        }
    std::string why;
    const std::string text(bytes.begin(), bytes.end());
    (void)sim::wire::HttpUrl::parse(text, why);
    (void)sim::wire::IpAddress::parse(text);
    (void)sim::wire::MacAddress::parse(text);
    (void)sim::wire::Prefix::parse(text);
    return 0;
}
