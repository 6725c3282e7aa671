#include "runner/execute/symbols.h"

#include <catch2/catch.hpp>

using sutap::execute::Symbols;

TEST_CASE("symbols are found by name, each name of an address, in the kernel or a module") {
    const Symbols symbols(
        "ffffffff81000000 T first\nffffffff81000000 t also_first\nffffffff81000040 D both\n"
        "ffffffff81000080 d both\nffffffff81000080 d both\n0000000000000000 T hidden\n"
        "ffffffffc0000000 d both\t[module]\nffffffffc0000010 d own\t[module]\nxyz d odd\n"
        "ffffffff81000090  d spaced\nffffffff810000a0 D last");
    using Addresses = std::vector<std::uint64_t>;
    CHECK(symbols.addresses_of("first", "") == Addresses{0xffffffff81000000});
    CHECK(symbols.addresses_of("also_first", "") == Addresses{0xffffffff81000000});
    CHECK(symbols.addresses_of("both", "") == Addresses{0xffffffff81000040, 0xffffffff81000080});
    CHECK(symbols.addresses_of("both", "module") == Addresses{0xffffffffc0000000});
    CHECK(symbols.addresses_of("own", "module") == Addresses{0xffffffffc0000010});
    CHECK(symbols.addresses_of("last", "") == Addresses{0xffffffff810000a0});
    for (const char* name : {"own", "hidden", "odd", "irst", "fir", "T first", "", "D", "spaced"}) {
        INFO(name);
        CHECK(symbols.addresses_of(name, "").empty());
    }
    CHECK(symbols.addresses_of("first", "module").empty());
    CHECK(Symbols().addresses_of("first", "").empty());
}
