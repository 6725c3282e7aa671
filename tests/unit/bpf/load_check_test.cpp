#include "runner/bpf/load_check.h"

#include <linux/bpf.h>

#include <catch2/catch.hpp>

namespace {

using namespace sutap;
using namespace sutap::bpf;
using Catch::Matchers::Contains;

constexpr std::uint8_t call = BPF_JMP | BPF_CALL;
constexpr std::uint8_t load_64 = BPF_LD | BPF_IMM | BPF_DW;
constexpr Instruction leave{BPF_JMP | BPF_EXIT, 0, 0, 0};

// A good image: one program on one handler.
Image good_image() {
    Image image;
    image.maps.push_back({"control", Map::Kind::array, 4, ControlLayout::size, 1, true, false, {}});
    image.maps.push_back({"records", Map::Kind::ring_buffer, 0, 0, 4096, false, false, {}});
    ir::Handler& handler = image.user.handlers.emplace_back();
    handler.kind = ir::Handler::Kind::kernel;
    handler.point = "kernel.function(\"__x64_sys_kill\")";
    handler.definition = "syscall.kill";
    Program& program = image.programs.emplace_back();
    program.name = "kill";
    program.kind = AttachKind::fentry;
    program.attach_btf_id = 1;
    program.attach_name = "__x64_sys_kill";
    program.point = handler.point;
    program.instructions = {{BPF_ALU64 | BPF_MOV, 0, 0, 0}, leave};
    return image;
}

std::string check_with(const std::function<void(Image&)>& change) {
    Image image = good_image();
    change(image);
    return check(image, {});
}

std::string check_call(Instruction instruction) {
    return check_with([&](Image& image) { image.programs[0].instructions = {instruction, leave}; });
}

}  // namespace

TEST_CASE("a good image passes, and so does one without anything in the kernel") {
    CHECK(check(good_image(), {}).empty());
    CHECK(check(Image{}, {}).empty());
}

TEST_CASE("only harmless helpers may be called, whatever the program's own list says") {
    CHECK(check_call({call, 0, 0, BPF_FUNC_probe_read_kernel}).empty());
    for (const int helper : {BPF_FUNC_probe_write_user, BPF_FUNC_send_signal,
                             BPF_FUNC_override_return, BPF_FUNC_tail_call, BPF_FUNC_trace_printk,
                             BPF_FUNC_send_signal_thread, BPF_FUNC_sys_bpf, BPF_FUNC_unspec}) {
        CHECK_THAT(check_call({call, 0, 0, helper}), Contains("is not allowed"));
    }
    CHECK_THAT(check_call({call, 0, 0, -1}), Contains("is not allowed"));
    CHECK_THAT(check_call({call, 0x30, 0, 1}), Contains("unknown kind of call"));
    CHECK_THAT(check_call({BPF_JMP32 | BPF_CALL, 0, 0, 1}), Contains("unknown kind of call"));
    CHECK_THAT(check_call({call | BPF_X, 0, 0, BPF_FUNC_send_signal}), Contains("is not allowed"));
}

TEST_CASE("no jump leaves its program") {
    const auto with = [](std::vector<Instruction> code) {
        return check_with([&](Image& image) { image.programs[0].instructions = code; });
    };
    const auto jump = [&](int code, int offset, std::int32_t immediate = 0) {
        return with(
            {{BPF_ALU64 | BPF_MOV, 0, 0, 0},
             {static_cast<std::uint8_t>(code), 0, static_cast<std::int16_t>(offset), immediate},
             leave});
    };
    CHECK(jump(BPF_JMP | BPF_JA, 0).empty());
    CHECK(jump(BPF_JMP | BPF_JA, -2).empty());
    constexpr std::uint8_t may_go = 0xe0;  // BPF_JCOND, from 6.8 on
    for (const int code : {BPF_JMP | BPF_JA, BPF_JMP | BPF_JEQ, BPF_JMP | BPF_JNE | BPF_X,
                           BPF_JMP32 | BPF_JSLE, BPF_JMP | may_go}) {
        for (const int offset : {-3, -20, -32768, 1, 32767}) {
            CHECK_THAT(jump(code, offset), Contains("leaves the program"));
        }
    }
    // One that keeps its distance in the other field (6.6 and newer).
    CHECK(jump(BPF_JMP32 | BPF_JA, -20, 0).empty());
    CHECK_THAT(jump(BPF_JMP32 | BPF_JA, 0, -20), Contains("leaves the program"));
    CHECK_THAT(jump(BPF_JMP32 | BPF_JA, 0, 1), Contains("leaves the program"));
    CHECK_THAT(with({{call, BPF_PSEUDO_CALL << 4, 0, -20}, leave}), Contains("leaves the program"));
    CHECK_THAT(with({{call, BPF_PSEUDO_CALL << 4, 0, 5}, leave}), Contains("leaves the program"));
    CHECK_THAT(with({{load_64, BPF_PSEUDO_FUNC << 4, 0, -20}, {0, 0, 0, 0}, leave}),
               Contains("leaves the program"));
    // The second half of a load is none, whatever it looks like.
    CHECK(with({{load_64, 1, 0, 3}, {0, 0, 0, BPF_JMP | BPF_JA}, leave}).empty());
}

TEST_CASE("only two kernel functions may be called") {
    Image image = good_image();
    image.programs[0].instructions = {{call, BPF_PSEUDO_KFUNC_CALL << 4, 0, 77}, leave};
    CheckOptions options;
    CHECK_THAT(check(image, options), Contains("is not allowed"));
    options.kernel_function_name = [](std::uint32_t id) {
        return id == 77 ? "bpf_task_from_pid" : "";
    };
    CHECK(check(image, options).empty());
    options.kernel_function_name = [](std::uint32_t) { return "bpf_task_acquire"; };
    CHECK_THAT(check(image, options), Contains("bpf_task_acquire"));
    options.kernel_function_name = [](std::uint32_t) { return "bpf_task_release"; };
    image.programs[0].instructions[0].offset = 3;  // of a module
    CHECK_THAT(check(image, options), Contains("is not allowed"));
}

TEST_CASE("loads cannot name descriptors, relocations only what is there") {
    const auto with_load = [](int source, std::vector<Relocation> relocations) {
        return check_with([&](Image& image) {
            image.programs[0].instructions = {
                {load_64, static_cast<std::uint8_t>(source * 16), 0, 1}, {0, 0, 0, 0}, leave};
            image.programs[0].relocations = std::move(relocations);
        });
    };
    using Kind = Relocation::Kind;
    CHECK(with_load(0, {}).empty());
    CHECK(with_load(BPF_PSEUDO_FUNC, {}).empty());
    for (const int source :
         {BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_VALUE, BPF_PSEUDO_MAP_IDX, BPF_PSEUDO_MAP_IDX_VALUE}) {
        CHECK_THAT(with_load(source, {}), Contains("names a descriptor"));
    }
    CHECK(with_load(0, {{Kind::map, 0, 1}}).empty());
    CHECK(with_load(0, {{Kind::map_value, 0, 0}}).empty());
    CHECK_THAT(with_load(0, {{Kind::map_value, 0, 1}}), Contains("no array"));
    CHECK_THAT(with_load(0, {{Kind::map, 0, 2}}), Contains("relocation"));
    CHECK_THAT(with_load(0, {{Kind::map, 1, 0}}), Contains("relocation"));
    CHECK_THAT(with_load(0, {{Kind::map, 2, 0}}), Contains("relocation"));
    CHECK_THAT(with_load(0, {{Kind::map, 0xffffffff, 0}}), Contains("relocation"));
}

TEST_CASE("a variable is the kernel's own, not that of a module's descriptor") {
    const auto with_second = [](std::vector<Instruction> rest) {
        return check_with([&](Image& image) {
            image.programs[0].instructions = {{load_64, BPF_PSEUDO_BTF_ID << 4, 0, 3}};
            for (const Instruction& each : rest) {
                image.programs[0].instructions.push_back(each);
            }
        });
    };
    CHECK(with_second({{0, 0, 0, 0}, leave}).empty());
    CHECK_THAT(with_second({{0, 0, 0, 5}, leave}), Contains("names a descriptor"));
    CHECK_THAT(with_second({}), Contains("names a descriptor"));
}

TEST_CASE("symbols have room in the control page") {
    const auto with = [](std::size_t symbols, std::uint32_t size) {
        return check_with([&](Image& image) {
            image.symbols.assign(symbols, "init_task");
            image.maps.front().value_size = size;
        });
    };
    constexpr std::uint32_t size = ControlLayout::size;
    CHECK(with(2, size + 16).empty());
    CHECK(with(256, size + 8 * 256).empty());
    CHECK_THAT(with(2, size + 15), Contains("impossible symbols"));
    CHECK_THAT(with(257, 4096), Contains("impossible symbols"));
    CHECK_THAT(check_with([](Image& image) {
                   image = Image();
                   image.symbols = {"init_task"};
               }),
               Contains("impossible symbols"));
}

TEST_CASE("maps have possible sizes, and the first is the control page") {
    const auto with_map = [](const Map& map) {
        return check_with([&](Image& image) { image.maps.push_back(map); });
    };
    CHECK(with_map({"h", Map::Kind::hash, 16, 8, 4096, false, false, {}}).empty());
    CHECK(with_map({"c", Map::Kind::array, 4, 8, 1, false, true, {1, 2}}).empty());
    CHECK(with_map({"t", Map::Kind::percpu_hash, 72, 24, 4096, false, false, {}}).empty());
    CHECK_THAT(with_map({"t", Map::Kind::percpu_hash, 72, 16, 4096, false, false, {}}),
               Contains("tally"));
    CHECK_THAT(with_map({"tallies", Map::Kind::percpu_array, 4, 8, 1, false, false, {}}),
               Contains("tally"));
    CHECK_THAT(with_map({"h", Map::Kind::hash, 0, 8, 1, false, false, {}}), Contains("key"));
    CHECK_THAT(with_map({"h", Map::Kind::hash, 1U << 30U, 8, 1, false, false, {}}),
               Contains("key"));
    CHECK_THAT(with_map({"a", Map::Kind::array, 8, 8, 1, false, false, {}}), Contains("key"));
    CHECK_THAT(with_map({"a", Map::Kind::array, 4, 0, 1, false, false, {}}), Contains("value"));
    CHECK_THAT(with_map({"h", Map::Kind::hash, 8, 8, 0xffffffff, false, false, {}}),
               Contains("entries"));
    CHECK_THAT(with_map({"h", Map::Kind::hash, 8, 1U << 20U, 1U << 20U, false, false, {}}),
               Contains("entries"));
    CHECK_THAT(with_map({"h", Map::Kind::hash, 8, 8, 1, true, false, {}}), Contains("array"));
    CHECK_THAT(with_map({"c", Map::Kind::array, 4, 1, 1, false, true, {1, 2}}),
               Contains("contents"));
    CHECK_THAT(with_map({"r", Map::Kind::ring_buffer, 0, 0, 5000, false, false, {}}),
               Contains("ring buffer"));
    CHECK_THAT(with_map({"r", Map::Kind::ring_buffer, 0, 0, 0, false, false, {}}),
               Contains("ring buffer"));
    CHECK_THAT(check_with([](Image& image) { std::swap(image.maps[0], image.maps[1]); }),
               Contains("control page"));
    CHECK_THAT(check_with([](Image& image) { image.maps[0].value_size = 56; }),
               Contains("control page"));
    CHECK_THAT(check_with([](Image& image) { image.maps.clear(); }), Contains("programs"));
}

TEST_CASE("programs attach to what is named") {
    const auto with_kind = [](AttachKind kind) {
        return check_with([&](Image& image) {
            image.programs[0].kind = kind;
            image.programs[0].attach_btf_id = 0;
        });
    };
    CHECK_THAT(with_kind(AttachKind::fexit), Contains("no BTF id"));
    CHECK(with_kind(AttachKind::kprobe).empty());
    CHECK_THAT(with_kind(AttachKind::uprobe), Contains("not available"));
}

TEST_CASE("a program for many functions names each, and the handler that it serves there") {
    const auto shared = [](AttachKind kind, std::vector<SharedFunction> functions,
                           const std::string& module, std::vector<std::string> allowed) {
        Image image = good_image();
        image.programs[0].kind = kind;
        image.programs[0].functions = std::move(functions);
        image.programs[0].attach_module = module;
        CheckOptions options;
        options.allowed_probes = std::move(allowed);
        return check(image, options);
    };
    constexpr AttachKind entries = AttachKind::kprobe_multi;
    constexpr AttachKind returns = AttachKind::kretprobe_multi;
    const std::vector<SharedFunction> two = {{"vfs_read", 0}, {"vfs_write", 0}};
    CHECK(shared(entries, two, "", {}).empty());
    CHECK(shared(returns, two, "", {}).empty());
    CHECK_THAT(shared(entries, {}, "", {}), Contains("no name to attach to"));
    CHECK_THAT(shared(entries, {{"", 0}}, "", {}), Contains("no name to attach to"));
    CHECK_THAT(shared(entries, {{std::string("a\0b", 3), 0}}, "", {}),
               Contains("no name to attach to"));
    CHECK_THAT(shared(entries, {{"vfs_read", 1}}, "", {}), Contains("serves no handler"));
    CHECK_THAT(shared(AttachKind::kprobe, two, "", {}), Contains("functions that it cannot have"));
    CHECK_THAT(shared(entries, two, "overlay", {}), Contains("impossible module"));

    const std::string all = "kernel.function(\"vfs_*\")";
    CHECK(shared(entries, two, "", {all}).empty());
    CHECK(shared(returns, two, "", {all + ".return"}).empty());
    CHECK_THAT(shared(returns, two, "", {all}), Contains("does not allow"));
    CHECK_THAT(shared(entries, two, "", {"kernel.function(\"vfs_r*\")"}),
               Contains("does not allow the probe point kernel.function(\"vfs_write\")"));
}

TEST_CASE("a perf event is one that points_of() can name") {
    using elaborate::PerfEvent;
    const auto with_event = [](const PerfEvent& event) {
        return check_with([&](Image& image) {
            image.programs[0].kind = AttachKind::perf_event;
            image.programs[0].perf = event;
        });
    };
    constexpr auto sample = PerfEvent::Kind::sample;
    constexpr auto watch = PerfEvent::Kind::watch_accesses;
    constexpr std::uint64_t address = 0xffffffff81000000;
    for (const PerfEvent& good :
         {PerfEvent{sample, 1, 2, 3, 0, "", 0, 1}, PerfEvent{sample, 1, 2, 0, 4, "", 0, 1},
          PerfEvent{watch, 0, 0, 0, 0, "jiffies", 0, 1},
          PerfEvent{watch, 0, 0, 0, 0, "", address, 8}}) {
        CHECK(with_event(good).empty());
    }
    for (const PerfEvent& bad :
         {PerfEvent{sample, 1, 2, 3, 4, "", 0, 1}, PerfEvent{sample, 1, 2, 0, 0, "", 0, 1},
          PerfEvent{sample, 1, 2, 3, 0, "jiffies", 0, 1},
          PerfEvent{sample, 1, 2, 3, 0, "", address, 1}, PerfEvent{sample, 1, 2, 3, 0, "", 0, 8},
          PerfEvent{watch, 0, 0, 0, 0, "jiffies", address, 1},
          PerfEvent{watch, 0, 0, 0, 0, "jiffies", 0, 8},
          PerfEvent{watch, 1, 0, 0, 0, "jiffies", 0, 1},
          PerfEvent{watch, 0, 0, 1, 0, "jiffies", 0, 1}, PerfEvent{watch, 0, 0, 0, 0, "", 4096, 8},
          PerfEvent{watch, 0, 0, 0, 0, "", address, 3},
          PerfEvent{watch, 0, 0, 0, 0, "", address, 0},
          PerfEvent{watch, 0, 0, 0, 0, "", address, 16}}) {
        CHECK_THAT(with_event(bad), Contains("impossible perf event"));
    }
}

TEST_CASE("alternatives lead forward, subprograms ascend, each program serves a handler") {
    CHECK_THAT(check_with([](Image& image) { image.programs[0].alternative = 0; }),
               Contains("alternative"));
    CHECK_THAT(check_with([](Image& image) { image.programs[0].alternative = 1; }),
               Contains("alternative"));
    CHECK(check_with([](Image& image) {
              image.programs.push_back(image.programs[0]);
              image.programs[0].alternative = 1;
          }).empty());
    CHECK_THAT(check_with([](Image& image) {
                   image.programs[0].subprograms = {{"a", 0}, {"b", 2}};
               }),
               Contains("subprograms"));
    CHECK_THAT(check_with([](Image& image) {
                   image.programs[0].subprograms = {{"a", 0}, {"b", 0}};
               }),
               Contains("subprograms"));
    CHECK_THAT(check_with([](Image& image) { image.programs[0].point = "other"; }),
               Contains("serves no handler"));
    CHECK_THAT(check_with([](Image& image) { image.programs[0].instructions.clear(); }),
               Contains("length"));
}

TEST_CASE("every handler's point must be one that the policy allows") {
    Image image = good_image();
    image.user.handlers.emplace_back().point = "begin";
    const auto allowed = [&](std::vector<std::string> patterns) {
        CheckOptions options;
        options.allowed_probes = std::move(patterns);
        return check(image, options);
    };
    CHECK(allowed({"begin", "syscall.kill"}).empty());
    CHECK(allowed({"begin", "syscall.*"}).empty());
    CHECK(allowed({"begin", "kernel.function(\"__x64_sys_kill\")"}).empty());
    CHECK_THAT(allowed({"syscall.kill"}), Contains("does not allow the probe point begin"));
    CHECK_THAT(allowed({"begin"}), Contains("__x64_sys_kill"));
    CHECK_THAT(allowed({"begin", "syscall.kil"}), Contains("__x64_sys_kill"));
    // A substitute is allowed by the name of what it stands for; an entry with its return.
    image.programs[0].attach_name = "__x64_sys_fsync";
    CHECK(allowed({"begin", "kernel.function(\"do_fsync\").return"}).empty());
    image.programs[0].kind = AttachKind::fexit;
    CHECK(allowed({"begin", "syscall.fsync.return"}).empty());
    CHECK_THAT(allowed({"begin", "syscall.fsync"}), Contains("does not allow"));
}

TEST_CASE("what the script calls a probe point does not count, what it is attached to does") {
    Image image = good_image();
    CheckOptions options;
    options.allowed_probes = {"syscall.kill"};
    CHECK(check(image, options).empty());
    image.programs[0].attach_name = "vfs_read";
    CHECK_THAT(check(image, options), Contains("does not allow"));
    image = good_image();
    options.kernel_attach_name = [](std::uint32_t, const std::string&) { return "vfs_read"; };
    CHECK_THAT(check(image, options), Contains("something else than it says"));
    options.kernel_attach_name = [](std::uint32_t, const std::string&) { return "__x64_sys_kill"; };
    CHECK(check(image, options).empty());
}

TEST_CASE("a module's function is allowed by its own name alone") {
    Image image = good_image();
    image.programs[0].attach_module = "overlay";
    CheckOptions options;
    const auto allowed = [&](const char* pattern) {
        options.allowed_probes = {pattern};
        return check(image, options);
    };
    CHECK(allowed("module(\"overlay\").function(\"__x64_sys_kill\")").empty());
    CHECK(allowed("module(\"over*\").function(\"*\").call").empty());
    CHECK_THAT(allowed("module(\"other\").function(\"__x64_sys_kill\")"),
               Contains("does not allow"));
    CHECK_THAT(allowed("kernel.function(\"__x64_sys_kill\")"), Contains("does not allow"));
    CHECK_THAT(allowed("syscall.kill"), Contains("does not allow"));
    options.kernel_attach_name = [](std::uint32_t, const std::string& module) {
        return module == "overlay" ? "__x64_sys_kill" : "vfs_read";
    };
    CHECK(allowed("module*").empty());
    image.programs[0].attach_module = "other";
    CHECK_THAT(allowed("module*"), Contains("something else than it says"));
}

TEST_CASE("a module's tracepoint is allowed as any other") {
    Image image = good_image();
    image.programs[0].attach_module = "scsi_mod";
    image.programs[0].kind = AttachKind::raw_tracepoint_btf;
    CheckOptions options;
    options.allowed_probes = {"kernel.trace(\"__x64_*\")"};
    options.kernel_attach_name = [](std::uint32_t, const std::string& module) {
        return module == "scsi_mod" ? "__x64_sys_kill" : "sched_switch";
    };
    CHECK(check(image, options).empty());
    image.programs[0].attach_module = "other";
    CHECK_THAT(check(image, options), Contains("something else than it says"));
    image.programs[0].attach_module = "scsi_mod";
    options.allowed_probes = {"module(\"scsi_mod\").function(\"*\")"};
    CHECK_THAT(check(image, options), Contains("does not allow"));
}

TEST_CASE("only functions and tracepoints are of a module, and its name is one") {
    for (const char* name : {"..", "a/b", "a\").function(\"b", "a:b", "vmlinux"}) {
        CHECK_THAT(check_with([&](Image& image) { image.programs[0].attach_module = name; }),
                   Contains("impossible module"));
    }
    CHECK_THAT(check_with([](Image& image) {
                   image.programs[0].attach_module = "overlay";
                   image.programs[0].kind = AttachKind::raw_tracepoint;
               }),
               Contains("impossible module"));
}

TEST_CASE("the grant's bounds on memory and on places in the kernel") {
    Image image = good_image();
    CheckOptions options;
    options.most_memory = 4 + ControlLayout::size + 4096;
    CHECK(check(image, options).empty());
    options.most_memory -= 1;
    CHECK(check(image, options) == "it needs 4164, and the policy's max_memory is 4163");
    options = {};
    options.most_probes = 1;
    CHECK(check(image, options).empty());
    image.programs.push_back(image.programs[0]);
    CHECK(check(image, options) == "it needs 2, and the policy's max_probes is 1");
    image.programs[0].alternative = 1;
    CHECK(check(image, options).empty());
    // One alternative of two takes the place of neither.
    image.programs.insert(image.programs.begin(), 2, image.programs[0]);
    for (std::size_t i = 0; i < 3; ++i) {
        image.programs[i].alternative = 3;
    }
    CHECK(check(image, options) == "it needs 3, and the policy's max_probes is 1");
}

TEST_CASE("a perf event is allowed by any name that it has, and by no other") {
    Image image = good_image();
    image.programs[0].kind = AttachKind::perf_event;
    const auto allowed = [&](const elaborate::PerfEvent& event, const std::string& pattern) {
        image.programs[0].perf = event;
        CheckOptions options;
        options.allowed_probes = {pattern};
        return check(image, options).empty();
    };
    const elaborate::PerfEvent ticks = elaborate::profile_timer();
    CHECK(allowed(ticks, "timer.profile"));
    CHECK(allowed(ticks, "timer.profile.tick"));
    CHECK(allowed(ticks, "perf.sw.*"));
    CHECK_FALSE(allowed(ticks, "timer.profile.freq.hz(99)"));
    CHECK(allowed(elaborate::profile_timer(99), "timer.profile.freq.hz(99)"));
    CHECK_FALSE(allowed(elaborate::profile_timer(99), "timer.profile"));
    elaborate::PerfEvent faults;
    faults.type = 1;
    faults.config = 2;
    faults.period = elaborate::default_period;
    CHECK(allowed(faults, "perf.type(1).config(2)"));
    CHECK(allowed(faults, "perf.sw.page_faults"));
    CHECK(allowed(faults, "perf.sw.page_faults.sample(1000000)"));
    CHECK_FALSE(allowed(faults, "perf.sw.cpu_clock*"));
    CHECK_FALSE(allowed(faults, "timer.*"));
    faults.period = 0;
    faults.frequency = 7;
    CHECK(allowed(faults, "perf.sw.page_faults.hz(7)"));
    CHECK_FALSE(allowed(faults, "perf.sw.page_faults"));
    elaborate::PerfEvent watch;
    watch.kind = elaborate::PerfEvent::Kind::watch_writes;
    watch.symbol = "jiffies";
    CHECK(allowed(watch, "kernel.data(\"jiffies\").write"));
    CHECK_FALSE(allowed(watch, "kernel.data(\"jiffies\").rw"));
    watch.symbol.clear();
    watch.address = 0xffffffff81000000;
    CHECK(allowed(watch, "kernel.data(0xffffffff81000000).write"));
    watch.length = 4;
    CHECK_FALSE(allowed(watch, "kernel.data(0xffffffff81000000).write"));
    CHECK(allowed(watch, "kernel.data(0xffffffff81000000).length(4).write"));
}

TEST_CASE("patterns match whole texts") {
    CHECK(matches("", ""));
    CHECK(matches("*", ""));
    CHECK(matches("a*b*c", "axxbyyc"));
    CHECK(matches("a*b*c", "abcbc"));
    CHECK(matches("?", "x"));
    CHECK_FALSE(matches("?", ""));
    CHECK_FALSE(matches("a", "ab"));
    CHECK_FALSE(matches("a*b", "abc"));
    CHECK_FALSE(matches("", "a"));
    CHECK_FALSE(matches(std::string(40, '*') + "b", std::string(10000, 'a')));
}
