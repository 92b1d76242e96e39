// Gives every file of some folders to a fuzz target, with any compiler: past findings stay mended.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
    std::size_t files = 0;
    for (int i = 1; i < argc; ++i) {
        std::set<std::filesystem::path> paths;
        if (std::filesystem::is_directory(argv[i]))
            for (const auto& entry : std::filesystem::directory_iterator(argv[i]))
                paths.insert(entry.path());
        else
            paths.insert(argv[i]);
        for (const auto& path : paths) {
            if (!std::filesystem::is_regular_file(path)) continue;
            std::ifstream file(path, std::ios::binary);
            const std::vector<char> text((std::istreambuf_iterator<char>(file)), {});
            std::printf("%s\n", path.c_str());
            std::fflush(stdout);
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
            ++files;
        }
    }
    std::printf("%zu inputs, all well\n", files);
    return files ? 0 : 1;
}
