#include "policies/policy.h"

#include <catch2/catch.hpp>
#include <string>

using namespace sutap::policy;

namespace {

constexpr char valid[] = R"(schema = 1
[[script]]
name = "kill-watch"
path = "/usr/share/sutap/examples/kill.stp"
about = "kill() calls"
probes = ["begin", "syscall.kill"]
kernel_addresses = true
[[script]]
name = "a.pinned"
sha256 = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"
[[rule]]
name = "devs"
effect = "allow"
users = ["www-ops", "#61001"]
groups = ["devs"]
scripts = ["kill-watch"]
[[test]]
user = "www-ops"
run = ["kill-watch", "42"]
expect = "allow"
)";

ParsedPolicy parse(const std::string& text) {
    return parse_policy({{"10-a.toml", text}});
}

// The first error's description.
std::string error_of(const std::string& text) {
    const ParsedPolicy parsed = parse(text);
    return parsed.errors.empty() ? "" : describe(parsed.errors.front());
}

std::string script(const std::string& lines) {
    return "schema = 1\n[[script]]\n" + lines;
}

std::string rule(const std::string& lines) {
    return "schema = 1\n[[script]]\nname='s'\npath='/s'\n[[rule]]\n" + lines;
}

}  // namespace

TEST_CASE("A policy is read as it is written") {
    const ParsedPolicy parsed = parse(valid);
    REQUIRE(parsed.errors.empty());
    const Policy& policy = parsed.policy;
    REQUIRE(policy.scripts.size() == 2);
    CHECK(policy.scripts[0].name == "a.pinned");  // by name
    CHECK(policy.scripts[0].sha256 ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const Script* script = policy.find("kill-watch");
    REQUIRE(script);
    CHECK(script->path == "/usr/share/sutap/examples/kill.stp");
    CHECK(script->probes == std::vector<std::string>{"begin", "syscall.kill"});
    CHECK(script->kernel_addresses);
    CHECK_FALSE(policy.scripts[0].kernel_addresses);
    CHECK(policy.find("none") == nullptr);
    REQUIRE(policy.rules.size() == 1);
    CHECK(policy.rules[0].effect == Effect::allow);
    CHECK(policy.rules[0].users == std::vector<std::string>{"www-ops", "#61001"});
    REQUIRE(policy.tests.size() == 1);
    CHECK(policy.tests[0].expect == Effect::allow);
}

TEST_CASE("Every key of a script and of a rule") {
    const ParsedPolicy parsed = parse(R"(schema = 1
[[script]]
name = "s"
path = "/s"
options = ["-v", "-x", "-g"]
guru = true
arguments = [ { name = "pid", type = "integer", min = -1, max = 4194304 },
              { name = "mode", type = "choice", of = ["read", "write"], optional = true },
              { name = "comm", type = "text", match = "[a-z0-9._-]{1,15}", optional = true } ]
preset = ["beam.smp"]
scope = "own"
capabilities = ["bpf"]
max_seconds = 600
max_output = "64MiB"
max_memory = "32MiB"
max_probes = 5
max_parallel = 2
max_parallel_total = 9
[[script]]
name = "none"
path = "/none"
arguments = []
capabilities = []
max_output = 4096
[[rule]]
name = "r"
effect = "allow"
users = ["u"]
scripts = ["s"]
hosts = ["web*", "db1"]
expires = "2026-12-31"
reason = "required"
show = true
max_seconds = 60
[[rule]]
name = "own"
effect = "allow"
groups = ["devs"]
scope = "own"
)");
    for (const PolicyError& error : parsed.errors) INFO(describe(error));
    REQUIRE(parsed.errors.empty());
    const Script& script = *parsed.policy.find("s");
    CHECK(script.options == std::vector<std::string>{"-v", "-x", "-g"});
    CHECK(script.is_guru);
    CHECK_FALSE(script.takes_any);
    REQUIRE(script.arguments.size() == 3);
    CHECK(script.arguments[0].type == Argument::Type::integer);
    CHECK(script.arguments[0].min == -1);
    CHECK(script.arguments[0].max == 4194304);
    CHECK_FALSE(script.arguments[0].is_optional);
    CHECK(script.arguments[1].of == std::vector<std::string>{"read", "write"});
    CHECK(script.arguments[2].match == "[a-z0-9._-]{1,15}");
    CHECK(script.preset == std::vector<std::string>{"beam.smp"});
    CHECK(script.scope == Scope::own);
    CHECK(script.capabilities == std::vector<std::string>{"bpf"});
    CHECK(script.limits.seconds == 600);
    CHECK(script.limits.output == 64U << 20U);
    CHECK(script.limits.parallel == 2);
    CHECK(script.limits.memory == 32U << 20U);
    CHECK(script.limits.probes == 5);
    CHECK(script.limits.parallel_total == 9);
    const Script& none = *parsed.policy.find("none");
    CHECK_FALSE(none.takes_any);
    CHECK(none.arguments.empty());
    CHECK(none.capabilities.empty());
    CHECK(none.limits.output == 4096);
    const Rule& rule = parsed.policy.rules[0];
    CHECK(rule.hosts == std::vector<std::string>{"web*", "db1"});
    CHECK(rule.expires == "2026-12-31");
    CHECK(rule.needs_reason);
    CHECK(rule.shows_source);
    CHECK(rule.limits.seconds == 60);
    CHECK(rule.scope == Scope::system);
    CHECK(parsed.policy.rules[1].is_for_own_scripts());
    CHECK(parsed.policy.rules[1].scope == Scope::own);
}

TEST_CASE("Errors have a file, a line and a column") {
    CHECK(error_of("schema = 1\n[[script]]\nname = 'a'\npath='/a'\nscopes = 'own'\n") ==
          "10-a.toml:5:1: unknown key 'scopes'");
    CHECK(error_of("schema = 1\nname = = 3\n").substr(0, 14) == "10-a.toml:2:8:");
    CHECK(error_of("schema = 1\n [[ ]]\n") == "10-a.toml:2:5: expected a key");
    CHECK(error_of("schema = 2\n") == "10-a.toml:1:10: this version knows schema 1 only");
    CHECK(error_of("").find("'schema = 1' is missing") != std::string::npos);
    CHECK(error_of("schema = 1\nx = 1\n") == "10-a.toml:2:1: unknown key 'x'");
}

TEST_CASE("What the schema does not allow is an error") {
    for (const std::string& text : {
             script("path = '/a'\n"),
             script("name = 'a'\n"),
             script("name = ''\npath = '/a'\n"),
             script("name = 'a/b'\npath = '/a'\n"),
             script("name = '-a'\npath = '/a'\n"),
             script("name = '" + std::string(65, 'a') + "'\npath = '/a'\n"),
             script("name = 'a'\npath = 'a'\n"),
             script("name = 'a'\npath = '/a/../b'\n"),
             script("name = 'a'\npath = '/a//b'\n"),
             script("name = 'a'\npath = '/a/'\n"),
             script("name = 'a'\npath = '/./a'\n"),
             script("name = 'a'\npath = 7\n"),
             script("name = 'a'\nsha256 = 'abc'\n"),
             script("name = 'a'\npath = '/a'\nabout = \"a\\nb\"\n"),
             script("name = 'a'\npath = '/a'\nabout = \"\\u001b[2J\"\n"),
             script("name = 'a'\npath = '/a'\nprobes = []\n"),
             script("name = 'a'\npath = '/a'\nprobes = 'begin'\n"),
             script("name = 'a'\npath = '/a'\nprobes = [1]\n"),
             script("name = 'a'\npath = '/a'\nprobes = [true]\n"),
             script("name = 'a'\npath = '/a'\nabout = true\n"),
             script("name = 'a'\npath = '/a'\nkernel_addresses = 'true'\n"),
             script("name = 'a'\npath = '/a'\nkernel_addresses = 1\n"),
             script("name = 'a'\npath = '/a'\nkernel_addresses = [true]\n"),
             std::string("schema = true\n"),
             script("name = 'a'\npath = '/a'\nprobes = [\"a\\nmax_seconds = 9\"]\n"),
             script("name = 'a'\npath = '/a'\n[[script]]\nname = 'a'\npath = '/b'\n"),
             rule("name = 'r'\neffect = 'allow'\nscripts = ['s']\n"),
             rule("name = 'r'\neffect = 'maybe'\nusers = ['u']\nscripts = ['s']\n"),
             rule("name = 'r'\nusers = ['u']\nscripts = ['s']\n"),
             rule("name = 'r'\neffect = 'deny'\nusers = []\nscripts = ['s']\n"),
             rule("name = 'r'\neffect = 'deny'\nusers = ['u']\n"),
             rule("name = 'r'\neffect = 'deny'\nusers = ['u']\nscripts = ['t']\n"),
             rule("name = 'r'\neffect = 'deny'\nusers = ['u']\nscripts = ['*', 's']\n"),
             rule("name = 'r'\neffect = 'deny'\nusers = ['#']\nscripts = ['s']\n"),
             rule("name = 'r'\neffect = 'deny'\nusers = ['#4294967295']\nscripts = ['s']\n"),
             rule("name = 'r'\neffect = 'deny'\ngroups = ['#1x']\nscripts = ['s']\n"),
             rule("name = 'r'\neffect = 'deny'\nusers = ['u']\nscripts = ['s']\nmode = 1\n"),
             script("name = 'a'\npath = '/a'\noptions = ['-I']\n"),
             script("name = 'a'\npath = '/a'\noptions = ['-e']\n"),
             script("name = 'a'\npath = '/a'\noptions = ['--place=user']\n"),
             script("name = 'a'\npath = '/a'\noptions = ['-g']\n"),
             script("name = 'a'\npath = '/a'\noptions = '-x'\n"),
             script("name = 'a'\npath = '/a'\npreset = []\n"),
             script("name = 'a'\npath = '/a'\nscope = 'all'\n"),
             script("name = 'a'\npath = '/a'\nscope = 'own'\nkernel_addresses = true\n"),
             script("name = 'a'\npath = '/a'\nguru = 1\n"),
             script("name = 'a'\npath = '/a'\ncapabilities = ['sys_admin']\n"),
             script("name = 'a'\npath = '/a'\ncapabilities = 'bpf'\n"),
             script("name = 'a'\npath = '/a'\nmax_seconds = 0\n"),
             script("name = 'a'\npath = '/a'\nmax_seconds = -1\n"),
             script("name = 'a'\npath = '/a'\nmax_seconds = 4294967296\n"),
             script("name = 'a'\npath = '/a'\nmax_seconds = '600'\n"),
             script("name = 'a'\npath = '/a'\nmax_output = '64MB'\n"),
             script("name = 'a'\npath = '/a'\nmax_output = 'MiB'\n"),
             script("name = 'a'\npath = '/a'\nmax_output = '-1MiB'\n"),
             script("name = 'a'\npath = '/a'\nmax_output = '9007199254740992GiB'\n"),
             script("name = 'a'\npath = '/a'\nmax_output = true\n"),
             script("name = 'a'\npath = '/a'\nmax_memory = '0'\n"),
             script("name = 'a'\npath = '/a'\nmax_probes = 0\n"),
             script("name = 'a'\npath = '/a'\nmax_parallel = 1025\n"),
             script("name = 'a'\npath = '/a'\nmax_parallel_total = 0\n"),
             script("name = 'a'\npath = '/a'\narguments = 1\n"),
             script("name = 'a'\npath = '/a'\narguments = ['x']\n"),
             script("name = 'a'\npath = '/a'\narguments = [{}]\n"),
             script("name = 'a'\npath = '/a'\narguments = [{name='x', type='float'}]\n"),
             script("name = 'a'\npath = '/a'\narguments = [{name='x', type='text', min=1}]\n"),
             script("name = 'a'\npath = '/a'\narguments = [{name='x', type='choice'}]\n"),
             script("name = 'a'\npath = '/a'\narguments = [{name='x', type='choice', of=[]}]\n"),
             script("name = 'a'\npath = '/a'\narguments = [{name='x', type='text', "
                    "match='(a|b)'}]\n"),
             script("name = 'a'\npath = '/a'\narguments = [{name='x', type='integer', min=2, "
                    "max=1}]\n"),
             script("name = 'a'\npath = '/a'\narguments = [{name='x', type='integer', "
                    "min=99999999999999999999}]\n"),
             script("name = 'a'\npath = '/a'\narguments = [{name='x', type='text', "
                    "optional=true}, {name='y', type='text'}]\n"),
             rule("name = 'r'\neffect = 'deny'\nusers = ['u']\nscripts = ['s']\nhosts = []\n"),
             rule("name = 'r'\neffect = 'deny'\nusers = ['u']\nscripts = ['s']\n"
                  "expires = '2026-13-01'\n"),
             rule("name = 'r'\neffect = 'deny'\nusers = ['u']\nscripts = ['s']\n"
                  "expires = 'soon'\n"),
             rule("name = 'r'\neffect = 'deny'\nusers = ['u']\nscripts = ['s']\n"
                  "reason = 'required'\n"),
             rule("name = 'r'\neffect = 'deny'\nusers = ['u']\nscripts = ['s']\n"
                  "max_seconds = 1\n"),
             rule("name = 'r'\neffect = 'allow'\nusers = ['u']\nscripts = ['s']\n"
                  "reason = 'yes'\n"),
             rule("name = 'r'\neffect = 'allow'\nusers = ['u']\nscope = 'system'\n"),
             rule("name = 'r'\neffect = 'allow'\nusers = ['u']\nscope = 'own'\nscripts = []\n"),
             std::string("schema = 1\nscript = 3\n"),
             std::string("schema = 1\n[script]\nname = 'a'\n"),
             std::string("schema = 1\nrule = [1]\n"),
             std::string("schema = 1\n[[test]]\nuser = 'u'\nrun = []\nexpect = 'deny'\n"),
             std::string("schema = 1\n[[test]]\nuser = 'u'\nrun = ['a']\nexpect = 'no'\n"),
             std::string("schema = '1'\n"),
         }) {
        INFO(text);
        CHECK_FALSE(parse(text).errors.empty());
    }
}

TEST_CASE("All errors of all files are reported, and rules may name scripts of other files") {
    const ParsedPolicy parsed = parse_policy(
        {{"a", "schema = 1\nx = 1\ny = 2\n"},
         {"b", "schema = 1\n[[script]]\nname = 'a'\npath = '/a'\n"},
         {"c",
          "schema = 1\n[[rule]]\nname='r'\neffect='deny'\nusers=['u']\nscripts=['a']\n[[script]\n"},
         {"d", "schema = 1\n[[rule]]\nname='q'\neffect='deny'\nusers=['u']\nscripts=['a']\n"}});
    REQUIRE(parsed.errors.size() == 3);
    CHECK(parsed.errors[0].place.file == "a");
    CHECK(parsed.errors[1].place.line == 3);
    CHECK(parsed.errors[2].place.file == "c");
}

TEST_CASE("One file may be known by several names") {
    CHECK(parse(script("name = 'a'\npath = '/a'\n[[script]]\nname = 'b'\npath = '/a'\n"))
              .errors.empty());
}

TEST_CASE("A broken text never does more than be an error") {
    const std::string text = valid;
    for (std::size_t length = 0; length < text.size(); ++length)
        (void)parse(text.substr(0, length));
    unsigned state = 7;
    const auto random = [&](std::size_t most) {
        return (state = state * 1103515245 + 12345) / 7 % most;
    };
    for (int round = 0; round < 4000; ++round) {
        std::string broken = text;
        for (int i = 0; i < 3; ++i) broken[random(broken.size())] = static_cast<char>(random(256));
        for (const PolicyError& error : parse(broken).errors) CHECK_FALSE(error.text.empty());
    }
    for (const char* start :
         {"[", "[[", "[]", "[=", "[[ \xc3\xa9", "[\t", "\xef\xbb\xbf[ ]", "x=[[", "a=[}", "a=[1,}",
          "a=[\n}", "a=[ \t}", "a=\xc3\xa9", "a=\"\"\"\"\" \xc3"})
        CHECK_FALSE(parse(start).errors.empty());
    CHECK_FALSE(parse("schema = 1\nscript = " + std::string(100000, '[')).errors.empty());
    CHECK_FALSE(parse(std::string("schema = 1\n\0", 12)).errors.empty());
}
