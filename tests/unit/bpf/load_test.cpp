// Loads hand-made programs into the running kernel, so it needs the capabilities for that.
#include <fcntl.h>
#include <linux/bpf.h>
#include <poll.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>

#include "runner/bpf/attach.h"
#include "runner/bpf/load_check.h"
#include "runner/bpf/ring_buffer.h"
#include "runner/privileges.h"
#include "runner/targets/kernel.h"

namespace {

using namespace sutap;
using namespace sutap::bpf;
using Catch::Matchers::Contains;
using Kind = Relocation::Kind;

constexpr std::uint8_t load_64 = BPF_LD | BPF_IMM | BPF_DW;

Instruction move_number(std::uint8_t to, std::int32_t value) {
    return {BPF_ALU64 | BPF_MOV | BPF_K, to, 0, value};
}
Instruction call(bpf_func_id helper) {
    return {BPF_JMP | BPF_CALL, 0, 0, helper};
}
Instruction store(std::uint8_t from, std::int16_t offset) {  // on the stack
    return {BPF_STX | BPF_MEM | BPF_DW, static_cast<std::uint8_t>(from << 4U | 10U), offset, 0};
}
Instruction load(std::uint8_t to, std::uint8_t from) {
    return {BPF_LDX | BPF_MEM | BPF_DW, static_cast<std::uint8_t>(from << 4U | to), 0, 0};
}

// When this process is the current one and control.stopped is 0: posts the thread's id, the number
// in the read-only map and what bpf_loop returned.
Image image_for(AttachKind kind) {
    Image image;
    image.maps.push_back({"control", Map::Kind::array, 4, ControlLayout::size, 1, true, false, {}});
    image.maps.push_back({"records", Map::Kind::ring_buffer, 0, 0, 4096, false, false, {}});
    image.maps.push_back({"con/stants", Map::Kind::array, 4, 8, 1, false, true, {0x34, 0x12}});
    ir::Handler& handler = image.user.handlers.emplace_back();
    handler.kind = ir::Handler::Kind::kernel;
    handler.point = handler.definition = "point";
    Program& program = image.programs.emplace_back();
    program.name = "post a record";
    program.kind = kind;
    program.attach_name = kind == AttachKind::raw_tracepoint ? "sys_enter" : "__x64_sys_getpgid";
    program.point = "point";
    program.instructions = {
        {load_64, 1, 0, 0},
        {0, 0, 0, ControlLayout::stopped},
        load(1, 1),
        {BPF_JMP | BPF_JNE | BPF_K, 1, 23, 0},
        call(BPF_FUNC_get_current_pid_tgid),
        store(0, -8),
        {BPF_ALU64 | BPF_RSH | BPF_K, 0, 0, 32},
        {BPF_JMP | BPF_JNE | BPF_K, 0, 19, getpid()},
        {load_64, 1, 0, 0},
        {0, 0, 0, 0},
        load(1, 1),
        store(1, -16),
        move_number(1, 5),
        {load_64, BPF_PSEUDO_FUNC << 4U | 2U, 0, 15},  // the callback, behind the exit
        {0, 0, 0, 0},
        move_number(3, 0),
        move_number(4, 0),
        call(BPF_FUNC_loop),
        store(0, -24),
        {load_64, 1, 0, 0},
        {0, 0, 0, 0},
        {BPF_ALU64 | BPF_MOV | BPF_X, 10U << 4U | 2U, 0, 0},
        {BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, -24},
        move_number(3, 24),
        move_number(4, 0),
        call(BPF_FUNC_ringbuf_output),
        move_number(0, 0),
        move_number(0, 0),
        {BPF_JMP | BPF_EXIT, 0, 0, 0},
        move_number(0, 0),
        {BPF_JMP | BPF_EXIT, 0, 0, 0},
    };
    program.relocations = {{Kind::map_value, 0, 0}, {Kind::map_value, 8, 2}, {Kind::map, 19, 1}};
    program.subprograms = {{"main", 0}, {"round", 29}};
    return image;
}

struct Posted {
    std::uint64_t loop = 0;
    std::uint64_t constant = 0;
    std::uint64_t thread = 0;
};

void nowhere(std::size_t, std::size_t) {}

// The records that the image's program posts while this process calls getpgid() once.
std::vector<Posted> run(const Image& image) {
    REQUIRE(check(image, {}).empty());
    const std::vector<Descriptor> maps = create_maps(image.maps);
    ControlPage control(maps.front());
    std::vector<Posted> posted;
    RingBuffer records(maps[1], [&](std::span<const std::byte> bytes) {
        REQUIRE(bytes.size() == sizeof(Posted));
        std::memcpy(&posted.emplace_back(), bytes.data(), sizeof(Posted));
    });
    control.write(ControlLayout::stopped, 1);
    const Attached attached = attach(image, maps, {}, ModuleTypes({}), nowhere);
    CHECK(attached.links.size() == 1);
    control.write(ControlLayout::stopped, 0);
    getpgid(0);
    control.write(ControlLayout::stopped, 1);
    getpgid(0);
    pollfd waiting{records.descriptor(), POLLIN, 0};
    CHECK(poll(&waiting, 1, 1000) == 1);
    while (records.consume(1) == 1) {
    }
    return posted;
}

void check_posted(const std::vector<Posted>& posted) {
    REQUIRE(posted.size() == 1);
    CHECK(posted[0].constant == 0x1234);
    CHECK(posted[0].loop == 5);
    CHECK(posted[0].thread >> 32U == static_cast<std::uint64_t>(getpid()));
}

bool may_load() {
    if (!privileges::is_permitted(privileges::Capability::bpf)) {
        WARN("not run: needs CAP_BPF and CAP_PERFMON");
        return false;
    }
    return true;
}

// The kernels of small virtual machines may have neither ftrace nor kprobes.
bool has_kprobes() {
    return access("/sys/bus/event_source/devices/kprobe/type", R_OK) == 0;
}

Image image_with_btf_id(AttachKind kind) {
    Image image = image_for(kind);
    const auto function = targets::Kernel().function("__x64_sys_getpgid");
    REQUIRE(function);
    image.programs[0].attach_btf_id = function->btf_id;
    return image;
}

}  // namespace

CATCH_TRANSLATE_EXCEPTION(LoadError& error) {
    return error.message;
}
CATCH_TRANSLATE_EXCEPTION(privileges::PrivilegeError& error) {
    return error.message;
}

TEST_CASE("function entries and returns post records until they are stopped") {
    if (!may_load() || !has_kprobes()) {
        WARN("not run: needs a kernel with fentry");
        return;
    }
    check_posted(run(image_with_btf_id(AttachKind::fentry)));
    check_posted(run(image_with_btf_id(AttachKind::fexit)));
}

TEST_CASE("a kprobe is attached by name") {
    if (!may_load() || !has_kprobes()) {
        WARN("not run: needs a kernel with kprobes");
        return;
    }
    check_posted(run(image_for(AttachKind::kprobe)));
    check_posted(run(image_for(AttachKind::kretprobe)));
}

// sys_enter sees every system call of this process, so the first record is looked at.
void check_first_posted(const std::vector<Posted>& posted) {
    REQUIRE_FALSE(posted.empty());
    check_posted({posted.front()});
}

TEST_CASE("a raw tracepoint needs a name only") {
    if (may_load()) {
        check_first_posted(run(image_for(AttachKind::raw_tracepoint)));
    }
}

TEST_CASE("the alternative takes the place of what cannot be attached") {
    if (!may_load()) {
        return;
    }
    Image image = image_for(AttachKind::raw_tracepoint);
    image.programs.push_back(image.programs[0]);
    image.programs[0].kind = AttachKind::fentry;
    image.programs[0].attach_btf_id = 0x7fffffff;
    image.programs[0].alternative = 1;
    check_first_posted(run(image));
}

TEST_CASE("the verifier's reason is told") {
    if (!may_load()) {
        return;
    }
    Image image = image_for(AttachKind::raw_tracepoint);
    image.programs[0].instructions[26] = load(0, 3);  // a register that the call has spoilt
    const std::vector<Descriptor> maps = create_maps(image.maps);
    std::string message;
    try {
        attach(image, maps, {}, ModuleTypes({}), nowhere);
    } catch (const LoadError& error) {
        message = error.message;
    }
    CHECK_THAT(message, Contains("refuses the BPF program for point"));
    CHECK_THAT(message, Contains("R3 !read_ok"));
    CHECK_THAT(message, !Contains("processed"));
}

TEST_CASE("the types of a module are those that were granted, or there is a sentence") {
    std::map<std::string, Descriptor> granted;
    granted.emplace("overlay", Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC)));
    const int number = granted["overlay"].get();
    {
        ModuleTypes types(std::move(granted));
        CHECK(types.descriptor("overlay", "x") == number);
        CHECK(types.descriptor("overlay", "x") == number);
        try {
            types.descriptor("no_such_module", "kernel.trace(\"some\")");
            FAIL("no error");
        } catch (const LoadError& error) {
            CHECK_THAT(error.message, Contains("name kernel.trace(\"some\") in `probes`"));
        }
    }
    CHECK(fcntl(number, F_GETFD) == -1);
}

TEST_CASE("a point that is missing is an error, or counted where it is optional") {
    if (!may_load()) {
        return;
    }
    Image image = image_for(AttachKind::raw_tracepoint);
    image.programs[0].attach_name = "no_such_tracepoint_here";
    const std::vector<Descriptor> maps = create_maps(image.maps);
    CHECK_THROWS_AS(attach(image, maps, {}, ModuleTypes({}), nowhere), LoadError);
    image.programs[0].optional = true;
    const Attached attached = attach(image, maps, {}, ModuleTypes({}), nowhere);
    CHECK(attached.links.empty());
    CHECK(attached.skipped == 1);
    REQUIRE(attached.notes.size() == 1);
    CHECK_THAT(attached.notes[0], Contains("no_such_tracepoint_here"));
}
