#include "policies/request.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace sutap::policy;
using Words = std::vector<std::string>;

namespace {

Request user(Words words) {
    return parse_request(std::move(words), false);
}

Request root(Words words) {
    return parse_request(std::move(words), true);
}

}  // namespace

TEST_CASE("A script takes all words after it") {
    const Request request = user({"kill-watch", "-x", "1", "--", ""});
    CHECK(request.action == Action::run);
    CHECK(request.script == "kill-watch");
    CHECK(request.arguments == Words{"-x", "1", "--", ""});
    CHECK(request.options.empty());
}

TEST_CASE("The options that anybody may add") {
    const Request request =
        user({"-vvq", "-v", "-T5", "-o", "-e", "--format", "json", "--format=csv", "a.stp", "-g"});
    CHECK(request.action == Action::run);
    CHECK(request.options ==
          Words{"-v", "-v", "-q", "-v", "-T", "5", "-o", "-e", "--format=json", "--format=csv"});
    CHECK(request.script == "a.stp");
    CHECK(request.arguments == Words{"-g"});
    CHECK(user({"-q", "--", "-v"}).script == "-v");
    CHECK(user({"-"}).script == "-");
}

TEST_CASE("Everything else is refused, with the option's name") {
    for (const char* word : {"-I", "-vI", "-Z", "-D", "-p5", "-E", "-a", "-B", "-r", "-R", "-d",
                             "--grant=4", "--grant", "--gr", "--g=4", "--place=user", "--=x"}) {
        const Request request = user({word, "1", "kill-watch"});
        INFO(word);
        CHECK(request.action == Action::refused);
        CHECK_FALSE(request.problem.empty());
    }
    CHECK(user({"-vI", "x", "kill-watch"}).problem == "-I");
}

TEST_CASE("Options that a policy may grant are told apart") {
    const Request request = user({"-vg", "-x", "12", "-q", "-c", "ls -l", "kill-watch", "-I"});
    CHECK(request.action == Action::run);
    CHECK(request.granted == Words{"-g", "-x", "-c"});
    CHECK(request.options == Words{"-v", "-g", "-x", "12", "-q", "-c", "ls -l"});
    const Request text = user({"-e", "probe begin { }", "a"});
    CHECK(text.action == Action::run);
    CHECK(text.has_text);
    CHECK(text.granted == Words{"-e"});
    CHECK(text.arguments == Words{"a"});
    CHECK(user({"-e", "a", "-e", "b"}).action == Action::usage);
    CHECK_FALSE(is_grantable("-e"));
    CHECK_FALSE(is_grantable("-I"));
    CHECK(is_grantable("-x"));
}

TEST_CASE("A reason is for the record") {
    const Request request = user({"-m", "OPS-17 \x1b[2J", "kill-watch"});
    CHECK(request.reason == "OPS-17 \x1b[2J");
    CHECK(request.options.empty());
    CHECK(request.granted.empty());
    CHECK(user({"-m", std::string(257, 'x'), "a"}).action == Action::usage);
    CHECK(user({"-m"}).action == Action::usage);
    CHECK(root({"-m", "OPS-17", "a"}).options.empty());
    CHECK(root({"-m", "my_module", "a"}).options == Words{"-m", "my_module"});
}

TEST_CASE("What the front end does itself") {
    CHECK(user({"--why", "-x", "1", "kill-watch", "2"}).action == Action::why);
    CHECK(user({"--why", "kill-watch", "2"}).arguments == Words{"2"});
    CHECK(user({"--show", "kill-watch"}).script == "kill-watch");
    CHECK(user({"--ps"}).action == Action::sessions);
    CHECK(user({"--stop", "42"}).action == Action::stop);
    CHECK(user({"--stop", "42"}).script == "42");
    for (const char* word : {"--why", "--show", "--stop"})
        CHECK(user({word}).action == Action::usage);
}

TEST_CASE("Nobody hands the runner a grant, root neither, and not without privilege") {
    for (const char* word : {"--grant=4", "--grant", "--gra=9", "--g", "--=4"}) {
        INFO(word);
        CHECK(root({word, "x.stp"}).action == Action::refused);
        CHECK(user({"-p2", word, "x.stp"}).action == Action::refused);
    }
    CHECK(root({"--guru", "x.stp"}).action == Action::run);
}

TEST_CASE("What makes no sense is said") {
    for (const Words& words :
         {Words{}, Words{"-v"}, Words{"-T"}, Words{"-T", "x", "a"}, Words{"-T", "0", "a"},
          Words{"-T", "-1", "a"}, Words{"-T", "1234567890", "a"}, Words{"-T", "", "a"},
          Words{"-o", "", "a"}, Words{"--format", "J/x", "a"}, Words{"--format=", "a"},
          Words{"--format"}}) {
        const Request request = user(words);
        CHECK(request.action == Action::usage);
        CHECK_FALSE(request.problem.empty());
    }
    CHECK(root({"-e", "x", "-e", "y"}).action == Action::usage);
    CHECK(root({"-Z", "a.stp"}).action == Action::usage);
}

TEST_CASE("Requests that need no privilege keep their words") {
    for (const Words& words :
         {Words{"-l", "syscall.*"}, Words{"-Lkernel.function(\"*\")"}, Words{"-p4", "a.stp"},
          Words{"-p", "1", "-e", "probe begin {}"}, Words{"--help"}, Words{"-h"}, Words{"-V"},
          Words{"--version"}, Words{"--dump-functions"}, Words{"-g", "-p2", "x"},
          Words{"--check", "a.stp"}, Words{"-Ifolder", "--check", "a.stp"}}) {
        const Request request = user(words);
        CHECK(request.action == Action::unprivileged);
        CHECK(request.words == words);
    }
    CHECK(user({"a.stp", "-p2"}).action == Action::run);
    CHECK(user({"--check-version", "a.stp"}).action == Action::refused);
    CHECK(user({"-p9", "a.stp"}).action == Action::refused);
}

TEST_CASE("Root adds what it likes") {
    const Request request = root({"-g", "-x", "12", "-DA=1", "--place=user", "-I", "folder",
                                  "-Emore", "-P", "-R/", "-e", "text", "arg"});
    CHECK(request.action == Action::run);
    CHECK(request.has_text);
    CHECK(request.script == "text");
    CHECK(request.options == Words{"-g", "-x", "12", "-D", "A=1", "--place=user", "-I", "folder",
                                   "-E", "more", "-P", "-R", "/"});
    CHECK(request.arguments == Words{"arg"});
    CHECK(user({"--list"}).action == Action::list);
}

TEST_CASE("Overlong command lines are not recorded, so they do not run") {
    CHECK(user(Words(300, "a")).action == Action::usage);
    CHECK(user({"a", std::string(40000, 'x')}).action == Action::usage);
    CHECK(root({"-e", std::string(100000, 'x')}).action == Action::run);
}

TEST_CASE("The words of a #! line") {
    const Request request = user({"-v -T 30\r", "/srv/a.stp", "x"});
    CHECK(request.action == Action::run);
    CHECK(request.options == Words{"-v", "-T", "30"});
    CHECK(request.script == "/srv/a.stp");
    CHECK(request.arguments == Words{"x"});
    CHECK(user({"-v -I x", "/srv/a.stp"}).action == Action::refused);
    CHECK(user({"-v $HOME", "/srv/a.stp"}).action == Action::usage);
    CHECK(root({"-eprobe begin { }", "x"}).script == "probe begin { }");
    CHECK(user({"a b", "c"}).script == "a b");
}

TEST_CASE("Words are split as env -S splits them") {
    const auto split = [](std::string_view text) {
        Words words;
        REQUIRE(split_words(text, words));
        return words;
    };
    CHECK(split(" a  b\tc ") == Words{"a", "b", "c"});
    CHECK(split("'a b'\"c d\" ''") == Words{"a bc d", ""});
    CHECK(split("a\\tb \\# 'x\\n' \"\\\"\"") == Words{"a\tb", "#", "x\\n", "\""});
    CHECK(split("a # b") == Words{"a"});
    CHECK(split("a#b") == Words{"a#b"});
    CHECK(split("").empty());
    for (const char* text : {"'a", "\"a", "a\\", "\\x", "${A}", "\"$A\"", "\"a\\"}) {
        Words words;
        INFO(text);
        CHECK_FALSE(split_words(text, words));
    }
    Words words;
    CHECK(split_words("'$A'", words));
}

TEST_CASE("Any bytes can be a command line") {
    unsigned state = 1;
    const auto random = [&](unsigned most) {
        return (state = state * 1103515245 + 12345) / 7 % most;
    };
    constexpr std::string_view bytes = "-voTeplLx= \t\"'\\$#gra\xff\n5f--";
    for (int round = 0; round < 5000; ++round) {
        Words words(random(5));
        for (std::string& word : words)
            for (unsigned i = random(8); i > 0; --i) word += bytes[random(unsigned(bytes.size()))];
        const Request request = parse_request(words, random(2) == 0);
        if (request.action == Action::usage || request.action == Action::refused)
            CHECK_FALSE(request.problem.empty());
        for (const std::string& option : request.options)
            if (option.substr(0, 7) == "--grant") CHECK(request.action != Action::run);
    }
}
