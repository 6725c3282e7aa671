#include "runner/lifecycle/caller_process.h"

#include <catch2/catch.hpp>

using namespace sutap;
using Words = std::vector<std::string>;

TEST_CASE("plain words need no shell") {
    CHECK(command_words("ls") == Words{"ls"});
    CHECK(command_words("  ls\t-l  /tmp ") == Words{"ls", "-l", "/tmp"});
    CHECK(command_words("ls -l ./a_b,c:d@e+f%g") ==
          Words{"/bin/sh", "-c", "ls -l ./a_b,c:d@e+f%g"});
    CHECK(command_words("ls -l ./a_b,c:d@e+f") == Words{"ls", "-l", "./a_b,c:d@e+f"});
}

TEST_CASE("everything else is a shell's") {
    for (const char* command :
         {"a|b", "a&", "a;b", "a<b", "a>b", "(a)", "$a",    "`a`",   "a\\b", "\"a\"",
          "'a'", "a*", "a?",  "[a]", "#a",  "~",   "a=b c", "{a,b}", "! a",  "a\nb"}) {
        CHECK(command_words(command) == Words{"/bin/sh", "-c", command});
    }
}

TEST_CASE("a grant's environment is what the front end kept") {
    options::Grant grant;
    CHECK(caller_environment(grant) == Words{"PATH=/usr/local/bin:/usr/bin:/bin"});
    grant.caller.path = "/x";
    grant.caller.terminal = "vt100";
    grant.caller.time_zone = "UTC";
    grant.caller.language = "C";
    grant.caller.columns = "80";
    CHECK(caller_environment(grant) ==
          Words{"PATH=/x", "TERM=vt100", "TZ=UTC", "LANG=C", "COLUMNS=80"});
}
