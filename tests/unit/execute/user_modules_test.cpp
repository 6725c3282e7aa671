#include "runner/execute/user_modules.h"

#include <catch2/catch.hpp>

namespace {

using sutap::execute::UserModules;

TEST_CASE("a process's mapped files are told by address") {
    const UserModules modules(
        "400000-401000 r--p 00000000 08:01 77                             /usr/bin/a b\n"
        "401000-403000 r-xp 00001000 08:01 77                             /usr/bin/a b\n"
        "500000-501000 rw-p 00000000 00:00 0                              [heap]\n"
        "600000-601000 rw-p 00000000 00:00 0 \n"
        "7ffc0000-7ffc2000 r-xp 00000000 00:00 0                          [vdso]\n");
    const auto* program = modules.find(0x402fff);
    REQUIRE(program != nullptr);
    CHECK(program->name() == "a b");
    CHECK(program->start == 0x400000);
    CHECK(program->end == 0x403000);
    CHECK(modules.find(0x403000) == nullptr);
    CHECK(modules.find(0x500000) == nullptr);
    CHECK(modules.find(0x600000) == nullptr);
    REQUIRE(modules.find(0x7ffc0001) != nullptr);
    CHECK(modules.find(0x7ffc0001)->name() == "[vdso]");
}

TEST_CASE("lines of mapped files that are not of their form are left out") {
    for (const char* text :
         {"", "\n\n", "400000", "400000-", "400000-401000", "401000-400000 r 0 0 0 /a",
          "x-y r--p 0 0 0 /a", "400000-401000 r--p /a", "fffffffffffffffff-1 r--p 0 0 0 /a"}) {
        CHECK(UserModules(text).find(0x400000) == nullptr);
    }
}

TEST_CASE("a process that is gone has no mapped files") {
    CHECK(UserModules::of_process("/nonexistent", 1).find(0x400000) == nullptr);
}

}  // namespace
