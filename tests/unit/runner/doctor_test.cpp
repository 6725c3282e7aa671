#include "runner/doctor.h"

#include <catch2/catch.hpp>

#include "tests/unit/temporary_file.h"

namespace sutap {
using tests::TemporaryFile;

namespace {

bool has_line(const std::string& text, const std::string& start, const std::string& part) {
    const std::size_t line = text.find(start);
    return line != std::string::npos && (line == 0 || text[line - 1] == '\n') &&
           text.substr(line, text.find('\n', line) - line).find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("what is missing is said with what to do") {
    MachineFiles files;
    files.types = "/nonexistent/types";
    const Diagnosis diagnosis = examine_machine(files);
    CHECK_FALSE(diagnosis.can_trace);
    CHECK(has_line(diagnosis.text, "no    types ", "CONFIG_DEBUG_INFO_BTF=y"));
    CHECK(has_line(diagnosis.text, "Scripts cannot trace this kernel", "no"));
}

TEST_CASE("lockdown and user namespaces forbid tracing") {
    const TemporaryFile lockdown("none integrity [confidentiality]\n");
    const TemporaryFile ids("         0       1000          1\n");
    MachineFiles files;
    files.lockdown = lockdown.path();
    CHECK(
        has_line(examine_machine(files).text, "no    kernel memory ", "lockdown=confidentiality"));
    CHECK_FALSE(examine_machine(files).can_trace);
    files = {};
    files.user_ids = ids.path();
    CHECK(has_line(examine_machine(files).text, "no    BPF programs ", "user namespace"));
    CHECK_FALSE(examine_machine(files).can_trace);
    const TemporaryFile open("[none] integrity confidentiality\n");
    files = {};
    files.lockdown = open.path();
    CHECK(has_line(examine_machine(files).text, "yes   kernel memory ", "may be read"));
}

TEST_CASE("what only root may do depends on the machine's settings") {
    const TemporaryFile two("2\n");
    const TemporaryFile three("3\n");
    MachineFiles files;
    files.perf_event_paranoid = two.path();
    files.symbol_restriction = two.path();
    files.kprobe_events = three.path();
    std::string text = examine_machine(files).text;
    CHECK(has_line(text, "yes   sampling ", "timer.profile"));
    CHECK(has_line(text, "no    kernel symbols ", "kptr_restrict is 2"));
    CHECK(has_line(text, "root  other functions ", "register()"));
    files.perf_event_paranoid = three.path();
    files.symbol_restriction = "/nonexistent/restriction";
    files.kprobe_events = "/nonexistent/type";
    text = examine_machine(files).text;
    CHECK(has_line(text, "yes   sampling ", "because kernel.perf_event_paranoid is 3"));
    CHECK(has_line(text, "root  kernel symbols ", "root alone"));
    CHECK(has_line(text, "no    other functions ", "CONFIG_KPROBE_EVENTS"));
    files.perf_event_paranoid = "/nonexistent/level";
    CHECK(has_line(examine_machine(files).text, "no    sampling ", "CONFIG_PERF_EVENTS"));
}

}  // namespace sutap
