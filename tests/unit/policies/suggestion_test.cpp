#include "policies/suggestion.h"

#include <catch2/catch.hpp>

#include "policies/policy.h"

using namespace sutap::policy;

namespace {

const std::string sum(64, 'a');

Script script_of(const std::string& text) {
    const ParsedPolicy parsed = parse_policy({{"x.toml", text}});
    INFO(text);
    for (const PolicyError& error : parsed.errors) INFO(describe(error));
    REQUIRE(parsed.errors.empty());
    REQUIRE(parsed.policy.scripts.size() == 1);
    return parsed.policy.scripts[0];
}

}  // namespace

TEST_CASE("What a script needs becomes a policy that can be read") {
    const std::string text = suggest(
        "script: /srv/watch.stp\nprobe: syscall.kill\nmodule: overlay\nattaches: begin\n"
        "attaches: kernel.data(\"x\").write\nattaches: timer.profile\nperf_event: timer.profile\n"
        "capabilities: bpf perfmon\nkernel_addresses: shown at watch.stp:1:2\n"
        "programs: 1 of 2 instructions\ncommands: system() starts commands as the caller\n"
        "files: read x\ninput: standard input\n",
        "/srv/watch.stp", sum);
    const Script script = script_of(text);
    CHECK(script.name == "watch");
    CHECK(script.path == "/srv/watch.stp");
    CHECK(script.sha256 == sum);
    CHECK(script.probes ==
          std::vector<std::string>{"begin", "kernel.data(\"x\").write", "timer.profile"});
    CHECK(script.kernel_addresses);
    for (const char* reason :
         {"# timer.profile: nobody keeps", "# module overlay: sutap opens",
          "# Capabilities: bpf perfmon, which", "# Addresses of the kernel are shown at watch",
          "# system() starts", "# A file of the session: read x", "# Reads standard input"}) {
        INFO(reason);
        CHECK(text.find(reason) != std::string::npos);
    }
}

TEST_CASE("What a script does not need is not in its policy") {
    const std::string text = suggest("capabilities: none\nattaches: begin\n", "/a/b", sum);
    CHECK(script_of(text).name == "b");
    CHECK_FALSE(script_of(text).kernel_addresses);
    CHECK(text.find("kernel_addresses") == std::string::npos);
    CHECK(text.find("looks at nothing") != std::string::npos);
    CHECK(text.find("scope") == std::string::npos);
    CHECK(suggest("scope: own\n", "/a/b", sum).find("\n# scope = \"own\"\n") != std::string::npos);
    CHECK(suggest("scope: system, because of x:1:2\n", "/a/b", sum).find("scope") ==
          std::string::npos);
    CHECK(script_of(suggest("", "/a/b", sum)).probes.empty());
}

TEST_CASE("Names and points are quoted, whatever the bytes") {
    const Script script = script_of(
        suggest("attaches: procfs(\"a\\b\").read\nmodule: \x1b[2J\"", "/a/\xc3\xa9 x\"y.stp", sum));
    CHECK(script.path == "/a/\xc3\xa9 x\"y.stp");
    CHECK(script.name == "x-y");
    CHECK(script.probes.front() == "procfs(\"a\\b\").read");
    CHECK(suggest("attaches: x\x7fy", "/a", sum).find("\"x\\u007fy\"") != std::string::npos);
    CHECK(script_of(suggest("", "/a/.stp", sum)).name == "stp");
    CHECK(script_of(suggest("", "/a/---", sum)).name == "script");
    CHECK(script_of(suggest("", "/a/" + std::string(200, 'n'), sum)).name == std::string(64, 'n'));
}
