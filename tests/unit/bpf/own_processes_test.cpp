#include "runner/bpf/own_processes.h"

#include <bpf/btf.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>

#include <catch2/catch.hpp>
#include <memory>

#include "runner/bpf/load_check.h"
#include "tests/unit/temporary_file.h"

namespace {

using namespace sutap;
using namespace sutap::bpf;
using Catch::Matchers::Contains;

constexpr std::uint8_t call = BPF_JMP | BPF_CALL;
constexpr std::uint8_t load_64 = BPF_LD | BPF_IMM | BPF_DW;
constexpr Instruction leave{BPF_JMP | BPF_EXIT, 0, 0, 0};
constexpr Owner owner{1001, 1002};

// The types of a kernel that has these fields alone, but for one ("STRUCTURE::NAME").
class SmallKernel {
  public:
    explicit SmallKernel(std::string missing, bool has_bit_set = false)
        : types_(btf__new_empty(), btf__free), missing_(std::move(missing)) {
        const int word = btf__add_int(types_.get(), "unsigned int", 4, 0);
        const int wide = btf__add_int(types_.get(), "unsigned long", 8, 0);
        const int words = btf__add_array(types_.get(), word, wide, 1);
        const int set = structure("mm_flags", 8, {{"bits", words}});
        const int cred_flags = structure("kernel_cap", 8, {{"val", wide}});
        const int common = structure("ns_common", 4, {{"inum", word}});
        const int space = structure("user_namespace", 4, {{"ns", common}});
        const int to_space = btf__add_ptr(types_.get(), space);
        std::vector<Field> ids;
        for (const char* name : {"uid", "gid", "suid", "sgid", "euid", "egid", "fsuid", "fsgid"}) {
            ids.push_back({name, word});
        }
        ids.push_back({"cap_permitted", cred_flags});
        ids.push_back({"user_ns", to_space});
        const int cred = btf__add_ptr(types_.get(), structure("cred", 48, ids));
        const int memory = btf__add_ptr(
            types_.get(), structure("mm_struct", 8, {{"flags", has_bit_set ? set : wide}}));
        structure("task_struct", 24, {{"mm", memory}, {"cred", cred}, {"real_cred", cred}});
    }
    targets::Kernel kernel() const {
        std::uint32_t size = 0;
        const void* bytes = btf__raw_data(types_.get(), &size);
        file_ = std::make_unique<tests::TemporaryFile>(
            std::string(static_cast<const char*>(bytes), size));
        return targets::Kernel(file_->path(), "/dev/null");
    }

  private:
    struct Field {
        std::string name;
        int type = 0;
    };
    int structure(const std::string& name, std::uint32_t size, const std::vector<Field>& fields) {
        const int id = btf__add_struct(types_.get(), name.c_str(), size);
        std::uint32_t at = 0;
        for (const Field& field : fields) {
            if (name + "::" + field.name != missing_) {
                btf__add_field(types_.get(), field.name.c_str(), field.type, at * 8, 0);
            }
            at += static_cast<std::uint32_t>(btf__resolve_size(types_.get(), field.type));
        }
        return id;
    }
    std::unique_ptr<btf, decltype(&btf__free)> types_;
    std::string missing_;
    mutable std::unique_ptr<tests::TemporaryFile> file_;
};

Image image_at(AttachKind kind, const std::string& name) {
    Image image;
    Program& program = image.programs.emplace_back();
    program.kind = kind;
    program.attach_name = program.point = name;
    program.instructions = {leave};
    return image;
}

Image with_code(std::vector<Instruction> code) {
    Image image = image_at(AttachKind::fentry, "__x64_sys_openat");
    image.programs[0].instructions = std::move(code);
    return image;
}

}  // namespace

TEST_CASE("the test of a process asks of each id, and lets nobody by") {
    const auto test = own_process_test(SmallKernel("").kernel(), owner);
    INFO("the test has " << test.size() << " instructions");
    CHECK(test.size() <= 40);
    std::size_t tests = 0;
    for (std::size_t at = 0; at < test.size(); ++at) {
        const Instruction& each = test[at];
        if (BPF_CLASS(each.code) == BPF_JMP && BPF_OP(each.code) == BPF_JNE) {
            // To the end that says 0.
            const auto target = at + 1 + static_cast<std::size_t>(each.offset);
            REQUIRE(target + 2 < test.size());
            CHECK(test[target] == Instruction{BPF_ALU64 | BPF_MOV, 0, 0, 0});
            CHECK(test[target + 1] == leave);
            ++tests;
        }
    }
    CHECK(tests == 4 + 4 + 1 + 1 + 1);
    // Behind it the context is where the program expects it, and nobody comes there but by the last
    // of the questions.
    CHECK(test.back() == Instruction{BPF_ALU64 | BPF_MOV | BPF_X, 6U << 4U | 1U, 0, 0});
    CHECK(test[test.size() - 4] == Instruction{BPF_JMP | BPF_JEQ, 1, 2, 1});
}

TEST_CASE("ids above two thousand million are themselves") {
    const auto test = own_process_test(SmallKernel("").kernel(), {0xfffffffe, 0x80000000});
    const auto loads = std::ranges::count(test, load_64, &Instruction::code);
    CHECK(loads == 3);
}

TEST_CASE("flags of memory may be a set of bits") {
    CHECK(own_process_test(SmallKernel("", true).kernel(), owner) ==
          own_process_test(SmallKernel("").kernel(), owner));
}

TEST_CASE("without one of the fields nothing is traced") {
    for (const char* field :
         {"task_struct::mm", "task_struct::cred", "task_struct::real_cred", "mm_struct::flags",
          "cred::uid", "cred::gid", "cred::suid", "cred::sgid", "cred::euid", "cred::egid",
          "cred::fsuid", "cred::fsgid", "cred::cap_permitted", "cred::user_ns",
          "user_namespace::ns", "ns_common::inum"}) {
        INFO(field);
        const SmallKernel small(field);
        const targets::Kernel kernel = small.kernel();
        try {
            own_process_test(kernel, owner);
            FAIL("no error");
        } catch (const targets::TargetError& error) {
            CHECK_THAT(error.message, Contains(field));
            CHECK_THAT(error.message, Contains("none is traced"));
        }
    }
}

TEST_CASE("what a program refers to moves with it") {
    Program program;
    program.instructions = {{load_64, 1, 0, 0}, {0, 0, 0, 0}, leave, leave};
    program.relocations = {{Relocation::Kind::map, 0, 0}};
    program.subprograms = {{"main", 0}, {"round", 3}};
    const std::vector<Instruction> test = {{BPF_ALU64 | BPF_MOV, 0, 0, 7}, leave};
    put_first(test, program);
    REQUIRE(program.instructions.size() == 6);
    CHECK(program.instructions[0] == test[0]);
    CHECK(program.instructions[1] == test[1]);
    CHECK(program.instructions[2].code == load_64);
    CHECK(program.relocations[0].instruction == 2);
    CHECK(program.subprograms[0].start == 0);
    CHECK(program.subprograms[1].start == 5);
}

TEST_CASE("own processes are seen at system calls and samples alone") {
    for (const AttachKind kind :
         {AttachKind::fentry, AttachKind::fexit, AttachKind::kprobe, AttachKind::kretprobe}) {
        CHECK(beyond_own_processes(image_at(kind, "__x64_sys_openat")).empty());
        CHECK(beyond_own_processes(image_at(kind, "__do_sys_getppid")).empty());
        for (const char* name : {"vfs_read", "__x64_sys_", "__x64_sys_nothing", "__ia32_sys_open",
                                 "sys_enter", "", "x__x64_sys_openat", "__x64_sys_openat.cold"}) {
            INFO(name);
            CHECK_THAT(beyond_own_processes(image_at(kind, name)),
                       Contains("your own processes alone"));
        }
    }
    for (const AttachKind kind : {AttachKind::raw_tracepoint, AttachKind::raw_tracepoint_btf}) {
        CHECK(beyond_own_processes(image_at(kind, "sys_enter")).empty());
        CHECK(beyond_own_processes(image_at(kind, "sys_exit")).empty());
        for (const char* name : {"sched_switch", "", "__x64_sys_openat", "sys_enter_openat"}) {
            CHECK_FALSE(beyond_own_processes(image_at(kind, name)).empty());
        }
    }
    for (const AttachKind kind : {AttachKind::uprobe, AttachKind::uretprobe, AttachKind::usdt}) {
        CHECK_FALSE(beyond_own_processes(image_at(kind, "__x64_sys_openat")).empty());
    }
    Image image = image_at(AttachKind::fentry, "__x64_sys_openat");
    image.programs[0].attach_module = "evil";
    CHECK_FALSE(beyond_own_processes(image).empty());
    image = image_at(AttachKind::kprobe, "__x64_sys_openat");
    image.programs[0].offset = 5;
    CHECK_FALSE(beyond_own_processes(image).empty());
    // An alternative is looked at as well.
    image = image_at(AttachKind::fentry, "__x64_sys_openat");
    image.programs.push_back(image_at(AttachKind::kprobe, "vfs_read").programs[0]);
    image.programs[0].alternative = 1;
    CHECK_FALSE(beyond_own_processes(image).empty());
    image = image_at(AttachKind::fentry, "__x64_sys_openat");
    image.symbols = {"init_task"};
    CHECK_THAT(beyond_own_processes(image), Contains("variables"));
}

TEST_CASE("one link may serve system calls, each of them one") {
    Image image = image_at(AttachKind::kprobe_multi, "");
    image.programs[0].functions = {{"__x64_sys_openat", 0}, {"__x64_sys_read", 0}};
    CHECK(beyond_own_processes(image).empty());
    image.programs[0].functions.push_back({"vfs_read", 0});
    CHECK_FALSE(beyond_own_processes(image).empty());
}

TEST_CASE("of perf events the processors' clock alone") {
    Image image = image_at(AttachKind::perf_event, "");
    elaborate::PerfEvent& event = image.programs[0].perf;
    event = elaborate::profile_timer(97);
    CHECK(beyond_own_processes(image).empty());
    event = elaborate::profile_timer();
    CHECK(beyond_own_processes(image).empty());
    event.config = PERF_COUNT_SW_PAGE_FAULTS;
    CHECK_FALSE(beyond_own_processes(image).empty());
    event = elaborate::profile_timer();
    event.type = PERF_TYPE_HARDWARE;
    CHECK_FALSE(beyond_own_processes(image).empty());
    event = {};
    event.kind = elaborate::PerfEvent::Kind::watch_writes;
    event.symbol = "jiffies";
    CHECK_FALSE(beyond_own_processes(image).empty());
}

TEST_CASE("a program for own processes uses nothing of the kernel's") {
    CHECK(beyond_own_processes(with_code({{call, 0, 0, BPF_FUNC_probe_read_user}, leave})).empty());
    CHECK(beyond_own_processes(with_code({{load_64, 1, 0, 0}, {call, 0, 0, 0}, leave})).empty());
    for (const int helper :
         {BPF_FUNC_this_cpu_ptr, BPF_FUNC_get_func_ip, BPF_FUNC_perf_event_read_value}) {
        CHECK_THAT(beyond_own_processes(with_code({{call, 0, 0, helper}, leave})),
                   Contains("reaches beyond"));
        CHECK_THAT(beyond_own_processes(with_code({{call | BPF_X, 0, 0, helper}, leave})),
                   Contains("reaches beyond"));
    }
    CHECK_FALSE(
        beyond_own_processes(with_code({{call, BPF_PSEUDO_KFUNC_CALL << 4, 0, 9}, leave})).empty());
    CHECK_FALSE(beyond_own_processes(
                    with_code({{load_64, BPF_PSEUDO_BTF_ID << 4, 0, 9}, {0, 0, 0, 0}, leave}))
                    .empty());
}
