// Every script that systemtap-doc installs parses, and its print parses again to the same tree.

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/language/diagnostics.h"
#include "runner/language/parser.h"
#include "runner/language/printer.h"
#include "tests/unit/language/tree_dump.h"

namespace {

using namespace sutap::language;

constexpr std::array<const char*, 2> folders = {"/usr/share/systemtap/examples",
                                                "/usr/share/doc/systemtap/examples"};
constexpr std::size_t least_number = 200;

// Scripts that do not parse without arguments, with what their descriptions run them with.
const std::map<std::string, std::vector<std::string>> arguments = {
    {"bkl.stp", {"1"}},
    {"callgraph.stp", {"kernel.function(\"*@fs/proc*.c\")"}},
    {"chng_cpu.stp", {"bash"}},
    {"connect_stat.stp", {"127.0.0.1"}},
    {"functioncallcount.stp", {"*@mm/*.c"}},
    {"graphcall.stp", {"/bin/ls", "main"}},
    {"migrate.stp", {"bash"}},
    {"pstrace_exec.stp", {"bash"}},
    {"pyexample.stp", {"python3"}},
    {"sigmon.stp", {"SIGKILL"}},
    {"sizeof.stp", {"task_struct", "kernel<include/linux/sched.h>"}},
    {"watchdog.stp", {"syscall.nanosleep", "syscall.nanosleep.return", "1000"}},
    {"whythefail.stp", {"kernel", "do_sys_open", "$return < 0"}},
    {"func_time_stats.stp", {"kernel.function(\"vfs_read\")"}},
    {"fntimes.stp", {"kernel.function(\"vfs_read\")"}},
    {"inode-watch.stp", {"8", "1", "100"}},
    {"inodewatch.stp", {"0x08", "0x01", "100"}},
    {"inodewatch2.stp", {"0x08", "0x01", "100"}},
    {"iostat-scsi.stp", {"1"}},
    {"linetimes.stp", {"kernel", "vfs_read"}},
    {"measureinterval.stp",
     {"gettimeofday_us()", "tid()", "@sum", "vm.pagefault", "vm.pagefault.return", "execname()"}},
    {"netfilter_drop.stp", {"TCP", "1"}},
    {"para-callgraph.stp", {"kernel.function(\"*@fs/*.c\")", "kernel.function(\"vfs_read\")"}},
    {"para-callgraph-verbose.stp",
     {"kernel.function(\"*@fs/*.c\")", "kernel.function(\"vfs_read\")"}},
    {"pfiles.stp", {"1"}},
    {"plimit.stp", {"1"}},
    {"psig.stp", {"1"}},
    {"traceio2.stp", {"0x0801"}},
    {"varwatch.stp", {"kernel.statement(\"do_sys_open@fs/open.c:*\")", "$$vars"}},
};

// Of the library's macros those that the scripts use, with bodies of our own.
constexpr std::string_view library = R"(
@define task(pointer) %( @cast(@pointer, "task_struct", "kernel") %)
@define container_of(pointer, type, member) %( @cast(@pointer - &@cast(0, @type)->@member, @type) %)
@define module_container_of(pointer, module, type, member)
    %( @cast(@pointer - &@cast(0, @type, @module)->@member, @type, @module) %)
@define cast_sizeof(type) %( &@cast(0, @type)[1] %)
@define cast_module_sizeof(module, type) %( &@cast(0, @type, @module)[1] %)
@define this1 %( __this1[tid()] %)
@define this2 %( __this2[tid()] %)
@define this3 %( __this3[tid()] %)
@define this4 %( __this4[tid()] %)
@define this5 %( __this5[tid()] %)
@define json_output_data_start %( print("{") %)
@define json_output_data_end %( print("}") %)
@define json_output_array_numeric_value(array, index, metric, value)
    %( printf("%s %s %s %d", @array, @index, @metric, @value) %)
@define prometheus_dump_array1(a, name, k1)
    %( foreach ([i] in @a) println(@name, @k1, i, @a[i]) %)
@define prometheus_dump_array1_map_unquoted(a, name, k1, f0, f1)
    %( foreach ([i] in @a) println(@name, @k1, @f1(i), @f0(@a[i])) %)
@define prometheus_dump_array2_map(a, name, k1, k2, f0, f1, f2)
    %( foreach ([i, j] in @a) println(@name, @k1, @f1(i), @k2, @f2(j), @f0(@a[i, j])) %)
@define prometheus_dump_array3(a, name, k1, k2, k3)
    %( foreach ([i, j, k] in @a) println(@name, @k1, i, @k2, j, @k3, k, @a[i, j, k]) %)
@define prometheus_dump_array3_map(a, name, k1, k2, k3, f0, f1, f2, f3)
    %( foreach ([i, j, k] in @a) println(@name, @k1, @f1(i), @k2, @f2(j), @k3, @f3(k), @f0(@a[i, j, k])) %)
@define prometheus_dump_array7(a, name, k1, k2, k3, k4, k5, k6, k7)
    %( foreach ([i, j, k, l, m, n, o] in @a) println(@name, @k1, i, @k7, o) %)
@define __disk_name(request) %( kernel_string(@request->rq_disk->disk_name) %)
)";

std::vector<std::filesystem::path> example_scripts() {
    std::vector<std::filesystem::path> paths;
    for (const char* folder : folders) {
        INFO(folder << " is missing: install systemtap-doc");
        REQUIRE(std::filesystem::is_directory(folder));
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
            if (entry.is_regular_file() && entry.path().extension() == ".stp") {
                paths.push_back(entry.path());
            }
        }
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

std::string read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

ParseResult parse_example(SourceMap& sources, std::uint32_t source, const std::string& name) {
    ParseContext context;
    context.kernel_release = "6.1.0-18-amd64";
    if (const auto found = arguments.find(name); found != arguments.end()) {
        context.arguments = found->second;
    }
    context.library_macro = [&sources](std::string_view) {
        return std::optional(sources.add("macros", std::string(library)));
    };
    return parse(sources, source, context);
}

}  // namespace

TEST_CASE("every example script prints to text that parses to the same tree") {
    const auto paths = example_scripts();
    CHECK(paths.size() >= least_number);
    for (const auto& path : paths) {
        SourceMap sources;
        const std::uint32_t source = sources.add(path.string(), read(path));
        const ParseResult first = parse_example(sources, source, path.filename());
        if (path.filename() == "security-bandaid-template.stp") {
            // A form to fill in: it is no script yet.
            REQUIRE(first.diagnostics.size() == 1);
            CHECK(render(first.diagnostics.front(), sources, false) ==
                  "parse error: expected literal string or number\n"
                  "        saw: operator '.' at " +
                      path.string() +
                      ":31:32\n"
                      "     source: probe X.Y.Z if(cve_enabled_p) {...}\n"
                      "                                            ^\n");
            continue;
        }
        for (const Diagnostic& diagnostic : first.diagnostics) {
            FAIL_CHECK(render(diagnostic, sources, false));
        }
        const std::uint32_t printed = sources.add("printed", print(first.script));
        const ParseResult second = parse(sources, printed, {});
        for (const Diagnostic& diagnostic : second.diagnostics) {
            FAIL_CHECK(render(diagnostic, sources, false));
        }
        INFO(path);
        const std::size_t declarations = first.script.globals.size() +
                                         first.script.functions.size() +
                                         first.script.aliases.size() + first.script.probes.size();
        CHECK(declarations > 0);
        CHECK((dump(first.script) == dump(second.script)));
    }
}
