#include <catch2/catch.hpp>

#include "tests/unit/elaborate/elaborating.h"
#include "tests/unit/targets/kernel_with_modules.h"

namespace {

using namespace sutap::elaborate;
using sutap::elaborate::test::elaborate_text;
using sutap::targets::testing::KernelWithModules;

constexpr const char* symbols =
    "0 T do_kill\n0 t part_open\t[first]\n0 r __ksymtab_part_open\t[first]\n"
    "0 t bare_open\t[bare]\n";

// What the points stand for, a word each, as pp() says it; else what is wrong.
std::string resolved(const std::string& points) {
    const KernelWithModules folders(symbols);
    const sutap::targets::Kernel kernel = folders.kernel();
    const auto outcome = elaborate_text("probe " + points + " { println(pp()) }", {}, kernel);
    std::string text;
    for (const Probe& probe : outcome.elaborated.program.probes) {
        text += (text.empty() ? "" : " ") + probe.point;
    }
    return outcome.elaborated.failed() ? outcome.causes : text;
}

// The causes of what the body leads to at the entry or return of part_open().
std::string failures(const std::string& body, const std::string& suffix = "") {
    const KernelWithModules folders(symbols);
    const sutap::targets::Kernel kernel = folders.kernel();
    return elaborate_text(
               "probe module(\"second\").function(\"part_open\")" + suffix + " { " + body + " }",
               {}, kernel)
        .rendered;
}

bool contains(const std::string& text, const std::string& part) {
    INFO(text);
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("Modules and their functions are found by name and by pattern") {
    const std::string first = "module(\"first\").function(\"part_open\")";
    const std::string second = "module(\"second\").function(\"part_open\")";
    CHECK(resolved(first) == first);
    CHECK(resolved(first + ".call") == first);
    CHECK(resolved(first + ".return.maxactive(7)") == first + ".return");
    CHECK(resolved("kprobe." + first + ".return") == first + ".return");
    CHECK(resolved("module(\"*\").function(\"part_open\")") == first + " " + second);
    CHECK(resolved("module(\"[fs]?*\").function(\"p*\").return") ==
          first + ".return " + second + ".return");
    CHECK(resolved("module(\"second\").function(\"[dp]*\")") ==
          "module(\"second\").function(\"do_kill\") " + second);
    CHECK(resolved("module(\"/lib/second.ko.xz\").function(\"part_open@a.c:7\")") == second);
    CHECK(resolved("module(\"*\").function(\"part_*\").exported") == first);
    CHECK(resolved(second + " !, " + first) == second);
    CHECK(resolved("module(\"third\").function(\"x\") ?, " + first) == first);
    // A symbol without types is probed by its name.
    CHECK(resolved("module(\"bare\").function(\"bare_open\")") ==
          "module(\"bare\").function(\"bare_open\")");
}

TEST_CASE("Tracepoints of modules are the kernel's") {
    const std::string event = "kernel.trace(\"part_event\")";
    CHECK(resolved(event) == event);
    CHECK(resolved("kernel.trace(\"any:part_e*\")") == event);
    CHECK(resolved("kernel.trace(\"*_nameless\")") ==
          "kernel.trace(\"part_nameless\") kernel.trace(\"task_nameless\")");
    CHECK(contains(resolved("kernel.trace(\"part_evemt\")"),
                   "no match (similar tracepoints: part_event"));
    const KernelWithModules folders(symbols);
    const sutap::targets::Kernel kernel = folders.kernel();
    const auto outcome = elaborate_text(
        "probe " + event + " { println($part->hidden->inside, $size, $$parms) }", {}, kernel);
    REQUIRE_FALSE(outcome.elaborated.failed());
    REQUIRE(outcome.elaborated.program.probes.size() == 1);
    CHECK(outcome.elaborated.program.probes[0].event->module == "first");
}

TEST_CASE("What is not there is said with what may be meant") {
    CHECK(contains(resolved("module(\"secont\").function(\"part_open\")"),
                   "module \"secont\" is not loaded (similar modules: second"));
    CHECK(contains(resolved("module(\"built_in\").function(\"part_open\")"), "a part of it"));
    CHECK(contains(resolved("module(\"x*\").function(\"part_open\")"), "no module of this name"));
    CHECK(contains(resolved("module(\"first\").function(\"part_opem\")"),
                   "no match (similar functions: part_open"));
    CHECK(contains(resolved("module(\"bare\").function(\"part_open\")"),
                   "does not describe its types, and has no such symbol"));
    CHECK(contains(resolved("module(\"broken\").function(\"part_open\")"), "too short for BTF"));
    CHECK(contains(resolved("module(\"second\").function(\"part_open\").exported"),
                   "part_open is not exported"));
    CHECK(contains(resolved("module(\"first\").function(\"log_line\")"), "no match"));
}

TEST_CASE("A module's parameters lead to the kernel's types, and casts to a module's") {
    CHECK(failures("println($part->owner->comm[0], $flags, $part->hidden->inside)").empty());
    CHECK(failures("println($return, @entry($part->count), $$parms$)", ".return").empty());
    CHECK(failures("println(@cast($part->owner, \"struct part\")->count)").empty());
    CHECK(failures("println(@cast(1, \"struct part\", \"kernel:first\")->count)").empty());
    CHECK(failures("println(@cast(1, \"struct part*\", \"third:first\")->owner->pid)").empty());
    CHECK(contains(
        failures("println(@cast(1, \"struct nothing\", \"third\"))"),
        "'struct nothing' not found in the kernel's BTF (module \"third\" is not loaded)"));
    CHECK(contains(failures("println($part->owner->count)"), "count"));
}
