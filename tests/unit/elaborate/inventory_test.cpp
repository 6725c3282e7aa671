#include "runner/elaborate/inventory.h"

#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "runner/elaborate/probe_types.h"
#include "tests/unit/elaborate/elaborating.h"

using namespace sutap;
using namespace sutap::elaborate;

namespace {

bool has_line(const std::string& text, const std::string& line) {
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

bool is_sorted_without_repeats(const std::string& text) {
    std::istringstream lines(text);
    std::string before;
    for (std::string line; std::getline(lines, line); before = line) {
        if (!before.empty() && line <= before) {
            return false;
        }
    }
    return true;
}

}  // namespace

TEST_CASE("The lists of what there is are sorted and hide what is internal") {
    const std::string types = list_probe_types();
    const std::string aliases = list_probe_aliases();
    const std::string functions = list_functions(test::this_kernel());
    for (const std::string& list : {types, aliases, functions}) {
        CHECK(is_sorted_without_repeats(list));
        CHECK(("\n" + list).find("\n__") == std::string::npos);
    }
    CHECK(has_line(types, "begin(number)"));
    CHECK(has_line(types, "kernel.function(string).return"));
    CHECK(has_line(types, "kernel.data(number).length(number).write"));
    CHECK(has_line(aliases, "perf.sw.page_faults"));
    CHECK(has_line(aliases, "syscall.open"));
    CHECK(has_line(aliases, "syscall.open.return"));
    CHECK(has_line(functions, "pid:long ()"));
    CHECK(has_line(functions, "exit:unknown ()"));
    CHECK(has_line(functions, "pid2execname:string (pid:long)"));
    CHECK(has_line(functions, "task_parent:long (task:long)"));
}

TEST_CASE("Components are offered by what stands before them") {
    language::ProbeComponent kernel;
    kernel.name = "kernel";
    language::ProbeComponent function;
    function.name = "function";
    const std::vector<std::string> below = component_forms({kernel}, 1);
    CHECK(below == std::vector<std::string>{"data(number)", "data(string)", "function(string)",
                                            "trace(string)"});
    CHECK(component_forms({kernel, function}, 2) == std::vector<std::string>{"call", "return"});
    CHECK(component_forms({function}, 1).empty());
}
