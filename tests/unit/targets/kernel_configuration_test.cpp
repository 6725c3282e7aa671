#include "runner/targets/kernel_configuration.h"

#include <unistd.h>
#include <zlib.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>

using sutap::targets::KernelConfiguration;

namespace {

constexpr const char* text =
    "# comment\nCONFIG_BPF=y\n# CONFIG_OFF is not set\nCONFIG_MODULE=m\nCONFIG_HZ=250\n"
    "CONFIG_NAME=\"a=b\"\nnothing\n";

std::string path_of(const char* name) {
    return "/tmp/sutap_" + std::to_string(getpid()) + "_" + name;
}

void check_values(KernelConfiguration& configuration) {
    CHECK(configuration.value("CONFIG_BPF") == "y");
    CHECK(configuration.value("CONFIG_MODULE") == "m");
    CHECK(configuration.value("CONFIG_HZ") == "250");
    CHECK(configuration.value("CONFIG_NAME") == "\"a=b\"");
    CHECK_FALSE(configuration.value("CONFIG_OFF"));
    CHECK_FALSE(configuration.value("CONFIG_UNKNOWN"));
}

}  // namespace

TEST_CASE("The kernel's options are read from a plain or a compressed file") {
    const std::string plain = path_of("config");
    const std::string compressed = path_of("config.gz");
    std::ofstream(plain) << text;
    const gzFile file = gzopen(compressed.c_str(), "wb");
    REQUIRE(file != nullptr);
    REQUIRE(gzputs(file, text) > 0);
    REQUIRE(gzclose(file) == Z_OK);
    KernelConfiguration from_plain({path_of("missing"), plain});
    check_values(from_plain);
    KernelConfiguration from_compressed({compressed});
    check_values(from_compressed);
    std::remove(plain.c_str());
    std::remove(compressed.c_str());
}

TEST_CASE("Without a readable file no option is set") {
    KernelConfiguration none({path_of("missing"), "/proc/self/mem"});
    CHECK_FALSE(none.value("CONFIG_BPF"));
    CHECK(KernelConfiguration::usual_paths("6.1").back() == "/boot/config-6.1");
}
