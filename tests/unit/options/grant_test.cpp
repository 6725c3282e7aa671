#include "runner/options/grant.h"

#include <catch2/catch.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

using sutap::options::Grant;
using sutap::options::GrantedDescriptor;
using sutap::options::GrantResult;
using sutap::options::parse_grant;

namespace {

const std::string least =
    "sutap-grant 1\nscript_descriptor = 3\nscript_name = kill-watch\nuid = 1000\ngid = 1001\n";

Grant accepted(const std::string& text) {
    const GrantResult result = parse_grant(text);
    INFO(result.error);
    REQUIRE(result.grant);
    return *result.grant;
}

std::string refused(std::string_view text) {
    const GrantResult result = parse_grant(text);
    REQUIRE_FALSE(result.grant);
    return result.error;
}

}  // namespace

TEST_CASE("a grant of the least keys has the documented defaults") {
    const Grant grant = accepted(least);
    CHECK(grant.script_descriptor == 3);
    CHECK(grant.script_name == "kill-watch");
    CHECK(grant.user == 1000);
    CHECK(grant.group == 1001);
    CHECK(grant.probes.empty());
    CHECK(grant.capabilities.empty());
    CHECK(grant.descriptors.empty());
    CHECK(grant.maximum_seconds == 0);
    CHECK(grant.maximum_output == 0);
    CHECK(grant.policy_script.empty());
    CHECK_FALSE(grant.caller.path);
    CHECK(grant.caller.file_mode_mask == 022);
    CHECK_FALSE(grant.caller.folder_kept);
}

TEST_CASE("addresses are hidden from users whose grant does not give them") {
    using sutap::options::hides_addresses;
    CHECK(hides_addresses(accepted(least)));
    CHECK(hides_addresses(accepted(least + "kernel_addresses = false\n")));
    CHECK_FALSE(hides_addresses(accepted(least + "kernel_addresses = true\n")));
    CHECK_FALSE(hides_addresses(
        accepted("sutap-grant 1\nscript_descriptor = 3\nscript_name = x\nuid = 0\ngid = 0\n")));
    CHECK_FALSE(hides_addresses(std::nullopt));
}

TEST_CASE("a grant for own processes hides addresses, whatever else it says") {
    using sutap::options::is_own_scope;
    const Grant own = accepted(least + "kernel_addresses = true\nscope = own\n");
    CHECK(is_own_scope(own));
    CHECK(sutap::options::hides_addresses(own));
    CHECK_FALSE(is_own_scope(accepted(least + "scope = system\n")));
    CHECK_FALSE(is_own_scope(accepted(least)));
    CHECK_FALSE(is_own_scope(std::nullopt));
    CHECK(refused(least + "scope = \n") == "line 6: 'scope' is neither system nor own");
    CHECK(refused(least + "scope = Own\n") == "line 6: 'scope' is neither system nor own");
    CHECK(refused(least + "scope = own\nscope = system\n") == "line 7: repeated key 'scope'");
}

TEST_CASE("every key of a grant is read") {
    const Grant grant = accepted(
        least +
        "probe = begin\nprobe = kernel.function(\"x\").return\ncapability = bpf\n"
        "capability = perfmon\nmax_seconds = 600\ncaller.PATH = /usr/bin:/bin\n"
        "caller.TERM = xterm-256color\ncaller.TZ = Europe/Berlin\ncaller.LANG = C.UTF-8\n"
        "caller.COLUMNS = 80\ncaller.umask = 077\ncaller.folder_kept = true\n"
        "descriptor = perf_event 5 kprobe:do_fsync\ndescriptor = module_btf 6 ext4\n"
        "descriptor = kallsyms 7\ndescriptor = audit 8 log\ndescriptor = slot 9\n"
        "max_output = 67108864\nmax_memory = 4096\nmax_probes = 7\npolicy_script = kill-watch\n");
    CHECK(grant.probes == std::vector<std::string>{"begin", "kernel.function(\"x\").return"});
    CHECK(grant.capabilities == std::vector<std::string>{"bpf", "perfmon"});
    CHECK(grant.maximum_seconds == 600);
    CHECK(grant.caller.path == "/usr/bin:/bin");
    CHECK(grant.caller.terminal == "xterm-256color");
    CHECK(grant.caller.time_zone == "Europe/Berlin");
    CHECK(grant.caller.language == "C.UTF-8");
    CHECK(grant.caller.columns == "80");
    CHECK(grant.caller.file_mode_mask == 077);
    CHECK(grant.caller.folder_kept);
    CHECK(grant.maximum_output == 64U << 20U);
    CHECK(grant.maximum_memory == 4096);
    CHECK(grant.maximum_probes == 7);
    CHECK(grant.policy_script == "kill-watch");
    REQUIRE(grant.descriptors.size() == 5);
    CHECK(grant.descriptors[0].kind == GrantedDescriptor::Kind::perf_event);
    CHECK(grant.descriptors[0].number == 5);
    CHECK(grant.descriptors[0].name == "kprobe:do_fsync");
    CHECK(grant.descriptors[1].kind == GrantedDescriptor::Kind::module_btf);
    CHECK(grant.descriptors[2].kind == GrantedDescriptor::Kind::kallsyms);
    CHECK(grant.descriptors[2].name.empty());
    CHECK(descriptor_of(grant, GrantedDescriptor::Kind::audit) == 8);
    CHECK(descriptor_of(grant, GrantedDescriptor::Kind::slot) == 9);
    CHECK(descriptor_of(accepted(least), GrantedDescriptor::Kind::audit) == -1);
}

TEST_CASE("only root adds to scripts and sets limits") {
    sutap::options::Options options;
    Grant grant = accepted(least);
    CHECK(conflict(grant, options).empty());
    options.tapset_folders = {"folder"};
    CHECK_FALSE(conflict(grant, options).empty());
    options.tapset_folders.clear();
    options.additional_scripts = {"probe end {}"};
    CHECK_FALSE(conflict(grant, options).empty());
    options.additional_scripts.clear();
    options.definitions = {{"MAXMAPENTRIES", "10000000"}};
    CHECK_FALSE(conflict(grant, options).empty());
    grant.user = 0;
    options.additional_scripts = {"probe end {}"};
    options.tapset_folders = {"folder"};
    CHECK(conflict(grant, options).empty());
}

TEST_CASE("bytes of a value may be escaped") {
    CHECK(accepted(least + "caller.TZ = a\\x0ab\\x5C = c\n").caller.time_zone == "a\nb\\ = c");
    CHECK(accepted(least + "caller.TZ = \n").caller.time_zone == "");
    CHECK(accepted(least + "caller.TZ = \\x41\n").caller.time_zone == "A");
}

TEST_CASE("a grant that is not exactly right is refused") {
    CHECK(refused("") == "line 1: expected 'sutap-grant 1'");
    CHECK(refused("sutap-grant 2\n") == "line 1: expected 'sutap-grant 1'");
    CHECK(refused("sutap-grant 1\n") == "missing key 'script_descriptor'");
    CHECK(refused("sutap-grant 1\nscript_descriptor = 3\nscript_name = a\nuid = 1\n") ==
          "missing key 'gid'");
    CHECK(refused(least + "uid = 0\n") == "line 6: repeated key 'uid'");
    CHECK(refused(least + "caller.umask = 022\ncaller.umask = 022\n") ==
          "line 7: repeated key 'caller.umask'");
    CHECK(refused(least + "colour = red\n") == "line 6: unknown key 'colour'");
    CHECK(refused(least + "caller.HOME = /\n") == "line 6: unknown key 'caller.HOME'");
    CHECK(refused(least + "\n") == "line 6: expected 'key = value'");
    CHECK(refused(least + "probe=begin\n") == "line 6: expected 'key = value'");
    CHECK(refused(least + "probe = \n") == "line 6: empty probe point");
    CHECK(refused(least + "probe = begin") == "line 6: the last line is cut off");
    CHECK(refused(least + "pro be = begin\n") == "line 6: bad key");
    CHECK(refused(least + "capability = CAP_BPF\n") == "line 6: bad name of a capability");
    CHECK(refused(least + "max_seconds = -1\n") == "line 6: bad number for 'max_seconds'");
    CHECK(refused(least + "max_seconds = 4294967296\n") == "line 6: bad number for 'max_seconds'");
    CHECK(refused(least + "max_seconds = 1 \n") == "line 6: bad number for 'max_seconds'");
    CHECK(refused(least + "caller.umask = 8\n") == "line 6: bad number for 'caller.umask'");
    CHECK(refused(least + "caller.umask = 1000\n") == "line 6: bad number for 'caller.umask'");
    CHECK(refused(least + "caller.folder_kept = yes\n") ==
          "line 6: 'caller.folder_kept' is neither true nor false");
    CHECK(refused(least + "kernel_addresses = 1\n") ==
          "line 6: 'kernel_addresses' is neither true nor false");
    CHECK(refused(least + "kernel_addresses = true\nkernel_addresses = true\n") ==
          "line 7: repeated key 'kernel_addresses'");
    CHECK(refused(least + "descriptor = perf_event\n") == "line 6: descriptor without a number");
    CHECK(refused(least + "descriptor = perf_event 2 x\n") ==
          "line 6: bad number for 'descriptor'");
    CHECK(refused(least + "descriptor = file 5 x\n") == "line 6: unknown kind of descriptor");
    CHECK(refused("sutap-grant 1\nuid = 4294967295\n") == "line 2: bad number for 'uid'");
    CHECK(refused("sutap-grant 1\nscript_descriptor = 2\n") ==
          "line 2: bad number for 'script_descriptor'");
}

TEST_CASE("control bytes and bad escapes in values are refused") {
    const std::string bad = "line 6: bad byte or escape in a value";
    CHECK(refused(least + "caller.TZ = a\tb\n") == bad);
    CHECK(refused(least + "caller.TZ = a\x7f\n") == bad);
    CHECK(refused(least + "caller.TZ = \\n\n") == bad);
    CHECK(refused(least + "caller.TZ = \\x4\n") == bad);
    CHECK(refused(least + "caller.TZ = \\x4g\n") == bad);
    CHECK(refused(least + "caller.TZ = \\x00\n") == bad);
    CHECK(refused(least + "caller.TZ = \\\n") == bad);
    CHECK(refused(least + std::string("caller.TZ = a\0b\n", 16)) == bad);
}

TEST_CASE("no cut or changed byte of a grant is undefined behaviour") {
    const std::string text =
        least + "probe = begin\ndescriptor = perf_event 5 x\ncaller.TZ = \\x41\n";
    for (std::size_t i = 0; i < text.size(); ++i) {
        CHECK(parse_grant(text.substr(0, i)).grant.has_value() ==
              (i >= least.size() && text[i - 1] == '\n'));
        for (const char c : {'\0', '\n', ' ', '\\', '\x80'}) {
            std::string changed = text;
            changed[i] = c;
            const GrantResult result = parse_grant(changed);
            CHECK(result.grant.has_value() == result.error.empty());
        }
    }
    CHECK(refused(std::string(2U << 20U, 'a')) == "longer than 1 MiB");
}
